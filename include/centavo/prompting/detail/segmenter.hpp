// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/json_text.hpp>
#include <centavo/prompting/detail/layout_words.hpp>
#include <centavo/prompting/detail/lines.hpp>
#include <centavo/prompting/detail/segment.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The segments of a prompt, in order and without gaps.
///
/// A fence begins and ends on a line of its own, indented up to twelve columns; an unclosed one extends to the end, or
/// to the heading of the next chunk. JSON is a segment only where it begins and ends with a line, or follows a label, and nothing beside it suggests
/// that it belongs to a program, a patch, YAML, a quotation or a request for a layout. Everything uncertain is code.
/// Linear in the size of the prompt; ill-formed UTF-8 is passed over.
[[nodiscard]] std::vector<Segment> segment(std::string_view prompt, ProtectedMarks marks = {});

/// Splits a prompt into its segments; use segment().
class Segmenter {
public:
    Segmenter(std::string_view prompt, ProtectedMarks marks) : text_{prompt}, marks_{marks} {}

    [[nodiscard]] std::vector<Segment> split() &&;

private:
    struct Line {
        std::size_t begin = 0;
        std::size_t first = 0;  // its first byte that is no blank; `next` in a blank line
        std::size_t next = 0;   // past its line feed
    };

    [[nodiscard]] std::size_t line_end(std::size_t at) const noexcept {
        std::size_t const feed = text_.find('\n', at);
        return feed == std::string_view::npos ? text_.size() : feed + 1;
    }
    [[nodiscard]] Line line_at(std::size_t begin) const noexcept;
    [[nodiscard]] std::string_view bytes(std::size_t begin, std::size_t end) const noexcept {
        return text_.substr(begin, end - begin);
    }

    void add(SegmentKind kind, std::size_t begin, std::size_t end);
    [[nodiscard]] std::size_t fence(FenceMark const& opening, Line const& line);
    [[nodiscard]] std::size_t protected_end(Line const& line);
    [[nodiscard]] std::size_t closed_by(std::size_t from, std::string_view closing, std::size_t slot);
    [[nodiscard]] std::size_t tag_end(Line const& line);
    [[nodiscard]] std::size_t here_document_end(Line const& line, std::size_t sign) const;
    [[nodiscard]] std::size_t patch_end(Line const& line) const;
    [[nodiscard]] std::size_t form_end(Line const& line) const;
    [[nodiscard]] std::size_t table_end(Line const& line) const;
    [[nodiscard]] std::size_t json(Line const& line, std::size_t begin);
    [[nodiscard]] bool fits(Line const& line, std::size_t after, SegmentKind kind) const;
    [[nodiscard]] bool json_sequence(std::size_t begin, std::size_t end, std::vector<Segment>& values);
    [[nodiscard]] bool log_body(std::size_t begin, std::size_t end) const;
    void keep_layouts();

    std::string_view text_;
    ProtectedMarks marks_;
    std::vector<Segment> out_;
    JsonScanner scanner_;
    std::vector<Segment> values_;
    std::size_t marked_ = 0;           // the next opening mark of the user, or an earlier position
    std::array<bool, 24> unclosed_{};  // closing marks known not to follow
    Line previous_;                    // the last line that is not blank
    SegmentKind previous_kind_ = SegmentKind::text;
    bool any_previous_ = false;
    std::string_view chunk_;  // how the headings of chunks begin: "[chunk "
    bool cut_ = false;        // a fence was cut by the end of a chunk, so what follows is text at best
};

inline std::vector<Segment> segment(std::string_view prompt, ProtectedMarks marks) {
    return Segmenter{prompt, marks}.split();
}

inline Segmenter::Line Segmenter::line_at(std::size_t begin) const noexcept {
    Line line{begin, begin, line_end(begin)};
    while (line.first < line.next && is_one_of(text_[line.first], " \t\r\n\f\v")) {
        ++line.first;
    }
    return line;
}

