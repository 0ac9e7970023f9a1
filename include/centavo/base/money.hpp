// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/decimal_text.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/error.hpp>

#include <cassert>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <version>
#ifdef __cpp_lib_format
#include <format>
#endif

namespace centavo {
inline namespace CENTAVO_ABI {

/// Text that is not an amount of money, or an amount with digits below 10^-18 USD.
class CENTAVO_VISIBLE MalformedMoney : public Error {
public:
    explicit MalformedMoney(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// US dollars, exact: a 128-bit integer of 10^-18 USD.
///
///     Usd::parse("0.00425")   50_usd   1_cent        from text, never from double
///     a + b   a - b   -a   a * 3   a *= 3   a < b    checked: overflow throws std::overflow_error
///     std::cout << a   std::unordered_set<Usd>       exact text, also by std::format if available
///     a.to_string()   a.to_string(2)                 exact, or rounded half-even to that many places
///
/// Every published price per token, character, page or call times a count is a whole number of these units, so
/// sums are the same in any order. Holds +-1.7 x 10^20 USD. A value.
class Usd {
public:
    static constexpr int places = 18;

    constexpr Usd() = default;

    /// The amount written in `text`: "-12.5", "0.000000075", "5e-06".
    ///
    /// Throws MalformedMoney for other text and for digits below 10^-18, std::overflow_error beyond 128 bits.
    [[nodiscard]] static constexpr Usd parse(std::string_view text);

    /// `count` x 10^-18 USD.
    [[nodiscard]] static constexpr Usd from_atto(detail::Int128 count) noexcept {
        Usd amount;
        amount.atto_ = count;
        return amount;
    }

    [[nodiscard]] constexpr detail::Int128 atto() const noexcept { return atto_; }

    /// This amount in 10^-12 USD, rounded up so that a 64-bit counter never understates it.
    ///
    /// Throws std::overflow_error beyond +-9.22 million USD.
    [[nodiscard]] constexpr std::int64_t picodollars_rounded_up() const {
        constexpr detail::Int128 step = 1'000'000;
        detail::Int128 const count = atto_ / step + (atto_ % step > 0 ? 1 : 0);
        if (count > INT64_MAX || count < INT64_MIN) {
            throw std::overflow_error("the amount exceeds 64 bits of picodollars");
        }
        return static_cast<std::int64_t>(count);
    }

    /// Exact plain decimal text without trailing zeros: "0.00425".
    [[nodiscard]] std::string to_string() const { return digits(places, true); }

    /// Text with exactly `decimals` (0 to 18) digits after the point, rounded half-even; for display.
    [[nodiscard]] std::string to_string(int decimals) const { return digits(decimals, false); }

    constexpr Usd& operator+=(Usd other) {
        atto_ = detail::checked_add(atto_, other.atto_);
        return *this;
    }
    constexpr Usd& operator-=(Usd other) {
        atto_ = detail::checked_subtract(atto_, other.atto_);
        return *this;
    }
    [[nodiscard]] friend constexpr Usd operator+(Usd a, Usd b) { return a += b; }
    [[nodiscard]] friend constexpr Usd operator-(Usd a, Usd b) { return a -= b; }
    [[nodiscard]] constexpr Usd operator-() const { return Usd{} - *this; }

    /// `times` of this amount.
    template <std::integral Count>
    requires(!std::same_as<Count, bool>) [[nodiscard]] friend constexpr Usd operator*(Usd amount,
                                                                                      Count times) {
        return from_atto(detail::checked_multiply(amount.atto_, static_cast<detail::Int128>(times)));
    }
    template <std::integral Count>
    requires(!std::same_as<Count, bool>) [[nodiscard]] friend constexpr Usd operator*(Count times,
                                                                                      Usd amount) {
        return amount * times;
    }
    template <std::integral Count>
    requires(!std::same_as<Count, bool>) constexpr Usd& operator*=(Count times) {
        return *this = *this * times;
    }

    friend constexpr auto operator<=>(Usd const&, Usd const&) = default;

private:
    detail::Int128 atto_ = 0;

    [[nodiscard]] std::string digits(int decimals, bool trim) const;
};

/// Writes the exact text.
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, Usd amount) {
    return out << amount.to_string();
}

/// The exact ratio of a part to a whole; zero where the whole is zero. A value.
class Ratio {
public:
    constexpr Ratio() = default;
    constexpr Ratio(Usd part, Usd whole) : part_{part}, whole_{whole} {}

    [[nodiscard]] constexpr Usd part() const noexcept { return part_; }
    [[nodiscard]] constexpr Usd whole() const noexcept { return whole_; }

    /// In hundredths of a percent, rounded half-even: 1,234 is 12.34 %. Throws std::overflow_error.
    [[nodiscard]] constexpr std::int64_t basis_points() const {
        if (whole_ == Usd{}) {
            return 0;
        }
        bool const negative = whole_ < Usd{};
        Usd const part = negative ? -part_ : part_;
        Usd const whole = negative ? -whole_ : whole_;
        detail::Int128 const points = detail::divide_half_even((part * 10'000).atto(), whole.atto());
        if (points > INT64_MAX || points < INT64_MIN) {
            throw std::overflow_error("the ratio exceeds 64 bits of basis points");
        }
        return static_cast<std::int64_t>(points);
    }

    /// "12.34 %".
    [[nodiscard]] std::string to_string() const;

private:
    Usd part_;
    Usd whole_;
};

/// Writes to_string().
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, Ratio const& ratio) {
    return out << ratio.to_string();
}

constexpr Usd Usd::parse(std::string_view text) {
    auto const malformed = [&] {
        return MalformedMoney("not an amount of money such as 12.5 or 5e-06: \"" +
                              std::string{text.substr(0, 40)} + "\"");
    };
    auto const number = detail::DecimalText::find(text);
    if (!number) {
        throw malformed();
    }
    std::int64_t place = number->whole_digits() - 1;
    detail::Int128 atto = 0;
    for (char const digit : number->mantissa) {
        if (digit == '.') {
            continue;
        }
        if (digit != '0' && place < -places) {
            throw MalformedMoney("an amount with digits below 10^-18 USD: \"" +
                                 std::string{text.substr(0, 40)} + "\"");
        }
        if (place >= -places) {
            atto = detail::checked_add(detail::checked_multiply(atto, 10),
                                       number->negative ? '0' - digit : digit - '0');
        }
        --place;
    }
    for (; atto != 0 && place >= -places; --place) {
        atto = detail::checked_multiply(atto, 10);
    }
    return from_atto(atto);
}

/// Amounts in source text, exact and checked when compiled: `50_usd`, `0.01_usd`, `1_cent`.
inline namespace literals {

/// US dollars.
///
/// A template of its digits, not consteval: clang 14 leaves consteval calls in templates to the linker.
template <char... Digits>
[[nodiscard]] constexpr Usd operator""_usd() {
    constexpr Usd amount = [] {
        char plain[sizeof...(Digits)]{};
        std::size_t size = 0;
        for (char const digit : {Digits...}) {
            if (digit != '\'') {
                plain[size++] = digit;
            }
        }
        return Usd::parse({plain, size});
    }();
    return amount;
}

/// Hundredths of a US dollar.
template <char... Digits>
[[nodiscard]] constexpr Usd operator""_cent() {
    constexpr detail::Int128 hundredfold = operator""_usd<Digits...>().atto();
    static_assert(hundredfold % 100 == 0, "finer than 10^-18 USD");
    return Usd::from_atto(hundredfold / 100);
}

}  // namespace literals

}  // namespace CENTAVO_ABI
}  // namespace centavo

/// @cond
template <>
struct std::hash<centavo::Usd> {
    [[nodiscard]] std::size_t operator()(centavo::Usd amount) const noexcept {
        auto const bits = static_cast<centavo::detail::Uint128>(amount.atto());
        auto const mixed = (static_cast<std::uint64_t>(bits >> 64) ^ static_cast<std::uint64_t>(bits)) *
                           std::uint64_t{0x9E3779B97F4A7C15};
        return mixed ^ (mixed >> 32);
    }
};
/// @endcond

#ifdef __cpp_lib_format
/// Formats the exact text, with the options of a std::string.
template <>
struct std::formatter<centavo::Usd> : std::formatter<std::string> {
    template <typename Context>
    auto format(centavo::Usd amount, Context& context) const {
        return std::formatter<std::string>::format(amount.to_string(), context);
    }
};
#endif

#ifndef CENTAVO_COMPILED
#include <centavo/base/detail/money.ipp>
#endif
