// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/layout_words.hpp>
#include <centavo/prompting/detail/lines.hpp>
#include <centavo/prompting/detail/pass.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Reduces white space in paragraphs that are certainly prose: two spaces after punctuation, one space at the end of a
/// line, several empty lines between two such paragraphs.
///
/// A paragraph counts only if every line of it is made of sentences, without quotes of any kind, signs of programs or
/// words about layout, and at least 40 bytes long.
void propose_whitespace(Segmented const& prompt, std::vector<Edit>& edits);

inline constexpr Pass whitespace_pass{"whitespace", propose_whitespace};

/// Whether a text has a quotation mark of any kind, or an apostrophe that is not inside a word.
[[nodiscard]] inline bool has_quotes(std::string_view text) {
    for (std::string_view const mark : {"\"", "`", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e",
                                        "\xe2\x80\x98", "\xc2\xab", "\xc2\xbb"}) {
        if (text.find(mark) != std::string_view::npos) {
            return true;
        }
    }
    for (std::size_t at = text.find('\''); at != std::string_view::npos; at = text.find('\'', at + 1)) {
        if (at == 0 || !letter_byte(text[at - 1]) || at + 1 == text.size() || !letter_byte(text[at + 1])) {
            return true;
        }
    }
    return false;
}

/// Whether a line is certainly prose once its spaces are single.
[[nodiscard]] inline bool is_certain_prose(std::string_view line) {
    constexpr std::size_t least = 40;
    std::string single;
    for (char const c : line) {
        if (c != ' ' || !single.ends_with(' ')) {
            single += c;
        }
    }
    if (single.ends_with(' ')) {
        single.pop_back();
    }
    return single.size() >= least && letter_byte(single.front()) && line_kind(single) == LineKind::prose &&
           !has_quotes(single) && single.find_first_of(":()[]/*_#@$%&+") == std::string::npos &&
           !asks_for_layout(single);
}

inline void propose_whitespace(Segmented const& prompt, std::vector<Edit>& edits) {
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::text) {
            continue;
        }
        bool after_prose = false;  // the paragraph before is prose
        std::size_t gap = part.begin;
        for (std::size_t at = part.begin; at < part.end;) {
            if (prompt.text[at] == '\n') {
                ++at;
                continue;
            }
            // One paragraph, of lines that are not empty.
            std::size_t const begin = at;
            bool prose = prompt.before(begin) == '\n';
            std::vector<Edit> found;
            while (at < part.end && prompt.text[at] != '\n') {
                std::size_t const end = prompt.line_end(at, part.end);
                std::string_view const line = prompt.bytes(at, end);
                prose = prose && is_certain_prose(line);
                for (std::size_t i = line.find("  "); prose && i != std::string_view::npos;) {
                    std::size_t const next = std::min(line.find_first_not_of(' ', i), line.size());
                    if (i > 0 && next < line.size() && next - i <= 3 && is_one_of(line[i - 1], ".,!?") &&
                        letter_byte(line[next])) {
                        found.push_back({at + i, at + next, " "});
                    }
                    i = line.find("  ", next);
                }
                if (prose && line.size() > 1 && line.back() == ' ' && line[line.size() - 2] != ' ') {
                    found.push_back({end - 1, end, {}});
                }
                at = end + 1;
            }
            if (prose && after_prose && begin - gap > 1) {
                edits.push_back({gap, begin - 1, {}});
            }
            if (prose) {
                edits.insert(edits.end(), found.begin(), found.end());
            }
            after_prose = prose;
            gap = at;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
