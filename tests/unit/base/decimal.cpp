// SPDX-License-Identifier: MIT
#include <centavo/base/decimal.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

using namespace centavo;
using namespace centavo::detail;
using Catch::Matchers::ContainsSubstring;

static_assert(!std::is_constructible_v<Decimal, double> && !std::is_convertible_v<double, Decimal>);
static_assert(Decimal::parse("0.075") == Decimal{75, -3});
static_assert(Decimal::parse("2.50") == Decimal::parse("2.5") && Decimal{250, -2} == Decimal{25, -1});
static_assert(Decimal::parse("-1e3") < Decimal::parse("-999.9"));

TEST_CASE("a decimal keeps every digit of its text") {
    CHECK(Decimal::parse("5e-06").to_string() == "0.000005");
    CHECK(Decimal::parse("0.18000000000000").to_string() == "0.18");
    CHECK(Decimal::parse("1200").to_string() == "1200");
    CHECK(Decimal::parse("-0.30").to_string() == "-0.3");
    CHECK(Decimal::parse("0").to_string() == "0");
    CHECK(Decimal::parse("-0.000").to_string() == "0");
    CHECK(Decimal::parse("1.5E+2").to_string() == "150");
    CHECK(Decimal::parse("123456789012345678").to_string() == "123456789012345678");
    CHECK(Decimal::parse("100000000000000000000").to_string() == "100000000000000000000");
    CHECK(Decimal{INT64_MIN, 0}.to_string() == "-9223372036854775808");
}

TEST_CASE("text that is not a decimal, or has more than 18 significant digits, is rejected") {
    for (std::string_view const text : {"",
                                        "-",
                                        ".",
                                        ".5",
                                        "5.",
                                        "+1",
                                        "1e",
                                        "1e+",
                                        "1..2",
                                        "1.2.3",
                                        "abc",
                                        "1 ",
                                        " 1",
                                        "1,5",
                                        "NaN",
                                        "Infinity",
                                        "0x1",
                                        "1234567890123456789",
                                        "0.1234567890123456789",
                                        "1e41",
                                        "1e-61",
                                        "1e99999999999"}) {
        INFO(text);
        CHECK_THROWS_AS(Decimal::parse(text), MalformedDecimal);
        CHECK(!Decimal::find(text));
    }
    CHECK_THROWS_WITH(Decimal::parse("two"), ContainsSubstring("two"));
}

TEST_CASE("a decimal scales to an integer only if the result is whole") {
    CHECK(Decimal::parse("0.075").scaled(3) == Int128{75});
    CHECK(Decimal::parse("0.075").scaled(6) == Int128{75'000});
    CHECK(!Decimal::parse("0.075").scaled(2));
    CHECK(Decimal{}.scaled(-40) == Int128{0});
    CHECK_THROWS_AS(Decimal::parse("1e40").scaled(0), std::overflow_error);
}

TEST_CASE("decimals of different exponents compare by value") {
    CHECK(Decimal::parse("1e40") > Decimal::parse("1e-60"));
    CHECK(Decimal::parse("-1e40") < Decimal::parse("1e-60"));
    CHECK(Decimal::parse("-1e40") < Decimal::parse("-1e-60"));
    CHECK(Decimal::parse("0") < Decimal::parse("1e-60"));
    CHECK(Decimal::parse("0") > Decimal::parse("-1e-60"));
    CHECK(Decimal::parse("9.9") < Decimal::parse("10"));
    CHECK((Decimal{INT64_MIN, 0} < Decimal{INT64_MAX, 0}));
}

TEST_CASE("decimals are ordered like exact fractions") {
    std::mt19937_64 random{42};
    auto const below = [&](std::uint64_t limit) { return static_cast<std::int64_t>(random() % limit); };
    for (int i = 0; i < 20'000; ++i) {
        std::int64_t const a = below(2'001) - 1'000;
        std::int64_t const b = below(2'001) - 1'000;
        int const p = static_cast<int>(below(6));
        int const q = static_cast<int>(below(6));
        auto const over = [](std::int64_t value, int shift) {
            for (; shift > 0; --shift) {
                value *= 10;
            }
            return value;
        };
        INFO(a << "e-" << p << " " << b << "e-" << q);
        auto const expected = over(a, 6 - p) <=> over(b, 6 - q);
        CHECK((Decimal{a, -p} <=> Decimal{b, -q}) == expected);
        CHECK((Decimal{a, -p} == Decimal{b, -q}) == (expected == 0));
        CHECK(Decimal::parse(Decimal{a, -p}.to_string()) == Decimal{a, -p});
    }
}
