// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/decimal_text.hpp>

#include <locale.h>
#include <stdlib.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <version>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The whole number written as a JSON number, without its sign: 7, 1.0 and 1e2 are whole.
///
/// nullopt for a fraction, or for more than 64 bits.
[[nodiscard]] constexpr std::optional<std::uint64_t> json_magnitude(DecimalText const& number) noexcept {
    auto left = number.whole_digits();
    std::uint64_t value = 0;
    for (char const c : number.mantissa) {
        if (c == '.') {
            continue;
        }
        auto const digit = static_cast<std::uint64_t>(c - '0');
        if (left-- <= 0) {
            if (digit != 0) {
                return std::nullopt;
            }
            continue;
        }
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
            __builtin_add_overflow(value, digit, &value)) {
            return std::nullopt;
        }
    }
    for (; value != 0 && left > 0; --left) {
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value)) {
            return std::nullopt;
        }
    }
    return value;
}

/// The integer written as a JSON number; nullopt for a fraction, or beyond 64 bits with a sign.
[[nodiscard]] constexpr std::optional<std::int64_t> json_integer(std::string_view number) noexcept {
    DecimalText const parts{number};
    auto const value = json_magnitude(parts);
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value || *value > most + (parts.negative ? 1 : 0)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(parts.negative ? ~*value + 1 : *value);
}

/// As json_double(), by the C library: exact too, in the "C" locale whatever the program's is.
[[nodiscard]] inline std::optional<double> json_double_by_strtod(std::string_view number) {
    static ::locale_t const c_locale = ::newlocale(LC_ALL_MASK, "C", nullptr);
    std::string const text{number};
    double const value = ::strtod_l(text.c_str(), nullptr, c_locale);
    return std::isfinite(value) ? std::optional{value} : std::nullopt;
}

/// The double nearest to a JSON number; nullopt where it is too large for one. Too small is zero.
[[nodiscard]] inline std::optional<double> json_double(std::string_view number) {
#ifdef __cpp_lib_to_chars
    double value = 0;
    auto const parsed = std::from_chars(number.data(), number.data() + number.size(), value);
    if (parsed.ec == std::errc{}) {
        return std::isfinite(value) ? std::optional{value} : std::nullopt;
    }
#endif
    // libc++ has no from_chars for doubles; others do not say whether a number is too large or too small.
    return json_double_by_strtod(number);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
