// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string_view>
#include <version>
#ifdef __cpp_lib_format
#include <format>
#endif

namespace centavo {
inline namespace CENTAVO_ABI {

/// A count of tokens, never negative.
///
/// Converts from integers (`Tokens cap = 300`) and does not mix with money. A negative count throws
/// std::out_of_range, a sum beyond 63 bits std::overflow_error. A value.
class Tokens {
public:
    constexpr Tokens() = default;

    template <std::integral Count>
    requires(!std::same_as<Count, bool>) constexpr Tokens(Count count)
        : count_{static_cast<std::int64_t>(count)} {
        if (count_ < 0 || static_cast<Count>(count_) != count) {
            throw std::out_of_range("a count of tokens must be between 0 and 2^63 - 1");
        }
    }

    [[nodiscard]] constexpr std::int64_t value() const noexcept { return count_; }

    constexpr Tokens& operator+=(Tokens other) {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(count_, other.count_, &sum)) {
            throw std::overflow_error("the sum of the token counts exceeds 63 bits");
        }
        count_ = sum;
        return *this;
    }
    /// Throws std::out_of_range for a negative difference.
    constexpr Tokens& operator-=(Tokens other) { return *this = Tokens{count_ - other.count_}; }

    [[nodiscard]] friend constexpr Tokens operator+(Tokens a, Tokens b) { return a += b; }
    [[nodiscard]] friend constexpr Tokens operator-(Tokens a, Tokens b) { return a -= b; }

    friend constexpr auto operator<=>(Tokens const&, Tokens const&) = default;

private:
    std::int64_t count_ = 0;
};

/// Writes the count.
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, Tokens count) {
    return out << count.value();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

/// @cond
template <>
struct std::hash<centavo::Tokens> {
    [[nodiscard]] std::size_t operator()(centavo::Tokens count) const noexcept {
        return std::hash<std::int64_t>{}(count.value());
    }
};
/// @endcond

#ifdef __cpp_lib_format
/// Formats the count, with the options of a std::int64_t.
template <>
struct std::formatter<centavo::Tokens> : std::formatter<std::int64_t> {
    template <typename Context>
    auto format(centavo::Tokens count, Context& context) const {
        return std::formatter<std::int64_t>::format(count.value(), context);
    }
};
#endif
