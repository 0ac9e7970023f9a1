// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>
#include <centavo/data/unicode_classes.hpp>
#include <centavo/tokens/detail/ascii_letters.hpp>
#include <centavo/tokens/vocabulary.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The classes of characters that the patterns distinguish, in the order of unicode_class_blocks.
enum class CharClass : std::uint8_t { newline, space, number, upper, lower, both, mark, other };

/// The class of a code point up to U+10FFFF, by Unicode 16.0.
[[nodiscard]] constexpr CharClass char_class(char32_t point) noexcept {
    std::size_t const block = unicode_class_index[point >> 7];
    return static_cast<CharClass>(unicode_class_blocks[block << 7 | (point & 127)] - '0');
}

/// A piece of text; `well_formed` is false if any of its bytes reads as U+FFFD.
struct Piece {
    std::string_view text;
    bool well_formed = true;
};

/// Splits text as the regular expression of `split` does.
///
/// Linear in the text, with constant stack. The pieces are views of the text and add up to it. If `growing`, open()
/// marks the pieces that further text could change, and the text must be followed by `padding` zeros. Externally
/// synchronized.
template <SplitPattern split, bool growing = false>
class Splitter {
public:
    static constexpr std::size_t padding = 1 + 16 + 3;

    explicit constexpr Splitter(std::string_view text) noexcept : Splitter{text, split} {}

    /// `which` selects among llama3, qwen and gpt2, which share one instantiation.
    constexpr Splitter(std::string_view text, SplitPattern which) noexcept
        : at_{text.data()}, end_{text.data() + text.size()}, which_{which} {}

    [[nodiscard]] constexpr bool done() const noexcept { return at_ == end_; }

    /// The next piece. Must not be called if done().
    [[nodiscard, gnu::always_inline]] constexpr Piece next() noexcept {
        open_ = false;
        char const* const from = at_;
        at_ = piece_end(from);
        return {{from, static_cast<std::size_t>(at_ - from)}, well_formed_};
    }

    /// Whether the end of the last piece could change if the text went on.
    [[nodiscard]] constexpr bool open() const noexcept requires growing { return open_; }

private:
    using enum CharClass;

    static constexpr bool cased = split == SplitPattern::o200k;  // words end before an upper-case letter

    static constexpr bool any = split != SplitPattern::o200k && split != SplitPattern::cl100k;

    /// Whether only a space may precede a word, a number or symbols, and no line ends join symbols.
    [[nodiscard]] constexpr bool plain() const noexcept { return any && which_ == SplitPattern::gpt2; }

    struct Step {
        CharClass kind;
        std::uint32_t length;
        bool well_formed;
    };

    static constexpr std::array<CharClass, 128> ascii = [] {
        std::array<CharClass, 128> table{};
        for (std::size_t i = 0; i < 128; ++i) {
            table[i] = char_class(static_cast<char32_t>(i));
        }
        return table;
    }();

    template <class... Kinds>
    static constexpr std::uint32_t set(Kinds... kinds) noexcept {
        return ((1U << static_cast<std::uint32_t>(kinds)) | ...);
    }
    static constexpr bool in(CharClass kind, std::uint32_t kinds) noexcept {
        return (kinds >> static_cast<std::uint32_t>(kind) & 1) != 0;
    }

    static constexpr std::uint32_t white = set(newline, space);
    static constexpr std::uint32_t letters = set(upper, lower, both);
    static constexpr std::uint32_t symbols = set(mark, other);
    static constexpr std::uint32_t heads = set(upper, both, mark);  // o200k: first part of a word
    static constexpr std::uint32_t tails = set(lower, both, mark);  // o200k: second part of a word

    [[gnu::always_inline]] constexpr bool ends(char const* at) noexcept {
        if (growing && at == end_) {
            open_ = true;
        }
        return at == end_;
    }

    [[gnu::always_inline]] constexpr Step peek(char const* at) noexcept {
        auto const byte = static_cast<unsigned char>(*at);
        if (byte < 0x80) {
            return {ascii[byte], 1, true};
        }
        if (end_ - at >= 3) {
            // Most characters of two and three bytes, those without forms that are excluded.
            auto const tail = [&](std::ptrdiff_t i) {
                return static_cast<std::uint32_t>(static_cast<unsigned char>(at[i])) ^ 0x80U;
            };
            std::uint32_t const second = tail(1);
            if (byte >= 0xC2 && byte < 0xE0 && second < 0x40) {
                return {char_class((byte & 0x1FU) << 6 | second), 2, true};
            }
            std::uint32_t const third = tail(2);
            if (byte > 0xE0 && byte < 0xF0 && byte != 0xED && (second | third) < 0x40) {
                return {char_class((byte & 0xFU) << 12 | second << 6 | third), 3, true};
            }
        }
        Utf8Step const wide = decode_utf8(at, end_);
        if (growing && !wide.well_formed && end_ - at < 4) {
            open_ = true;
        }
        return {char_class(wide.point), wide.length, wide.well_formed};
    }

    [[gnu::always_inline]] constexpr char const* skip(char const* at, std::uint32_t kinds) noexcept {
        while (!ends(at)) {
            Step const next = peek(at);
            if (!in(next.kind, kinds)) {
                break;
            }
            well_formed_ = well_formed_ && next.well_formed;
            at += next.length;
        }
        return at;
    }

