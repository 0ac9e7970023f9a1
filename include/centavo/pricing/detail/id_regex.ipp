// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/detail/id_regex.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Emits the states of a pattern. A repeated part is emitted once for each repetition.
class IdRegex::Compiler {
public:
    Compiler(IdRegex& regex, std::string_view pattern) : regex_{regex}, pattern_{pattern} {}

    [[nodiscard]] bool compile() { return alternatives() && at_ == pattern_.size() && emit({Step::accept}); }

private:
    static constexpr std::size_t max_steps =
        20'000;  // of compilation: nested repetitions are read repeatedly
    static constexpr int unbounded = -1;
    static constexpr int max_repeats = 255;

    [[nodiscard]] bool emit(State state) {
        if (regex_.states_.size() >= max_states) {
            return false;
        }
        regex_.states_.push_back(state);
        return true;
    }

    [[nodiscard]] std::uint16_t here() const { return static_cast<std::uint16_t>(regex_.states_.size()); }

    [[nodiscard]] bool emit_next(Step step) {
        return emit({step, false, static_cast<std::uint16_t>(here() + 1)});
    }

    [[nodiscard]] bool emit_set(CharacterSet const& set) {
        regex_.sets_.push_back(set);
        return emit({Step::set, false, static_cast<std::uint16_t>(here() + 1),
                     static_cast<std::uint16_t>(regex_.sets_.size() - 1)});
    }

    [[nodiscard]] bool peek(char c) const { return at_ < pattern_.size() && pattern_[at_] == c; }

    [[nodiscard]] bool take(std::string_view text) {
        if (!pattern_.substr(at_).starts_with(text)) {
            return false;
        }
        at_ += text.size();
        return true;
    }

    /// Discards the states after `begin`.
    void rewind(std::uint16_t begin, std::size_t sets) {
        regex_.states_.resize(begin);
        regex_.sets_.resize(sets);
    }

    [[nodiscard]] bool alternatives() {
        std::size_t const text = at_;
        std::uint16_t const begin = here();
        std::size_t const sets = regex_.sets_.size();
        if (!sequence()) {
            return false;
        }
        if (!peek('|')) {
            return true;
        }
        // Once more, after a split.
        at_ = text;
        rewind(begin, sets);
        if (!emit({Step::split, false, static_cast<std::uint16_t>(begin + 1)}) || !sequence()) {
            return false;
        }
        std::uint16_t const jump = here();
        if (!emit({Step::jump}) || !take("|")) {
            return false;
        }
        regex_.states_[begin].other = here();
        if (!alternatives()) {
            return false;
        }
        regex_.states_[jump].next = here();
        return true;
    }

    [[nodiscard]] bool sequence() {
        while (at_ < pattern_.size() && !peek('|') && !peek(')')) {
            if (!repeated()) {
                return false;
            }
        }
        return true;
    }

    /// One part with its quantifier.
    [[nodiscard]] bool repeated() {
        std::size_t const text = at_;
        std::uint16_t const begin = here();
        std::size_t const sets = regex_.sets_.size();
        if (++steps_ > max_steps || !part()) {
            return false;
        }
        int least = 1;
        int most = 1;
        if (!quantifier(least, most)) {
            return false;
        }
        if (least == 1 && most == 1) {
            return true;
        }
        std::size_t const after = at_;
        rewind(begin, sets);
        auto const again = [&] {
            at_ = text;
            return ++steps_ <= max_steps && part();
        };
        for (int i = 0; i < least; ++i) {
            if (!again()) {
                return false;
            }
        }
        std::vector<std::uint16_t> splits;
        for (int i = least; i < most || (most == unbounded && i == least); ++i) {
            std::uint16_t const split = here();
            splits.push_back(split);
            if (!emit({Step::split, false, static_cast<std::uint16_t>(split + 1)}) || !again() ||
                (most == unbounded && !emit({Step::jump, false, split}))) {
                return false;
            }
        }
        for (std::uint16_t const split : splits) {
            regex_.states_[split].other = here();
        }
        at_ = after;
        return true;
    }

    [[nodiscard]] bool quantifier(int& least, int& most) {
        if (take("*")) {
            least = 0;
            most = unbounded;
        } else if (take("+")) {
            most = unbounded;
        } else if (take("?")) {
            least = 0;
        } else if (take("{")) {
            auto const low = number();
            bool const range = take(",");
            auto const high = range ? number() : low;
            if (!low || !take("}") || (high && *high < *low)) {
                return false;
            }
            least = *low;
            most = high.value_or(unbounded);
        } else {
            return true;
        }
        static_cast<void>(take("?"));  // a lazy quantifier finds the same ids
        return !peek('*') && !peek('+') && !peek('{');
    }

