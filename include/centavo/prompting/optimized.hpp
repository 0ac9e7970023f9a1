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

/// How far a prompt may be changed; each level may do what the one before may.
///
/// At every level the text never costs more tokens, and a second run changes nothing.
enum class Level : std::uint8_t {
    lossless,  ///< white space, line ends, invisible characters, tight tables, compact JSON: nothing is lost
    safe,      ///< and repeats: equal adjacent lines, paragraphs that stand there already
    aggressive,  ///< and filler phrases: what is said may be said shorter
};

/// What one pass did to a prompt.
///
/// Savings are counted on the lines that were edited: they add up to those of the prompt where no token
/// reaches over the ends of those lines, as with the published vocabularies.
struct PassReport {
    std::string_view name;
    Tokens tokens_saved;
    std::size_t edits = 0;    ///< edits made
    bool accepted = false;    ///< whether any was made
    std::string_view reason;  ///< why none was made; empty where some were
};

/// A prompt that says the same with fewer tokens, and how it came to be.
///
/// Without savings it is the prompt as it was given, byte for byte.
struct Optimized {
    std::string text;
    Tokens before;
    Tokens after;
    std::vector<PassReport> passes;

    [[nodiscard]] Tokens saved() const { return before - after; }

    /// What the saved tokens would have cost as input of one call: `input` is the model's rate for input
    /// tokens.
    ///
    /// Throws std::overflow_error beyond what money holds.
    [[nodiscard]] Usd cost_reduction(Rate const& input) const { return input.cost(saved().value()); }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