inline void Segmenter::add(SegmentKind kind, std::size_t begin, std::size_t end) {
    if (begin == end) {
        return;
    }
    if (!out_.empty() && out_.back().kind == kind &&
        (kind == SegmentKind::text || kind == SegmentKind::code)) {
        out_.back().end = end;
    } else {
        out_.push_back({kind, begin, end});
    }
}

inline std::vector<Segment> Segmenter::split() && {
    for (std::size_t at = 0; at < text_.size();) {
        Line const line = line_at(at);
        if (line.first == line.next) {
            add(SegmentKind::text, line.begin, line.next);
            at = line.next;
            continue;
        }
        char const c = text_[line.first];
        std::size_t end = 0;
        SegmentKind kind = SegmentKind::code;
        if (c == '`' || c == '~') {
            if (auto const opening = FenceMark::on(bytes(line.begin, line.next))) {
                end = fence(*opening, line);
                previous_kind_ = SegmentKind::fence;
            }
        }
        if (end == 0 && (c == '[' || c == '(') && (end = form_end(line)) != 0) {
            kind = SegmentKind::form;
            add(kind, line.begin, end);
            previous_kind_ = kind;
        }
        if (end == 0 && (end = protected_end(line)) != 0) {
            add(kind, line.begin, end);
            previous_kind_ = kind;
        }
        if (end == 0 && !cut_ && c == '|' && (end = table_end(line)) != 0) {
            add(fits(line, end, SegmentKind::table) ? SegmentKind::table : SegmentKind::code, line.begin,
                end);
            previous_kind_ = SegmentKind::table;
        }
        if (end == 0 && !cut_ && (c == '{' || c == '[')) {
            end = json(line, line.first);
        }
        if (end == 0 && !cut_ && upper_byte(c) && line.first == line.begin) {
            // A label before JSON: "TOOL: {…}".
            std::size_t const colon = bytes(line.begin, std::min(line.next, line.begin + 40)).find(": ");
            if (colon != std::string_view::npos && line.begin + colon + 2 < line.next &&
                is_one_of(text_[line.begin + colon + 2], "{[")) {
                end = json(line, line.begin + colon + 2);
            }
        }
        if (end == 0) {
            end = line.next;
            if (c == '[' && line.begin >= 2 && text_[line.begin - 2] == '\n') {
                std::string_view const heading = chunk_heading(bytes(line.begin, end));
                chunk_ = heading.empty() ? chunk_ : heading;
            }
            add(SegmentKind::text, line.begin, end);
            previous_kind_ = SegmentKind::text;
        }
        previous_ = line;
        any_previous_ = true;
        at = end;
    }
    keep_layouts();
    return std::move(out_);
}

inline std::size_t Segmenter::fence(FenceMark const& opening, Line const& line) {
    std::size_t const body = line.next;
    std::size_t close = body;
    std::size_t end = body;
    for (; close < text_.size(); close = end) {
        end = line_end(close);
        if (!chunk_.empty() && text_[close] == '[' && close >= 2 && text_[close - 2] == '\n' &&
            text_.compare(close, chunk_.size(), chunk_) == 0 && chunk_heading(bytes(close, end)) == chunk_) {
            cut_ = true;
            add(SegmentKind::code, line.begin, close);
            return close;
        }
        auto const mark = FenceMark::on(bytes(close, end));
        if (mark && mark->closes(opening)) {
            break;
        }
    }
    std::string_view const tag = opening.info.substr(0, opening.info.find_first_of(" \t"));
    auto const tagged = [&](auto... tags) { return ((tag == tags) || ...); };
    values_.clear();
    if (!cut_ && tagged("", "json", "jsonl", "ndjson", "JSON", "JSONL") &&
        json_sequence(body, close, values_)) {
        std::size_t begin = line.begin;
        for (Segment const& value : values_) {
            add(SegmentKind::fence, begin, value.begin);
            add(SegmentKind::json, value.begin, value.end);
            begin = value.end;
        }
        add(SegmentKind::fence, begin, end);
    } else if (!cut_ && tagged("", "log", "logs", "text", "txt", "console") && log_body(body, close)) {
        add(SegmentKind::fence, line.begin, body);
        add(SegmentKind::log, body, close);
        add(SegmentKind::fence, close, end);
    } else {
        add(SegmentKind::code, line.begin, end);
    }
    return end;
}

