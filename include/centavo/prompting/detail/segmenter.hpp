// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The kind of a segment, which determines how it may be edited.
enum class SegmentKind : std::uint8_t {
    prose,        ///< everything else: running text, lists, headings
    table,        ///< rows of a pipe table, except segments of the kinds below
    json,         ///< an object or array that parses, in prose or in a fence of JSON
    code,         ///< a fence with its marks, or preformatted markup
    inline_code,  ///< `a span`
    url,
    placeholder,  ///< {{x}}, ${x} or {x}
};

/// A segment of one kind: bytes [begin, end) of the prompt.
struct Segment {
    SegmentKind kind{};
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The segments of a prompt, in order and without gaps.
///
/// A fence begins and ends on a line of its own, indented up to twelve columns; an unclosed one extends to the end.
/// Linear in the size of the prompt; ill-formed UTF-8 is skipped.
[[nodiscard]] std::vector<Segment> segment(std::string_view prompt);

/// A line that opens or closes a fence.
struct FenceMark {
    char mark{};
    std::size_t length = 0;
    std::string_view info;  // the text after an opening mark

    /// The fence mark on `line`, if there is one.
    [[nodiscard]] static std::optional<FenceMark> on(std::string_view line);

    [[nodiscard]] bool closes(FenceMark const& opening) const noexcept {
        return mark == opening.mark && length >= opening.length && info.empty();
    }
};

/// Splits a prompt into its segments; use segment().
class Segmenter {
public:
    explicit Segmenter(std::string_view prompt) : text_{prompt} {}

    [[nodiscard]] std::vector<Segment> split() &&;

private:
    [[nodiscard]] std::size_t line_end(std::size_t at) const noexcept {
        std::size_t const feed = text_.find('\n', at);
        return feed == std::string_view::npos ? text_.size() : feed + 1;
    }

    void add(SegmentKind kind, std::size_t begin, std::size_t end);
    void plain(std::size_t begin, std::size_t end);
    void fence(FenceMark const& opening, std::size_t begin, std::size_t body, std::size_t close,
               std::size_t end);
    [[nodiscard]] bool json_sequence(std::size_t begin, std::size_t end, std::vector<Segment>& values) const;
    [[nodiscard]] std::optional<std::size_t> json_end(std::size_t at, std::size_t limit) const;
    [[nodiscard]] std::size_t table_end(std::size_t line, std::size_t limit) const;
    [[nodiscard]] std::optional<Segment> special(std::size_t at, std::size_t limit);
    [[nodiscard]] std::size_t inline_code_end(std::size_t at, std::size_t limit);
    [[nodiscard]] std::size_t placeholder_end(std::size_t at, std::size_t limit) const;
    [[nodiscard]] std::size_t markup_end(std::size_t at, std::size_t limit);

