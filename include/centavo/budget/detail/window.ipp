// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/window.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::chrono::seconds Calendar::offset_at(Instant at) const {
    return offset_ == nullptr ? fixed_ : offset_(context_, at);
}

CENTAVO_INLINE Instant Calendar::first(Instant local) const {
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

CENTAVO_INLINE Instant Calendar::change_between(Instant before, Instant after) const {
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

CENTAVO_INLINE Window window_of(Period period, Instant at, Calendar const& calendar) {
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
