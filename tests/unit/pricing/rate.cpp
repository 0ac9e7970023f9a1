// SPDX-License-Identifier: MIT
#include <centavo/pricing/rate.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <random>
#include <stdexcept>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;

static_assert(Rate::per_million(units::input, "2.50").cost(500) == 0.00125_usd);
static_assert(Rate::per_million(units::input, "0.02").cost(1) == 0.00000002_usd);
static_assert(Rate::per_million(units::input, "0.075").exact());

TEST_CASE("a rate keeps its published form") {
    Rate const rate{units::web_searches, Decimal::parse("10"), 1'000};
    CHECK(rate.usd() == Decimal::parse("10"));
    CHECK(rate.per() == 1'000);
    CHECK(rate.unit() == units::web_searches);
    CHECK(rate.cost(3) == 0.03_usd);
}

TEST_CASE("a rate per minute multiplies before it divides and reports that it rounds") {
    Unit const seconds{
        .measure = Measure::seconds, .direction = Direction::input, .modality = Modality::audio};
    Rate const rate{seconds, Decimal::parse("0.017"), 60};
    CHECK(!rate.exact());
    CHECK(rate.cost(60) == 0.017_usd);
    CHECK(rate.cost(6'000'000) == 1'700_usd);
    CHECK(rate.cost(1) == Usd::parse("0.000283333333333333"));
    CHECK(rate.cost(2) == Usd::parse("0.000566666666666667"));
}

TEST_CASE("a value that cannot be a rate is rejected") {
    CHECK_THROWS_AS(Rate::per_million(units::input, "-1"), MalformedPrice);
    CHECK_THROWS_AS((Rate{units::input, Decimal::parse("1"), 0}), MalformedPrice);
    CHECK_THROWS_AS((Rate{units::input, Decimal::parse("1"), -1'000}), MalformedPrice);
    CHECK_THROWS_AS((Rate{units::input, Decimal::parse("1e-19"), 1}), MalformedPrice);
    CHECK_THROWS_AS(Rate::per_million(units::input, ""), MalformedDecimal);
    CHECK_THROWS_AS(Rate::per_million(units::input, "2,50"), MalformedDecimal);
    CHECK_THROWS_AS((Rate{units::input, Decimal::parse("1e39"), 1}), std::overflow_error);
}

TEST_CASE("a cost that exceeds 128 bits throws") {
    CHECK_THROWS_AS((Rate{units::input, Decimal::parse("1e19"), 1}.cost(INT64_MAX)), std::overflow_error);
    CHECK(Rate::per_million(units::input, "75").cost(INT64_MAX) == Usd::parse("691752902764108.185525"));
}

TEST_CASE("the affordable count stays within the budget, and one more exceeds it") {
    std::mt19937_64 random{11};
    for (int i = 0; i < 20'000; ++i) {
        Rate const rate{units::output, Decimal{static_cast<std::int64_t>(1 + random() % 10'000), -3},
                        1'000'000};
        Usd const budget = Usd::from_atto(static_cast<Int128>(random() % 5'000'000'000'000'000'000U));
        std::int64_t const count = rate.affordable(budget);
        INFO(rate.usd().to_string() << " " << budget.to_string());
        CHECK(rate.cost(count) <= budget);
        CHECK(rate.cost(count + 1) > budget);
    }
}

TEST_CASE("a negative budget pays for nothing, and any budget pays for free units") {
    Rate const paid = Rate::per_million(units::output, "10");
    CHECK(paid.affordable(0_usd) == 0);
    CHECK(paid.affordable(-(1_usd)) == 0);
    CHECK(paid.affordable(Usd::parse("1e20")) == INT64_MAX);
    CHECK(Rate::per_million(units::output, "0").affordable(0_usd) == INT64_MAX);
    CHECK(Rate::per_million(units::output, "0").affordable(-(1_usd)) == 0);
}

TEST_CASE("rates are compared per unit, whatever number they are published for") {
    Rate const million = Rate::per_million(units::input, "2.50");
    Rate const thousand{units::input, Decimal::parse("0.0025"), 1'000};
    Rate const more{units::input, Decimal::parse("0.003"), 1'000};
    CHECK(!more_expensive(million, thousand));
    CHECK(!more_expensive(thousand, million));
    CHECK(more_expensive(more, million));
    CHECK(!more_expensive(million, more));
}
