// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// One decoded character.
///
/// An ill-formed sequence decodes to U+FFFD and is as long as its maximal subpart: the one repair policy of the library,
/// that of the WHATWG Encoding Standard and of the Unicode Standard, section 3.9, table 3-8.
struct Utf8Step {
    char32_t point = 0;
    std::uint32_t length = 1;
    bool well_formed = true;
};

/// Decodes the character that begins at `at`; `at` is before `end`.
[[nodiscard]] constexpr Utf8Step decode_utf8(char const* at, char const* end) noexcept {
    auto const byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(at[i]));
    };
    auto const left = static_cast<std::size_t>(end - at);
    std::uint32_t const lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    std::uint32_t const length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    if (length == 1) {
        return {0xFFFD, 1, false};
    }
    // The second byte's range excludes overlong forms, surrogates and points beyond U+10FFFF.
    std::uint32_t const low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    std::uint32_t const high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (left < 2 || byte(1) < low || byte(1) > high) {
        return {0xFFFD, 1, false};
    }
    std::uint32_t point = (lead & (0x7FU >> length)) << 6 | (byte(1) & 0x3F);
    for (std::uint32_t i = 2; i < length; ++i) {
        if (left <= i || (byte(i) & 0xC0) != 0x80) {
            return {0xFFFD, i, false};
        }
        point = point << 6 | (byte(i) & 0x3F);
    }
    return {point, length, true};
}

/// The offset of the first ill-formed byte of `text`; nullopt where all of it is well-formed UTF-8.
[[nodiscard]] constexpr std::optional<std::size_t> find_ill_formed_utf8(std::string_view text) noexcept {
    char const* const end = text.data() + text.size();
    for (char const* at = text.data(); at != end;) {
        Utf8Step const step = decode_utf8(at, end);
        if (!step.well_formed) {
            return static_cast<std::size_t>(at - text.data());
        }
        at += step.length;
    }
    return std::nullopt;
}

/// Appends `code` as UTF-8; a surrogate or a value above U+10FFFF becomes U+FFFD.
constexpr void append_utf8(std::string& out, char32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        code = 0xFFFD;
    }
    auto const put = [&](char32_t bits) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(bits)));
    };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

/// Appends `text` with U+FFFD for each maximal ill-formed sequence; false where one was replaced.
inline bool append_well_formed(std::string& out, std::string_view text) {
    bool whole = true;
    std::size_t kept = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t word = 0;
        while (text.size() - at >= 8 &&
               (std::memcpy(&word, text.data() + at, 8), (word & 0x8080808080808080) == 0)) {
            at += 8;
        }
        if (at == text.size()) {
            break;
        }
        Utf8Step const step = decode_utf8(text.data() + at, text.data() + text.size());
        if (!step.well_formed) {
            out.append(text.substr(kept, at - kept)).append("\xEF\xBF\xBD");
            kept = at + step.length;
            whole = false;
        }
        at += step.length;
    }
    out.append(text.substr(kept));
    return whole;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