/// Whether [begin, end) is JSON objects and arrays with white space between them, at least one.
inline bool Segmenter::json_sequence(std::size_t begin, std::size_t end, std::vector<Segment>& values) {
    while ((begin = std::min(text_.find_first_not_of(" \t\r\n", begin), end)) < end) {
        if (text_[begin] != '{' && text_[begin] != '[') {
            return false;
        }
        JsonExtent const found = scanner_.extent(text_.substr(0, end), begin);
        if (!found.valid) {
            return false;
        }
        values.push_back({SegmentKind::json, begin, found.end});
        begin = found.end;
    }
    return !values.empty();
}

/// Whether most of the lines are those of a log.
inline bool Segmenter::log_body(std::size_t begin, std::size_t end) const {
    std::size_t lines = 0;
    std::size_t logged = 0;
    while (begin < end) {
        std::size_t const next = std::min(line_end(begin), end);
        std::string_view const line = trimmed(bytes(begin, next));
        lines += line.empty() ? 0U : 1U;
        logged += !line.empty() && may_be_log(line) ? 1U : 0U;
        begin = next;
    }
    return logged >= 2 && logged * 10 >= lines * 6;
}

/// Past the lines that must not be touched, beginning with `line`; 0 if it may be.
inline std::size_t Segmenter::protected_end(Line const& line) {
    std::string_view const text = bytes(line.first, line.next);
    char const c = text.front();
    if (marked_ < line.begin || marked_ == 0) {
        marked_ = marks_.begin.empty() ? std::string_view::npos : text_.find(marks_.begin, line.begin);
    }
    if (marked_ < line.next) {
        std::size_t const close = text_.find(marks_.end, marked_ + marks_.begin.size());
        return close == std::string_view::npos ? text_.size() : line_end(close + marks_.end.size() - 1);
    }
    if (c == '<' && text.starts_with("<<<<<<<")) {
        return closed_by(line.next, "\n>>>>>>>", 0);
    }
    if (c == '-' && text.starts_with("------- SEARCH")) {
        return closed_by(line.next, "\n+++++++ REPLACE", 1);
    }
    if (c == '*' && text.starts_with("*** Begin Patch")) {
        return closed_by(line.next, "\n*** End Patch", 2);
    }
    if (c == '\\') {
        std::size_t slot = 3;
        for (std::string_view const name :
             {"verbatim", "Verbatim", "lstlisting", "minted", "alltt", "verse", "array"}) {
            if (text.starts_with("\\begin{" + std::string{name})) {
                return closed_by(line.first, "\\end{" + std::string{name}, slot);
            }
            ++slot;
        }
    }
    if (std::size_t const patch = patch_end(line); patch != 0) {
        return patch;
    }
    if (text.find('<') != std::string_view::npos) {
        if (std::size_t const end = tag_end(line); end != 0) {
            return end;
        }
    }
    std::string_view const trim = trimmed(text);
    for (std::string_view const quotes : {"\"\"\"", "'''"}) {
        bool const starts = trim.starts_with(quotes);
        if (starts || (trim.ends_with(quotes) && !digit_byte(c))) {
            std::size_t const slot = quotes[0] == '"' ? 10 : 11;
            std::size_t const from = starts ? line.first + 3 : line.first + trim.size();
            if (!unclosed_[slot]) {
                std::size_t const close = text_.find(quotes, from);
                if (close != std::string_view::npos) {
                    return line_end(close);
                }
                unclosed_[slot] = true;
            }
        }
    }
    return 0;
}