    [[nodiscard]] std::optional<int> number() {
        std::optional<int> value;
        while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9') {
            value = value.value_or(0) * 10 + (pattern_[at_++] - '0');
            if (*value > max_repeats) {
                return std::nullopt;
            }
        }
        return value;
    }

    [[nodiscard]] bool part() {
        if (take("^")) {
            return emit_next(Step::begin);
        }
        if (take("$")) {
            return emit_next(Step::end);
        }
        bool const positive = take("(?=");
        if (positive || take("(?!")) {
            std::uint16_t const look = here();
            if (!emit({Step::look_ahead, !positive, static_cast<std::uint16_t>(look + 1)}) ||
                !alternatives() || !take(")") || !emit({Step::accept})) {
                return false;
            }
            regex_.states_[look].other = here();
            return true;
        }
        if (take("(?:") || (!pattern_.substr(at_).starts_with("(?") && take("("))) {
            return alternatives() && take(")");
        }
        CharacterSet set{};
        if (take("[")) {
            return read_class(set) && emit_set(set);
        }
        if (take(".")) {
            add_range(set, 0, 255);
            return emit_set(set);
        }
        if (take("\\")) {
            return escape(set) && emit_set(set);
        }
        if (at_ == pattern_.size() ||
            std::string_view{"*+?{}()]"}.find(pattern_[at_]) != std::string_view::npos) {
            return false;
        }
        add(set, pattern_[at_++]);
        return emit_set(set);
    }

    [[nodiscard]] bool read_class(CharacterSet& set) {
        bool const negated = take("^");
        for (bool first = true; first || !peek(']'); first = false) {
            if (at_ == pattern_.size()) {
                return false;
            }
            char const from = pattern_[at_++];
            if (from == '\\') {
                if (!escape(set)) {
                    return false;
                }
            } else if (peek('-') && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
                char const to = pattern_[at_ + 1];
                if (to == '\\' || byte(to) < byte(from)) {
                    return false;
                }
                add_range(set, byte(from), byte(to));
                at_ += 2;
            } else {
                add(set, from);
            }
        }
        if (negated) {
            invert(set);
        }
        return take("]");
    }

    /// Reads what follows a backslash.
    [[nodiscard]] bool escape(CharacterSet& set) {
        if (at_ == pattern_.size()) {
            return false;
        }
        char const c = pattern_[at_++];
        CharacterSet named{};
        switch (c) {
        case 'd':
        case 'D': add_range(named, '0', '9'); break;
        case 'w':
        case 'W':
            add_range(named, 'a', 'z');
            add_range(named, 'A', 'Z');
            add_range(named, '0', '9');
            add(named, '_');
            break;
        case 's':
        case 'S':
            add(named, ' ');
            add_range(named, '\t', '\r');
            break;
        default:
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
                return false;
            }
            add(named, c);
        }
        if (c == 'D' || c == 'W' || c == 'S') {
            invert(named);
        }
        for (std::size_t i = 0; i < set.size(); ++i) {
            set[i] |= named[i];
        }
        return true;
    }

    [[nodiscard]] static unsigned byte(char c) { return static_cast<unsigned char>(c); }

    static void add(CharacterSet& set, char c) { set[byte(c) / 64] |= std::uint64_t{1} << byte(c) % 64; }

    static void add_range(CharacterSet& set, unsigned from, unsigned to) {
        for (unsigned c = from; c <= to; ++c) {
            add(set, static_cast<char>(c));
        }
    }

    static void invert(CharacterSet& set) {
        for (std::uint64_t& word : set) {
            word = ~word;
        }
    }

    IdRegex& regex_;
    std::string_view pattern_;
    std::size_t at_ = 0;
    std::size_t steps_ = 0;
};

CENTAVO_INLINE std::optional<IdRegex> IdRegex::compile(std::string_view pattern) {
    IdRegex regex;
    return Compiler{regex, pattern}.compile() ? std::optional{std::move(regex)} : std::nullopt;
}

CENTAVO_INLINE bool IdRegex::search(std::string_view text) const noexcept { return run(0, text, 0, false); }

/// Adds a state, and those that follow it without reading a character.
CENTAVO_INLINE void IdRegex::enter(States& states, std::uint16_t state, std::string_view text,
                                   std::size_t at) const noexcept {
    std::uint64_t const bit = std::uint64_t{1} << state % 64;
    if ((states[state / 64] & bit) != 0) {
        return;
    }
    states[state / 64] |= bit;
    State const& here = states_[state];
    switch (here.step) {
    case Step::split: enter(states, here.next, text, at); [[fallthrough]];
    case Step::jump: enter(states, here.step == Step::split ? here.other : here.next, text, at); break;
    case Step::begin:
        if (at == 0) {
            enter(states, here.next, text, at);
        }
        break;
    case Step::end:
        if (at == text.size()) {
            enter(states, here.next, text, at);
        }
        break;
    case Step::look_ahead:
        if (run(here.next, text, at, true) != here.negated) {
            enter(states, here.other, text, at);
        }
        break;
    case Step::set:
    case Step::accept: break;
    }
}

CENTAVO_INLINE bool IdRegex::run(std::uint16_t start, std::string_view text, std::size_t at,
                                 bool anchored) const noexcept {
    States current{};
    for (std::size_t const begin = at;; ++at) {
        if (!anchored || at == begin) {
            enter(current, start, text, at);
        }
        States next{};
        bool alive = false;
        auto const count = static_cast<std::uint16_t>(states_.size());
        for (std::uint16_t state = 0; state < count; ++state) {
            if ((current[state / 64] >> state % 64 & 1) == 0) {
                continue;
            }
            State const& here = states_[state];
            if (here.step == Step::accept) {
                return true;
            }
            if (here.step == Step::set && at < text.size()) {
                auto const c = static_cast<unsigned char>(text[at]);
                if ((sets_[here.other][c / 64] >> c % 64 & 1) != 0) {
                    enter(next, here.next, text, at + 1);
                    alive = true;
                }
            }
        }
        if (at == text.size() || (anchored && !alive)) {
            return false;
        }
        current = next;
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
