// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/prompting/detail/pass.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Removes carriage returns before line feeds and invisible characters: byte order marks, word joiners, zero width
/// spaces, soft hyphens.
///
/// Keeps one between two ASCII letters or digits, which it may separate, and one beside a character that may begin or
/// end code, JSON, a table or a placeholder.
void propose_characters(Segmented const& prompt, std::vector<Edit>& edits);

/// Removes trailing white space, and reduces several spaces within a line of prose to one.
///
/// Keeps lines indented by four columns, text in double quotes, the space after a list mark, and spaces aligned with
/// those of an adjacent line.
void propose_spaces(Segmented const& prompt, std::vector<Edit>& edits);

/// Reduces several blank lines to one, and a line of five or more equal marks to three.
void propose_lines(Segmented const& prompt, std::vector<Edit>& edits);

/// Removes the padding of pipe tables: `| a  | b |` is `|a|b|`.
void propose_tables(Segmented const& prompt, std::vector<Edit>& edits);

/// Removes white space between the tokens of JSON; strings, numbers and the order of members are not changed.
void propose_json(Segmented const& prompt, std::vector<Edit>& edits);

/// In the order in which they run.
inline constexpr std::array lossless_passes{
    Pass{"characters", propose_characters}, Pass{"spaces", propose_spaces}, Pass{"lines", propose_lines},
    Pass{"tables", propose_tables},         Pass{"json", propose_json},
};

/// The length of the invisible character at the beginning of `text`, or 0.
[[nodiscard]] inline std::size_t invisible(std::string_view text) {
    for (std::string_view const hidden : {"\xef\xbb\xbf", "\xe2\x80\x8b", "\xe2\x81\xa0", "\xc2\xad"}) {
        if (text.starts_with(hidden)) {
            return hidden.size();
        }
    }
    return 0;
}

inline void propose_characters(Segmented const& prompt, std::vector<Edit>& edits) {
    auto const word = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    constexpr std::string_view structural = "`~{}[]|<>$\\,:=(";
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::prose && part.kind != SegmentKind::table) {
            continue;
        }
        for (std::size_t at = part.begin; at < part.end;) {
            auto const byte = static_cast<unsigned char>(prompt.text[at]);
            if (byte == '\r' && at + 1 < part.end && prompt.text[at + 1] == '\n') {
                edits.push_back({at, at + 1, {}});
                ++at;
                continue;
            }
            std::size_t end = at;
            if (byte == 0xef || byte == 0xe2 || byte == 0xc2) {
                while (std::size_t const size = invisible(prompt.text.substr(end, part.end - end))) {
                    end += size;
                }
            }
            if (end == at) {
                ++at;
                continue;
            }
            char const left = prompt.before(at);
            char const right = prompt.after(end);
            if (!(word(left) && word(right)) && structural.find(left) == std::string_view::npos &&
                structural.find(right) == std::string_view::npos) {
                edits.push_back({at, end, {}});
            }
            at = end;
        }
    }
}

/// The line that a pass has reached; each line is scanned once.
class CurrentLine {
public:
    explicit CurrentLine(Segmented const& prompt) : prompt_{prompt} {}

    /// Advances to the line of `at`, which must not decrease.
    void move_to(std::size_t at) {
        if (at > end_ || fresh_) {
            fresh_ = false;
            begin_ = quotes_to_ = prompt_.line_begin(at);
            end_ = prompt_.line_end(at);
            quotes_ = 0;
            std::string_view const line = text_between(begin_, end_);
            std::size_t const quote = line.rfind('"');
            last_quote_ = quote == std::string_view::npos ? 0 : begin_ + quote;
            std::string_view const indent = line.substr(0, line.find_first_not_of(" \t"));
            indented_ = indent.size() >= 4 || indent.find('\t') != std::string_view::npos;
            auto const above =
                begin_ > 0 ? text_between(prompt_.line_begin(begin_ - 1), begin_ - 1) : std::string_view{};
            auto const below = end_ < prompt_.text.size() ? text_between(end_ + 1, prompt_.line_end(end_ + 1))
                                                          : std::string_view{};
            row_ = is_row(line, above, below);
        }
    }

    [[nodiscard]] bool indented() const noexcept { return indented_; }

