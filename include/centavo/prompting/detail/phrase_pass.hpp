// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/folding.hpp>
#include <centavo/prompting/detail/layout_words.hpp>
#include <centavo/prompting/detail/lines.hpp>
#include <centavo/prompting/detail/pass.hpp>
#include <centavo/prompting/detail/phrases.hpp>
#include <centavo/prompting/detail/whitespace_pass.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Replaces wordy phrases with short ones: whole words, in any case, with or without accents, the longest first.
///
/// Only in lines of sentences; never beside a character of an identifier, in a line with quotes, after a colon, in a
/// name, or in a line about wording. Adjusts commas, spaces and the capitalization of the next word.
void propose_phrases(Segmented const& prompt, std::vector<Edit>& edits);

inline constexpr Pass phrase_pass{"phrases", propose_phrases};

/// The size in bytes of `words` at the beginning of `text`; 0 if they do not stand there as whole words.
[[nodiscard]] inline std::size_t phrase_at(std::string_view text, std::string_view words) {
    std::size_t at = 0;
    while (!words.empty()) {
        if (words[0] == ' ') {
            if (at >= text.size() || text[at] != ' ') {
                return 0;
            }
            ++at;
            words.remove_prefix(1);
            continue;
        }
        FoldedCharacter const wanted = fold_at(words);
        FoldedCharacter const found = fold_at(text, at);
        if (found.letter != wanted.letter || found.letter == '\0') {
            return 0;
        }
        at += found.size;
        words.remove_prefix(wanted.size);
    }
    return fold_at(text, at).letter == '\0' ? at : 0;
}

/// The letter by which a table of phrases is searched.
[[nodiscard]] constexpr char first_letter(Phrase const& phrase) noexcept { return phrase.words[0]; }

inline constexpr auto by_first_letter = [](Phrase const& a, Phrase const& b) {
    return first_letter(a) < first_letter(b);
};
static_assert(std::is_sorted(std::begin(english_phrases), std::end(english_phrases), by_first_letter));
static_assert(std::is_sorted(std::begin(spanish_phrases), std::end(spanish_phrases), by_first_letter));

/// The longest phrase at the beginning of a text.
struct FoundPhrase {
    Phrase phrase;
    std::size_t size = 0;

    [[nodiscard]] static std::optional<FoundPhrase> at(std::string_view text) {
        char const first = fold_at(text).letter;
        std::optional<FoundPhrase> best;
        auto const look = [&](auto const& phrases) {
            auto candidate =
                std::lower_bound(phrases.begin(), phrases.end(), first, [](Phrase const& entry, char letter) {
                    return first_letter(entry) < letter;
                });
            for (; candidate != phrases.end() && first_letter(*candidate) == first; ++candidate) {
                std::size_t const bytes = phrase_at(text, candidate->words);
                if (bytes > (best ? best->size : 0)) {
                    best = FoundPhrase{*candidate, bytes};
                }
            }
        };
        look(english_phrases);
        look(spanish_phrases);
        return best;
    }
};

/// Whether a text begins with an upper-case letter of ASCII or Latin-1.
[[nodiscard]] constexpr bool is_capitalized(std::string_view text) noexcept {
    return !text.empty() && (upper_byte(text[0]) || (text.size() > 1 && text[0] == '\xc3' &&
                                                     static_cast<unsigned char>(text[1]) < 0xa0));
}

/// `text` with its first letter in upper case, if it is a letter of ASCII or Latin-1.
[[nodiscard]] inline std::string capitalized(std::string_view text) {
    std::string out{text};
    if (!out.empty() && lower_byte(out[0])) {
        out[0] = static_cast<char>(out[0] - 'a' + 'A');
    } else if (out.size() > 1 && out[0] == '\xc3' && static_cast<unsigned char>(out[1]) >= 0xa0 &&
               out[1] != '\xbf') {
        out[1] = static_cast<char>(static_cast<unsigned char>(out[1]) - 0x20);
    }
    return out;
}

/// Whether a line is about words, so that its own must stay.
[[nodiscard]] inline bool is_about_wording(std::string_view line) {
    constexpr std::array words{
        std::string_view{"phrase"},   std::string_view{"phrases"},    std::string_view{"word"},
        std::string_view{"words"},    std::string_view{"wording"},    std::string_view{"say"},
        std::string_view{"says"},     std::string_view{"said"},       std::string_view{"saying"},
        std::string_view{"write"},    std::string_view{"writes"},     std::string_view{"translate"},
        std::string_view{"rate"},     std::string_view{"correct"},    std::string_view{"spell"},
        std::string_view{"term"},     std::string_view{"terms"},      std::string_view{"quote"},
        std::string_view{"replace"},  std::string_view{"means"},      std::string_view{"expression"},
        std::string_view{"polite"},   std::string_view{"politeness"}, std::string_view{"called"},
        std::string_view{"named"},    std::string_view{"song"},       std::string_view{"title"},
        std::string_view{"titled"},   std::string_view{"sang"},       std::string_view{"banned"},
        std::string_view{"rephrase"}, std::string_view{"paraphrase"}, std::string_view{"sentence"},
        std::string_view{"repeat"},   std::string_view{"print"},      std::string_view{"palabra"},
        std::string_view{"palabras"}, std::string_view{"frase"},      std::string_view{"frases"},
        std::string_view{"traduce"},  std::string_view{"traduzca"},   std::string_view{"escribe"},
        std::string_view{"escriba"},  std::string_view{"escribas"},   std::string_view{"expresión"},
        std::string_view{"término"},  std::string_view{"significa"},  std::string_view{"corrige"},
        std::string_view{"di"},       std::string_view{"diga"},       std::string_view{"dice"},
        std::string_view{"título"},   std::string_view{"llamado"},    std::string_view{"llamada"},
    };
    return any_word(line, [&](std::string_view word, std::string_view) {
        return std::find(words.begin(), words.end(), word) != words.end();
    });
}

