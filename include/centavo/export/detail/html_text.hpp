// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/utf8.hpp>

#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Appends text escaped for element content and quoted attributes. Ill-formed UTF-8, and control characters that HTML
/// does not allow, become U+FFFD.
inline void append_html(std::string& out, std::string_view text) {
    std::string plain;
    append_well_formed(plain, text);
    for (char const c : plain) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
                append_utf8(out, 0xFFFD);
            } else {
                out += c;
            }
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
