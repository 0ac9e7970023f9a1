// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/pass.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Removes lines of prose that equal the line before.
///
/// Only lines of at least three words that begin with a letter or digit: braces, rules and list marks repeat
/// on purpose.
void propose_repeated_lines(Segmented const& prompt, std::vector<Edit>& edits);

/// Removes paragraphs of prose that occur earlier in the prompt, byte for byte.
///
/// Only whole paragraphs of at least 80 bytes without code, tables or JSON.
void propose_repeated_paragraphs(Segmented const& prompt, std::vector<Edit>& edits);

/// In the order in which they run.
inline constexpr std::array repeat_passes{
    Pass{"repeated lines", propose_repeated_lines},
    Pass{"repeated paragraphs", propose_repeated_paragraphs},
};

/// A run of whole lines that contain only prose, URLs, placeholders and code spans.
struct ProseLines {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The longest such runs of a prompt, in order.
[[nodiscard]] inline std::vector<ProseLines> lines_of_prose(Segmented const& prompt) {
    std::vector<ProseLines> out;
    std::size_t begin = 0;
    auto const close = [&](std::size_t to) {
        std::size_t const end = prompt.before(to) == '\n' ? to : prompt.line_begin(to);
        if (end > begin) {
            out.push_back({begin, end});
        }
    };
    for (Segment const& part : prompt.segments) {
        if (part.kind == SegmentKind::code || part.kind == SegmentKind::table ||
            part.kind == SegmentKind::json) {
            close(part.begin);
            begin = prompt.before(part.end) == '\n' ? part.end : prompt.line_end(part.end) + 1;
        }
    }
    if (begin < prompt.text.size()) {
        out.push_back({begin, prompt.text.size()});
    }
    return out;
}

inline void propose_repeated_lines(Segmented const& prompt, std::vector<Edit>& edits) {
    auto const worth_folding = [](std::string_view line) {
        std::size_t const first = std::min(line.find_first_not_of(" \t"), line.size());
        line.remove_prefix(first);
        auto const letter = [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   (c & '\x80') != 0;
        };
        return !line.empty() && letter(line[0]) && std::count(line.begin(), line.end(), ' ') >= 2;
    };
    for (ProseLines const& part : lines_of_prose(prompt)) {
        std::string_view last;
        for (std::size_t at = part.begin; at < part.end;) {
            std::size_t const end = prompt.line_end(at);
            std::string_view const line = prompt.text.substr(at, end - at);
            if (at > part.begin && line == last && worth_folding(line)) {
                edits.push_back({at - 1, end, {}});
            }
            last = line;
            at = end + 1;
        }
    }
}

inline void propose_repeated_paragraphs(Segmented const& prompt, std::vector<Edit>& edits) {
    constexpr std::size_t worthwhile = 80;
    std::unordered_set<std::string_view> seen;
    for (ProseLines const& part : lines_of_prose(prompt)) {
        for (std::size_t at = part.begin; at < part.end;) {
            std::size_t const blank = prompt.text.find("\n\n", at);
            std::size_t const end = std::min(blank, part.end);
            std::string_view paragraph = prompt.text.substr(at, end - at);
            if (paragraph.ends_with('\n')) {
                paragraph.remove_suffix(1);
            }
            bool const whole = (at == 0 || prompt.text.substr(0, at).ends_with("\n\n")) &&
                               (blank <= part.end || part.end == prompt.text.size());
            if (whole && paragraph.size() >= worthwhile && !seen.insert(paragraph).second) {
                edits.push_back({at - 2, at + paragraph.size(), {}});
            }
            at = std::min(prompt.text.find_first_not_of('\n', end), part.end);
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
