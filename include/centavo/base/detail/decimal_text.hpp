// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/ascii.hpp>
#include <centavo/base/detail/int128.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The parts of a number in decimal text, such as "-12.5e-06". A view.
struct DecimalText {
    std::string_view mantissa;  ///< digits with at most one point, without the sign
    std::int64_t exponent = 0;  ///< clamped to a billion, more than the digits of any text can make up for
    bool negative = false;

    /// Takes apart `number`, which must be a JSON number or match find().
    explicit constexpr DecimalText(std::string_view number) noexcept : negative{number.starts_with('-')} {
        auto const mark = number.find_first_of("eE");
        mantissa = number.substr(0, mark).substr(negative ? 1 : 0);
        if (mark == std::string_view::npos) {
            return;
        }
        auto digits = number.substr(mark + 1);
        bool const down = digits.starts_with('-');
        digits.remove_prefix(down || digits.starts_with('+') ? 1 : 0);
        for (char const c : digits) {
            exponent = exponent > 100'000'000 ? 1'000'000'000 : exponent * 10 + (c - '0');
        }
        exponent = down ? -exponent : exponent;
    }

    /// The parts of `text` if all of it is a number: an optional minus sign, digits with an optional point between
    /// them, an optional exponent.
    [[nodiscard]] static constexpr std::optional<DecimalText> find(std::string_view text) noexcept {
        std::size_t at = text.starts_with('-') ? 1 : 0;
        auto const skip_digits = [&] {
            std::size_t const first = at;
            while (at < text.size() && is_digit(text[at])) {
                ++at;
            }
            return at > first;
        };
        if (!skip_digits()) {
            return std::nullopt;
        }
        if (at < text.size() && text[at] == '.') {
            ++at;
            if (!skip_digits()) {
                return std::nullopt;
            }
        }
        if (at < text.size() && to_lower(text[at]) == 'e') {
            ++at;
            at += at < text.size() && (text[at] == '-' || text[at] == '+') ? 1U : 0U;
            if (!skip_digits()) {
                return std::nullopt;
            }
        }
        return at == text.size() ? std::optional{DecimalText{text}} : std::nullopt;
    }

    /// The number of digits before the point once the exponent is applied; may be negative.
    [[nodiscard]] constexpr std::int64_t whole_digits() const noexcept {
        auto const point = mantissa.find('.');
        return static_cast<std::int64_t>(point == std::string_view::npos ? mantissa.size() : point) +
               exponent;
    }
};

/// The first significant digits of a number, and what the others are.
struct LeadingDigits {
    std::int64_t coefficient = 0;  ///< without the sign
    std::int64_t exponent = 0;
    int next = 0;       ///< the first digit left out
    bool more = false;  ///< whether a later one is not zero

    [[nodiscard]] constexpr bool exact() const noexcept { return next == 0 && !more; }
};

/// The first `max_digits`, at most 18, significant digits of `number`.
[[nodiscard]] constexpr LeadingDigits leading_digits(DecimalText const& number, int max_digits) noexcept {
    LeadingDigits out;
    out.exponent = number.exponent;
    int digits = 0;
    bool point = false;
    for (char const c : number.mantissa) {
        if (c == '.') {
            point = true;
            continue;
        }
        out.exponent -= point ? 1 : 0;
        if (digits == 0 && c == '0') {
            continue;
        }
        if (digits < max_digits) {
            ++digits;
            out.coefficient = out.coefficient * 10 + (c - '0');
            continue;
        }
        ++out.exponent;
        if (digits == max_digits) {
            ++digits;
            out.next = c - '0';
        } else {
            out.more = out.more || c != '0';
        }
    }
    return out;
}

/// `coefficient` x 10^-`places` in plain decimal text with exactly `places` digits after the point.
[[nodiscard]] inline std::string decimal_text(Int128 coefficient, std::size_t places) {
    auto size = static_cast<Uint128>(coefficient);
    if (coefficient < 0) {
        size = -size;
    }
    std::string reversed;
    for (std::size_t i = 0; size != 0 || i <= places; ++i, size /= 10) {
        if (i == places && places > 0) {
            reversed += '.';
        }
        reversed += static_cast<char>('0' + static_cast<int>(size % 10));
    }
    if (coefficient < 0) {
        reversed += '-';
    }
    std::string text(reversed.size(), '0');
    for (std::size_t i = 0; i < text.size(); ++i) {
        text[i] = reversed[reversed.size() - 1 - i];
    }
    return text;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
