// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo::inline v0 {

/// Text that is no daily window.
class MalformedWindow : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Hours of the day, UTC, on some days of the week: "01:00-04:00", "16:30-00:30 Mon-Fri", "22:00-06:00 Sat,Sun".
///
/// The end is exclusive. A window that passes midnight belongs to the day on which it begins; one that ends when it
/// begins lasts all day. A value.
class DailyWindow {
public:
    /// Throws MalformedWindow.
    [[nodiscard]] static constexpr DailyWindow parse(std::string_view text);

    [[nodiscard]] constexpr bool contains(Instant at) const noexcept {
        auto const day = std::chrono::floor<std::chrono::days>(at);
        auto const minute = std::chrono::floor<std::chrono::minutes>(at - day).count();
        return holds(static_cast<int>(minute), std::chrono::weekday{day}.c_encoding());
    }

    /// Whether there is a minute of the week that lies in both.
    [[nodiscard]] constexpr bool overlaps(DailyWindow const& other) const noexcept {
        // Two windows that meet do so where one of them begins.
        for (unsigned day = 0; day < 7; ++day) {
            if ((on(day) && other.holds(from_, day)) || (other.on(day) && holds(other.from_, day))) {
                return true;
            }
        }
        return false;
    }

    /// As parse() reads it.
    [[nodiscard]] std::string to_string() const;

    friend constexpr bool operator==(DailyWindow const&, DailyWindow const&) = default;

private:
    static constexpr std::array<std::string_view, 7> names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::uint8_t every_day = 0x7F;

    [[nodiscard]] constexpr bool on(unsigned day) const noexcept { return (days_ >> day & 1U) != 0; }
    [[nodiscard]] constexpr bool holds(int minute, unsigned day) const noexcept {
        if (from_ < until_) {
            return on(day) && from_ <= minute && minute < until_;
        }
        return (on(day) && minute >= from_) || (on((day + 6) % 7) && minute < until_);
    }

    std::int16_t from_ = 0;  // minutes of the day
    std::int16_t until_ = 0;
    std::uint8_t days_ = every_day;  // bit 0 is Sunday
};

constexpr DailyWindow DailyWindow::parse(std::string_view text) {
    auto const fail = [&] {
        return MalformedWindow("not a daily window like 01:00-04:00 Mon-Fri: \"" + std::string{text.substr(0, 40)} +
                               "\"");
    };
    auto const minutes = [&](std::size_t at) {
        auto const digit = [&](std::size_t i) {
            if (i >= text.size() || text[i] < '0' || text[i] > '9') {
                throw fail();
            }
            return text[i] - '0';
        };
        int const hour = digit(at) * 10 + digit(at + 1);
        int const minute = digit(at + 3) * 10 + digit(at + 4);
        if (text[at + 2] != ':' || hour > 23 || minute > 59) {
            throw fail();
        }
        return static_cast<std::int16_t>(hour * 60 + minute);
    };
    DailyWindow window;
    window.from_ = minutes(0);
    if (text.size() < 11 || text[5] != '-') {
        throw fail();
    }
    window.until_ = minutes(6);
    if (text.size() == 11) {
        return window;
    }
    auto const day = [&](std::string_view name) {
        for (unsigned i = 0; i < names.size(); ++i) {
            if (names[i] == name) {
                return i;
            }
        }
        throw fail();
    };
    window.days_ = 0;
    for (std::size_t at = 11; at < text.size(); at += 4) {
        bool const range = text[at] == '-' && at > 11;
        if (text.size() - at < 4 || (text[at] != (at == 11 ? ' ' : ',') && !range)) {
            throw fail();
        }
        unsigned const last = day(text.substr(at + 1, 3));
        unsigned const first = range ? day(text.substr(at - 3, 3)) : last;
        for (unsigned i = first;; i = (i + 1) % 7) {
            window.days_ = static_cast<std::uint8_t>(window.days_ | 1U << i);
            if (i == last) {
                break;
            }
        }
    }
    return window;
}

inline std::string DailyWindow::to_string() const {
    auto const two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    auto const time = [&](int minutes) { return two(minutes / 60) + ":" + two(minutes % 60); };
    std::string text = time(from_) + "-" + time(until_);
    if (days_ == every_day) {
        return text;
    }
    for (unsigned i = 1; i <= 7; ++i) {
        if (on(i % 7)) {
            text += text.size() == 11 ? " " : ",";
            text += names[i % 7];
        }
    }
    return text;
}

}  // namespace centavo::inline v0
