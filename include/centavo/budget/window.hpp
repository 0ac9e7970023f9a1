// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Where the hours, days, weeks and months of a budget begin: UTC, a fixed offset from it, or a zone.
///
///     Calendar{}                                             UTC
///     Calendar::offset(2h)                                   always two hours ahead of UTC
///     Calendar::zone(&offset_in_madrid)                      by the offsets that a function tells
///     Calendar::zone(…).weeks_from(std::chrono::Sunday)      weeks begin on Monday where nothing is said
///
/// The zone's rules are the caller's, since not every standard library has them: where <chrono> does, the function
/// returns `zone->get_info(at).offset`. A value; what a zone's function refers to outlives it.
class Calendar {
public:
    /// The local time less UTC at an instant; called without a lock, from any thread, does not throw.
    using Offset = std::chrono::seconds (*)(void const* context, Instant at);

    constexpr Calendar() = default;

    /// A fixed distance from UTC, positive to the east. More than 26 hours throw std::invalid_argument.
    [[nodiscard]] static constexpr Calendar offset(std::chrono::seconds east) {
        if (east > widest || east < -widest) {
            throw std::invalid_argument("centavo: a calendar more than 26 hours from UTC");
        }
        Calendar calendar;
        calendar.fixed_ = east;
        return calendar;
    }

    /// A zone whose offset changes, by more than a minute at most once in any three days.
    [[nodiscard]] static constexpr Calendar zone(Offset offset, void const* context = nullptr) {
        Calendar calendar;
        calendar.offset_ = offset;
        calendar.context_ = context;
        return calendar;
    }

    [[nodiscard]] constexpr Calendar weeks_from(std::chrono::weekday first) const {
        Calendar calendar = *this;
        calendar.week_start_ = first;
        return calendar;
    }

    [[nodiscard]] constexpr std::chrono::weekday week_start() const noexcept { return week_start_; }

    [[nodiscard]] std::chrono::seconds offset_at(Instant at) const {
        return offset_ == nullptr ? fixed_ : offset_(context_, at);
    }

    /// The time that a clock on the wall shows, as the instant at which one in UTC shows the same.
    [[nodiscard]] Instant local(Instant at) const { return at + offset_at(at); }

    /// The first instant at which the clock on the wall has reached `local`, which it may skip.
    [[nodiscard]] Instant first(Instant local) const {
        if (offset_ == nullptr) {
            return local - fixed_;
        }
        Instant const before = local - widest;
        Instant const after = local + widest;
        auto const old_offset = offset_at(before);
        auto const new_offset = offset_at(after);
        if (old_offset == new_offset) {
            return local - old_offset;
        }
        Instant const change = change_between(before, after);
        return local - old_offset < change ? local - old_offset : std::max(change, local - new_offset);
    }

    /// The first instant after `before`, and at most `after`, whose offset is that of `after`: to the second.
    [[nodiscard]] Instant change_between(Instant before, Instant after) const {
        using std::chrono::ceil;
        using std::chrono::floor;
        using std::chrono::seconds;
        auto low = floor<seconds>(before);
        auto high = ceil<seconds>(after);
        auto const new_offset = offset_at(after);
        while (high - low > seconds{1}) {
            auto const middle = low + (high - low) / 2;
            (offset_at(middle) == new_offset ? high : low) = middle;
        }
        return high;
    }

private:
    static constexpr std::chrono::seconds widest = std::chrono::hours{26};

    Offset offset_ = nullptr;
    void const* context_ = nullptr;
    std::chrono::seconds fixed_{0};
    std::chrono::weekday week_start_ = std::chrono::Monday;
};

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

}  // namespace CENTAVO_ABI
}  // namespace centavo
