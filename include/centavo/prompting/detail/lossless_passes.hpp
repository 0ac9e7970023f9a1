// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/json_text.hpp>
#include <centavo/prompting/detail/pass.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Removes white space between the tokens of JSON; strings, numbers and the order of members are not changed.
void propose_json(Segmented const& prompt, std::vector<Edit>& edits);

/// Removes the padding of pipe tables: `| a  | b |` is `|a|b|`.
void propose_tables(Segmented const& prompt, std::vector<Edit>& edits);

/// In the order in which they run.
inline constexpr Pass json_pass{"json", propose_json};
inline constexpr std::array lossless_passes{json_pass, Pass{"tables", propose_tables}};

inline void propose_json(Segmented const& prompt, std::vector<Edit>& edits) {
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::json) {
            continue;
        }
        std::string_view const json = prompt.bytes(part.begin, part.end);
        std::string compact;
        append_compact(compact, json);
        if (compact.size() < json.size()) {
            edits.push_back({part.begin, part.end, std::move(compact)});
        }
    }
}

/// A row of a pipe table without padding; the row itself if its code spans are not certain.
[[nodiscard]] inline std::string tight_row(std::string_view row, bool rule) {
    if (std::count(row.begin(), row.end(), '`') % 2 != 0) {
        return std::string{row};
    }
    std::string out;
    std::size_t content = 0;  // the size of `out` up to the last byte that is no padding
    bool code = false;
    bool padding = false;  // directly after a separator
    for (std::size_t at = 0; at < row.size(); ++at) {
        char const c = row[at];
        if (c == '|' && !code) {
            out.resize(content);
            out += c;
            content = out.size();
            padding = true;
            continue;
        }
        if ((c == ' ' || c == '\t') && !code) {
            if (!padding) {
                out += c;
            }
            continue;
        }
        padding = false;
        if (rule && c == '-' && out.ends_with('-')) {
            continue;
        }
        out += c;
        if (c == '\\' && !code && at + 1 < row.size()) {
            out += row[++at];
        }
        code = c == '`' ? !code : code;
        content = out.size();
    }
    return out;
}

inline void propose_tables(Segmented const& prompt, std::vector<Edit>& edits) {
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::table) {
            continue;
        }
        std::size_t row = 0;
        for (std::size_t at = part.begin; at < part.end; ++row) {
            std::size_t const end = prompt.line_end(at, part.end);
            std::string_view const line = prompt.bytes(at, end);
            std::size_t const first = line.find('|');
            std::size_t const last = line.rfind('|');
            std::string_view const cells = line.substr(first, last + 1 - first);
            std::string tight = tight_row(cells, row == 1);
            if (tight.size() < cells.size()) {
                edits.push_back({at + first, at + last + 1, std::move(tight)});
            }
            at = end + 1;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
