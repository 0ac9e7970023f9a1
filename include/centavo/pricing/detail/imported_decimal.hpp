// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/decimal_text.hpp>

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
    DecimalText const parts{number};
    auto [coefficient, exponent, next, more] = leading_digits(parts, 15);
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
