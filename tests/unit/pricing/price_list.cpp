// SPDX-License-Identifier: MIT
#include <centavo/pricing/price_list.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/clock.hpp>

#include <array>
#include <chrono>
#include <span>

using namespace centavo;
using namespace std::chrono;

namespace {

using enum ServiceTier;
constexpr auto listed = PriceStatus::listed;
constexpr auto chat = CostCategory::tokens;
constexpr SourceRow sources[] = {{"a list", year{2026} / 9 / 23}, {"another", year{2026} / 8 / 1}};
constexpr ModelRow models[] = {{"a", "anthropic", chat, 0, 4},
                               {"e", "openai", CostCategory::embeddings, 0, 1}};
constexpr BandRow bands[] = {
    {2, 0, standard, listed, 0, false, 0, "", "", ""},
    {1, 0, standard, listed, 0, true, 200'000, "", "", ""},
    {1, 0, standard, listed, 1, false, 0, "2026-03-13", "2026-08-22T16:00:00Z", "01:00-04:00 Mon-Fri"},
    {1, 1, batch, PriceStatus::estimated, 0, false, 0, "", "", ""},
    {1, 0, standard, listed, 0, false, 0, "", "", ""},
};
constexpr RateRow rates[] = {{units::input, "3", 1'000'000},   {units::output, "15", 1'000'000},
                             {units::input, "6", 1'000'000},   {units::input, "3", 1'000'000},
                             {units::input, "1.5", 1'000'000}, {units::input, "0.02", 1'000'000}};
constexpr AliasRow names[] = {{"also-a", 0}};
constexpr AdjustmentRow factors[] = {{0, "residency", "1.1", standard, "us,eu"},
                                     {0, "fast mode", "6", fast, ""}};
constexpr MinimumRow least[] = {{1, units::input_audio_seconds, 10}};
constexpr PriceList list{sources, models, bands, rates, names, factors, least};
static_assert(list.sorted());

}  // namespace

TEST_CASE("the rows of a list become one price per model with a band per condition") {
    auto const prices = prices_of(list);
    REQUIRE(prices.size() == 2);
    ModelPrice const& a = prices[0];
    CHECK(a.model == ModelId{"a"});
    CHECK(a.provider == "anthropic");
    CHECK(a.source == "a list");
    CHECK(a.as_of == year{2026} / 9 / 23);
    CHECK(a.cache_writes_on_request);
    REQUIRE(a.aliases.size() == 1);
    CHECK(a.aliases[0] == ModelId{"also-a"});
    REQUIRE(a.bands.size() == 4);
    CHECK(a.bands[0].rates.size() == 2);
    CHECK(a.bands[0].status == PriceStatus::listed);
    CHECK(a.bands[1].above == Tokens{200'000});
    CHECK(a.bands[1].inclusive);
    CHECK(a.bands[2].from == parse_instant("2026-03-13T00:00:00Z"));
    CHECK(a.bands[2].until == parse_instant("2026-08-22T16:00:00Z"));
    CHECK(a.bands[2].window == DailyWindow::parse("01:00-04:00 Mon-Fri"));
    CHECK(a.bands[2].priority == 1);
    CHECK(a.bands[3].tier == batch);
    CHECK(a.bands[3].source == "another");
    CHECK(a.bands[3].as_of == year{2026} / 8 / 1);
    REQUIRE(a.adjustments.size() == 2);
    CHECK(a.adjustments[0].names_region("eu"));
    CHECK(!a.adjustments[0].tier);
    CHECK(a.adjustments[1].tier == fast);
    CHECK(prices[1].category == CostCategory::embeddings);
    CHECK(prices[1].minimums[0].count == 10);
}

TEST_CASE("a list out of order or with rows that belong to no model is not sorted") {
    constexpr ModelRow turned[] = {models[1], models[0]};
    constexpr ModelRow twice[] = {models[1], models[1]};
    constexpr AliasRow lost[] = {{"orphan", 2}};
    CHECK(!PriceList{sources, turned, bands, rates}.sorted());
    CHECK(!PriceList{sources, twice, bands, rates}.sorted());
    CHECK(!PriceList{sources, models, bands, std::span{rates}.first(5)}.sorted());
    CHECK(!PriceList{sources, models, bands, rates, lost}.sorted());
    CHECK_THROWS_AS(prices_of({sources, models, bands, std::span{rates}.first(5)}), std::out_of_range);
}

TEST_CASE("a list with a malformed rate, day or window is rejected") {
    auto const one = [](RateRow const& rate, BandRow const& band) {
        return prices_of({sources, std::span{models}.last(1), std::array{band}, std::array{rate}});
    };
    BandRow const plain = bands[4];
    CHECK(one(rates[0], plain).size() == 1);
    CHECK_THROWS_AS(one({units::input, "free", 1}, plain), MalformedDecimal);
    CHECK_THROWS_AS(one({units::input, "-1", 1}, plain), MalformedPrice);
    CHECK_THROWS_AS(one({units::input, "1", 0}, plain), MalformedPrice);
    BandRow odd = plain;
    odd.from = "2026-02-30";
    CHECK_THROWS_AS(one(rates[0], odd), MalformedInstant);
    odd = plain;
    odd.window = "25:00-26:00";
    CHECK_THROWS_AS(one(rates[0], odd), MalformedWindow);
    odd = plain;
    odd.above = -1;
    CHECK_THROWS_AS(one(rates[0], odd), std::out_of_range);
}
