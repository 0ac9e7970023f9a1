// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>

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

/// The source of time of the library: two functions and their context, so that no type needs a clock parameter.
///
/// `Clock{}` reads the system's clocks; a ManualClock provides one for tests. Copies are cheap; calls are as thread-safe as the
/// functions behind them (the system's and ManualClock's are).
class Clock {
public:
    using Read = std::int64_t (*)(void const* context);

    Clock() = default;

    /// `calendar` returns nanoseconds since 1970-01-01T00:00:00Z, `steady` nanoseconds that never step back;
    /// `context` is passed to both and must outlive the clock.
    constexpr Clock(Read calendar, Read steady, void const* context)
        : calendar_{calendar}, steady_{steady}, context_{context} {}

    /// The calendar time: for windows, prices and records.
    [[nodiscard]] Instant now() const { return Instant{std::chrono::nanoseconds{calendar_(context_)}}; }

    /// Time since an arbitrary fixed point: for lifetimes and deadlines.
    [[nodiscard]] std::chrono::nanoseconds monotonic() const {
        return std::chrono::nanoseconds{steady_(context_)};
    }

private:
    template <typename Source>
    [[nodiscard]] static std::int64_t read(void const*) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(Source::now().time_since_epoch()).count();
    }

    Read calendar_ = &read<std::chrono::system_clock>;
    Read steady_ = &read<std::chrono::steady_clock>;
    void const* context_ = nullptr;
};

/// A clock that changes only when it is set or advanced: for tests and simulations. Internally synchronized.
class ManualClock {
public:
    explicit ManualClock(Instant start = {}) : calendar_{start.time_since_epoch().count()} {}
    ManualClock(ManualClock const&) = delete;
    ManualClock& operator=(ManualClock const&) = delete;

    /// A Clock that reads this one, which must outlive it.
    [[nodiscard]] Clock clock() const& { return {&calendar, &steady, this}; }
    Clock clock() const&& = delete;

    /// Advances both times.
    void advance(std::chrono::nanoseconds by);

    /// Sets the calendar time only, as an operator or NTP would; it may go backwards.
    void set(Instant now) { calendar_ = now.time_since_epoch().count(); }

private:
    [[nodiscard]] static std::int64_t calendar(void const* self) {
        return static_cast<ManualClock const*>(self)->calendar_;
    }
    [[nodiscard]] static std::int64_t steady(void const* self) {
        return static_cast<ManualClock const*>(self)->steady_;
    }

    std::atomic<std::int64_t> calendar_;
    std::atomic<std::int64_t> steady_ = 0;
};

/// Text that is not an instant of RFC 3339.
class CENTAVO_VISIBLE MalformedInstant : public Error {
public:
    explicit MalformedInstant(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// The instant written in `text`: "2025-11-06T12:00:00Z", with fractions to nanoseconds and offsets ("+02:00").
///
/// Throws MalformedInstant for any other text, including days that do not exist and leap seconds.
[[nodiscard]] Instant parse_instant(std::string_view text);

/// "2025-11-06", the UTC day of an instant.
[[nodiscard]] std::string day_text(std::chrono::year_month_day day);

/// The instant in RFC 3339, UTC, to the second: "2025-11-06T12:00:00Z".
[[nodiscard]] std::string to_string(Instant at);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/base/detail/clock.ipp>
#endif