/// Past the line with `closing` after `from`; past everything if there is none.
inline std::size_t Segmenter::closed_by(std::size_t from, std::string_view closing, std::size_t slot) {
    std::size_t const close =
        unclosed_[slot] ? std::string_view::npos : text_.find(closing, from == 0 ? 0 : from - 1);
    if (close == std::string_view::npos) {
        unclosed_[slot] = true;
        return text_.size();
    }
    return line_end(close + closing.size());
}

/// Past the preformatted markup or here-document that begins on `line`; 0 if none does.
inline std::size_t Segmenter::tag_end(Line const& line) {
    struct Tag {
        std::string_view open;
        std::string_view close;
    };
    constexpr std::array<Tag, 10> tags{{{"<pre", "</pre>"},
                                        {"<code", "</code>"},
                                        {"<script", "</script>"},
                                        {"<style", "</style>"},
                                        {"<textarea", "</textarea>"},
                                        {"<PRE", "</PRE>"},
                                        {"<protect", "</protect>"},
                                        {"<!--", "-->"},
                                        {"<![CDATA[", "]]>"},
                                        {"<svg", "</svg>"}}};
    for (std::size_t at = text_.find('<', line.first); at < line.next; at = text_.find('<', at + 1)) {
        std::string_view const here = text_.substr(at, 24);
        if (here.starts_with("<<") && here.size() > 2 && (at == 0 || text_[at - 1] != '<')) {
            if (std::size_t const end = here_document_end(line, at); end != 0) {
                return end;
            }
        }
        for (std::size_t tag = 0; tag < tags.size(); ++tag) {
            std::size_t const name = tags[tag].open.size();
            bool const word = letter_byte(tags[tag].open.back());
            if (!here.starts_with(tags[tag].open) ||
                (word && (here.size() <= name || !is_one_of(here[name], "> \t\n")))) {
                continue;
            }
            std::size_t const slot = 12 + tag;
            std::size_t const close =
                unclosed_[slot] ? std::string_view::npos : text_.find(tags[tag].close, at + name);
            if (close == std::string_view::npos) {
                unclosed_[slot] = true;
                continue;
            }
            return line_end(close);
        }
    }
    return 0;
}

/// Past the here-document whose sign `<<` stands at `sign`; 0 if it is another sign.
inline std::size_t Segmenter::here_document_end(Line const& line, std::size_t sign) const {
    std::size_t at = sign + 2;
    at += at < line.next && (text_[at] == '-' || text_[at] == '~') ? 1U : 0U;
    at += at < line.next && is_one_of(text_[at], "'\"\\") ? 1U : 0U;
    std::size_t const begin = at;
    while (at < line.next && (upper_byte(text_[at]) || text_[at] == '_')) {
        ++at;
    }
    std::string_view const word = bytes(begin, at);
    if (word.size() < 2) {
        return 0;
    }
    for (std::size_t next = line.next; next < text_.size();) {
        std::size_t const end = line_end(next);
        if (trimmed(bytes(next, end)) == word) {
            return end;
        }
        next = end;
    }
    return text_.size();
}

/// Past the unified diff that begins on `line`; 0 if none does.
inline std::size_t Segmenter::patch_end(Line const& line) const {
    std::string_view const text = bytes(line.begin, line.next);
    bool const header = text.starts_with("--- ") && text_.substr(line.next, 4) == "+++ ";
    bool const hunk = text.starts_with("@@ -");
    if (!header && !hunk && !text.starts_with("diff --git ")) {
        return 0;
    }
    std::size_t end = line.next;
    while (end < text_.size()) {
        std::size_t next = end;
        while (next < text_.size() && text_[next] == '\n') {
            ++next;  // an empty line of context
        }
        if (next == text_.size()) {
            break;
        }
        std::string_view const here = text_.substr(next, 12);
        bool const header_line = here.starts_with("diff --git ") || here.starts_with("index ") ||
                                 here.starts_with("new file") || here.starts_with("deleted") ||
                                 here.starts_with("similarity") || here.starts_with("rename ");
        if (!header_line && !is_one_of(here[0], " +-@\\")) {
            break;
        }
        end = line_end(next);
    }
    return end;
}