    /// The end of a word of at most 16 ASCII letters, if it is certain, as mostly; otherwise `at`.
    [[gnu::always_inline]] constexpr char const* plain_word_end(char const* at) noexcept {
        if (std::is_constant_evaluated() || !AsciiLetters::fast) {
            return at;
        }
        if (!growing && end_ - at < static_cast<std::ptrdiff_t>(padding)) {
            return at;
        }
        constexpr bool any_case = !cased;
        char const* rest = at;
        if constexpr (!any_case) {
            rest += static_cast<unsigned char>(*at - 'A') < 26;
        }
        std::uint32_t const count = AsciiLetters::leading<any_case>(rest);
        auto const stop = static_cast<unsigned char>(rest[count]);
        bool const certain = count - 1 < 15 && stop < 0x80 && (any_case || stop != '\'');
        return certain && (!growing || rest + count != end_) ? rest + count : at;
    }

    [[gnu::always_inline]] constexpr char const* piece_end(char const* at) noexcept {
        Step const first = peek(at);
        well_formed_ = first.well_formed;
        if constexpr (!cased) {
            if (char const* const cut = contraction(at); cut != at) {
                return cut;
            }
        }
        char const* const next = at + first.length;
        if (in(first.kind, letters)) {
            return word(at);
        }
        if (first.kind == number) {
            return digits(next);
        }
        if (first.kind != newline && (!plain() || *at == ' ') && !ends(next)) {
            Step const behind = peek(next);
            CharClass const second = behind.kind;
            if (cased ? in(second, letters | set(mark)) : in(second, letters)) {
                return prefixed_word(next, first.kind);
            }
            if (plain() && second == number) {
                return digits(next + behind.length);
            }
            if (*at == ' ' && in(second, symbols)) {
                return symbol_run(next);
            }
        }
        if (first.kind == mark && cased) {
            return contraction(next);
        }
        return in(first.kind, symbols) ? symbol_run(next) : white_run(at);
    }

    [[gnu::always_inline]] constexpr char const* word(char const* at) noexcept {
        if (char const* const end = plain_word_end(at); end != at) {
            return end;
        }
        if constexpr (!cased) {
            return skip(at, letters);
        } else {
            Word const found = halves(at);
            return contraction(found.tail ? found.tail : found.head);
        }
    }

    [[gnu::always_inline]] constexpr char const* prefixed_word(char const* at, CharClass before) noexcept {
        if (char const* const end = plain_word_end(at); end != at) {
            return end;
        }
        if constexpr (!cased) {
            return skip(at, letters);
        } else {
            Word const found = halves(at);
            // A mark alone is the tail of a word, which the pattern tries before an upper-case word after it.
            if (!found.tail && before == mark) {
                return contraction(at);
            }
            return contraction(found.tail ? found.tail : found.head);
        }
    }

    /// The ends of `heads* tails+` (null without a match) and of `heads+`.
    struct Word {
        char const* tail;
        char const* head;
    };
    [[gnu::always_inline]] constexpr Word halves(char const* at) noexcept {
        char const* tail = nullptr;
        while (!ends(at)) {
            Step const next = peek(at);
            if (next.kind == lower) {
                return {skip(at, tails), at};
            }
            if (!in(next.kind, heads)) {
                break;
            }
            at += next.length;
            if (next.kind != upper) {
                tail = at;
            }
        }
        return {tail, at};
    }

    /// The end of 's, 't, 're, 've, 'm, 'll or 'd at `at`, in either case; `at` without a match.
    constexpr char const* contraction(char const* at) noexcept {
        auto const left = end_ - at;
        if (growing && left < 3 && (left == 0 || *at == '\'')) {
            open_ = true;
        }
        if (left < 2 || *at != '\'') {
            return at;
        }
        auto const folded = [&](std::ptrdiff_t i) {
            return static_cast<char>(plain() ? at[i] : at[i] | 0x20);
        };
        switch (folded(1)) {
        case 's':
        case 't':
        case 'm':
        case 'd': return at + 2;
        case 'r':
        case 'v': return left > 2 && folded(2) == 'e' ? at + 3 : at;
        case 'l': return left > 2 && folded(2) == 'l' ? at + 3 : at;
        default: break;
        }
        // U+017F, the long s, folds to s.
        return !plain() && left > 2 && at[1] == '\xC5' && at[2] == '\xBF' ? at + 3 : at;
    }

    /// The end of the digits that join the one before `at`: at most two more, none, or all.
    constexpr char const* digits(char const* at) noexcept {
        if (plain()) {
            return skip(at, set(number));
        }
        for (int more = any && which_ == SplitPattern::qwen ? 0 : 2; more > 0 && !ends(at); --more) {
            Step const next = peek(at);
            if (next.kind != number) {
                break;
            }
            at += next.length;
        }
        return at;
    }

    constexpr char const* symbol_run(char const* at) noexcept {
        at = skip(at, symbols);
        while (!plain() && !ends(at) && (*at == '\n' || *at == '\r' || (cased && *at == '/'))) {
            ++at;
        }
        return at;
    }

    constexpr char const* white_run(char const* at) noexcept {
        char const* const begin = at;
        char const* last = at;
        char const* behind_newline = nullptr;
        while (!ends(at)) {
            Step const next = peek(at);
            if (!in(next.kind, white)) {
                break;
            }
            last = at;
            at += next.length;
            if (next.kind == newline) {
                behind_newline = at;
            }
        }
        if (split == SplitPattern::cl100k && at == end_) {
            return at;
        }
        if (!plain() && behind_newline) {
            return behind_newline;
        }
        return at == end_ || last == begin ? at : last;
    }

    char const* at_;
    char const* end_;
    bool well_formed_ = true;
    bool open_ = false;
    SplitPattern which_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
