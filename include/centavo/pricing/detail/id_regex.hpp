// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A regular expression over model ids, searched for anywhere in an id.
///
/// Supports literals, `.`, classes, `\d`, `\w`, `\s` and their complements, groups, alternation, `* + ? {n,m}`, the
/// anchors and lookahead. A search simulates an automaton of at most `max_states` states: its time is bounded by the
/// states times the length of the id, times that length once more for each level of lookahead. Allocates nothing.
class IdRegex {
public:
    static constexpr std::size_t max_states = 512;

    /// nullopt for a pattern that is malformed, uses anything else, or needs more states.
    [[nodiscard]] static std::optional<IdRegex> compile(std::string_view pattern);

    [[nodiscard]] bool search(std::string_view text) const noexcept;

private:
    class Compiler;

    enum class Step : std::uint8_t { set, split, jump, begin, end, look_ahead, accept };

    using CharacterSet = std::array<std::uint64_t, 4>;
    using States = std::array<std::uint64_t, max_states / 64>;

    struct State {
        Step step;
        bool negated = false;  // of look_ahead
        std::uint16_t next = 0;
        std::uint16_t other = 0;  // the second branch of split, the set's index, the end of the lookahead
    };

    void enter(States& states, std::uint16_t state, std::string_view text, std::size_t at) const noexcept;
    [[nodiscard]] bool run(std::uint16_t start, std::string_view text, std::size_t at,
                           bool anchored) const noexcept;

    std::vector<State> states_;
    std::vector<CharacterSet> sets_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/id_regex.ipp>
#endif
