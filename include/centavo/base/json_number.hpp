// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace centavo::inline v0 {

/// The integer that a JSON number spells: 7, 1.0 and 1e2 are integers; nullopt for a fraction or beyond 64 bits.
[[nodiscard]] constexpr std::optional<std::int64_t> json_integer(std::string_view number) noexcept {
    bool const negative = !number.empty() && number.front() == '-';
    auto const exponent_at = number.find_first_of("eE");
    auto const mantissa = number.substr(0, exponent_at).substr(negative);
    constexpr std::int64_t far = 1'000'000'000;  // beyond the length of any text that could make up for it
    std::int64_t shift = 0;
    if (exponent_at != std::string_view::npos) {
        auto digits = number.substr(exponent_at + 1);
        bool const down = digits.front() == '-';
        digits.remove_prefix(down || digits.front() == '+');
        for (char const c : digits) {
            shift = shift > far ? shift : shift * 10 + (c - '0');
        }
        shift = down ? -shift : shift;
    }
    auto const point = mantissa.find('.');
    auto whole_digits = static_cast<std::int64_t>(point == std::string_view::npos ? mantissa.size() : point) + shift;
    std::uint64_t value = 0;
    bool zero = true;
    for (char const c : mantissa) {
        if (c == '.') {
            continue;
        }
        auto const digit = static_cast<std::uint64_t>(c - '0');
        zero = zero && digit == 0;
        if (whole_digits-- <= 0) {
            if (digit != 0) {
                return std::nullopt;
            }
            continue;
        }
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) || __builtin_add_overflow(value, digit, &value)) {
            return std::nullopt;
        }
    }
    if (zero) {
        return 0;
    }
    for (; whole_digits > 0; --whole_digits) {
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value)) {
            return std::nullopt;
        }
    }
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value > most + (negative ? 1 : 0)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(negative ? ~value + 1 : value);
}

/// The double nearest to a JSON number; nullopt where it is too large for one. Too small is zero.
[[nodiscard]] inline std::optional<double> json_double(std::string_view number) noexcept {
    double value = 0;
    auto const parsed = std::from_chars(number.data(), number.data() + number.size(), value);
    if (parsed.ec == std::errc{}) {
        return std::isfinite(value) ? std::optional{value} : std::nullopt;
    }
    // Out of range, and from_chars does not say on which side: a negative exponent, or only a fraction, is below.
    bool const negative = number.front() == '-';
    auto const exponent_at = number.find_first_of("eE");
    auto const mantissa = number.substr(0, exponent_at).substr(negative);
    bool const below = exponent_at != std::string_view::npos && number.substr(exponent_at + 1).starts_with('-');
    bool const fraction = mantissa.starts_with("0.") && exponent_at == std::string_view::npos;
    if (below || fraction || mantissa.find_first_of("123456789") == std::string_view::npos) {
        return negative ? -0.0 : 0.0;
    }
    return std::nullopt;
}

}  // namespace centavo::inline v0
