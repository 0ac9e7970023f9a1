// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>

#include <chrono>
#include <compare>
#include <cstdint>

namespace centavo::inline v0 {

/// How long a budget's window is; a window begins where its predecessor ends, at a boundary of the calendar in UTC.
enum class Period : std::uint8_t { hour, day, month, total };

/// A half-open span of time: what is spent from `begin` until before `end` counts together.
struct Window {
    Instant begin = Instant::min();
    Instant end = Instant::max();

    friend constexpr auto operator<=>(Window const&, Window const&) = default;
};

/// The window of an instant: a function of that instant alone, so that nothing has to be reset.
[[nodiscard]] inline Window window_of(Period period, Instant at) {
    using namespace std::chrono;
    switch (period) {
    case Period::hour: {
        auto const begin = floor<hours>(at);
        return {begin, begin + hours{1}};
    }
    case Period::day: {
        auto const begin = floor<days>(at);
        return {begin, begin + days{1}};
    }
    case Period::month: {
        year_month_day const day{floor<days>(at)};
        auto const first = day.year() / day.month();
        return {sys_days{first / 1}, sys_days{(first + months{1}) / 1}};
    }
    case Period::total: break;
    }
    return {};
}

}  // namespace centavo::inline v0