/// Past the form whose heading is `line`: "[table: 8 rows]" and 8 more lines; 0 if it is none.
inline std::size_t Segmenter::form_end(Line const& line) const {
    std::string_view text = bytes(line.first, line.next);
    for (std::string_view const name : {table_mark, tools_mark, log_mark}) {
        if (!text.starts_with(name)) {
            continue;
        }
        std::size_t lines = 0;
        for (text.remove_prefix(name.size()); !text.empty() && digit_byte(text[0]) && lines < text_.size();
             text.remove_prefix(1)) {
            lines = lines * 10 + static_cast<std::size_t>(text[0] - '0');
        }
        std::size_t end = line.next;
        for (; lines > 0 && end < text_.size(); --lines) {
            end = line_end(end);
        }
        return end;
    }
    return 0;
}

/// The end of the pipe table whose header is `line`; 0 if there is none.
///
/// Every row begins and ends with a pipe, and the second is a rule with as many cells as the first.
inline std::size_t Segmenter::table_end(Line const& line) const {
    auto const row = [&](std::size_t at) {
        if (at >= text_.size()) {
            return std::string_view{};
        }
        std::string_view const cells = trimmed(bytes(at, line_end(at)));
        return cells.size() >= 2 && cells.front() == '|' && cells.back() == '|' ? cells : std::string_view{};
    };
    std::string_view const header = row(line.begin);
    std::string_view const rule = row(line.next);
    if (header.empty() || rule.find_first_not_of("|:- \t") != std::string_view::npos ||
        rule.find('-') == std::string_view::npos ||
        std::count(rule.begin(), rule.end(), '|') > std::count(header.begin(), header.end(), '|')) {
        return 0;
    }
    std::size_t end = line_end(line.next);
    while (!row(end).empty()) {
        end = line_end(end);
    }
    return end;
}

/// Adds the JSON that begins at `begin` on `line` as segments and returns where the next line begins.
///
/// Returns 0 if the line is to be taken as text.
inline std::size_t Segmenter::json(Line const& line, std::size_t begin) {
    values_.clear();
    bool loose = false;
    for (std::size_t at = begin;;) {
        JsonExtent const found = scanner_.extent(text_, at);
        if (!found.valid) {
            // Where one line holds it, the line is text; otherwise all that was read is uncertain.
            if (found.end < line.next && values_.empty()) {
                return 0;
            }
            std::size_t const end = line_end(std::min(found.end, text_.size()));
            add(SegmentKind::code, line.begin, end);
            previous_kind_ = SegmentKind::code;
            return end;
        }
        values_.push_back({SegmentKind::json, at, found.end});
        loose = loose || found.loose;
        std::size_t const after = std::min(text_.find_first_not_of(" \t\r", found.end), text_.size());
        bool const ends = after == text_.size() || text_[after] == '\n';
        if (!ends && (text_[after] == '{' || text_[after] == '[')) {
            at = after;
            continue;
        }
        std::size_t const end = line_end(after);
        if (!ends && end == line.next) {
            return 0;
        }
        if (!ends || !fits(line, end, SegmentKind::json)) {
            add(SegmentKind::code, line.begin, end);
            previous_kind_ = SegmentKind::code;
            return end;
        }
        std::size_t text = line.begin;
        for (Segment const& value : values_) {
            add(SegmentKind::text, text, value.begin);
            out_.push_back(value);
            text = value.end;
        }
        add(SegmentKind::text, text, end);
        previous_kind_ = SegmentKind::json;
        return end;
    }
}

