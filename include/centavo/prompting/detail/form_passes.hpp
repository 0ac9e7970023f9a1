// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/prompting/detail/json_table.hpp>
#include <centavo/prompting/detail/log_form.hpp>
#include <centavo/prompting/detail/pass.hpp>
#include <centavo/prompting/detail/tool_text.hpp>

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

/// Writes JSON schemas of tools as text, see ToolText.
void propose_tool_texts(Segmented const& prompt, std::vector<Edit>& edits);

/// Writes JSON of equal objects, or lines of such objects, as a table; see JsonTable.
void propose_json_tables(Segmented const& prompt, std::vector<Edit>& edits);

/// Writes the lines of a log as shapes and values, see LogForm.
void propose_log_forms(Segmented const& prompt, std::vector<Edit>& edits);

/// Replaces the data of long data URIs with their size: `data:image/png;base64,[480 characters]`.
void propose_data_uris(Segmented const& prompt, std::vector<Edit>& edits);

inline constexpr Pass json_table_pass{"json tables", propose_json_tables};

/// In the order in which they run.
inline constexpr std::array form_passes{
    Pass{"tool signatures", propose_tool_texts},
    json_table_pass,
    Pass{"log shapes", propose_log_forms},
    Pass{"data URIs", propose_data_uris},
};

/// Whether a JSON segment ends its line, and where its line begins: there, or after a label.
[[nodiscard]] inline bool ends_line(Segmented const& prompt, Segment const& part) {
    return prompt.after(part.end) == '\n' || prompt.after(part.end) == '\r';
}

[[nodiscard]] inline std::string compact_of(std::string_view json) {
    std::string compact;
    append_compact(compact, json);
    return compact;
}

inline void propose_tool_texts(Segmented const& prompt, std::vector<Edit>& edits) {
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::json || !ends_line(prompt, part) || prompt.before(part.begin) != '\n') {
            continue;
        }
        std::string const compact = compact_of(prompt.bytes(part.begin, part.end));
        if (auto text = ToolText::of(compact)) {
            edits.push_back({part.begin, part.end, std::move(*text)});
        }
    }
}

inline void propose_json_tables(Segmented const& prompt, std::vector<Edit>& edits) {
    View<Segment> const parts = prompt.segments;
    auto const stands = [&](std::size_t i) {
        return parts[i].kind == SegmentKind::json && ends_line(prompt, parts[i]);
    };
    for (std::size_t at = 0; at < parts.size(); ++at) {
        if (!stands(at)) {
            continue;
        }
        bool const first = prompt.before(parts[at].begin) == '\n';
        // Lines of objects are one table.
        std::size_t last = at;
        while (first && last + 2 < parts.size() && stands(last + 2) &&
               parts[last + 2].begin == parts[last].end + 1 && prompt.text[parts[last].begin] == '{') {
            last += 2;
        }
        std::optional<std::string> table;
        if (last > at + 2) {
            std::string rows = "[";
            for (std::size_t i = at; i <= last; i += 2) {
                rows += i > at ? "," : "";
                append_compact(rows, prompt.bytes(parts[i].begin, parts[i].end));
            }
            rows += ']';
            table = JsonTable::of(rows);
            if (table) {
                table->replace(table->find(" rows] "), 7, " lines] ");
            }
        }
        if (!table) {
            last = at;
            table = JsonTable::of(compact_of(prompt.bytes(parts[at].begin, parts[at].end)));
        }
        if (table) {
            // After a label the table begins on a line of its own.
            edits.push_back({parts[at].begin, parts[last].end, (first ? "" : "\n") + *table});
        }
        at = last;
    }
}

inline void propose_log_forms(Segmented const& prompt, std::vector<Edit>& edits) {
    constexpr std::size_t least = 4;  // lines
    auto const propose = [&](std::size_t begin, std::size_t end) {
        if (end > begin && prompt.text[end - 1] == '\n') {
            --end;
        }
        if (auto form = LogForm::of(prompt.bytes(begin, end)); form && form->size() < end - begin) {
            edits.push_back({begin, end, std::move(*form)});
        }
    };
    for (Segment const& part : prompt.segments) {
        if (part.kind == SegmentKind::log) {
            propose(part.begin, part.end);
        }
        if (part.kind != SegmentKind::text) {
            continue;
        }
        std::size_t first = part.begin;
        std::size_t lines = 0;
        for (std::size_t at = part.begin; at < part.end;) {
            std::size_t const end = prompt.line_end(at, part.end);
            std::string_view const line = trimmed(prompt.bytes(at, end));
            bool const logged = prompt.before(at) == '\n' && !line.empty() && may_be_log(line) &&
                                line_kind(line) != LineKind::delimited;
            if (logged) {
                first = lines == 0 ? at : first;
                ++lines;
            }
            std::size_t const next = end + 1;
            if (lines > 0 && (!logged || next >= part.end)) {
                if (lines >= least) {
                    propose(first, logged ? end : at);
                }
                lines = 0;
            }
            at = next;
        }
    }
}

inline void propose_data_uris(Segmented const& prompt, std::vector<Edit>& edits) {
    constexpr std::size_t least = 200;
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::text) {
            continue;
        }
        std::string_view const text = prompt.bytes(part.begin, part.end);
        for (std::size_t at = text.find("data:"); at < text.size(); at = text.find("data:", at)) {
            std::size_t const comma = text.substr(at, 120).find(";base64,");
            at += 5;
            if (comma == std::string_view::npos ||
                text.substr(at, comma - 5).find_first_of(" \n\"'()<>") != std::string_view::npos) {
                continue;
            }
            std::size_t const begin = at + comma - 5 + 8;
            std::size_t end = begin;
            while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80 &&
                   (letter_byte(text[end]) || digit_byte(text[end]) || is_one_of(text[end], "+/=_-"))) {
                ++end;
            }
            if (end - begin >= least) {
                edits.push_back({part.begin + begin, part.begin + end,
                                 "[" + std::to_string(end - begin) + " characters of base64]"});
            }
            at = end;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
