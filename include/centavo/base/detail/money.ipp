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
    std::string text =
        detail::decimal_text(detail::divide_half_even(atto_, unit), static_cast<std::size_t>(decimals));
    if (trim && decimals > 0) {
        std::size_t const last = text.find_last_not_of('0');
        text.resize(text[last] == '.' ? last : last + 1);
    }
    return text;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
