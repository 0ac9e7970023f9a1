// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/unit.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo::inline v0 {

/// A price that cannot be one: negative, finer than money is, or without the words "free" where it is zero.
class MalformedPrice : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
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
                                      ? static_cast<Int128>(static_cast<std::int64_t>(each_)) * count
                                      : checked_multiply(each_, count));
        }
        return Usd::from_atto(divide_half_even(checked_multiply(atto_, count), per_));
    }

    /// How many units `budget` pays for: none below zero, INT64_MAX at most and where the rate is zero.
    [[nodiscard]] constexpr std::int64_t affordable(Usd budget) const {
        if (budget < Usd{}) {
            return 0;
        }
        if (atto_ == 0) {
            return INT64_MAX;
        }
        Int128 const count =
            each_ > 0 ? budget.atto() / each_ : checked_multiply(budget.atto(), per_) / atto_;
        return count > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(count);
    }

    /// True where this rate is the dearer one.
    [[nodiscard]] friend constexpr bool dearer(Rate const& a, Rate const& b) {
        return checked_multiply(a.atto_, b.per_) > checked_multiply(b.atto_, a.per_);
    }

private:
    Unit unit_{};
    Decimal usd_{};
    std::int64_t per_ = 1;
    Int128 atto_ = 0;  // for `per_` units
    Int128 each_ = 0;  // for one unit, -1 where that is not whole
};

}  // namespace centavo::inline v0
