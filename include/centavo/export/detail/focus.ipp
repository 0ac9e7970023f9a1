// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/export/focus.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {
namespace focus {

CENTAVO_INLINE std::string title(std::string_view name) {
    std::string out;
    bool begins = true;
    for (char const c : name) {
        out += c == '_' ? ' ' : begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        begins = c == '_';
    }
    return out;
}

CENTAVO_INLINE std::optional<detail::Int128> adjusted_price(Rate const& rate, Decimal factor) {
    auto price = rate.usd().scaled(Usd::places);
    int power = factor.exponent();
    if (!price || power > 0 ||
        __builtin_mul_overflow(*price, static_cast<detail::Int128>(factor.coefficient()), &*price)) {
        return std::nullopt;
    }
    for (; power < 0; ++power) {
        if (*price % 10 != 0) {
            return std::nullopt;
        }
        *price /= 10;
    }
    return price;
}

CENTAVO_INLINE std::optional<Pricing> published(CostLine const& line) {
    Rate const& rate = line.rate;
    auto const quantity = detail::exact_quotient(line.count, rate.per());
    auto const whole = adjusted_price(rate, line.factor);
    if (!quantity || !whole) {
        return std::nullopt;
    }
    detail::Int128 product{};
    if (__builtin_mul_overflow(*whole, static_cast<detail::Int128>(line.count), &product) ||
        product % rate.per() != 0 || product / rate.per() != line.cost.atto()) {
        return std::nullopt;
    }
    std::string unit{counted_in(rate.unit().measure)};
    if (rate.per() != 1) {
        unit = std::to_string(rate.per()) + " " + unit;
    }
    return Pricing{Usd::from_atto(*whole).to_string(), *quantity, unit};
}

}  // namespace focus
}  // namespace CENTAVO_ABI
}  // namespace centavo
