// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <stdexcept>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A 128-bit signed integer; its arithmetic here is always checked.
__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using): __extension__ takes no alias

/// The unsigned companion of Int128.
__extension__ typedef unsigned __int128 Uint128;  // NOLINT(modernize-use-using)

/// a + b, or std::overflow_error.
[[nodiscard]] constexpr Int128 checked_add(Int128 a, Int128 b) {
    Int128 sum{};
    if (__builtin_add_overflow(a, b, &sum)) {
        throw std::overflow_error("the sum exceeds 128 bits");
    }
    return sum;
}

/// a - b, or std::overflow_error.
[[nodiscard]] constexpr Int128 checked_subtract(Int128 a, Int128 b) {
    Int128 difference{};
    if (__builtin_sub_overflow(a, b, &difference)) {
        throw std::overflow_error("the difference exceeds 128 bits");
    }
    return difference;
}

/// a * b, or std::overflow_error.
[[nodiscard]] constexpr Int128 checked_multiply(Int128 a, Int128 b) {
    Int128 product{};
    if (__builtin_mul_overflow(a, b, &product)) {
        throw std::overflow_error("the product exceeds 128 bits");
    }
    return product;
}

/// numerator / denominator to the nearest integer, ties to the even one; `denominator` is positive.
[[nodiscard]] constexpr Int128 divide_half_even(Int128 numerator, Int128 denominator) {
    Int128 quotient = numerator / denominator;
    Int128 const remainder = numerator % denominator;
    Int128 const distance = remainder < 0 ? -remainder : remainder;
    Int128 const rest = denominator - distance;
    if (distance > rest || (distance == rest && quotient % 2 != 0)) {
        quotient += remainder < 0 ? -1 : 1;
    }
    return quotient;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
