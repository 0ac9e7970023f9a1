// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// How far a scan for one JSON object or array reached.
struct JsonExtent {
    std::size_t end = 0;  ///< past the value if valid, else the byte at which it stopped being JSON
    bool valid = false;
    bool loose = false;  ///< white space between its tokens
};

[[nodiscard]] constexpr bool is_json_space(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/// Finds the ends of JSON values without building or throwing anything; nests without a limit.
///
/// A value nested in one that failed at some byte fails there as well or has ended before it, so a caller that resumes
/// at `end` scans each byte once.
class JsonScanner {
public:
    /// The object or array that begins at `at`, by RFC 8259; ill-formed UTF-8 inside strings is accepted.
    [[nodiscard]] JsonExtent extent(std::string_view text, std::size_t at);

private:
    std::vector<char> open_;  // the brackets that would close what is open
};

/// The first byte from `at` on that ends a run of plain characters in a JSON string: a quote, a backslash or a control.
[[nodiscard]] inline std::size_t plain_end(std::string_view text, std::size_t at) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    if constexpr (std::endian::native == std::endian::little) {
        while (text.size() - at >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, 8);
            auto const quote = word ^ (ones * '"');
            auto const backslash = word ^ (ones * '\\');
            auto const marks = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
            auto const stop = (marks | ((word - ones * 0x20) & ~word)) & highs;
            if (stop != 0) {
                // A borrow can only mark bytes above a true one, so the lowest mark is exact.
                return at + static_cast<std::size_t>(std::countr_zero(stop)) / 8;
            }
            at += 8;
        }
    }
    while (at < text.size() && text[at] != '"' && text[at] != '\\' &&
           static_cast<unsigned char>(text[at]) >= 0x20) {
        ++at;
    }
    return at;
}

/// Past the JSON string whose opening quote stands before `at`; valid is false where it does not end properly.
[[nodiscard]] inline JsonExtent string_extent(std::string_view text, std::size_t at) noexcept {
    while (true) {
        at = plain_end(text, at);
        if (at == text.size() || static_cast<unsigned char>(text[at]) < 0x20) {
            return {at, false, false};
        }
        if (text[at] == '"') {
            return {at + 1, true, false};
        }
        std::size_t const escaped = at + 1;
        if (escaped >= text.size()) {
            return {at, false, false};
        }
        if (text[escaped] == 'u') {
            for (std::size_t i = escaped + 1; i < escaped + 5; ++i) {
                char const digit = i < text.size() ? static_cast<char>(text[i] | 0x20) : '\0';
                if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'))) {
                    return {at, false, false};
                }
            }
            at = escaped + 5;
        } else if (std::string_view{"\"\\/bfnrt"}.find(text[escaped]) != std::string_view::npos) {
            at = escaped + 1;
        } else {
            return {at, false, false};
        }
    }
}

/// Past the JSON number at `at`; `at` if there is none.
[[nodiscard]] inline std::size_t number_end(std::string_view text, std::size_t at) noexcept {
    std::size_t const begin = at;
    auto const digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    at += text[at] == '-' ? 1U : 0U;
    if (!digit(at)) {
        return begin;
    }
    if (text[at] == '0') {
        ++at;
        if (digit(at)) {
            return begin;
        }
    }
    while (digit(at)) {
        ++at;
    }
    if (at < text.size() && text[at] == '.') {
        if (!digit(++at)) {
            return begin;
        }
        while (digit(at)) {
            ++at;
        }
    }
    if (at < text.size() && (text[at] | 0x20) == 'e') {
        ++at;
        at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1U : 0U;
        if (!digit(at)) {
            return begin;
        }
        while (digit(at)) {
            ++at;
        }
    }
    return at;
}

