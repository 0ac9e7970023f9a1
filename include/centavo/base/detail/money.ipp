// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string Ratio::to_string() const {
    std::int64_t const points = basis_points();
    std::int64_t const size = points < 0 ? -points : points;
    std::string cents = std::to_string(size % 100);
    cents.insert(0, 2 - cents.size(), '0');
    return (points < 0 ? "-" : "") + std::to_string(size / 100) + "." + cents + " %";
}

CENTAVO_INLINE std::string Usd::digits(int decimals, bool trim) const {
    assert(decimals >= 0 && decimals <= places);
    detail::Int128 unit = 1;
    for (int i = decimals; i < places; ++i) {
        unit *= 10;
    }
    detail::Int128 const rounded = detail::divide_half_even(atto_, unit);
    detail::Uint128 size =
        rounded < 0 ? -static_cast<detail::Uint128>(rounded) : static_cast<detail::Uint128>(rounded);
    std::string text;
    for (int i = 0; size != 0 || i <= decimals; ++i, size /= 10) {
        if (i == decimals && decimals > 0) {
            text += '.';
        }
        text += static_cast<char>('0' + static_cast<int>(size % 10));
    }
    std::size_t zeros = 0;
    if (trim && decimals > 0) {
        zeros = text.find_first_not_of('0');
        zeros += text[zeros] == '.' ? 1U : 0U;
    }
    std::string out{text.rbegin(), text.rend() - static_cast<std::ptrdiff_t>(zeros)};
    return rounded < 0 ? "-" + out : out;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
