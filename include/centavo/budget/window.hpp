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

/// Determines when hours, days, weeks and months begin: in UTC, at a fixed offset from it, or in a time zone.
///
///     Calendar{}                                             UTC
///     Calendar::offset(2h)                                   always two hours ahead of UTC
///     Calendar::zone(&offset_in_madrid)                      the offsets that a function returns
///     Calendar::zone(…).weeks_from(std::chrono::Sunday)      by default weeks begin on Monday
///
/// The caller supplies the rules of a zone, since not every standard library has a time zone database: with one, the
/// function returns `zone->get_info(at).offset`. The context of a zone function must outlive the calendar.
class Calendar {
public:
    /// Returns local time minus UTC at an instant. Called without a lock from any thread; must not throw.
    using Offset = std::chrono::seconds (*)(void const* context, Instant at);

    constexpr Calendar() = default;

    /// A fixed offset from UTC, positive to the east. Throws std::invalid_argument beyond 26 hours.
    [[nodiscard]] static constexpr Calendar offset(std::chrono::seconds east) {
        if (east > widest || east < -widest) {
            throw std::invalid_argument("the offset of a calendar must be within 26 hours of UTC");
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

    /// The local time, represented as the instant at which UTC shows the same time.
    [[nodiscard]] Instant local(Instant at) const { return at + offset_at(at); }

    /// The first instant at which the local time is `local` or later; a transition may skip `local`.
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

/// The length of a window: `request` limits each call, `total` has no end.
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

/// A half-open span of time, [begin, end), in which spending counts together.
struct Window {
    Instant begin = Instant::min();
    Instant end = Instant::max();

    [[nodiscard]] constexpr bool contains(Instant at) const noexcept { return begin <= at && at < end; }

    friend constexpr auto operator<=>(Window const&, Window const&) = default;
};

/// The window of an instant. Depends only on the instant and the calendar, so that no counter has to be reset.
///
/// Days, weeks and months begin when local time first reaches midnight or skips it: a day has 23 hours when the clock goes
/// forward and 25 when it goes back. Minutes and hours are spans of elapsed time that begin with those of local time; a
/// change of the offset inside one splits it into two windows.
[[nodiscard]] Window window_of(Period period, Instant at, Calendar const& calendar = {});

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/window.ipp>
#endif
