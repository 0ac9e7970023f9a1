// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budgeting/calendar.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <string_view>

namespace centavo::inline v0 {

/// How long a budget's window is. A request's is that request alone; a total's has no end.
enum class Period : std::uint8_t { request, minute, hour, day, week, month, total };

/// "request", "minute", "hour", "day", "week", "month" or "total".
[[nodiscard]] constexpr std::string_view to_string(Period period) noexcept {
    switch (period) {
    case Period::request: return "request";
    case Period::minute: return "minute";
    case Period::hour: return "hour";
    case Period::day: return "day";
    case Period::week: return "week";
    case Period::month: return "month";
    case Period::total: return "total";
    }
    return "";
}

/// A half-open span of time: what is spent from `begin` until before `end` counts together.
struct Window {
    Instant begin = Instant::min();
    Instant end = Instant::max();

    [[nodiscard]] constexpr bool contains(Instant at) const noexcept { return begin <= at && at < end; }

    friend constexpr auto operator<=>(Window const&, Window const&) = default;
};

/// The window of an instant: a function of that instant and the calendar alone, so that nothing has to be reset.
///
/// Days, weeks and months begin when the clock on the wall first reaches midnight, or what it shows instead: a day
/// has 23 hours when the clock goes forward and 25 when it goes back. Minutes and hours are spans of elapsed time that
/// begin where the wall's minutes and hours do; where the offset changes inside one, two windows meet there.
[[nodiscard]] inline Window window_of(Period period, Instant at, Calendar const& calendar = {}) {
    using namespace std::chrono;
    auto const elapsed = [&](auto length) {
        auto const offset = calendar.offset_at(at);
        Window window;
        window.begin = floor<decltype(length)>(at + offset) - offset;
        window.end = window.begin + length;
        if (calendar.offset_at(window.begin) != offset) {
            window.begin = calendar.change_between(window.begin, at);
        }
        if (calendar.offset_at(window.end - nanoseconds{1}) != offset) {
            window.end = calendar.change_between(at, window.end);
        }
        return window;
    };
    auto const dated = [&](auto first_day, auto next) {
        sys_days day = first_day(floor<days>(calendar.local(at)));
        Window window{calendar.first(day), calendar.first(next(day))};
        while (window.end <= at) {  // a clock that went back over midnight shows the old date again
            day = next(day);
            window = {window.end, calendar.first(next(day))};
        }
        while (window.begin > at) {
            day = first_day(day - days{1});
            window = {calendar.first(day), window.begin};
        }
        return window;
    };
    switch (period) {
    case Period::minute: return elapsed(minutes{1});
    case Period::hour: return elapsed(hours{1});
    case Period::day:
        return dated([](sys_days day) { return day; }, [](sys_days day) { return day + days{1}; });
    case Period::week:
        return dated([&](sys_days day) { return day - (weekday{day} - calendar.week_start()); },
                     [](sys_days day) { return day + days{7}; });
    case Period::month: {
        auto const month_of = [](sys_days day) {
            year_month_day const date{day};
            return date.year() / date.month();
        };
        return dated([&](sys_days day) { return sys_days{month_of(day) / 1}; },
                     [&](sys_days day) { return sys_days{(month_of(day) + months{1}) / 1}; });
    }
    case Period::request:
    case Period::total: break;
    }
    return {};
}

}  // namespace centavo::inline v0
