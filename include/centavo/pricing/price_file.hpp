// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The format of a price file.
enum class PriceFormat : std::uint8_t { centavo, genai_prices, litellm };

/// "centavo", "genai-prices" or "litellm".
[[nodiscard]] constexpr std::string_view to_string(PriceFormat format) noexcept {
    switch (format) {
    case PriceFormat::centavo: return "centavo";
    case PriceFormat::genai_prices: return "genai-prices";
    case PriceFormat::litellm: return "litellm";
    }
    return "";
}

/// A price file that cannot be read: not JSON, or not of a known format.
class CENTAVO_VISIBLE MalformedPriceFile : public Error {
public:
    MalformedPriceFile(std::string const& file, std::size_t position, std::string const& what)
        : Error{ErrorCode::malformed, file + ": byte " + std::to_string(position) + ": " + what, position} {}
};

/// A problem of an imported price. The faults up to `no_price` reject their model, which then has no price.
enum class PriceFault : std::uint8_t {
    negative,           ///< a negative price
    implausible,        ///< $1,000 or more per million tokens, which suggests a wrong unit
    zero_without_free,  ///< only prices of 0, without a statement that the model is free
    ambiguous,          ///< two bands of equal rank can apply to the same request
    malformed,          ///< a value that is not a price, a day or a condition
    no_price,           ///< a model without any rate
    rounded,            ///< a price of more than 15 significant digits, rounded to 15
    read_above_input,   ///< a cache read costs more than input
    write_below_input,  ///< a cache write costs less than input
    batch_above_standard,
    output_below_input,  ///< in a chat model
    unknown_key,         ///< a member that was not understood
    pattern_match        ///< a condition on the model's ids that is not supported
};

/// The fault in words: "implausible", "unknown-key".
[[nodiscard]] constexpr std::string_view to_string(PriceFault fault) noexcept {
    switch (fault) {
    case PriceFault::negative: return "negative";
    case PriceFault::implausible: return "implausible";
    case PriceFault::zero_without_free: return "zero-without-free";
    case PriceFault::ambiguous: return "ambiguous";
    case PriceFault::malformed: return "malformed";
    case PriceFault::no_price: return "no-price";
    case PriceFault::rounded: return "rounded";
    case PriceFault::read_above_input: return "read-above-input";
    case PriceFault::write_below_input: return "write-below-input";
    case PriceFault::batch_above_standard: return "batch-above-standard";
    case PriceFault::output_below_input: return "output-below-input";
    case PriceFault::unknown_key: return "unknown-key";
    case PriceFault::pattern_match: return "pattern-match";
    }
    return "";
}

/// Whether a model with that fault is rejected.
[[nodiscard]] constexpr bool rejects(PriceFault fault) noexcept { return fault <= PriceFault::no_price; }

/// One finding: the place in the file, the model, and the offending text.
struct PriceFinding {
    PriceFault fault;
    std::size_t offset = 0;
    std::string model = {};
    std::string key = {};   ///< the name of the member
    std::string text = {};  ///< the value, at most 80 characters
};

/// The result of an import: rows for a PriceTable, and the findings.
struct ImportedPrices {
    PriceFormat format = PriceFormat::centavo;
    std::vector<ModelPrice> rows = {};
    std::vector<PriceFinding> findings = {};
    std::vector<ProviderFallback> fallbacks = {};

    [[nodiscard]] std::size_t rejected() const noexcept;
};

/// The name of a price file for errors and rows, and the day of its publication.
struct PriceFileInfo {
    std::string name = "price file";
    std::chrono::year_month_day as_of = {};
};

/// The format of a price file, recognized by its content; nullopt for any other JSON. Throws MalformedJson.
///
/// An array of providers is genai-prices', an object with an array "models" is centavo's, and an object whose models
/// have a `litellm_provider` is LiteLLM's.
[[nodiscard]] std::optional<PriceFormat> price_format_of(std::string_view text);

/// Reads a price file of any known format. Prices are read from their digits, never through binary floating point.
///
///     ImportedPrices const mine = read_prices(text, {.name = "prices.json"});
///     PriceTable const table = builtin_prices().with(mine.rows);
///
/// Problems of single models are findings. Throws MalformedPriceFile, with the position, for a file that is not JSON
/// or not a price file.
[[nodiscard]] ImportedPrices read_prices(std::string_view text, PriceFileInfo const& info = {});

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price_file.ipp>
#endif
