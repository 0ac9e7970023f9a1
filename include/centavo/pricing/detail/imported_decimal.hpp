// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/json_number.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A JSON number as a price: its own digits, rounded half-even to 15 significant ones where it has more.
struct ImportedDecimal {
    Decimal value;
    bool rounded = false;
};

/// The price that a JSON number spells; nullopt where it is beyond 10^40 or finer than 10^-40.
[[nodiscard]] constexpr std::optional<ImportedDecimal> imported_decimal(std::string_view number) {
    JsonNumber const parts{number};
    constexpr int most = 15;
    std::int64_t coefficient = 0;
    std::int64_t exponent = parts.exponent;
    int digits = 0;
    int next = 0;       // the first digit that is dropped
    bool more = false;  // whether another one behind it is not zero
    bool point = false;
    for (char const c : parts.mantissa) {
        if (c == '.') {
            point = true;
            continue;
        }
        exponent -= point ? 1 : 0;
        if (digits == 0 && c == '0') {
            continue;
        }
        ++digits;
        if (digits <= most) {
            coefficient = coefficient * 10 + (c - '0');
            continue;
        }
        ++exponent;
        if (digits == most + 1) {
            next = c - '0';
        } else {
            more = more || c != '0';
        }
    }
    bool const dropped = next != 0 || more;
    if (next > 5 || (next == 5 && (more || coefficient % 2 != 0))) {
        ++coefficient;
    }
    if (coefficient != 0 && (exponent > 40 || exponent < -40)) {
        return std::nullopt;
    }
    int const power = coefficient == 0 ? 0 : static_cast<int>(exponent);
    return ImportedDecimal{{parts.negative ? -coefficient : coefficient, power}, dropped};
}

/// Text as a finding quotes it.
[[nodiscard]] inline std::string excerpt_of(std::string_view text) { return std::string{text.substr(0, 80)}; }

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
