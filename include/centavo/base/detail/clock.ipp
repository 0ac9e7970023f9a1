// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void ManualClock::advance(std::chrono::nanoseconds by) {
    calendar_ += by.count();
    steady_ += by.count();
}

CENTAVO_INLINE Instant parse_instant(std::string_view text) {
    using namespace std::chrono;
    std::size_t at = 0;
    auto const fail = [&]() -> MalformedInstant {
        return MalformedInstant("not an instant like 2025-11-06T12:00:00Z: \"" +
                                std::string{text.substr(0, 40)} + "\"");
    };
    auto const number = [&](std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i, ++at) {
            if (at >= text.size() || text[at] < '0' || text[at] > '9') {
                throw fail();
            }
            value = value * 10 + (text[at] - '0');
        }
        return value;
    };
    auto const expect = [&](std::string_view any) {
        if (at >= text.size() || any.find(text[at]) == std::string_view::npos) {
            throw fail();
        }
        return text[at++];
    };
    int const year_number = number(4);
    expect("-");
    int const month_number = number(2);
    expect("-");
    int const day_number = number(2);
    expect("Tt ");
    int const hour = number(2);
    expect(":");
    int const minute_number = number(2);
    expect(":");
    int const second = number(2);
    std::int64_t nanos = 0;
    if (at < text.size() && text[at] == '.') {
        ++at;
        std::size_t const first = at;
        for (std::int64_t unit = 100'000'000; at < text.size() && text[at] >= '0' && text[at] <= '9';
             ++at, unit /= 10) {
            nanos += (text[at] - '0') * unit;
        }
        if (at == first) {
            throw fail();
        }
    }
    minutes offset{0};
    if (char const zone = expect("Zz+-"); zone == '+' || zone == '-') {
        int const hours_off = number(2);
        expect(":");
        int const minutes_off = number(2);
        if (hours_off > 23 || minutes_off > 59) {
            throw fail();
        }
        offset = minutes{hours_off * 60 + minutes_off} * (zone == '+' ? 1 : -1);
    }
    year_month_day const date{year{year_number}, month{static_cast<unsigned>(month_number)},
                              day{static_cast<unsigned>(day_number)}};
    if (at != text.size() || !date.ok() || hour > 23 || minute_number > 59 || second > 59 ||
        year_number < 1678 || year_number > 2261) {
        throw fail();
    }
    return sys_days{date} + hours{hour} + minutes{minute_number} + seconds{second} + nanoseconds{nanos} -
           offset;
}

CENTAVO_INLINE std::string day_text(std::chrono::year_month_day day) {
    auto const padded = [](int value, std::size_t width) {
        std::string digits = std::to_string(value);
        return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
    };
    return padded(static_cast<int>(day.year()), 4) + "-" +
           padded(static_cast<int>(static_cast<unsigned>(day.month())), 2) + "-" +
           padded(static_cast<int>(static_cast<unsigned>(day.day())), 2);
}

CENTAVO_INLINE std::string to_string(Instant at) {
    using namespace std::chrono;
    auto const day = floor<days>(at);
    hh_mm_ss const time{floor<seconds>(at - day)};
    auto const two = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return day_text(year_month_day{day}) + "T" + two(time.hours().count()) + ":" +
           two(time.minutes().count()) + ":" + two(time.seconds().count()) + "Z";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
