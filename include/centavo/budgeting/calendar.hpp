// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace centavo::inline v0 {

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

}  // namespace centavo::inline v0
