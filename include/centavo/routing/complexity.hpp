// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/enum_names.hpp>
#include <centavo/routing/detail/words.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The estimated difficulty of a prompt.
enum class Complexity : std::uint8_t { low, high };

/// "low" or "high".
[[nodiscard]] constexpr std::string_view to_string(Complexity complexity) noexcept {
    switch (complexity) {
    case Complexity::low: return "low";
    case Complexity::high: return "high";
    }
    return "";
}

/// The complexity of this name, "low" or "high"; nullopt for any other text.
[[nodiscard]] constexpr std::optional<Complexity> find_complexity(std::string_view name) noexcept {
    return detail::find_enumerator<Complexity>(name);
}

/// High for a prompt of more than 200 words, or with both a word about code and one that asks for reasoning.
///
/// Whole words of English and Spanish, in any case, with or without accents: "classical" does not contain "class". A
/// common heuristic with little predictive value: on recorded comparisons of two models it ranks prompts no better than
/// chance, so prefer quality measured per task. Does not allocate; linear in the size of the prompt.
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
    detail::for_each_folded_word(prompt, [&](std::string_view word) {
        ++words;
        has_code = has_code || detail::contains(code, word);
        has_reasoning = has_reasoning || (after_por && word == "que") || detail::contains(reasoning, word);
        after_por = word == "por";
    });
    return words > 200 || (has_code && has_reasoning) ? Complexity::high : Complexity::low;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
