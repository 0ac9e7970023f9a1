// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/decimal_text.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/error.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Text that is not a decimal number, or a number outside the range or precision of Decimal.
class CENTAVO_VISIBLE MalformedDecimal : public Error {
public:
    explicit MalformedDecimal(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// An exact decimal number: coefficient x 10^exponent, without trailing zeros in the coefficient.
///
/// Rates and factors are decimals: a price list says 0.075, and no binary floating-point number is 0.075.
/// A value; every operation is constexpr.
class Decimal {
public:
    constexpr Decimal() = default;

    /// coefficient x 10^exponent; a coefficient that ends in zeros is normalized.
    constexpr Decimal(std::int64_t coefficient, int exponent)
        : coefficient_{coefficient}, exponent_{exponent} {
        while (coefficient_ != 0 && coefficient_ % 10 == 0) {
            coefficient_ /= 10;
            ++exponent_;
        }
        if (coefficient_ == 0) {
            exponent_ = 0;
        }
    }

    /// The number written in `text`: digits, at most one point, an optional sign and exponent ("5e-06").
    ///
    /// Throws MalformedDecimal for anything else, for more than 18 significant digits, and beyond 10^40 or 10^-60.
    [[nodiscard]] static constexpr Decimal parse(std::string_view text) {
        auto const parsed = find(text);
        if (!parsed) {
            throw MalformedDecimal("not a decimal number of at most 18 significant digits: \"" +
                                   std::string{text.substr(0, 40)} + "\"");
        }
        return *parsed;
    }

    /// As parse(), with nullopt instead of the exception.
    [[nodiscard]] static constexpr std::optional<Decimal> find(std::string_view text) noexcept;

    [[nodiscard]] constexpr std::int64_t coefficient() const noexcept { return coefficient_; }
    [[nodiscard]] constexpr int exponent() const noexcept { return exponent_; }
    [[nodiscard]] constexpr bool negative() const noexcept { return coefficient_ < 0; }

    /// This number x 10^shift as an integer; nullopt if it is not whole. Throws std::overflow_error.
    [[nodiscard]] constexpr std::optional<detail::Int128> scaled(int shift) const {
        int power = exponent_ + shift;
        detail::Int128 value = coefficient_;
        if (value == 0) {
            return value;
        }
        if (power < 0) {
            return std::nullopt;  // the coefficient has no trailing zero to give
        }
        for (; power > 0; --power) {
            value = detail::checked_multiply(value, 10);
        }
        return value;
    }

    /// Plain decimal text without exponent or trailing zeros: "0.075".
    [[nodiscard]] std::string to_string() const;

    friend constexpr bool operator==(Decimal const&, Decimal const&) = default;

    /// By value.
    friend constexpr std::strong_ordering operator<=>(Decimal const& a, Decimal const& b) {
        if (a.sign() != b.sign() || a.sign() == 0) {
            return a.sign() <=> b.sign();
        }
        if (auto const sizes = a.magnitude() <=> b.magnitude(); sizes != 0) {
            return a.sign() > 0 ? sizes : 0 <=> sizes;
        }
        // Both have one magnitude, so the exponents differ by less than the 19 digits of a coefficient.
        int const shift = a.exponent_ < b.exponent_ ? -a.exponent_ : -b.exponent_;
        return *a.scaled(shift) <=> *b.scaled(shift);
    }

private:
    [[nodiscard]] constexpr int sign() const noexcept { return (coefficient_ > 0) - (coefficient_ < 0); }

    /// The power of ten just above the number's size.
    [[nodiscard]] constexpr int magnitude() const noexcept {
        int power = exponent_;
        for (std::int64_t rest = coefficient_; rest != 0; rest /= 10) {
            ++power;
        }
        return power;
    }

    std::int64_t coefficient_ = 0;
    int exponent_ = 0;
};

constexpr std::optional<Decimal> Decimal::find(std::string_view text) noexcept {
    auto const number = detail::DecimalText::find(text);
    if (!number) {
        return std::nullopt;
    }
    auto const [coefficient, exponent, next, more] = detail::leading_digits(*number, 18);
    if (next != 0 || more || (coefficient != 0 && (exponent > 40 || exponent < -60))) {
        return std::nullopt;
    }
    return Decimal{number->negative ? -coefficient : coefficient,
                   coefficient == 0 ? 0 : static_cast<int>(exponent)};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/base/detail/decimal.ipp>
#endif
