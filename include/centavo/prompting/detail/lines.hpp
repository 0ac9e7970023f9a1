// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a line of text looks like, judged by the line alone.
enum class LineKind : std::uint8_t {
    blank,
    prose,      ///< sentences
    label,      ///< a few words and a colon
    heading,    ///< # Title, **Title**
    item,       ///< of a list, in words
    quote,      ///< > words
    tag,        ///< one XML or HTML tag
    row,        ///< of a pipe table
    mark,       ///< a mark left by an optimizer
    chat,       ///< Name: words
    log,        ///< a time or a level, and words
    listing,    ///< a numbered line of a file: 12: x = 1
    diff,       ///< a line of a patch, or of a header of one
    code,       ///< anything with the signs of a program
    setting,    ///< YAML, INI, properties, HTTP headers
    delimited,  ///< CSV or TSV
    other,      ///< none of these for sure
};

[[nodiscard]] constexpr bool digit_byte(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool upper_byte(char c) noexcept { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool lower_byte(char c) noexcept { return c >= 'a' && c <= 'z'; }

/// An ASCII letter, or a byte of a character beyond ASCII.
[[nodiscard]] constexpr bool letter_byte(char c) noexcept {
    return upper_byte(c) || lower_byte(c) || static_cast<unsigned char>(c) >= 0x80;
}

[[nodiscard]] constexpr bool is_one_of(char c, std::string_view set) noexcept {
    return set.find(c) != std::string_view::npos;
}

[[nodiscard]] constexpr std::string_view trimmed(std::string_view line) noexcept {
    std::size_t const first = line.find_first_not_of(" \t\r\n\f\v");
    if (first == std::string_view::npos) {
        return {};
    }
    return line.substr(first, line.find_last_not_of(" \t\r\n\f\v") + 1 - first);
}

/// The words at the beginning of marks that replace repeated text; the segmenter protects lines with them.
inline constexpr std::string_view repeat_mark = "[as above: ";
inline constexpr std::string_view overlap_mark = "[overlap: ";
inline constexpr std::string_view log_mark = "[log: ";
inline constexpr std::string_view table_mark = "[table: ";
inline constexpr std::string_view tools_mark = "(tools: ";

/// The names by which logs call their levels.
[[nodiscard]] constexpr bool is_log_level(std::string_view word) noexcept {
    constexpr std::array<std::string_view, 19> levels{
        "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "TRACE", "FATAL", "NOTICE", "CRITICAL", "SEVERE",
        "error", "warn", "warning", "info", "debug", "trace", "fatal", "notice", "critical"};
    return std::find(levels.begin(), levels.end(), word) != levels.end();
}

/// Where a time of day like 10:00:01 stands within the first bytes of a line; npos without one.
[[nodiscard]] constexpr std::size_t time_of_day(std::string_view line) noexcept {
    line = line.substr(0, 48);
    for (std::size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1)) {
        std::size_t const next = line.find(':', at + 1);
        if (at > 0 && digit_byte(line[at - 1]) && next != std::string_view::npos && next - at >= 2 &&
            next - at <= 3 && digit_byte(line[at + 1]) && digit_byte(line[next - 1]) &&
            next + 1 < line.size() && digit_byte(line[next + 1]) &&
            (at < 3 || !digit_byte(line[at - 3]) || !digit_byte(line[at - 2]))) {
            return at;
        }
    }
    return std::string_view::npos;
}

/// The position of the name of a log level in capitals near the beginning of a line; npos without one.
[[nodiscard]] constexpr std::size_t level_at(std::string_view line) noexcept {
    std::string_view const head = line.substr(0, 72);
    for (std::size_t at = 0; at < head.size();) {
        if (!upper_byte(head[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < head.size() && (upper_byte(head[end]) || head[end] == '_' || lower_byte(head[end]))) {
            ++end;
        }
        if (is_log_level(head.substr(at, end - at)) && (at == 0 || !letter_byte(head[at - 1])) &&
            (end == line.size() || is_one_of(line[end], " :]|)\t"))) {
            return at;
        }
        at = end;
    }
    return std::string_view::npos;
}

/// Whether a trimmed line is surely one of a log: a level in front, or a time with a level or the name of a process.
[[nodiscard]] constexpr bool is_sure_log(std::string_view line) noexcept {
    if (line.find('\t') != std::string_view::npos || line.find(' ') == std::string_view::npos) {
        return false;
    }
    std::size_t const level = level_at(line);
    if (level == 0 || (level == 1 && line[0] == '[')) {
        return true;
    }
    std::size_t const time = time_of_day(line);
    bool const starts = digit_byte(line[0]) || (line[0] == '[' && line.size() > 1 && digit_byte(line[1])) ||
                        (upper_byte(line[0]) && time == 9);
    if (time == std::string_view::npos || !starts) {
        return false;
    }
    std::size_t const process = line.substr(0, 80).find("]: ");
    return level != std::string_view::npos ||
           (process != std::string_view::npos && digit_byte(line[process - 1]));
}

/// Whether a trimmed line may be one of a log; enough for a form that loses nothing.
[[nodiscard]] constexpr bool may_be_log(std::string_view line) noexcept {
    if (line.size() < 12 || line.find('\t') != std::string_view::npos || is_one_of(line[0], "{}<>|`")) {
        return false;
    }
    return is_sure_log(line) || (time_of_day(line) != std::string_view::npos &&
                                 (digit_byte(line[0]) || is_one_of(line[0], "[(") || upper_byte(line[0])) &&
                                 std::count(line.begin(), line.end(), ',') <= 3);
}

/// How many of the signs of programs a line has.
[[nodiscard]] constexpr bool has_code_signs(std::string_view line) noexcept {
    char const last = line.back();
    if (is_one_of(last, "{};\\([=&|")) {
        return true;
    }
    for (std::string_view const sign :
         {" = ", "();", "->", "=>", "::", "==", "!=", "&&", "||",   ":=",  "+=", " <- ",
          "</",  "/>",  "${", "$(", "%>", "<%", "<<", ">>", "\\\\", "();", "){", "):"}) {
        if (line.find(sign) != std::string_view::npos) {
            return true;
        }
    }
    for (std::string_view const word :
         {"def ",    "class ",   "import ",  "from ",     "return ", "return;",  "if (",    "for (",
          "while (", "#include", "//",       "/*",        "* ",      "*/",       "$ ",      ">>> ",
          "... ",    "@",        "else",     "elif ",     "try:",    "except",   "finally", "fn ",
          "func ",   "let ",     "const ",   "var ",      "public ", "private ", "static ", "void ",
          "int ",    "struct ",  "package ", "use ",      "using ",  "SELECT ",  "INSERT ", "UPDATE ",
          "CREATE ", "FROM ",    "WHERE ",   "export ",   "echo ",   "sudo ",    "curl ",   "#!",
          "\\",      "%",        "async ",   "await ",    "yield ",  "raise ",   "with ",   "print(",
          "assert ", "lambda ",  "type ",    "interface "}) {
        if (line.starts_with(word)) {
            return word != "* " && word != "with " && word != "use " && word != "let " && word != "from " &&
                           word != "type " && word != "... " && word != "import " && word != "else"
                       ? true
                       : !is_one_of(last, ".!?");
        }
    }
    return false;
}

/// Whether words separated by single spaces make up a trimmed line, with the punctuation of sentences only.
///
/// The strictest judgment: no sign that a program, a table, a record, a format or a layout is made of.
[[nodiscard]] constexpr bool is_sentence_text(std::string_view line) noexcept {
    std::size_t letters = 0;
    std::size_t words = 0;
    std::size_t digits = 0;
    std::size_t commas = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        char const c = line[at];
        char const next = at + 1 < line.size() ? line[at + 1] : ' ';
        if (letter_byte(c)) {
            ++letters;
        } else if (digit_byte(c)) {
            ++digits;
        } else if (c == ' ') {
            if (next == ' ') {
                return false;
            }
            ++words;
        } else if (c == ',') {
            if (!is_one_of(next, " \"'") && !digit_byte(next) && !letter_byte(next)) {
                return false;
            }
            commas += is_one_of(next, " \"'") ? 0U : 1U;
        } else if (is_one_of(c, "{}|<>\\\t^~=;")) {
            return false;
        }
    }
    return words >= 5 && letters * 10 >= line.size() * 7 && digits * 5 <= line.size() && commas * 6 <= words;
}

[[nodiscard]] constexpr LineKind line_kind(std::string_view line) noexcept {
    std::string_view const text = trimmed(line);
    if (text.empty()) {
        return LineKind::blank;
    }
    char const first = text.front();
    char const last = text.back();
    if (text.starts_with(repeat_mark) || text.starts_with(overlap_mark) || text.starts_with(log_mark)) {
        return LineKind::mark;
    }
    if (text.starts_with("@@ ") || text.starts_with("diff --git ") || text.starts_with("--- ") ||
        text.starts_with("+++ ") || first == '+' ||
        (first == '-' && text.size() > 1 && text[1] != ' ' && text[1] != '-')) {
        return LineKind::diff;
    }
    if (first == '<' && last == '>' && text.find('>') == text.size() - 1 && text.size() > 2) {
        return LineKind::tag;
    }
    if (first == '#') {
        std::size_t const level = std::min(text.find_first_not_of('#'), text.size());
        return level <= 6 && level < text.size() && text[level] == ' ' ? LineKind::heading : LineKind::code;
    }
    if (first == '|') {
        return LineKind::row;
    }
    if (first == '>') {
        return text.starts_with(">>>") ? LineKind::code : LineKind::quote;
    }
    if (digit_byte(first)) {
        std::size_t const end = text.find_first_not_of("0123456789");
        if (end != std::string_view::npos && (text[end] == ':' || text[end] == '|') &&
            time_of_day(text) == std::string_view::npos) {
            return LineKind::listing;
        }
    }
    if (is_sure_log(text)) {
        return LineKind::log;
    }
    if (text.find('\t') != std::string_view::npos) {
        return LineKind::delimited;
    }
    std::size_t const item = is_one_of(first, "-*")             ? 1
                             : digit_byte(first)                ? text.find_first_not_of("0123456789")
                             : text.starts_with("\xe2\x80\xa2") ? 3
                                                                : std::string_view::npos;
    if (item != std::string_view::npos && item < text.size() &&
        (text[item] == ' ' || (digit_byte(first) && is_one_of(text[item], ".)") && item + 1 < text.size() &&
                               text[item + 1] == ' '))) {
        std::string_view const words = trimmed(text.substr(item + 1));
        return has_code_signs(text) || words.empty() ? LineKind::code : LineKind::item;
    }
    if (first == '*' && last == '*') {
        return LineKind::heading;
    }
    std::size_t const colon = text.find(':');
    if (colon != std::string_view::npos && colon > 0 &&
        text.substr(0, colon).find(' ') == std::string_view::npos && lower_byte(first) &&
        (colon + 1 == text.size() || text[colon + 1] == ' ')) {
        return LineKind::setting;
    }
    if (has_code_signs(text)) {
        return LineKind::code;
    }
    if (is_sentence_text(text)) {
        bool const named =
            colon <= 24 && letter_byte(first) && colon + 1 < text.size() && text[colon + 1] == ' ';
        return named ? LineKind::chat : LineKind::prose;
    }
    if (last == ':' && letter_byte(first)) {
        return LineKind::label;
    }
    if (colon <= 24 && letter_byte(first) && colon + 1 < text.size() && text[colon + 1] == ' ') {
        return LineKind::chat;
    }
    std::size_t tight = 0;  // commas and semicolons between values
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        tight += (text[at] == ',' || text[at] == ';') && text[at + 1] != ' ' ? 1U : 0U;
    }
    return tight >= 2 ? LineKind::delimited : LineKind::other;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
