// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/decimal_text.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// `count` / `per` as exact decimal text; nullopt if it needs more than 18 decimal places.
[[nodiscard]] inline std::optional<std::string> exact_quotient(std::int64_t count, std::int64_t per) {
    Int128 power = 1;
    for (std::size_t places = 0; places <= 18; ++places, power *= 10) {
        if (power * count % per == 0) {  // a 64-bit integer times 10^18 fits in 128 bits
            return decimal_text(power * count / per, places);
        }
    }
    return std::nullopt;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
