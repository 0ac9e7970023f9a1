// SPDX-License-Identifier: MIT
#include <centavo/pricing/price.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/clock.hpp>

#include <random>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

bool in(std::string_view window, std::string_view at) {
    return DailyWindow::parse(window).contains(parse_instant(at));
}

}  // namespace

TEST_CASE("a daily window includes its first minute and excludes its last") {
    CHECK(in("01:00-04:00", "2026-09-23T01:00:00Z"));
    CHECK(in("01:00-04:00", "2026-09-23T03:59:59.999Z"));
    CHECK(!in("01:00-04:00", "2026-09-23T04:00:00Z"));
    CHECK(!in("01:00-04:00", "2026-09-23T00:59:59Z"));
    CHECK(in("00:00-00:00", "2026-09-23T12:00:00Z"));
}

TEST_CASE("weekdays limit a window, and a window past midnight belongs to the day on which it begins") {
    CHECK(in("01:00-04:00 Mon-Fri", "2026-09-25T02:00:00Z"));  // a Friday
    CHECK(!in("01:00-04:00 Mon-Fri", "2026-09-26T02:00:00Z"));
    CHECK(in("22:00-06:00 Fri", "2026-09-25T23:00:00Z"));
    CHECK(in("22:00-06:00 Fri", "2026-09-26T05:59:00Z"));
    CHECK(!in("22:00-06:00 Fri", "2026-09-25T05:00:00Z"));
    CHECK(in("16:30-00:30 Sat,Sun", "2026-09-28T00:15:00Z"));  // Sunday's, on Monday
    CHECK(in("00:00-23:59 Sat-Mon", "2026-09-27T12:00:00Z"));
    CHECK(!in("00:00-23:59 Sat-Mon", "2026-09-29T12:00:00Z"));
}

TEST_CASE("a window prints the text that it parses") {
    for (std::string_view const text : {"01:00-04:00", "16:30-00:30 Mon-Fri", "22:00-06:00 Sat,Sun",
                                        "01:00-02:00 Wed", "01:00-02:00 Mon,Wed-Sat"}) {
        CHECK(DailyWindow::parse(text).to_string() == text);
    }
    CHECK(DailyWindow::parse("01:00-02:00 Sat-Mon").to_string() == "01:00-02:00 Mon,Sat,Sun");
}

TEST_CASE("text that is not a window is rejected") {
    for (std::string_view const text :
         {"", "1:00-4:00", "24:00-01:00", "01:60-02:00", "01:00-02:00 ", "01:00-02:00 Mo", "01:00-02:00 Mon-",
          "01:00-02:00-Fri", "01:00_02:00", "01:00-02:00 Mon Fri", "01:00-02:0"}) {
        INFO(text);
        CHECK_THROWS_AS(DailyWindow::parse(text), MalformedWindow);
    }
}

TEST_CASE("two windows overlap exactly if some minute of the week lies in both") {
    std::mt19937 random{20261124};
    constexpr std::string_view days[] = {"", " Mon", " Mon-Fri", " Sat,Sun", " Fri-Mon", " Wed"};
    auto const any = [&] {
        auto const time = [&] {
            auto const hour = random() % 24;
            return std::string(hour < 10 ? "0" : "") + std::to_string(hour) +
                   (random() % 2 != 0 ? ":00" : ":30");
        };
        std::string const from = time();
        return DailyWindow::parse(from + "-" + time() + std::string{days[random() % 6]});
    };
    Instant const monday = parse_instant("2026-09-21T00:00:00Z");
    for (int round = 0; round < 300; ++round) {
        DailyWindow const a = any();
        DailyWindow const b = any();
        bool both = false;
        for (int half = 0; half < 7 * 48; ++half) {
            Instant const at = monday + std::chrono::minutes{30 * half};
            both = both || (a.contains(at) && b.contains(at));
        }
        INFO(a.to_string() << " and " << b.to_string());
        CHECK(a.overlaps(b) == both);
        CHECK(b.overlaps(a) == both);
    }
}