/// Whether phrases of a line may be replaced: a line of sentences, alone or as an item of a list.
[[nodiscard]] inline bool may_rephrase(std::string_view line) {
    LineKind const kind = line_kind(line);
    return (kind == LineKind::prose || kind == LineKind::item) && is_sentence_text(trimmed(line)) &&
           !has_quotes(line) && !is_about_wording(line);
}

/// The edit for the phrase found at `at` of a line; nullopt if it must stay.
[[nodiscard]] inline std::optional<Edit> phrase_edit(std::string_view line, std::size_t first, std::size_t at,
                                                     FoundPhrase const& found) {
    std::size_t const end = at + found.size;
    std::string_view const rest = line.substr(end);
    PhrasePlace const place = found.phrase.place;
    bool const starts = at == first ||
                        (at >= first + 2 && line[at - 1] == ' ' && is_one_of(line[at - 2], ".!?")) ||
                        line.substr(0, at).ends_with("\xc2\xbf") || line.substr(0, at).ends_with("\xc2\xa1");
    bool const spaced = starts || line[at - 1] == ' ';
    bool const after_comma = at >= 2 && line[at - 1] == ' ' && line[at - 2] == ',';
    bool const comma = rest.starts_with(", ") && rest.size() > 2;
    bool const word_follows = rest.starts_with(" ") && rest.size() > 1 && letter_byte(rest[1]);
    bool const stops = rest.empty() || (is_one_of(rest[0], ".,!?") && (rest.size() == 1 || rest[1] == ' '));
    bool const capital = is_capitalized(line.substr(at));
    // A capital within a sentence, or one before another, belongs to a name.
    if (!spaced || (capital && !starts) || (capital && word_follows && is_capitalized(rest.substr(1))) ||
        (!word_follows && !stops)) {
        return std::nullopt;
    }
    std::string_view const before = trimmed(line.substr(0, at));
    if (before.ends_with(" a") || before == "a" || before == "A" || before.ends_with(" as") ||
        before.ends_with(" or")) {
        return std::nullopt;
    }
    if (!found.phrase.replacement.empty()) {
        bool allowed = word_follows || place == PhrasePlace::anywhere;
        if (place == PhrasePlace::clause) {
            allowed = allowed && (starts || after_comma);
        }
        if (place == PhrasePlace::before_infinitive) {
            std::string_view const next = rest.substr(1, rest.find_first_of(" ,.", 1) - 1);
            allowed =
                allowed && (next.ends_with("ar") || next.ends_with("er") || next.ends_with("ir") ||
                            next.ends_with("arse") || next.ends_with("erse") || next.ends_with("irse") ||
                            next.ends_with("arlo") || next.ends_with("arla") || next.ends_with("erlo"));
        }
        std::string_view const words = found.phrase.replacement;
        return allowed ? std::optional{Edit{at, end, capital ? capitalized(words) : std::string{words}}}
                       : std::nullopt;
    }
    // Removed with the white space and one comma beside it.
    if (!starts) {
        bool const between = after_comma && (comma || (stops && !rest.empty() && rest[0] != ','));
        if (place == PhrasePlace::opening || !between) {
            return std::nullopt;
        }
        return Edit{at - 2, comma ? end + 1 : end, {}};
    }
    bool const keeps_verb = word_follows && !is_capitalized(rest.substr(1));
    if (!(comma && place != PhrasePlace::opening) && !(keeps_verb && place != PhrasePlace::set_off)) {
        return std::nullopt;
    }
    std::size_t const stop = end + (comma ? 2U : 1U);
    std::string_view const next = line.substr(stop);
    if (next.empty() || !letter_byte(next[0]) || (comma && is_capitalized(next))) {
        return std::nullopt;
    }
    std::size_t const letter = fold_at(line, stop).size;
    return Edit{at, stop + letter,
                capital ? capitalized(line.substr(stop, letter)) : std::string{line.substr(stop, letter)}};
}

inline void propose_phrases(Segmented const& prompt, std::vector<Edit>& edits) {
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::text) {
            continue;
        }
        for (std::size_t begin = part.begin; begin < part.end;) {
            std::size_t const line_end = prompt.line_end(begin, part.end);
            std::string_view const line = prompt.bytes(begin, line_end);
            std::size_t first = std::min(line.find_first_not_of(" \t-*0123456789.)"), line.size());
            bool const item = first > 0;
            std::size_t const stop = std::min(line.find(':'), line.size());
            if (first < stop && may_rephrase(line)) {
                std::size_t const text = item ? first : 0;
                for (std::size_t at = text; at < stop;) {
                    FoldedCharacter const letter = fold_at(line, at);
                    if (letter.letter == '\0') {
                        at += std::max<std::size_t>(letter.size, 1);
                        continue;
                    }
                    std::size_t next = at;
                    while (next < line.size() && fold_at(line, next).letter != '\0') {
                        next += fold_at(line, next).size;
                    }
                    auto const found = FoundPhrase::at(line.substr(at));
                    if (found && at + found->size <= stop) {
                        if (auto edit = phrase_edit(line, text, at, *found)) {
                            next = std::max(next, edit->end);
                            edit->begin += begin;
                            edit->end += begin;
                            if (edits.empty() || edits.back().end <= edit->begin) {
                                edits.push_back(std::move(*edit));
                            }
                        }
                    }
                    at = next;
                }
            }
            begin = line_end + 1;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
