// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/pricing/rate.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// How far a prompt may be changed; each level includes the ones before it.
///
/// At every level the text never has more tokens than before, and a second run changes nothing.
enum class Level : std::uint8_t {
    lossless,   ///< white space, line ends, invisible characters, narrow tables, compact JSON
    safe,       ///< and repetitions: equal adjacent lines, repeated paragraphs
    aggressive  ///< and filler phrases, which are removed or replaced
};

/// What one pass did to a prompt.
///
/// Savings are counted on the edited lines: they add up to those of the prompt unless a token spans the ends of those
/// lines, which no token of the published vocabularies does.
struct PassReport {
    std::string_view name;
    Tokens tokens_saved;
    std::size_t edits = 0;    ///< edits made
    bool accepted = false;    ///< whether any edit was made
    std::string_view reason;  ///< why no edit was made; empty if accepted
};

/// A shortened prompt, and what each pass contributed.
///
/// Without savings it is the original prompt, byte for byte.
struct Optimized {
    std::string text;
    Tokens before;
    Tokens after;
    std::vector<PassReport> passes;

    [[nodiscard]] Tokens saved() const { return before - after; }

    /// The cost of the saved tokens as input of one call, at a price per million input tokens: 2.50_usd for gpt-4o.
    ///
    /// Throws std::overflow_error if it is out of range. CostCalculator::cost(model, {.input = saved()}) knows prices.
    [[nodiscard]] Usd cost_reduction(Usd per_million) const {
        return Rate::per_million(units::input, per_million.to_string()).cost(saved().value());
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
