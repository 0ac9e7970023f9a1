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

/// A JSON number as a price: its digits, rounded half-even to 15 significant digits if it has more.
struct ImportedDecimal {
    Decimal value;
    bool rounded = false;
};

/// The value of a JSON number; nullopt beyond 10^40 and below 10^-40.
[[nodiscard]] constexpr std::optional<ImportedDecimal> imported_decimal(std::string_view number) {
    JsonNumber const parts{number};
    constexpr int max_digits = 15;
    std::int64_t coefficient = 0;
    std::int64_t exponent = parts.exponent;
    int digits = 0;
    int next = 0;       // the first dropped digit
    bool more = false;  // whether a later dropped digit is not zero
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
        if (digits <= max_digits) {
            coefficient = coefficient * 10 + (c - '0');
            continue;
        }
        ++exponent;
        if (digits == max_digits + 1) {
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

/// Text as quoted in a finding.
[[nodiscard]] inline std::string excerpt_of(std::string_view text) { return std::string{text.substr(0, 80)}; }

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
