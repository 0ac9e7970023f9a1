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

/// Whose format a price file is in.
enum class PriceFormat : std::uint8_t { centavo, genai_prices, litellm };

/// "centavo", "genai-prices" or "litellm".
[[nodiscard]] constexpr std::string_view to_string(PriceFormat format) noexcept {
    constexpr std::array<std::string_view, 3> names{"centavo", "genai-prices", "litellm"};
    return names[static_cast<std::size_t>(format)];
}

/// A price file that cannot be read: not JSON, of no known format, or without what its format demands.
class CENTAVO_VISIBLE MalformedPriceFile : public Error {
public:
    MalformedPriceFile(std::string const& file, std::size_t position, std::string const& what)
        : Error{ErrorCode::malformed, file + ": byte " + std::to_string(position) + ": " + what, position} {}
};

/// What the lint of an import found. The first ones reject the model they are about; it has no price then.
enum class PriceFault : std::uint8_t {
    negative,           ///< a price below zero
    implausible,        ///< $1,000 or more for a million tokens: an error of units
    zero_without_free,  ///< nothing but zeros, and nothing says that it is free
    ambiguous,          ///< two bands of equal priority can hold at once
    malformed,          ///< a value that is no price, day or condition
    no_price,           ///< a model without any rate
    rounded,            ///< more than 15 significant digits, rounded to 15
    read_above_input,   ///< a cache read dearer than input
    write_below_input,  ///< a cache write cheaper than input
    batch_above_standard,
    output_below_input,  ///< on a chat model
    unknown_key,         ///< kept here, not understood
    pattern_match        ///< a model matched by substring or regular expression, which names nobody here
};

/// A word for each: "implausible", "unknown-key".
[[nodiscard]] constexpr std::string_view to_string(PriceFault fault) noexcept {
    constexpr std::array<std::string_view, 13> names{
        "negative",           "implausible", "zero-without-free", "ambiguous",         "malformed",
        "no-price",           "rounded",     "read-above-input",  "write-below-input", "batch-above-standard",
        "output-below-input", "unknown-key", "pattern-match"};
    return names[static_cast<std::size_t>(fault)];
}

/// Whether a model with that fault is left out.
[[nodiscard]] constexpr bool rejects(PriceFault fault) noexcept { return fault <= PriceFault::no_price; }

/// One finding: where in the file, about which model, and the text found there.
struct PriceFinding {
    PriceFault fault;
    std::size_t offset = 0;
    std::string model = {};
    std::string key = {};   ///< the member it is about
    std::string text = {};  ///< what stands there, 80 characters at most
};

/// What a price file came to: rows for a table, and all that the lint has to say.
struct ImportedPrices {
    PriceFormat format = PriceFormat::centavo;
    std::vector<ModelPrice> rows = {};
    std::vector<PriceFinding> findings = {};

    [[nodiscard]] std::size_t rejected() const noexcept;
};

/// What an importer has to be told: how the file is called in errors and rows, and the day it was published.
struct PriceFileInfo {
    std::string name = "price file";
    std::chrono::year_month_day as_of = {};
};

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
