// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Bytes [begin, end) of a text: a sentence, without the white space around it.
struct Sentence {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The sentences of a text, in order; they cover everything but white space.
///
/// A sentence ends at a line feed, or after `.`, `!`, `?` or `…` and closing quotes if white space follows and then a
/// capital, a digit or an opening mark; not after an abbreviation of English or Spanish or a single capital.
[[nodiscard]] std::vector<Sentence> sentences(std::string_view text);

/// Whether the word that ends with the full stop at `stop` is an abbreviation.
[[nodiscard]] inline bool abbreviated(std::string_view text, std::size_t stop) {
    constexpr std::array<std::string_view, 30> known{
        "Mr",  "Mrs", "Ms",   "Dr",   "St",  "Jr",  "Sr", "Sra", "Prof",  "Gen",
        "Col", "Lt",  "Capt", "Gov",  "Sen", "Rep", "vs", "etc", "e.g",   "i.e",
        "No",  "Vol", "Inc",  "Corp", "Ltd", "Co",  "cf", "ej",  "aprox", "p\xc3\xa1g"};
    std::size_t begin = stop;
    while (begin > 0 && stop - begin < 8 && text[begin - 1] != ' ' && text[begin - 1] != '\n' &&
           text[begin - 1] != '(') {
        --begin;
    }
    std::string_view const word = text.substr(begin, stop - begin);
    bool const initial = !word.empty() && word.back() >= 'A' && word.back() <= 'Z' &&
                         (word.size() == 1 || word[word.size() - 2] == '.');
    return initial || std::find(known.begin(), known.end(), word) != known.end();
}

/// Whether a sentence may begin with the bytes at `at`.
[[nodiscard]] inline bool opens_sentence(std::string_view text, std::size_t at) {
    char const c = text[at];
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        std::string_view{"\"'([{*-#`"}.find(c) != std::string_view::npos) {
        return true;
    }
    std::string_view const next = text.substr(at, 2);
    if (next.size() == 2 && next[0] == '\xc3') {
        return static_cast<unsigned char>(next[1]) < 0xa0;  // U+00C0 to U+00DF: capitals
    }
    // Inverted marks, guillemets, typographic quotes; letters of other scripts, which may have no capitals.
    return (c & '\x80') != 0;
}

inline std::vector<Sentence> sentences(std::string_view text) {
    constexpr std::string_view space = " \t\r\n\f\v";
    std::vector<Sentence> out;
    std::size_t begin = text.find_first_not_of(space);
    auto const close = [&](std::size_t to) {
        std::size_t end = to;
        while (end > begin && space.find(text[end - 1]) != std::string_view::npos) {
            --end;
        }
        out.push_back({begin, end});
        begin = text.find_first_not_of(space, to);
    };
    for (std::size_t at = begin; at < text.size();) {
        if (text[at] == '\n') {
            close(at);
            at = begin;
            continue;
        }
        bool const ellipsis = text.substr(at).starts_with("\xe2\x80\xa6");
        if (!ellipsis && text[at] != '.' && text[at] != '!' && text[at] != '?') {
            ++at;
            continue;
        }
        std::size_t const stop = at;
        at += ellipsis ? 3 : 1;
        for (bool more = true; more && at < text.size();) {
            std::string_view const rest = text.substr(at);
            more = false;
            for (std::string_view const closing :
                 {"\"", "'", ")", "]", "\xc2\xbb", "\xe2\x80\x9d", "\xe2\x80\x99"}) {
                if (rest.starts_with(closing)) {
                    at += closing.size();
                    more = true;
                    break;
                }
            }
        }
        if (at < text.size() && space.find(text[at]) != std::string_view::npos) {
            std::size_t const next = text.find_first_not_of(space, at);
            if (next != std::string_view::npos && opens_sentence(text, next) &&
                !(text[stop] == '.' && abbreviated(text, stop))) {
                close(at);
                at = begin;
            }
        }
    }
    if (begin < text.size()) {
        close(text.size());
    }
    return out;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
