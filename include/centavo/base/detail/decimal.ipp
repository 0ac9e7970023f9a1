// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string Decimal::to_string() const {
    std::string digits =
        std::to_string(coefficient_ < 0 ? -static_cast<detail::Int128>(coefficient_) > INT64_MAX
                                              ? std::uint64_t{1} << 63
                                              : static_cast<std::uint64_t>(-coefficient_)
                                        : static_cast<std::uint64_t>(coefficient_));
    if (exponent_ >= 0) {
        digits.append(static_cast<std::size_t>(exponent_), '0');
    } else {
        auto const places = static_cast<std::size_t>(-exponent_);
        if (digits.size() <= places) {
            digits.insert(0, places + 1 - digits.size(), '0');
        }
        digits.insert(digits.size() - places, 1, '.');
    }
    return (coefficient_ < 0 ? "-" : "") + digits;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
