// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/int128.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// `count` / `per` as exact decimal text; nullopt if it needs more than 18 decimal places.
[[nodiscard]] inline std::optional<std::string> exact_quotient(std::int64_t count, std::int64_t per) {
    Int128 power = 1;
    for (int places = 0; places <= 18; ++places, power *= 10) {
        if (power * count % per != 0) {  // a 64-bit integer times 10^18 fits in 128 bits
            continue;
        }
        Int128 const digits = power * count / per;
        Uint128 rest = digits < 0 ? -static_cast<Uint128>(digits) : static_cast<Uint128>(digits);
        std::string reversed;
        for (int i = 0; rest != 0 || i <= places; ++i, rest /= 10) {
            if (i == places && places > 0) {
                reversed += '.';
            }
            reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
        }
        return (digits < 0 ? "-" : "") + std::string{reversed.rbegin(), reversed.rend()};
    }
    return std::nullopt;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
