// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// How hard a prompt looks.
enum class Complexity : std::uint8_t { low, high };

/// "low" or "high".
[[nodiscard]] constexpr std::string_view to_string(Complexity complexity) noexcept {
    return complexity == Complexity::high ? "high" : "low";
}

/// Calls `visit(std::string_view)` for every word of a text, in lower case and without accents, at most 31 bytes of it.
///
/// "Función", "FUNCION" and a decomposed "función" are all "funcion". Words are runs of letters, digits and
/// underscores; every code point from U+0080 on that is not punctuation counts as a letter. No allocation.
template <typename Visit>
constexpr void for_each_plain_word(std::string_view text, Visit&& visit) {
    // The base letters of U+00C0 to U+00FF; '*' is no letter, '_' stands for one without a base in ASCII.
    constexpr std::string_view base = "aaaaaa_ceeeeiiiidnooooo*ouuuuy__aaaaaa_ceeeeiiiidnooooo*ouuuuy_y";
    std::array<char, 31> word{};
    std::size_t size = 0;
    bool inside = false;
    auto const put = [&](std::string_view bytes) {
        inside = true;
        if (size + bytes.size() <= word.size()) {
            size = static_cast<std::size_t>(
                std::copy(bytes.begin(), bytes.end(), word.begin() + static_cast<std::ptrdiff_t>(size)) -
                word.begin());
        }
    };
    auto const end = [&] {
        if (inside) {
            visit(std::string_view{word.data(), size});
        }
        inside = false;
        size = 0;
    };
    for (std::size_t at = 0; at < text.size();) {
        auto const byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            bool const upper = byte >= 'A' && byte <= 'Z';
            bool const letter =
                upper || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
            char const lower = static_cast<char>(upper ? byte + ('a' - 'A') : byte);
            letter ? put({&lower, 1}) : end();
            ++at;
            continue;
        }
        std::size_t const length = std::max<std::size_t>(detail::utf8_sequence(text, at), 1);
        std::string_view const bytes = text.substr(at, length);
        at += length;
        auto const second = length > 1 ? static_cast<unsigned char>(bytes[1]) : 0U;
        if (length > 1 && byte == 0xC3) {  // U+00C0 to U+00FF
            char const plain = base[second - 0x80U];
            plain == '*' ? end() : plain == '_' ? put(bytes) : put({&plain, 1});
        } else if (length > 1 && (byte == 0xCC || (byte == 0xCD && second < 0xB0))) {
            continue;  // combining accents, U+0300 to U+036F
        } else if (byte == 0xC2 || length == 1 || (byte == 0xE2 && (second == 0x80 || second == 0x81)) ||
                   (byte == 0xE3 && second == 0x80)) {
            end();  // Latin-1, general and CJK punctuation, bytes that are no UTF-8
        } else {
            put(bytes);
        }
    }
    end();
}

/// High where a prompt has more than 200 words, or both a word about code and one that asks for reasoning.
///
/// English and Spanish, whole words, in any case, with or without accents: "class" is not in "classical". A heuristic
/// of the field, worth little by itself: on recorded comparisons of two models it ranks prompts no better than chance.
/// Measured quality by task is worth more. No allocation; linear in the prompt.
[[nodiscard]] constexpr Complexity classify_complexity(std::string_view prompt) {
    constexpr std::string_view code[] = {"algorithm", "algoritmo", "class",   "clase",    "code",   "codigo",
                                         "compile",   "def",       "funcion", "function", "metodo", "method",
                                         "programa",  "script",    "sql",     "struct"};
    constexpr std::string_view reasoning[] = {"analisis", "analiza",   "analizar", "analyse", "analysis",
                                              "analyze",  "compara",   "comparar", "compare", "derive",
                                              "evalua",   "evaluate",  "explain",  "explica", "explicar",
                                              "justify",  "justifica", "prove",    "why"};
    std::size_t words = 0;
    bool has_code = false;
    bool has_reasoning = false;
    bool after_por = false;
    for_each_plain_word(prompt, [&](std::string_view word) {
        ++words;
        has_code = has_code || detail::contains(code, word);
        has_reasoning = has_reasoning || (after_por && word == "que") || detail::contains(reasoning, word);
        after_por = word == "por";
    });
    return words > 200 || (has_code && has_reasoning) ? Complexity::high : Complexity::low;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
