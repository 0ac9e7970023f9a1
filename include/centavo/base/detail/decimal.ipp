// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string Decimal::to_string() const {
    if (exponent_ < 0) {
        return detail::decimal_text(coefficient_, static_cast<std::size_t>(-exponent_));
    }
    return detail::decimal_text(coefficient_, 0) + std::string(static_cast<std::size_t>(exponent_), '0');
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