inline JsonExtent JsonScanner::extent(std::string_view text, std::size_t at) {
    JsonExtent found;
    auto const space = [&] {
        std::size_t const begin = at;
        while (at < text.size() && is_json_space(text[at])) {
            ++at;
        }
        found.loose = found.loose || at > begin;
        return at < text.size();
    };
    auto const fail = [&] {
        found.end = at;
        return found;
    };
    auto const string = [&] {
        JsonExtent const quoted = string_extent(text, at + 1);
        at = quoted.end;
        return quoted.valid;
    };
    auto const key = [&] {
        if (!space() || text[at] != '"' || !string() || !space() || text[at] != ':') {
            return false;
        }
        ++at;
        return true;
    };
    open_.clear();
    do {
        // A value is expected, except directly after an opening bracket, where it may close.
        if (!open_.empty() && !space()) {
            return fail();
        }
        char const c = text[at];
        bool closed = true;
        if (c == '{' || c == '[') {
            open_.push_back(c == '{' ? '}' : ']');
            ++at;
            if (!space()) {
                return fail();
            }
            if (text[at] != open_.back()) {
                closed = false;
                if (c == '{' && !key()) {
                    return fail();
                }
            }
        } else if (c == '"') {
            if (!string()) {
                return fail();
            }
        } else if (c == 't' || c == 'f' || c == 'n') {
            std::string_view const word = c == 't' ? "true" : c == 'f' ? "false" : "null";
            if (text.compare(at, word.size(), word) != 0) {
                return fail();
            }
            at += word.size();
        } else {
            std::size_t const end = number_end(text, at);
            if (end == at) {
                return fail();
            }
            at = end;
        }
        while (closed && !open_.empty()) {
            if (!space()) {
                return fail();
            }
            if (text[at] == open_.back()) {
                open_.pop_back();
                ++at;
                if (open_.empty()) {
                    found.end = at;
                    found.valid = true;
                    return found;
                }
                continue;
            }
            if (text[at] != ',') {
                return fail();
            }
            ++at;
            if (open_.back() == '}' && !key()) {
                return fail();
            }
            closed = false;
        }
    } while (!open_.empty());
    return fail();
}

/// Appends a valid JSON value without the white space between its tokens; strings and numbers as they are written.
inline void append_compact(std::string& out, std::string_view json) {
    std::size_t copied = 0;
    for (std::size_t at = 0; at < json.size();) {
        if (json[at] == '"') {
            at = string_extent(json, at + 1).end;
        } else if (is_json_space(json[at])) {
            out.append(json, copied, at - copied);
            while (at < json.size() && is_json_space(json[at])) {
                ++at;
            }
            copied = at;
        } else {
            ++at;
        }
    }
    out.append(json, copied);
}

/// A value of a JSON text, with its place in a tree of values.
struct JsonNode {
    std::string_view raw;  ///< as written; of a compact text
    std::string_view key;  ///< of a member: the quoted name as written
    std::size_t size = 0;  ///< number of members or elements
    std::size_t end = 0;   ///< index past its last descendant
    [[nodiscard]] bool object() const noexcept { return raw[0] == '{'; }
    [[nodiscard]] bool array() const noexcept { return raw[0] == '['; }
    [[nodiscard]] bool string() const noexcept { return raw[0] == '"'; }
};

/// The values of a valid, compact JSON text in the order in which they begin: a parent stands before its children.
[[nodiscard]] inline std::vector<JsonNode> json_tree(std::string_view json) {
    std::vector<JsonNode> nodes;
    std::vector<std::size_t> open;
    std::string_view key;
    std::size_t at = 0;
    auto const child = [&](std::size_t begin, std::size_t end) {
        if (!open.empty()) {
            ++nodes[open.back()].size;
        }
        nodes.push_back({json.substr(begin, end - begin), key, 0, nodes.size() + 1});
        key = {};
    };
    while (at < json.size()) {
        char const c = json[at];
        if (c == '{' || c == '[') {
            child(at, at + 1);
            open.push_back(nodes.size() - 1);
            ++at;
        } else if (c == '}' || c == ']') {
            JsonNode& parent = nodes[open.back()];
            ++at;
            auto const begin = static_cast<std::size_t>(parent.raw.data() - json.data());
            parent.raw = json.substr(begin, at - begin);
            parent.end = nodes.size();
            open.pop_back();
        } else if (c == ',' || c == ':') {
            ++at;
        } else if (c == '"') {
            std::size_t const end = string_extent(json, at + 1).end;
            if (end < json.size() && json[end] == ':' && !open.empty() && nodes[open.back()].object() &&
                key.empty()) {
                key = json.substr(at, end - at);
            } else {
                child(at, end);
            }
            at = end;
        } else {
            std::size_t end = at + 1;
            while (end < json.size() && json[end] != ',' && json[end] != '}' && json[end] != ']') {
                ++end;
            }
            child(at, end);
            at = end;
        }
    }
    return nodes;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
