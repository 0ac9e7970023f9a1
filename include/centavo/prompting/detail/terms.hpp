// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/folding.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Stop words of English and Spanish, folded as terms are; sorted.
inline constexpr std::array<std::string_view, 166> stop_words{
    "a",       "about",   "al",      "algo",    "algun",  "alguna", "all",    "also",   "am",     "among",
    "an",      "and",     "ante",    "any",     "are",    "as",     "at",     "be",     "been",   "being",
    "but",     "by",      "cada",    "can",     "como",   "con",    "cual",   "cuales", "cuando", "cuanta",
    "cuantas", "cuanto",  "cuantos", "de",      "del",    "desde",  "did",    "do",     "does",   "donde",
    "e",       "el",      "ella",    "ellas",   "ellos",  "en",     "entre",  "era",    "eran",   "es",
    "esa",     "ese",     "eso",     "esta",    "estaba", "estan",  "este",   "esto",   "estos",  "for",
    "from",    "fue",     "fueron",  "gave",    "get",    "got",    "ha",     "haber",  "habia",  "had",
    "han",     "has",     "hasta",   "have",    "he",     "her",    "his",    "how",    "i",      "if",
    "in",      "into",    "is",      "it",      "its",    "la",     "las",    "le",     "les",    "lo",
    "los",     "many",    "may",     "me",      "mi",     "much",   "mucha",  "mucho",  "my",     "nos",
    "o",       "of",      "on",      "or",      "our",    "para",   "pero",   "por",    "porque", "que",
    "quien",   "quienes", "se",      "sea",     "ser",    "she",    "should", "si",     "sido",   "sobre",
    "son",     "su",      "sus",     "tambien", "tan",    "than",   "that",   "the",    "their",  "them",
    "then",    "there",   "these",   "they",    "this",   "those",  "tiene",  "tienen", "tipo",   "to",
    "u",       "un",      "una",     "unas",    "uno",    "unos",   "us",     "was",    "we",     "were",
    "what",    "when",    "where",   "which",   "while",  "who",    "whom",   "whose",  "why",    "will",
    "with",    "would",   "y",       "ya",      "you",    "your"};

/// Calls `each` with every term of `text` except stop words: a word in lower case, without accents, reduced to its stem.
///
/// A word is a run of letters and digits. The light stemmer serves English and Spanish alike, so that the language need
/// not be known: it removes one plural ending, one suffix and the vowels before them, and keeps three letters.
template <class Each>
void for_each_term(std::string_view text, Each each);

/// Reduces a folded word to its stem.
inline void stem(std::string& word) {
    constexpr std::array<std::string_view, 25> suffixes{
        "amente", "mente", "acion", "cion", "iendo", "ieron", "aron", "ando", "aban",
        "ador",   "edly",  "ing",   "ado",  "ada",   "ido",   "ida",  "aba",  "ion",
        "ed",     "er",    "ly",    "ar",   "ir",    "an",    "en"};
    auto const cut = [&](std::string_view suffix) {
        bool const found = word.size() >= suffix.size() + 3 && word.ends_with(suffix);
        if (found) {
            word.resize(word.size() - suffix.size());
        }
        return found;
    };
    if (word.size() < 4 || (word[0] >= '0' && word[0] <= '9')) {
        return;
    }
    if (!word.ends_with("ss") && !cut("es")) {
        cut("s");
    }
    for (std::string_view const suffix : suffixes) {
        if (cut(suffix)) {
            break;
        }
    }
    while (word.size() > 3 && std::string_view{"eaoyi"}.find(word.back()) != std::string_view::npos) {
        word.pop_back();
    }
}

template <class Each>
void for_each_term(std::string_view text, Each each) {
    std::string word;
    auto const flush = [&] {
        if (!word.empty() &&
            !std::binary_search(stop_words.begin(), stop_words.end(), std::string_view{word})) {
            stem(word);
            each(std::string_view{word});
        }
        word.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        FoldedCharacter const character = fold_at(text, at);
        if (character.letter == '?') {
            word += text.substr(at, character.base_size);
        } else if (character.letter != '\0' && character.letter != '_') {
            word += character.letter;
        } else {
            flush();
        }
        at += character.size;
    }
    flush();
}

static_assert(std::is_sorted(stop_words.begin(), stop_words.end()));

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