    /// Whether this is a row of at least three columns: a word after two spaces begins in the same column as one of an
    /// adjacent line. Two columns cannot be confused and are not protected.
    [[nodiscard]] bool row() const noexcept { return row_; }

    /// Whether `at` stands between two double quotes.
    [[nodiscard]] bool quoted(std::size_t at) {
        for (; quotes_to_ < at; ++quotes_to_) {
            quotes_ += prompt_.text[quotes_to_] == '"' ? 1U : 0U;
        }
        return quotes_ % 2 == 1 && last_quote_ >= at;
    }

    /// Whether the line up to `at` is a mark after which white space is indentation: `-`, `a)`, `>`, or the
    /// number of a quoted line of code, as in `12:` and `main.cpp:12:`.
    [[nodiscard]] bool behind_mark(std::size_t at) const {
        std::string_view mark = prompt_.text.substr(begin_, at - begin_);
        mark.remove_prefix(std::min(mark.find_first_not_of(" \t"), mark.size()));
        if (mark.empty() || mark.size() > 120 || mark.find(' ') != std::string_view::npos) {
            return false;
        }
        auto const digit = [](char c) { return c >= '0' && c <= '9'; };
        bool const number =
            digit(mark.back()) || (mark.size() > 1 && digit(mark[mark.size() - 2]) &&
                                   std::string_view{":|-+"}.find(mark.back()) != std::string_view::npos);
        return number ||
               (mark.size() <= 4 && std::string_view{"-*+.)#>|"}.find(mark.back()) != std::string_view::npos);
    }

private:
    /// The next column after `from` in which a word begins after two spaces; npos if there is none.
    [[nodiscard]] static std::size_t next_column(std::string_view line, std::size_t from) {
        from = line.find_first_not_of(" \t", from);
        return line.find_first_not_of(' ', line.find("  ", from));
    }

    [[nodiscard]] static bool is_row(std::string_view line, std::string_view above, std::string_view below) {
        constexpr auto npos = std::string_view::npos;
        auto const several = [&](std::string_view text) {
            return next_column(text, next_column(text, 0)) != npos;
        };
        if (!several(line) && !several(above) && !several(below)) {
            return false;
        }
        for (std::string_view const beside : {above, below}) {
            std::size_t ours = next_column(line, 0);
            std::size_t theirs = next_column(beside, 0);
            while (ours != npos && theirs != npos) {
                if (ours == theirs) {
                    return true;
                }
                std::size_t& behind = ours < theirs ? ours : theirs;
                behind = next_column(ours < theirs ? line : beside, behind);
            }
        }
        return false;
    }

    [[nodiscard]] std::string_view text_between(std::size_t begin, std::size_t end) const {
        return prompt_.text.substr(begin, end - begin);
    }

    Segmented const& prompt_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t quotes_to_ = 0;  // the quotes before it are counted
    std::size_t quotes_ = 0;
    std::size_t last_quote_ = 0;
    bool row_ = false;
    bool indented_ = false;
    bool fresh_ = true;
};

inline void propose_spaces(Segmented const& prompt, std::vector<Edit>& edits) {
    std::string_view const text = prompt.text;
    CurrentLine line{prompt};
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::prose && part.kind != SegmentKind::table) {
            continue;
        }
        for (std::size_t at = part.begin; at < part.end; ++at) {
            if (text[at] != ' ' && text[at] != '\t') {
                continue;
            }
            std::size_t const begin = at;
            std::size_t const end = std::min(text.find_first_not_of(" \t", begin), part.end);
            at = end;
            if (end < part.end && text[end] == '\n') {
                edits.push_back({begin, end, {}});
                continue;
            }
            bool const spaces = text.substr(begin, end - begin).find('\t') == std::string_view::npos;
            if (part.kind == SegmentKind::table || end - begin < 2 || !spaces ||
                prompt.before(begin) == '\n' || prompt.after(end) == '\n' || prompt.after(end) == '\r' ||
                prompt.after(end) == ',') {
                continue;
            }
            line.move_to(begin);
            if (!line.indented() && !line.behind_mark(begin) && !line.quoted(begin) && !line.row()) {
                edits.push_back({begin, end, " "});
            }
        }
    }
}

