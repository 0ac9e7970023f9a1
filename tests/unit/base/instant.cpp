// SPDX-License-Identifier: MIT
#include <centavo/base/clock.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the examples of RFC 3339, section 5.8, are parsed") {
    CHECK(parse_instant("1985-04-12T23:20:50.52Z") == Instant{482'196'050'520ms});
    CHECK(parse_instant("1996-12-19T16:39:57-08:00") == Instant{851'042'397s});
    CHECK(parse_instant("1937-01-01T12:00:27.87+00:20") == Instant{-1'041'337'172'130ms});
}

TEST_CASE("all spellings of a moment parse to the same instant") {
    Instant const noon = parse_instant("2025-11-06T12:00:00Z");
    CHECK(noon.time_since_epoch() == 1'762'430'400s);
    CHECK(parse_instant("2025-11-06t12:00:00z") == noon);
    CHECK(parse_instant("2025-11-06 12:00:00Z") == noon);
    CHECK(parse_instant("2025-11-06T14:00:00+02:00") == noon);
    CHECK(parse_instant("2025-11-05T22:30:00-13:30") == noon);
    CHECK(parse_instant("2025-11-06T12:00:00.000000000Z") == noon);
    CHECK(parse_instant("2025-11-06T12:00:00.000000001Z") == noon + 1ns);
    CHECK(parse_instant("2025-11-06T12:00:00.0000000019Z") == noon + 1ns);
    CHECK(parse_instant("2024-02-29T00:00:00Z") + 24h == parse_instant("2024-03-01T00:00:00Z"));
}

TEST_CASE("text that is not an instant is rejected, and the error quotes it") {
    for (std::string_view const text : {"",
                                        "2025-11-06",
                                        "2025-11-06T12:00:00",
                                        "2025-11-06T12:00Z",
                                        "2025-11-06T12:00:00ZZ",
                                        "2025-11-06T12:00:00.Z",
                                        "2025-02-29T12:00:00Z",
                                        "2025-04-31T00:00:00Z",
                                        "2025-13-01T00:00:00Z",
                                        "2025-00-01T00:00:00Z",
                                        "2025-01-00T00:00:00Z",
                                        "2025-01-01T24:00:00Z",
                                        "2025-01-01T00:60:00Z",
                                        "2016-12-31T23:59:60Z",
                                        "2025-01-01T00:00:00+24:00",
                                        "2025-01-01T00:00:00+00:60",
                                        "2025-01-01T00:00:00+0100",
                                        "25-01-01T00:00:00Z",
                                        " 2025-01-01T00:00:00Z",
                                        "2025-01-01T00:00:00Z ",
                                        "1500-01-01T00:00:00Z",
                                        "2500-01-01T00:00:00Z",
                                        "now"}) {
        INFO(text);
        CHECK_THROWS_AS(parse_instant(text), MalformedInstant);
    }
    CHECK_THROWS_WITH(parse_instant("yesterday"), ContainsSubstring("yesterday"));
}

TEST_CASE("an instant is written in UTC, to the second, also before 1970") {
    CHECK(to_string(Instant{}) == "1970-01-01T00:00:00Z");
    CHECK(to_string(Instant{-1ns}) == "1969-12-31T23:59:59Z");
    CHECK(to_string(parse_instant("1996-12-19T16:39:57-08:00")) == "1996-12-20T00:39:57Z");
    CHECK(day_text(year{2025} / 11 / 6) == "2025-11-06");
}

TEST_CASE("a written instant parses to the same instant") {
    std::mt19937_64 random{3'339};
    for (int i = 0; i < 5'000; ++i) {
        Instant const at{seconds{static_cast<std::int64_t>(random() % 16'000'000'000) - 8'000'000'000}};
        INFO(to_string(at));
        CHECK(parse_instant(to_string(at)) == at);
    }
}
