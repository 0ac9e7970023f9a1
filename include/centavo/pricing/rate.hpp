// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/unit.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A price that cannot be a rate: negative, finer than 10^-18 USD, or per less than one unit.
class CENTAVO_VISIBLE MalformedPrice : public Error {
public:
    explicit MalformedPrice(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// An amount, and whether it was rounded to a whole number of 10^-18 USD.
struct RoundedUsd {
    Usd amount;
    bool rounded = false;
};

/// The published price of a unit: dollars per `per` units. A value.
///
/// The published form ("2.50 per 1,000,000") is kept and never divided in advance.
class Rate {
public:
    static constexpr Decimal unadjusted{1, 0};  ///< the factor that changes nothing

    constexpr Rate() = default;

    /// `usd` dollars per `per` units.
    ///
    /// Throws MalformedPrice for a negative price, a price finer than 10^-18 USD or `per` below 1;
    /// std::overflow_error.
    constexpr Rate(Unit unit, Decimal usd, std::int64_t per) : unit_{unit}, usd_{usd}, per_{per} {
        if (usd.negative()) {
            throw MalformedPrice("negative price of " + std::string{name_of(unit)} + ": " + usd.to_string());
        }
        if (per < 1) {
            throw MalformedPrice("a price of " + std::string{name_of(unit)} +
                                 " must be per 1 unit or more, not " + std::to_string(per));
        }
        auto const whole = usd.scaled(Usd::places);
        if (!whole) {
            throw MalformedPrice("the price of " + std::string{name_of(unit)} +
                                 " is finer than 10^-18 USD: " + usd.to_string());
        }
        atto_ = *whole;
        // Most prices fit into 64 bits, whose division is several times faster.
        each_ = atto_ <= INT64_MAX ? static_cast<std::int64_t>(atto_) / per : atto_ / per;
        each_ = each_ * per == atto_ ? each_ : -1;
    }

    /// `usd` dollars, as decimal text, per million units. Throws MalformedDecimal, and as the constructor does.
    [[nodiscard]] static constexpr Rate per_million(Unit unit, std::string_view usd) {
        return {unit, Decimal::parse(usd), 1'000'000};
    }

    [[nodiscard]] constexpr Unit unit() const noexcept { return unit_; }
    [[nodiscard]] constexpr Decimal usd() const noexcept { return usd_; }
    [[nodiscard]] constexpr std::int64_t per() const noexcept { return per_; }

    /// Whether every count of the unit costs a whole number of 10^-18 USD. Otherwise cost() rounds once, half-even.
    [[nodiscard]] constexpr bool exact() const noexcept { return each_ >= 0; }

    /// The cost of `count` units. Throws std::overflow_error.
    [[nodiscard]] constexpr Usd cost(std::int64_t count) const { return cost(count, unadjusted).amount; }

    /// The cost of `count` units times `factor`, rounded once, half-even. Throws std::overflow_error.
    [[nodiscard]] constexpr RoundedUsd cost(std::int64_t count, Decimal factor) const {
        auto const found = find_cost(count, factor);
        if (!found) {
            throw std::overflow_error("the cost of " + std::to_string(count) + " " +
                                      std::string{name_of(unit_)} + " exceeds 128 bits");
        }
        return *found;
    }

    /// The same, with nullopt for an overflow.
    [[nodiscard]] constexpr std::optional<RoundedUsd> find_cost(std::int64_t count, Decimal factor = Decimal{
                                                                                        1, 0}) const noexcept;

    /// This rate times `factor`, rounded up to a whole number of 10^-18 USD per `per` units: for upper bounds.
    ///
    /// Throws std::overflow_error.
    [[nodiscard]] constexpr Rate times_rounded_up(Decimal factor) const {
        if (factor == unadjusted) {
            return *this;
        }
        Rate scaled = *this;
        detail::Int128 product = detail::checked_multiply(atto_, factor.coefficient());
        for (int power = factor.exponent(); power > 0; --power) {
            product = detail::checked_multiply(product, 10);
        }
        bool remainder = false;
        for (int power = factor.exponent(); power < 0; ++power) {
            remainder = remainder || product % 10 != 0;
            product /= 10;
        }
        scaled.atto_ = product + (remainder ? 1 : 0);
        scaled.each_ = scaled.atto_ % per_ == 0 ? scaled.atto_ / per_ : -1;
        return scaled;
    }

    /// The number of units that `budget` pays for: 0 for a negative budget, INT64_MAX at most and for a rate of zero.
    ///
    /// Throws std::overflow_error.
    [[nodiscard]] constexpr std::int64_t affordable(Usd budget) const {
        if (budget < Usd{}) {
            return 0;
        }
        if (atto_ == 0) {
            return INT64_MAX;
        }
        detail::Int128 const count =
            each_ > 0 ? budget.atto() / each_ : detail::checked_multiply(budget.atto(), per_) / atto_;
        return count > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(count);
    }

    /// Whether one unit costs more at `a` than at `b`. Throws std::overflow_error.
    [[nodiscard]] friend constexpr bool more_expensive(Rate const& a, Rate const& b) {
        return detail::checked_multiply(a.atto_, b.per_) > detail::checked_multiply(b.atto_, a.per_);
    }

private:
    [[nodiscard]] static constexpr detail::Int128 greatest_common_divisor(detail::Int128 a,
                                                                          detail::Int128 b) noexcept {
        while (b != 0) {
            detail::Int128 const rest = a % b;
            a = b;
            b = rest;
        }
        return a < 0 ? -a : a;
    }

    Unit unit_{};
    Decimal usd_{};
    std::int64_t per_ = 1;
    detail::Int128 atto_ = 0;  // per `per_` units
    detail::Int128 each_ = 0;  // per unit, -1 where that is not whole
};

constexpr std::optional<RoundedUsd> Rate::find_cost(std::int64_t count, Decimal factor) const noexcept {
    bool const plain = factor == unadjusted;
    if (plain && each_ >= 0 && each_ <= INT64_MAX) {
        // The product of two 64-bit numbers fits into 128 bits.
        return RoundedUsd{
            Usd::from_atto(static_cast<detail::Int128>(static_cast<std::int64_t>(each_)) * count)};
    }
    bool overflow = false;
    auto const multiply = [&](detail::Int128 a, detail::Int128 b) {
        detail::Int128 product{};
        overflow = __builtin_mul_overflow(a, b, &product) || overflow;
        return product;
    };
    if (plain && each_ >= 0) {
        detail::Int128 const atto = multiply(each_, count);
        return overflow ? std::nullopt : std::optional{RoundedUsd{Usd::from_atto(atto)}};
    }
    detail::Int128 numerator = multiply(atto_, count);
    detail::Int128 denominator = per_;
    detail::Int128 coefficient = factor.coefficient();
    for (int power = factor.exponent(); power > 0; --power) {
        coefficient = multiply(coefficient, 10);
    }
    for (int power = factor.exponent(); power < 0; ++power) {
        denominator = multiply(denominator, 10);
    }
    if (overflow) {
        return std::nullopt;
    }
    // Reduced first, so that only an amount near 128 bits overflows.
    for (detail::Int128* const part : {&numerator, &coefficient}) {
        detail::Int128 const common = greatest_common_divisor(*part, denominator);
        *part /= common;
        denominator /= common;
    }
    detail::Int128 const product = multiply(numerator, coefficient);
    if (overflow) {
        return std::nullopt;
    }
    return RoundedUsd{Usd::from_atto(detail::divide_half_even(product, denominator)),
                      product % denominator != 0};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
