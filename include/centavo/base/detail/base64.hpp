// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The value of a digit of base64, in the standard or the URL-safe alphabet of RFC 4648; -1 for any other character.
[[nodiscard]] constexpr int base64_digit(char c) noexcept {
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+' || c == '-' ? 62
           : c == '/' || c == '_' ? 63
                                  : -1;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
