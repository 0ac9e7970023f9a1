// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A point of calendar time, UTC, in nanoseconds.
using Instant = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Where the library gets the time from: a function and its context, so that types do not spread.
///
/// `Clock{}` is the system's. A test passes ManualClock's. Copies are cheap; calls are as thread-safe as the
/// functions behind them (the system's and ManualClock's are).
class Clock {
public:
    using Read = std::int64_t (*)(void const* context);

    Clock() = default;

    /// `calendar` returns nanoseconds since 1970-01-01T00:00:00Z, `steady` nanoseconds that never step back;
    /// `context` is handed to both and outlives the clock.
    constexpr Clock(Read calendar, Read steady, void const* context)
        : calendar_{calendar}, steady_{steady}, context_{context} {}

    /// The calendar time: for windows, prices and records.
    [[nodiscard]] Instant now() const { return Instant{std::chrono::nanoseconds{calendar_(context_)}}; }

    /// Time since some fixed moment: for life times and deadlines.
    [[nodiscard]] std::chrono::nanoseconds monotonic() const { return std::chrono::nanoseconds{steady_(context_)}; }

private:
    template <typename Source>
    [[nodiscard]] static std::int64_t read(void const*) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(Source::now().time_since_epoch()).count();
    }

    Read calendar_ = &read<std::chrono::system_clock>;
    Read steady_ = &read<std::chrono::steady_clock>;
    void const* context_ = nullptr;
};

/// A clock that stands still until it is moved: for tests and simulations. Internally synchronised.
class ManualClock {
public:
    explicit ManualClock(Instant start = {}) : calendar_{start.time_since_epoch().count()} {}
    ManualClock(ManualClock const&) = delete;
    ManualClock& operator=(ManualClock const&) = delete;

    /// A Clock that reads this one, which outlives it.
    [[nodiscard]] Clock clock() const { return {&calendar, &steady, this}; }

    /// Moves both times on.
    void advance(std::chrono::nanoseconds by) {
        calendar_ += by.count();
        steady_ += by.count();
    }

    /// Sets the calendar alone, as an operator or NTP would: it may step back.
    void set(Instant now) { calendar_ = now.time_since_epoch().count(); }

private:
    [[nodiscard]] static std::int64_t calendar(void const* self) { return static_cast<ManualClock const*>(self)->calendar_; }
    [[nodiscard]] static std::int64_t steady(void const* self) { return static_cast<ManualClock const*>(self)->steady_; }

    std::atomic<std::int64_t> calendar_;
    std::atomic<std::int64_t> steady_ = 0;
};

/// Text that is not an instant of RFC 3339.
class MalformedInstant : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The instant that `text` spells: "2025-11-06T12:00:00Z", with fractions to nanoseconds and offsets ("+02:00").
///
/// Throws MalformedInstant for anything else, a day that is not in the calendar and a leap second included.
[[nodiscard]] inline Instant parse_instant(std::string_view text) {
    using namespace std::chrono;
    std::size_t at = 0;
    auto const fail = [&]() -> MalformedInstant {
        return MalformedInstant("not an instant like 2025-11-06T12:00:00Z: \"" + std::string{text.substr(0, 40)} + "\"");
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
        for (std::int64_t unit = 100'000'000; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
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
    if (at != text.size() || !date.ok() || hour > 23 || minute_number > 59 || second > 59 || year_number < 1678 ||
        year_number > 2261) {
        throw fail();
    }
    return sys_days{date} + hours{hour} + minutes{minute_number} + seconds{second} + nanoseconds{nanos} - offset;
}

/// "2025-11-06", the UTC day of an instant.
[[nodiscard]] inline std::string day_text(std::chrono::year_month_day day) {
    auto const padded = [](int value, std::size_t width) {
        std::string digits = std::to_string(value);
        return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
    };
    return padded(static_cast<int>(day.year()), 4) + "-" + padded(static_cast<int>(static_cast<unsigned>(day.month())), 2) +
           "-" + padded(static_cast<int>(static_cast<unsigned>(day.day())), 2);
}

/// The instant in RFC 3339, UTC, to the second: "2025-11-06T12:00:00Z".
[[nodiscard]] inline std::string to_string(Instant at) {
    using namespace std::chrono;
    auto const day = floor<days>(at);
    hh_mm_ss const time{floor<seconds>(at - day)};
    auto const two = [](std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return day_text(year_month_day{day}) + "T" + two(time.hours().count()) + ":" + two(time.minutes().count()) + ":" +
           two(time.seconds().count()) + "Z";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
