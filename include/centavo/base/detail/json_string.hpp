// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A string as it stands in JSON text: the bytes between its quotes, escapes unresolved.
///
/// A view into the scanned text. Its escapes are known to be well-formed JSON; its UTF-8 is not known to be.
struct JsonString {
    std::string_view raw;
    bool escaped = false;

    /// Whether the string, escapes resolved, is `text`.
    [[nodiscard]] bool equals(std::string_view text) const {
        return escaped ? this->text() == text : raw == text;
    }

    /// The string with its escapes resolved; lone surrogates and ill-formed UTF-8 become U+FFFD.
    [[nodiscard]] std::string text() const {
        std::string out;
        append_to(out);
        return out;
    }

    /// text(), as a view of the scanned text where that has no escapes, or else of `storage`, which then holds it.
    [[nodiscard]] std::string_view text_in(std::string& storage) const {
        if (!escaped) {
            return raw;
        }
        storage = text();
        return storage;
    }

    /// Appends text(); false if anything was replaced by U+FFFD.
    bool append_to(std::string& out) const;

private:
    [[nodiscard]] static constexpr char32_t hex4(std::string_view digits) noexcept;
    static bool append_escape(std::string& out, std::string_view raw, std::size_t& at);
};

/// The value of four hexadecimal digits, which are known to be digits.
constexpr char32_t JsonString::hex4(std::string_view digits) noexcept {
    char32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        char const c = digits[i];
        value = value * 16 + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

/// Resolves the escape whose backslash is at `at`, and moves `at` past it; false for a lone surrogate.
inline bool JsonString::append_escape(std::string& out, std::string_view raw, std::size_t& at) {
    char const kind = raw[at + 1];
    at += 2;
    switch (kind) {
    case 'b': out.push_back('\b'); return true;
    case 'f': out.push_back('\f'); return true;
    case 'n': out.push_back('\n'); return true;
    case 'r': out.push_back('\r'); return true;
    case 't': out.push_back('\t'); return true;
    case 'u': break;
    default: out.push_back(kind); return true;
    }
    char32_t code = hex4(raw.substr(at, 4));
    at += 4;
    if (code >= 0xD800 && code <= 0xDBFF && raw.substr(at, 2) == "\\u") {
        char32_t const low = hex4(raw.substr(at + 2, 4));
        if (low >= 0xDC00 && low <= 0xDFFF) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
    }
    append_utf8(out, code);
    return code < 0xD800 || code > 0xDFFF;
}

inline bool JsonString::append_to(std::string& out) const {
    if (!escaped) {
        return append_well_formed(out, raw);
    }
    bool whole = true;
    std::size_t at = 0;
    while (at < raw.size()) {
        auto const backslash = raw.find('\\', at);
        auto const end = backslash == std::string_view::npos ? raw.size() : backslash;
        whole = append_well_formed(out, raw.substr(at, end - at)) && whole;
        at = end;
        if (at < raw.size()) {
            whole = append_escape(out, raw, at) && whole;
        }
    }
    return whole;
}

/// Appends `utf8` as a JSON string with its quotes: compact, only required escapes (RFC 8259).
///
/// Ill-formed UTF-8 becomes U+FFFD, so that the output is always JSON.
inline void append_json_string(std::string& out, std::string_view utf8) {
    constexpr char const* hex = "0123456789abcdef";
    out.push_back('"');
    std::size_t kept = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        auto const c = static_cast<unsigned char>(utf8[i]);
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        append_well_formed(out, utf8.substr(kept, i - kept));
        kept = i + 1;
        out.push_back('\\');
        switch (c) {
        case '"': out.push_back('"'); break;
        case '\\': out.push_back('\\'); break;
        case '\b': out.push_back('b'); break;
        case '\f': out.push_back('f'); break;
        case '\n': out.push_back('n'); break;
        case '\r': out.push_back('r'); break;
        case '\t': out.push_back('t'); break;
        default:
            out.append("u00");
            out.push_back(hex[c >> 4]);
            out.push_back(hex[c & 0xF]);
        }
    }
    append_well_formed(out, utf8.substr(kept));
    out.push_back('"');
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
