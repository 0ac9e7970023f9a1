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

    [[nodiscard]] std::chrono::seconds offset_at(Instant at) const;

    /// The time that a clock on the wall shows, as the instant at which one in UTC shows the same.
    [[nodiscard]] Instant local(Instant at) const { return at + offset_at(at); }

    /// The first instant at which the clock on the wall has reached `local`, which it may skip.
    [[nodiscard]] Instant first(Instant local) const;

    /// The first instant after `before`, and at most `after`, whose offset is that of `after`: to the second.
    [[nodiscard]] Instant change_between(Instant before, Instant after) const;

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
[[nodiscard]] Window window_of(Period period, Instant at, Calendar const& calendar = {});

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/window.ipp>
#endif