    std::string_view text_;
    std::vector<Segment> out_;
    std::size_t line_end_ = 0;               // of the line last searched for a code span
    std::array<std::size_t, 3> unclosed_{};  // limits up to which each preformatted tag is known not to close
};

inline std::vector<Segment> segment(std::string_view prompt) { return Segmenter{prompt}.split(); }

inline std::optional<FenceMark> FenceMark::on(std::string_view line) {
    std::size_t const indent = std::min(line.find_first_not_of(" \t"), line.size());
    if (indent > 12 || indent == line.size() || (line[indent] != '`' && line[indent] != '~')) {
        return std::nullopt;
    }
    char const mark = line[indent];
    std::size_t const last = std::min(line.find_first_not_of(mark, indent), line.size());
    std::string_view info = line.substr(last);
    while (!info.empty() && std::string_view{" \t\r\n\f\v"}.find(info.back()) != std::string_view::npos) {
        info.remove_suffix(1);
    }
    info.remove_prefix(std::min(info.find_first_not_of(" \t"), info.size()));
    if (last - indent < 3 || info.find('`') != std::string_view::npos) {
        return std::nullopt;
    }
    return FenceMark{mark, last - indent, info};
}

inline std::vector<Segment> Segmenter::split() && {
    std::size_t plain_begin = 0;
    for (std::size_t line = 0; line < text_.size();) {
        std::size_t const body = line_end(line);
        auto const opening = FenceMark::on(text_.substr(line, body - line));
        if (!opening) {
            line = body;
            continue;
        }
        std::size_t close = body;
        std::size_t end = body;
        for (; close < text_.size(); close = end) {
            end = line_end(close);
            auto const mark = FenceMark::on(text_.substr(close, end - close));
            if (mark && mark->closes(*opening)) {
                break;
            }
        }
        plain(plain_begin, line);
        fence(*opening, line, body, close, end);
        plain_begin = line = end;
    }
    plain(plain_begin, text_.size());
    return std::move(out_);
}

inline void Segmenter::add(SegmentKind kind, std::size_t begin, std::size_t end) {
    if (begin == end) {
        return;
    }
    if (!out_.empty() && out_.back().kind == kind &&
        (kind == SegmentKind::prose || kind == SegmentKind::table)) {
        out_.back().end = end;
    } else {
        out_.push_back({kind, begin, end});
    }
}

inline void Segmenter::fence(FenceMark const& opening, std::size_t begin, std::size_t body, std::size_t close,
                             std::size_t end) {
    constexpr std::array<std::string_view, 6> tags{"", "json", "jsonl", "ndjson", "JSON", "JSONL"};
    std::string_view const tag = opening.info.substr(0, opening.info.find_first_of(" \t"));
    std::vector<Segment> values;
    if (std::find(tags.begin(), tags.end(), tag) == tags.end() || !json_sequence(body, close, values)) {
        add(SegmentKind::code, begin, end);
        return;
    }
    for (Segment const& value : values) {
        add(SegmentKind::code, begin, value.begin);
        add(SegmentKind::json, value.begin, value.end);
        begin = value.end;
    }
    add(SegmentKind::code, begin, end);
}

/// Whether [begin, end) is JSON objects and arrays with white space between them, at least one.
inline bool Segmenter::json_sequence(std::size_t begin, std::size_t end, std::vector<Segment>& values) const {
    while ((begin = std::min(text_.find_first_not_of(" \t\r\n", begin), end)) < end) {
        auto const last = json_end(begin, end);
        if (!last) {
            return false;
        }
        values.push_back({SegmentKind::json, begin, *last});
        begin = *last;
    }
    return !values.empty();
}

/// The end of the JSON object or array that begins at `at`; nullopt if there is none.
inline std::optional<std::size_t> Segmenter::json_end(std::size_t at, std::size_t limit) const {
    std::string_view const text = text_.substr(at, limit - at);
    std::size_t const next = text.find_first_not_of(" \t\r\n", 1);
    if ((text[0] != '{' && text[0] != '[') || next == std::string_view::npos) {
        return std::nullopt;
    }
    // The next character rejects most brackets of prose and code without the cost of an exception.
    std::string_view const rest = text.substr(next);
    char const first = rest[0];
    bool const element = first == '"' || first == '[' || first == '{' || first == ']' || first == '-' ||
                         (first >= '0' && first <= '9') || rest.starts_with("true") ||
                         rest.starts_with("false") || rest.starts_with("null");
    if (text[0] == '{' ? first != '"' && first != '}' : !element) {
        return std::nullopt;
    }
    try {
        JsonScan scan{text};
        scan.skip();
        return at + scan.offset();
    } catch (MalformedJson const&) {
        return std::nullopt;
    }
}

inline void Segmenter::plain(std::size_t begin, std::size_t end) {
    constexpr auto notable = [] {
        std::array<bool, 256> set{};
        for (char const c : std::string_view{"\n`{[$h<"}) {
            set[static_cast<unsigned char>(c)] = true;
        }
        return set;
    }();
    std::size_t table = begin < end ? table_end(begin, end) : begin;
    std::size_t open = begin;  // the beginning of the current run of prose or table
    auto const flush = [&](std::size_t to) {
        std::size_t const rows = std::clamp(table, open, to);
        add(SegmentKind::table, open, rows);
        add(SegmentKind::prose, rows, to);
        open = to;
    };
    for (std::size_t at = begin; at < end;) {
        if (!notable[static_cast<unsigned char>(text_[at])]) {
            ++at;
        } else if (text_[at] == '\n') {
            ++at;
            if (at >= table && at < end) {
                if (std::size_t const rows = table_end(at, end); rows > at) {
                    flush(at);
                    table = rows;
                }
            }
        } else if (auto const found = special(at, end)) {
            flush(at);
            add(found->kind, found->begin, found->end);
            at = open = found->end;
        } else {
            // Only the last back quote of a run that opens nothing may be tried again.
            at += text_[at] == '`' ? std::max<std::size_t>(1, text_.find_first_not_of('`', at) - at) : 1;
            at = std::min(at, end);
        }
    }
    flush(end);
}

/// The end of the pipe table whose header begins at `line`; `line` if there is none.
inline std::size_t Segmenter::table_end(std::size_t line, std::size_t limit) const {
    auto const row = [&](std::size_t at) {
        std::size_t const first = text_.find_first_not_of(" \t", at);
        return first < limit && text_[first] == '|';
    };
    if (!row(line)) {
        return line;
    }
    std::size_t const second = line_end(line);
    if (second >= limit || !row(second)) {
        return line;
    }
    std::size_t end = line_end(second);
    std::string_view const rule = text_.substr(second, end - second);
    if (rule.find_first_not_of("|:- \t\r\n") != std::string_view::npos ||
        rule.find('-') == std::string_view::npos) {
        return line;
    }
    while (end < limit && row(end)) {
        end = line_end(end);
    }
    return std::min(end, limit);
}

/// The protected segment that begins at `at`, if any.
inline std::optional<Segment> Segmenter::special(std::size_t at, std::size_t limit) {
    std::string_view const here = text_.substr(at, limit - at);
    auto const segment_to = [&](SegmentKind kind, std::size_t end) {
        return end > at ? std::optional{Segment{kind, at, end}} : std::nullopt;
    };
    switch (here[0]) {
    case '`': return segment_to(SegmentKind::inline_code, inline_code_end(at, limit));
    case '<': return segment_to(SegmentKind::code, markup_end(at, limit));
    case 'h':
        if (here.starts_with("http://") || here.starts_with("https://")) {
            std::size_t const end = here.find_first_of(" \t\r\n\f\v)>]\"'`|");
            return Segment{SegmentKind::url, at, at + std::min(end, here.size())};
        }
        return std::nullopt;
    default: break;
    }
    if (std::size_t const end = placeholder_end(at, limit); end > at) {
        return Segment{SegmentKind::placeholder, at, end};
    }
    return segment_to(SegmentKind::json, json_end(at, limit).value_or(at));
}

/// The end of the code span at `at`, which closes on its line with as many back quotes; `at` if it does not.
inline std::size_t Segmenter::inline_code_end(std::size_t at, std::size_t limit) {
    if (at >= line_end_) {
        line_end_ = line_end(at);
    }
    std::size_t const end = std::min(line_end_, limit);
    std::size_t const first = std::min(text_.find_first_not_of('`', at), end);
    for (std::size_t close = text_.find('`', first); close < end;) {
        std::size_t const after = std::min(text_.find_first_not_of('`', close), end);
        if (after - close == first - at) {
            return after;
        }
        close = text_.find('`', after);
    }
    // Unbalanced: the last of the opening quotes may still pair with the next one.
    std::size_t const close = text_.find('`', first);
    return close < end ? close + 1 : at;
}

inline std::size_t Segmenter::placeholder_end(std::size_t at, std::size_t limit) const {
    std::string_view const here = text_.substr(at, limit - at);
    if (here.starts_with("{{") || here.starts_with("${")) {
        std::size_t const close = here.find_first_of("{}\n", 2);
        std::string_view const mark = here[0] == '{' ? "}}" : "}";
        if (close != std::string_view::npos && here.substr(close).starts_with(mark)) {
            return at + close + mark.size();
        }
    }
    if (here[0] != '{') {
        return at;
    }
    auto const letter = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    std::size_t end = 1;
    while (end < here.size() && (letter(here[end]) || (end > 1 && here[end] >= '0' && here[end] <= '9'))) {
        ++end;
    }
    return end > 1 && end < here.size() && here[end] == '}' ? at + end + 1 : at;
}

/// The end of the preformatted markup at `at`, past its closing tag; `at` if there is none.
inline std::size_t Segmenter::markup_end(std::size_t at, std::size_t limit) {
    constexpr std::array<std::string_view, 3> opening{"<pre", "<code", "<protect"};
    constexpr std::array<std::string_view, 3> closing{"</pre>", "</code>", "</protect>"};
    std::string_view const here = text_.substr(at, limit - at);
    for (std::size_t tag = 0; tag < opening.size(); ++tag) {
        std::size_t const name = opening[tag].size();
        if (here.starts_with(opening[tag]) && here.size() > name &&
            (here[name] == '>' || here[name] == ' ')) {
            std::size_t const close =
                unclosed_[tag] == limit ? std::string_view::npos : here.find(closing[tag]);
            if (close != std::string_view::npos) {
                return at + close + closing[tag].size();
            }
            unclosed_[tag] = limit;
        }
    }
    return at;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
