// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace centavo::testing {

/// RFC 4648, with padding.
[[nodiscard]] inline std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        std::string_view const three = bytes.substr(i, 3);
        for (std::size_t k = 0; k < 3; ++k) {
            group = group << 8 | (k < three.size() ? static_cast<unsigned char>(three[k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            out += k <= three.size() ? digits[group >> (18 - 6 * k) & 0x3F] : '=';
        }
    }
    return out;
}

}  // namespace centavo::testing
