// SPDX-License-Identifier: MIT
#include <centavo/budgeting/window.hpp>

#include <centavo/base/instant.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>

using namespace centavo;

TEST_CASE("a window holds its begin and not its end") {
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

TEST_CASE("an hour before 1970 begins before it ends") {
    Window const hour = window_of(Period::hour, parse_instant("1969-12-31T23:30:00Z"));
    CHECK(hour.begin == parse_instant("1969-12-31T23:00:00Z"));
    CHECK(hour.end == parse_instant("1970-01-01T00:00:00Z"));
}

TEST_CASE("a total has one window for ever") {
    CHECK(window_of(Period::total, parse_instant("1990-01-01T00:00:00Z")) ==
          window_of(Period::total, parse_instant("2200-01-01T00:00:00Z")));
}
