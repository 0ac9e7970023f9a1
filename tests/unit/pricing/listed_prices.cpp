// SPDX-License-Identifier: MIT
#include <centavo/pricing/listed_prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/instant.hpp>

#include <array>
#include <chrono>

using namespace centavo;
using namespace std::chrono;

namespace {

constexpr auto chat = CostCategory::tokens;
constexpr ListedRate rows[] = {
    {"a", "anthropic", chat, "", 0, units::input, "3", 1'000'000},
    {"a", "anthropic", chat, "", 0, units::output, "15", 1'000'000},
    {"a", "anthropic", chat, "", 200'000, units::input, "6", 1'000'000},
    {"a", "anthropic", chat, "2026-03-13", 0, units::input, "3", 1'000'000},
    {"e", "openai", CostCategory::embeddings, "", 0, units::input, "0.02", 1'000'000},
};
constexpr ListedAlias names[] = {{"also-a", "a"}, {"nobody", "not-listed"}};

}  // namespace

TEST_CASE("rows of a list become one price a model with a band for each start and threshold") {
    auto const prices = listed_prices(rows, names, year{2026} / 9 / 23, "a list");
    REQUIRE(prices.size() == 2);
    ModelPrice const& a = prices[0];
    CHECK(a.model == ModelId{"a"});
    CHECK(a.provider == "anthropic");
    CHECK(a.status == PriceStatus::listed);
    CHECK(a.source == "a list");
    CHECK(a.as_of == year{2026} / 9 / 23);
    REQUIRE(a.bands.size() == 3);
    CHECK(a.bands[0].rates.size() == 2);
    CHECK(a.bands[1].above == Tokens{200'000});
    CHECK(a.bands[2].above == Tokens{0});
    CHECK(a.bands[2].from == parse_instant("2026-03-13T00:00:00Z"));
    CHECK(prices[1].category == CostCategory::embeddings);
}

TEST_CASE("another name of a listed model is an alias, and one of an unlisted model nobody's") {
    auto const prices = listed_prices(rows, names, year{2026} / 9 / 23, "a list");
    REQUIRE(prices[0].aliases.size() == 1);
    CHECK(prices[0].aliases[0] == ModelId{"also-a"});
    CHECK(prices[1].aliases.empty());
}

TEST_CASE("a list with a rate or a day that is none is refused") {
    auto const list = [](ListedRate const& row) {
        return listed_prices(std::array{row}, {}, year{2026} / 9 / 23, "a list");
    };
    CHECK_THROWS_AS(list({"a", "p", chat, "", 0, units::input, "free", 1}), MalformedDecimal);
    CHECK_THROWS_AS(list({"a", "p", chat, "", 0, units::input, "-1", 1}), MalformedPrice);
    CHECK_THROWS_AS(list({"a", "p", chat, "", 0, units::input, "1", 0}), MalformedPrice);
    CHECK_THROWS_AS(list({"a", "p", chat, "2026-02-30", 0, units::input, "1", 1}), MalformedInstant);
    CHECK_THROWS_AS(list({"a", "p", chat, "", -1, units::input, "1", 1}), std::out_of_range);
}
