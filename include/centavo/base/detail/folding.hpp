// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/ascii.hpp>
#include <centavo/base/detail/utf8.hpp>

#include <cstddef>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// One character of a text, folded so that words compare equal whatever their case and accents.
///
/// "Ó", "o" and a decomposed "ó" fold to 'o'. Only the letters of ASCII and Latin-1 fold; of the latter, Æ, Þ and ß have
/// no ASCII letter.
struct FoldedCharacter {
    char letter =
        '\0';  ///< lower-case ASCII letter, digit or '_'; '?' for any other letter, '\0' outside words
    std::size_t base_size = 1;  ///< bytes of the character itself
    std::size_t size = 1;       ///< bytes of the character and of the combining marks after it
};

/// Whether a combining mark, U+0300 to U+036F, starts at `at`.
[[nodiscard]] constexpr bool is_combining_mark(std::string_view text, std::size_t at) noexcept {
    if (at + 1 >= text.size()) {
        return false;
    }
    auto const second = static_cast<unsigned char>(text[at + 1]);
    return (text[at] == '\xCC' && second >= 0x80 && second <= 0xBF) ||
           (text[at] == '\xCD' && second >= 0x80 && second <= 0xAF);
}

/// The letter of a FoldedCharacter for the code point in the first `size` bytes of `text`, which are well-formed.
[[nodiscard]] constexpr char folded_letter(std::string_view text, std::size_t size) noexcept {
    auto const first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) {
        bool const word = is_letter(text[0]) || is_digit(text[0]) || text[0] == '_';
        return word ? to_lower(text[0]) : '\0';
    }
    auto const second = static_cast<unsigned char>(text[1]);
    if (size == 2 && first == 0xC3) {  // U+00C0 to U+00FF; '*' for the multiplication and division signs
        constexpr std::string_view letters =
            "aaaaaa?ceeeeiiiidnooooo*ouuuuy??aaaaaa?ceeeeiiiidnooooo*ouuuuy?y";
        static_assert(letters.size() == 64);
        char const letter = letters[second - 0x80U];
        return letter == '*' ? '\0' : letter;
    }
    bool const symbol = first == 0xC2  // U+0080 to U+00BF
                        ||
                        (first == 0xE2 && second < 0xB0)  // U+2000 to U+2BFF: punctuation, arrows, operators
                        || (first == 0xE3 && second == 0x80)  // U+3000 to U+303F: CJK punctuation
                        || is_combining_mark(text, 0);
    return symbol ? '\0' : '?';
}

/// The character at `at`; outside words for a byte that is not UTF-8 and at the end of the text.
[[nodiscard]] constexpr FoldedCharacter fold_at(std::string_view text, std::size_t at = 0) noexcept {
    FoldedCharacter out;
    if (at >= text.size()) {
        return out;
    }
    Utf8Step const step = decode_utf8(text.data() + at, text.data() + text.size());
    if (!step.well_formed) {
        return out;
    }
    std::size_t const size = step.length;
    out.letter = folded_letter(text.substr(at), size);
    out.base_size = out.size = size;
    while (out.letter != '\0' && is_combining_mark(text, at + out.size)) {
        out.size += 2;
    }
    return out;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