/// Whether nothing around suggests that the JSON or table on the lines from `line` to `after` is part of something else.
inline bool Segmenter::fits(Line const& line, std::size_t after, SegmentKind what) const {
    auto const foreign = [](LineKind kind) {
        return kind == LineKind::diff || kind == LineKind::code || kind == LineKind::setting ||
               kind == LineKind::delimited || kind == LineKind::listing;
    };
    bool const indented = line.first > line.begin;
    if (any_previous_ && previous_kind_ == SegmentKind::text) {
        bool const attached = previous_.next == line.begin;
        LineKind const kind = line_kind(bytes(previous_.begin, previous_.next));
        std::string_view const before = trimmed(bytes(previous_.first, previous_.next));
        bool const open = is_one_of(before.back(), "[{(=&\\") ||
                          (attached && is_one_of(before.back(), ",+|'\"`>") && kind != LineKind::tag);
        if (open && what == SegmentKind::json) {
            return false;
        }
        if (kind == LineKind::diff ||
            (foreign(kind) && (attached || (what == SegmentKind::json && kind != LineKind::code)))) {
            return false;
        }
        if (indented &&
            !(kind == LineKind::tag && previous_.first - previous_.begin <= line.first - line.begin)) {
            return false;
        }
    } else if (indented && previous_kind_ != SegmentKind::json && previous_kind_ != SegmentKind::table) {
        return false;
    }
    std::size_t begin = after;
    while (begin < text_.size() && text_[begin] == '\n') {
        ++begin;
    }
    if (begin >= text_.size()) {
        return true;
    }
    Line const next = line_at(begin);
    if (next.first == next.next) {
        return true;
    }
    std::string_view const text = trimmed(bytes(next.first, next.next));
    if (text[0] == '{' || text[0] == '[') {
        return true;
    }
    if (begin == after && (is_one_of(text[0], "]})>,;.'\"&|+:=`") || foreign(line_kind(text)))) {
        return text[0] == '`' && text.starts_with("```");
    }
    return !(is_one_of(text[0], "]})") || line_kind(text) == LineKind::diff);
}

/// Protects the JSON and tables beside words that ask for a layout.
inline void Segmenter::keep_layouts() {
    constexpr std::size_t before = 500;
    constexpr std::size_t after = 300;
    auto const compact = [](SegmentKind kind) {
        return kind == SegmentKind::json || kind == SegmentKind::table;
    };
    auto const between = [&](Segment const& part) {
        return part.kind == SegmentKind::fence ||
               (part.kind == SegmentKind::text && trimmed(bytes(part.begin, part.end)).empty());
    };
    bool kept = false;
    for (std::size_t at = 0; at < out_.size(); ++at) {
        if (!compact(out_[at].kind)) {
            continue;
        }
        std::size_t last = at;
        for (std::size_t i = at + 1; i < out_.size() && (compact(out_[i].kind) || between(out_[i])); ++i) {
            last = compact(out_[i].kind) ? i : last;
        }
        std::size_t first = at;
        while (first > 0 && between(out_[first - 1])) {
            --first;
        }
        bool layout = false;
        bool padding = false;  // asks for that of a table
        auto const ask = [&](std::string_view words) {
            layout = layout || asks_for_layout(words);
            padding = padding || asks_for_padding(words);
        };
        if (first > 0 && out_[first - 1].kind == SegmentKind::text) {
            Segment const& text = out_[first - 1];
            std::size_t const begin = text.end - text.begin > before ? text.end - before : text.begin;
            ask(bytes(begin, text.end));
            layout = layout || (kept && text.end - text.begin < 120);
        }
        std::size_t next = last + 1;
        while (next < out_.size() && between(out_[next])) {
            ++next;
        }
        if (next < out_.size() && out_[next].kind == SegmentKind::text) {
            Segment const& text = out_[next];
            ask(bytes(text.begin, std::min(text.end, text.begin + after)));
        }
        for (std::size_t i = at; i <= last; ++i) {
            bool const keep = out_[i].kind == SegmentKind::json ? layout : padding;
            out_[i].kind = compact(out_[i].kind) && keep ? SegmentKind::code : out_[i].kind;
        }
        kept = layout;
        at = last;
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
