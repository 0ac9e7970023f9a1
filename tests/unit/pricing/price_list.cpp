// SPDX-License-Identifier: MIT
#include <centavo/pricing/price_list.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/pricing/price_table.hpp>

#include <chrono>
#include <stdexcept>
#include <string_view>

using namespace centavo;
using namespace std::chrono;

namespace {

constexpr PriceSourceName sources[] = {{"a list", year{2026} / 9 / 23}, {"another", year{2026} / 8 / 1}};
constexpr PriceText texts[] = {{"anthropic", "", R"(a also-a
~^a-
~/^b-\d$
 i3 o15
 ]200000 i6
 f=2026-03-13 u=2026-08-22T16:00:00Z d=01:00-04:00;Mon-Fri p=1 i3
 t=b s=e n=1 i1.5
 g=eu >1000 i4
*1.1 g=us,eu data_residency
*6 t=x f=2026-01-01 fast_mode
)"},
                               {"openai", "x-ai,zai", R"(e !e
 i0.02 ws10 as0.36 om0.04 sc0.001/60
<as10
)"}};
constexpr PriceList list{sources, texts};

}  // namespace

TEST_CASE("the lines of a list become one price per model with a band per condition") {
    auto const prices = prices_of(list);
    REQUIRE(prices.size() == 2);
    ModelPrice const& a = prices[0];
    CHECK(a.model == ModelId{"a"});
    CHECK(a.provider == "anthropic");
    CHECK(a.source == "a list");
    CHECK(a.as_of == year{2026} / 9 / 23);
    CHECK(a.category == CostCategory::tokens);
    CHECK(a.cache_writes_on_request);
    REQUIRE(a.aliases.size() == 1);
    CHECK(a.aliases[0] == ModelId{"also-a"});
    REQUIRE(a.patterns.size() == 2);
    CHECK(a.patterns[1].matches("b-1"));
    REQUIRE(a.bands.size() == 5);
    CHECK(a.bands[0].rates.size() == 2);
    CHECK(a.bands[0].status == PriceStatus::listed);
    CHECK(a.bands[1].above == Tokens{200'000});
    CHECK(a.bands[1].inclusive);
    CHECK(a.bands[2].from == parse_instant("2026-03-13T00:00:00Z"));
    CHECK(a.bands[2].until == parse_instant("2026-08-22T16:00:00Z"));
    CHECK(a.bands[2].window == DailyWindow::parse("01:00-04:00 Mon-Fri"));
    CHECK(a.bands[2].priority == 1);
    CHECK(a.bands[3].tier == ServiceTier::batch);
    CHECK(a.bands[3].status == PriceStatus::estimated);
    CHECK(a.bands[3].source == "another");
    CHECK(a.bands[3].as_of == year{2026} / 8 / 1);
    CHECK(a.bands[4].region == "eu");
    CHECK(a.bands[4].above == Tokens{1'000});
    CHECK(!a.bands[4].inclusive);
    REQUIRE(a.adjustments.size() == 2);
    CHECK(a.adjustments[0].name == "data residency");
    CHECK(a.adjustments[0].names_region("eu"));
    CHECK(!a.adjustments[0].tier);
    CHECK(a.adjustments[1].tier == ServiceTier::fast);
    CHECK(a.adjustments[1].from == parse_instant("2026-01-01T00:00:00Z"));
    CHECK(prices[1].category == CostCategory::embeddings);
    CHECK(prices[1].minimums[0].count == 10);
    CHECK(prices[1].bands[0].find(units::web_searches)->per() == 1'000);
    CHECK(prices[1].bands[0].find(units::input_audio_seconds)->per() == 3'600);
    CHECK(prices[1].bands[0].find(units::output_images)->per() == 1);
    CHECK(prices[1].bands[0].find(*find_unit("input_seconds"))->per() == 60);
    CHECK(fallbacks_of(list) == std::vector<ProviderFallback>{{"openai", {"x-ai", "zai"}}});
}

TEST_CASE("text that is not in the notation is rejected") {
    auto const read = [](std::string_view lines) {
        PriceText const text[] = {{"openai", "", lines}};
        return prices_of({sources, text});
    };
    CHECK(read("m\n i1\n").size() == 1);
    for (std::string_view const lines : {"m\n zz1\n", "m\n t=q i1\n", "m\n t=best i1\n", "m\n s=x i1\n",
                                         "m\n n=2 i1\n", "m\n >x i1\n", "m\n x=1 i1\n", "m\n<as\n<asx\n"}) {
        INFO(lines);
        CHECK_THROWS_AS(read(lines), std::invalid_argument);
    }
    CHECK_THROWS_AS(read("m\n i1x\n"), MalformedDecimal);
    CHECK_THROWS_AS(read("m\n i-1\n"), MalformedPrice);
    CHECK_THROWS_AS(read("m\n f=today i1\n"), MalformedInstant);
    CHECK_THROWS_AS(read("m\n d=noon i1\n"), MalformedWindow);
    CHECK_THROWS_AS(read("m\n~a\n"), MalformedPattern);
    CHECK_THROWS_AS(read(" i1\n"), std::invalid_argument);
}

TEST_CASE("a region that ends in an asterisk stands for all that begin so") {
    Adjustment const one{.name = "regional", .factor = Decimal::parse("1.1"), .regions = {"europe*", "us"}};
    CHECK(one.names_region("europe-west4"));
    CHECK(one.names_region("us"));
    CHECK(!one.names_region("us-east5"));
    CHECK(!one.names_region("eu"));
}
