// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/pricing/detail/centavo_prices.hpp>
#include <centavo/pricing/detail/genai_prices.hpp>
#include <centavo/pricing/detail/litellm_prices.hpp>
#include <centavo/pricing/imported_prices.hpp>

#include <optional>
#include <stdexcept>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The format of a price file by what stands in it: a list of providers is genai-prices', an object with "models" our
/// own, an object whose models name a `litellm_provider` LiteLLM's; nullopt for any other. Throws MalformedJson.
[[nodiscard]] std::optional<PriceFormat> price_format_of(std::string_view text);

/// Reads a price file of any known format, recognised by its content; what the lint finds is in the result.
///
/// Numbers are read from the text's own digits. Throws MalformedPriceFile, with the byte, for what is no such file.
///
///     ImportedPrices const mine = read_prices(text, {.name = "prices.json"});
///     PriceTable const table = builtin_prices().with(mine.rows);
[[nodiscard]] ImportedPrices read_prices(std::string_view text, PriceFileInfo const& info = {});

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price_file.ipp>
#endif
