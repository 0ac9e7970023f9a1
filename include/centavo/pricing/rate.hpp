// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/unit.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A price that cannot be one: negative, finer than money is, or without the words "free" where it is zero.
class CENTAVO_VISIBLE MalformedPrice : public Error {
public:
    explicit MalformedPrice(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// An amount, and whether it had to be rounded to a whole number of 10^-18 USD.
struct RoundedUsd {
    Usd amount;
    bool rounded = false;
};

/// What a count of one unit costs, as published: so many dollars for every `per` of it.
///
/// The published form is kept ("2.50 per 1,000,000"), never divided beforehand. A value.
class Rate {
public:
    constexpr Rate() = default;

    /// `usd` dollars for every `per` units.
    ///
    /// Throws MalformedPrice for a negative price, one finer than 10^-18 USD or a `per` below 1; std::overflow_error.
    constexpr Rate(Unit unit, Decimal usd, std::int64_t per) : unit_{unit}, usd_{usd}, per_{per} {
        if (usd.negative() || per < 1) {
            throw MalformedPrice("a price below zero or for no units: " + std::string{name_of(unit)});
        }
        auto const whole = usd.scaled(Usd::places);
        if (!whole) {
            throw MalformedPrice("a price finer than 10^-18 USD: " + std::string{name_of(unit)});
        }
        atto_ = *whole;
        each_ = atto_ % per == 0 ? atto_ / per : -1;
    }

    /// `usd` dollars, written as decimal text, for a million units. Throws MalformedDecimal and as Rate does.
    [[nodiscard]] static constexpr Rate per_million(Unit unit, std::string_view usd) {
        return {unit, Decimal::parse(usd), 1'000'000};
    }

    [[nodiscard]] constexpr Unit unit() const noexcept { return unit_; }
    [[nodiscard]] constexpr Decimal usd() const noexcept { return usd_; }
    [[nodiscard]] constexpr std::int64_t per() const noexcept { return per_; }

    /// Whether every count of the unit costs a whole number of 10^-18 USD; others are rounded once, half-even.
    [[nodiscard]] constexpr bool exact() const noexcept { return each_ >= 0; }

    /// What `count` units cost. Overflow throws std::overflow_error.
    [[nodiscard]] constexpr Usd cost(std::int64_t count) const {
        if (each_ >= 0) {
            // 64 bits by 64 bits cannot pass 128.
            return Usd::from_atto(each_ <= INT64_MAX
                                      ? static_cast<detail::Int128>(static_cast<std::int64_t>(each_)) * count
                                      : detail::checked_multiply(each_, count));
        }
        return Usd::from_atto(detail::divide_half_even(detail::checked_multiply(atto_, count), per_));
    }

    /// What `count` units cost times `factor`: rounded once, half-even, where that is no whole number of 10^-18 USD.
    ///
    /// Overflow throws std::overflow_error.
    [[nodiscard]] constexpr RoundedUsd cost(std::int64_t count, Decimal factor) const {
        if (factor == Decimal{1, 0} && exact()) {
            return {cost(count), false};
        }
        detail::Int128 over = detail::checked_multiply(atto_, count);
        detail::Int128 under = per_;
        detail::Int128 times = factor.coefficient();
        for (int power = factor.exponent(); power > 0; --power) {
            times = detail::checked_multiply(times, 10);
        }
        for (int power = factor.exponent(); power < 0; ++power) {
            under = detail::checked_multiply(under, 10);
        }
        // Shortened first: what is left overflows only where the amount itself comes near.
        for (detail::Int128* const part : {&over, &times}) {
            detail::Int128 const common = greatest_common_divisor(*part, under);
            *part /= common;
            under /= common;
        }
        detail::Int128 const product = detail::checked_multiply(over, times);
        return {Usd::from_atto(detail::divide_half_even(product, under)), product % under != 0};
    }

    /// This rate times `factor`, rounded up to a whole number of 10^-18 USD for every `per`: for upper bounds.
    [[nodiscard]] constexpr Rate times_rounded_up(Decimal factor) const {
        if (factor == Decimal{1, 0}) {
            return *this;
        }
        Rate scaled = *this;
        detail::Int128 product = detail::checked_multiply(atto_, factor.coefficient());
        for (int power = factor.exponent(); power > 0; --power) {
            product = detail::checked_multiply(product, 10);
        }
        bool part = false;
        for (int power = factor.exponent(); power < 0; ++power) {
            part = part || product % 10 != 0;
            product /= 10;
        }
        scaled.atto_ = product + (part ? 1 : 0);
        scaled.each_ = scaled.atto_ % per_ == 0 ? scaled.atto_ / per_ : -1;
        return scaled;
    }

    /// How many units `budget` pays for: none below zero, INT64_MAX at most and where the rate is zero.
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

    /// True where this rate is the dearer one.
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
    detail::Int128 atto_ = 0;  // for `per_` units
    detail::Int128 each_ = 0;  // for one unit, -1 where that is not whole
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
