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
    lossless,  ///< compact JSON and narrow pipe tables; byte for byte the same elsewhere
    safe,  ///< and repetitions: repeated passages, overlapping chunks and equal log lines become visible marks
    aggressive  ///< and other forms of the same data: JSON tables, tool signatures, log shapes; data URIs by size
};

/// What may be done to a prompt beyond Level::lossless.
struct OptimizeOptions {
    Level level = Level::lossless;
    /// Reduces white space in paragraphs that are certainly prose. Saves less than 0.1 % of tokens.
    bool whitespace = false;
    /// Shortens wordy phrases, English and Spanish. Changes wording; saves less than 0.1 % of tokens.
    bool phrases = false;
    /// Lines from one that contains the first mark to one that contains the second are never changed.
    std::string_view protect_begin = "<protect>";
    std::string_view protect_end = "</protect>";
};

/// What one pass did to a prompt.
///
/// Savings are counted on the edited lines: they add up to those of the prompt for exact counters.
struct PassReport {
    std::string_view name;
    Tokens tokens_saved;
    std::size_t edits = 0;    ///< edits made
    bool accepted = false;    ///< whether any edit was made
    std::string_view reason;  ///< why no edit was made; empty if accepted
};

/// A range of a shortened text, and the text that stood there originally.
struct Change {
    std::size_t begin = 0;  ///< bytes [begin, end) of the shortened text
    std::size_t end = 0;
    std::string original;
};

/// A shortened prompt, what each pass contributed, and the text that was replaced.
///
/// Without savings it is the original prompt, byte for byte.
struct Optimized {
    std::string text;
    Tokens before;
    Tokens after;
    std::vector<PassReport> passes;
    std::vector<Change> changes;  ///< in order, disjoint

    [[nodiscard]] Tokens saved() const { return before - after; }

    /// The original prompt.
    [[nodiscard]] std::string original() const {
        std::string out;
        std::size_t copied = 0;
        for (Change const& change : changes) {
            out.append(text, copied, change.begin - copied);
            out += change.original;
            copied = change.end;
        }
        return out.append(text, copied);
    }

    /// The cost of the saved tokens as input of one call, at a price per million input tokens: 2.50_usd for gpt-4o.
    ///
    /// Throws std::overflow_error if it is out of range. CostCalculator::cost(model, {.input = saved()}) knows prices.
    [[nodiscard]] Usd cost_reduction(Usd per_million) const {
        return Rate::per_million(units::input, per_million.to_string()).cost(saved().value());
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
