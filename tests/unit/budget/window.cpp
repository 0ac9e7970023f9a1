// SPDX-License-Identifier: MIT
#include <centavo/budget/window.hpp>

#include <centavo/base/clock.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <stdexcept>

using namespace centavo;

TEST_CASE("a window contains its begin but not its end") {
    auto const begin = parse_instant("2026-11-24T00:00:00Z");
    Window const day = window_of(Period::day, begin);
    CHECK(day.begin == begin);
    CHECK(day.end == parse_instant("2026-11-25T00:00:00Z"));
    CHECK(window_of(Period::day, day.end - std::chrono::nanoseconds{1}) == day);
    CHECK(window_of(Period::day, day.end) != day);
}

TEST_CASE("months have the lengths of the calendar, leap years included") {
    CHECK(window_of(Period::month, parse_instant("2028-02-29T23:59:59Z")).end ==
          parse_instant("2028-03-01T00:00:00Z"));
    CHECK(window_of(Period::month, parse_instant("2026-12-31T12:00:00Z")).end ==
          parse_instant("2027-01-01T00:00:00Z"));
}

TEST_CASE("windows before 1970 are rounded down") {
    Window const hour = window_of(Period::hour, parse_instant("1969-12-31T23:30:00Z"));
    CHECK(hour.begin == parse_instant("1969-12-31T23:00:00Z"));
    CHECK(hour.end == parse_instant("1970-01-01T00:00:00Z"));
}

TEST_CASE("the window of a total is unbounded") {
    CHECK(window_of(Period::total, parse_instant("1990-01-01T00:00:00Z")) ==
          window_of(Period::total, parse_instant("2200-01-01T00:00:00Z")));
}

TEST_CASE("weeks begin on Monday, or on the day that the calendar says") {
    auto const tuesday = parse_instant("2026-11-24T12:00:00Z");
    CHECK(window_of(Period::week, tuesday).begin == parse_instant("2026-11-23T00:00:00Z"));
    auto const from_sunday = Calendar{}.weeks_from(std::chrono::Sunday);
    CHECK(window_of(Period::week, tuesday, from_sunday).begin == parse_instant("2026-11-22T00:00:00Z"));
    CHECK(window_of(Period::week, tuesday, from_sunday).end == parse_instant("2026-11-29T00:00:00Z"));
}

TEST_CASE("a fixed offset moves every boundary except that of minutes") {
    auto const delhi = Calendar::offset(std::chrono::minutes{330});
    auto const at = parse_instant("2026-11-24T20:10:30Z");
    CHECK(window_of(Period::day, at, delhi).begin == parse_instant("2026-11-24T18:30:00Z"));
    CHECK(window_of(Period::hour, at, delhi).begin == parse_instant("2026-11-24T19:30:00Z"));
    CHECK(window_of(Period::minute, at, delhi).begin == parse_instant("2026-11-24T20:10:00Z"));
    CHECK_THROWS_AS(Calendar::offset(std::chrono::hours{27}), std::invalid_argument);
}

TEST_CASE("in Madrid the last Sunday of March has 23 hours, that of October 25") {
    // Directive 2000/84/EC: the clocks change at 01:00 UTC.
    auto const madrid = Calendar::zone([](void const*, Instant at) {
        bool const summer =
            parse_instant("2026-03-29T01:00:00Z") <= at && at < parse_instant("2026-10-25T01:00:00Z");
        return std::chrono::seconds{summer ? 7'200 : 3'600};
    });
    auto const length = [&](char const* at) {
        Window const day = window_of(Period::day, parse_instant(at), madrid);
        return day.end - day.begin;
    };
    CHECK(length("2026-03-29T12:00:00Z") == std::chrono::hours{23});
    CHECK(length("2026-10-25T12:00:00Z") == std::chrono::hours{25});
    CHECK(length("2026-10-26T12:00:00Z") == std::chrono::hours{24});
}