/// The removable marks at the beginning of `line`, if the line is one mark repeated.
[[nodiscard]] inline std::size_t rule_excess(std::string_view line) {
    constexpr std::array<std::string_view, 8> marks{
        "-", "=", "*", "_", "\xe2\x94\x80", "\xe2\x95\x90", "\xe2\x94\x81", "\xe2\x80\x94"};
    for (std::string_view const mark : marks) {
        std::size_t count = 0;
        while (line.substr(count * mark.size()).starts_with(mark)) {
            ++count;
        }
        if (count >= 5 && count * mark.size() == line.size()) {
            return (count - 3) * mark.size();
        }
    }
    return 0;
}

inline void propose_lines(Segmented const& prompt, std::vector<Edit>& edits) {
    std::string_view const text = prompt.text;
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::prose) {
            continue;
        }
        for (std::size_t at = part.begin; at < part.end;) {
            if (prompt.before(at) == '\n' && at > 0) {
                std::size_t const line = std::min(prompt.line_end(at), part.end);
                if (prompt.after(line) == '\n') {
                    if (std::size_t const excess = rule_excess(text.substr(at, line - at))) {
                        edits.push_back({at, at + excess, {}});
                    }
                }
                at = line;
            }
            std::size_t const feed = text.find('\n', at);
            if (feed >= part.end) {
                break;
            }
            std::size_t const end = std::min(text.find_first_not_of('\n', feed), part.end);
            std::size_t const kept = feed > 0 && text[feed - 1] == '\n' ? 1 : 2;
            if (end - feed > kept) {
                edits.push_back({feed + kept, end, {}});
            }
            at = end;
        }
    }
}

inline void propose_tables(Segmented const& prompt, std::vector<Edit>& edits) {
    std::string_view const text = prompt.text;
    for (std::size_t index = 0; index < prompt.segments.size(); ++index) {
        Segment const& part = prompt.segments[index];
        if (part.kind != SegmentKind::table) {
            continue;
        }
        auto const pipe = [&](std::size_t at) {
            return at < text.size() && text[at] == '|' && (at == 0 || text[at - 1] != '\\');
        };
        for (std::size_t at = part.begin; at < part.end;) {
            std::size_t const end =
                std::min(text.find_first_not_of(text[at] == '-' ? "-" : " ", at), part.end);
            if (text[at] == '-' && end - at > 1) {
                // A line of dashes, colons, spaces and pipes is the rule below the header.
                std::size_t const left = text.find_last_not_of(": ", at - 1);
                std::size_t const right = text.find_first_not_of(": ", end);
                if (left != std::string_view::npos && pipe(left) && right < part.end && pipe(right)) {
                    edits.push_back({at + 1, end, {}});
                }
            } else if (text[at] == ' ') {
                bool const opens = at > 0 && pipe(at - 1);
                bool const closes = pipe(end) && prompt.before(at) != '\n' && prompt.before(at) != '\\';
                // JSON is recognized by the white space before it, so one is kept.
                bool const json = end < text.size() && (text[end] == '{' || text[end] == '[');
                if ((opens || closes) && prompt.after(end) != '\n') {
                    if (!json) {
                        edits.push_back({at, end, {}});
                    } else if (end - at > 1) {
                        edits.push_back({at + 1, end, {}});
                    }
                }
            }
            at = std::max(end, at + 1);
        }
    }
}

inline void propose_json(Segmented const& prompt, std::vector<Edit>& edits) {
    constexpr std::size_t worthwhile = 24;  // shorter ones are lists and citations in prose
    std::string_view const text = prompt.text;
    for (Segment const& part : prompt.segments) {
        if (part.kind != SegmentKind::json || part.end - part.begin < worthwhile ||
            std::string_view{" \t\r\n\f\v>:=("}.find(prompt.before(part.begin)) == std::string_view::npos) {
            continue;
        }
        for (std::size_t at = part.begin; at < part.end;) {
            at = std::min(text.find_first_of("\" \t\r\n", at), part.end);
            if (at < part.end && text[at] == '"') {
                ++at;
                while (text[at] != '"') {
                    at += text[at] == '\\' ? 2U : 1U;
                }
                ++at;
            } else if (at < part.end) {
                std::size_t const end = text.find_first_not_of(" \t\r\n", at);
                edits.push_back({at, end, {}});
                at = end;
            }
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
