// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/folding.hpp>
#include <centavo/prompting/detail/pass.hpp>
#include <centavo/prompting/detail/phrases.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Replaces wordy phrases with short ones: whole words, in any case, with or without accents, the longest first.
///
/// Adjusts commas, spaces and the capitalization of the next word. Keeps a phrase that is a whole sentence, "(estar) de
/// acuerdo con" in the sense of agreeing, and the verb "to please".
void propose_phrases(Segmented const& prompt, std::vector<Edit>& edits);

inline constexpr Pass phrase_pass{"phrases", propose_phrases};

/// The size in bytes of `words` at the beginning of `text`; 0 if they do not stand there as whole words.
[[nodiscard]] inline std::size_t phrase_at(std::string_view text, std::string_view words) {
    std::size_t at = 0;
    while (!words.empty()) {
        if (words[0] == ' ') {
            std::size_t const end = std::min(text.find_first_not_of(" \t", at), text.size());
            if (end == at) {
                return 0;
            }
            at = end;
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

/// `text` with its first letter in upper case, if it is a letter of ASCII or Latin-1.
[[nodiscard]] inline std::string capitalized(std::string_view text) {
    std::string out{text};
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') {
        out[0] = static_cast<char>(out[0] - 'a' + 'A');
    } else if (out.size() > 1 && out[0] == '\xc3' && static_cast<unsigned char>(out[1]) >= 0xa0 &&
               out[1] != '\xbf') {
        out[1] = static_cast<char>(static_cast<unsigned char>(out[1]) - 0x20);
    }
    return out;
}

/// The last word before `at`, in lower case and without accents.
[[nodiscard]] inline std::string word_before(Segmented const& prompt, std::size_t at) {
    std::size_t const begin = at > 48 ? at - 48 : 0;
    std::string folded;
    for (std::size_t i = begin; i < at;) {
        FoldedCharacter const letter = fold_at(prompt.text, i);
        folded += letter.letter == '\0' ? (prompt.text[i] == ' ' ? ' ' : '.') : letter.letter;
        i += letter.size;
    }
    while (folded.ends_with(' ')) {
        folded.pop_back();
    }
    std::size_t const gap = folded.find_last_of(" .");
    return gap == std::string::npos ? folded : folded.substr(gap + 1);
}

/// Whether the words before `at` give the phrase another meaning.
[[nodiscard]] inline bool means_otherwise(Segmented const& prompt, std::size_t at, Phrase const& phrase) {
    std::string const word = word_before(prompt, at);
    if (phrase.words.starts_with("de acuerdo")) {
        // "To agree": estoy, están, estuvo, ponerse, puesto, llegar, todos, muy, totalmente …
        return word.starts_with("est") || word.starts_with("pon") || word.starts_with("pus") ||
               word.starts_with("lleg") || word.starts_with("mostr") || word.starts_with("muestr") ||
               word.starts_with("declar") || word.starts_with("qued") || word.ends_with("mente") ||
               word == "muy" || word == "mas" || word == "menos" || word == "todos" || word == "todas" ||
               word == "no" || word == "nada" || word == "poco" || word == "ya";
    }
    if (phrase.words == "please") {
        return word == "to" || word == "you" || word == "will" || word == "would" || word == "not" ||
               word == "they";
    }
    if (phrase.words == "i want you to" || phrase.words == "i would like you to") {
        // "what I want you to do" needs it.
        return !word.empty();
    }
    return false;
}

/// The edit that replaces or removes the phrase found at `at`; nullopt if the rest would not be a sentence.
[[nodiscard]] inline std::optional<Edit> phrase_edit(Segmented const& prompt, Segment const& part,
                                                     std::size_t at, FoundPhrase const& found) {
    std::string_view const text = prompt.text;
    std::size_t const end = at + found.size;
    char const head = text[at];
    bool const capital =
        (head >= 'A' && head <= 'Z') || (head == '\xc3' && static_cast<unsigned char>(text[at + 1]) < 0xa0);
    if (!found.phrase.replacement.empty()) {
        return Edit{at, end,
                    capital ? capitalized(found.phrase.replacement) : std::string{found.phrase.replacement}};
    }
    auto const within = [](std::string_view set, char c) { return set.find(c) != std::string_view::npos; };
    std::size_t begin = at;
    while (begin > part.begin && text[begin - 1] == ' ') {
        --begin;
    }
    std::size_t stop = std::min(text.find_first_not_of(" \t", end), text.size());
    char const left = prompt.before(begin);
    char const right = prompt.after(stop);
    bool const starts = begin == 0 || within("\n.!?:;-*#>", left) ||
                        text.substr(0, begin).ends_with("\xc2\xbf") ||
                        text.substr(0, begin).ends_with("\xc2\xa1");
    bool const ends = within(".!?;:\n\r)", right);
    if ((starts && ends) || within("([{\"'<|/`", left) || within("([{\"'<|/`=", right) || stop > part.end ||
        (starts && right == '\0')) {
        return std::nullopt;
    }
    if (left == ',' && (right == ',' || ends)) {
        // "resume, por favor, el texto" and "resume el texto, por favor."
        stop = right == ',' ? stop + 1 : stop;
        return begin > part.begin ? std::optional{Edit{begin - 1, stop, {}}} : std::nullopt;
    }
    if (ends) {
        return Edit{begin, stop, {}};
    }
    if (right == ',') {
        stop = std::min(text.find_first_not_of(" \t", stop + 1), text.size());
        if (prompt.after(stop) == '\n') {
            return std::nullopt;
        }
    }
    if (stop >= part.end) {
        return std::nullopt;  // the next segment is of another kind and must not be edited
    }
    if (!capital) {
        return Edit{at, stop, {}};
    }
    std::size_t const letter = fold_at(text, stop).size;
    return Edit{at, stop + letter, capitalized(text.substr(stop, letter))};
}

inline void propose_phrases(Segmented const& prompt, std::vector<Edit>& edits) {
    std::string_view const text = prompt.text;
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::prose) {
            continue;
        }
        std::size_t free = part.begin;  // past the last edit
        for (std::size_t at = part.begin; at < part.end;) {
            FoldedCharacter const letter = fold_at(text.substr(at, part.end - at));
            if (letter.letter == '\0') {
                at += letter.size;
                continue;
            }
            std::size_t next = at;
            while (next < part.end) {
                FoldedCharacter const more = fold_at(text.substr(next, part.end - next));
                if (more.letter == '\0') {
                    break;
                }
                next += more.size;
            }
            auto const found = FoundPhrase::at(text.substr(at, part.end - at));
            if (found && !means_otherwise(prompt, at, found->phrase)) {
                auto edit = phrase_edit(prompt, part, at, *found);
                if (edit && edit->begin >= free && edit->end <= part.end) {
                    free = next = edit->end;
                    edits.push_back(std::move(*edit));
                }
            }
            at = std::max(next, at + 1);
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
