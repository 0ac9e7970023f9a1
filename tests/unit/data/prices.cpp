// SPDX-License-Identifier: MIT
#include <centavo/data/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/instant.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/cost.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::literals;

namespace {

Instant const autumn = parse_instant("2026-09-23T12:00:00Z");

/// The dollars for a million tokens of a unit in a short call; "-" where it has no rate of its own.
std::string rate(std::string_view model, Unit unit) {
    Price const price = builtin_prices().at(model);
    Rate const* found = price->band(1, autumn)->find(unit);
    return found == nullptr ? "-" : found->usd().to_string();
}

}  // namespace

TEST_CASE("the built-in prices are the vendors' published ones") {
    using namespace units;
    CHECK(rate("gpt-4o", input) == "2.5");
    CHECK(rate("gpt-4o", cache_read) == "1.25");
    CHECK(rate("gpt-4o", output) == "10");
    CHECK(rate("gpt-4o-mini", input) == "0.15");
    CHECK(rate("gpt-4o-mini", cache_read) == "0.075");
    CHECK(rate("gpt-4o-mini", output) == "0.6");
    CHECK(rate("claude-3-5-sonnet", input) == "3");
    CHECK(rate("claude-3-5-sonnet", output) == "15");
    CHECK(rate("claude-3-5-haiku", input) == "0.8");
    CHECK(rate("claude-3-5-haiku", output) == "4");
    CHECK(rate("text-embedding-3-small", input) == "0.02");
    CHECK(rate("text-embedding-3-small", output) == "-");
    CHECK(rate("text-embedding-3-large", input) == "0.13");
    CHECK(rate("gpt-realtime", input_audio) == "32");
    CHECK(rate("gpt-realtime", cache_audio_read) == "0.4");
}

TEST_CASE("dated names of the vendors are found, and names that only look alike are not") {
    CHECK(builtin_prices().at("gpt-4o-2024-08-06")->model == ModelId{"gpt-4o"});
    CHECK(builtin_prices().at("gpt-4o-2024-05-13")->model ==
          ModelId{"gpt-4o-2024-05-13"});  // cost twice as much
    CHECK(builtin_prices().at("gpt-4o-mini-2024-07-18")->model == ModelId{"gpt-4o-mini"});
    CHECK(builtin_prices().at("claude-3-5-sonnet-20241022")->model == ModelId{"claude-3-5-sonnet"});
    CHECK(builtin_prices().at("openai/gpt-4o-mini")->model == ModelId{"gpt-4o-mini"});
    for (std::string_view const name :
         {"my-gpt-4o-clone", "gpt-4ominous", "claude-sonnet-99", "gpt-4o-mini-mini"}) {
        INFO(name);
        CHECK(!builtin_prices().find(name));
    }
}

TEST_CASE("real bills come out of the built-in prices") {
    auto const total = [](std::string_view model, Usage const& usage, std::string_view at) {
        return cost_of(builtin_prices().at(model), usage, parse_instant(at)).total();
    };
    CHECK(total("claude-3-7-sonnet", {.input = 12'307, .output = 550, .cache_write = 12'304},
                "2025-03-01T00:00:00Z") == 0.054399_usd);
    CHECK(total("claude-sonnet-4-6", {.input = 3'329, .output = 53, .cache_read = 3'211, .cache_write = 115},
                "2026-03-01T00:00:00Z") == 0.00219855_usd);
    Usage const sol{.input = 4'020, .output = 5, .cache_write = 4'012};
    CHECK(total("gpt-5.6-sol", sol, "2026-08-20T23:59:59Z") == 0.025265_usd);
    CHECK(total("gpt-5.6-sol", sol, "2026-08-21T00:00:00Z") == 0.020192_usd);
}

TEST_CASE("Claude's long-context surcharge ends with the price list that dropped it") {
    Price const claude = builtin_prices().at("claude-sonnet-4-6");
    Usage const usage{.input = 300'000};
    CHECK(cost_of(claude, usage, parse_instant("2026-03-12T12:00:00Z")).total() == 1.8_usd);
    CHECK(cost_of(claude, usage, parse_instant("2026-03-13T12:00:00Z")).total() == 0.9_usd);
}

TEST_CASE("every built-in price passes the import lint: plausible, dated, sourced, and never all zero") {
    std::set<std::string> ids;
    for (ModelPrice const& row : builtin_prices().rows()) {
        INFO(row.model.text());
        CHECK(ids.insert(row.model.text()).second);
        CHECK(row.as_of == std::chrono::year{2026} / 9 / 23);
        CHECK(row.status == PriceStatus::listed);
        CHECK(!row.provider.empty());
        CHECK(!row.source.empty());
        REQUIRE(!row.bands.empty());
        bool charged = false;
        for (PriceBand const& band : row.bands) {
            REQUIRE(!band.rates.empty());
            for (Rate const& one : band.rates) {
                charged = charged || one.cost(1) > 0_usd;
                CHECK(one.exact());
                if (one.unit().measure == Measure::tokens) {
                    CHECK(one.cost(1'000'000) < 1'000_usd);
                }
            }
        }
        CHECK(charged);
    }
    CHECK(ids.size() == 326);
}

TEST_CASE("no two bands of a built-in price hold alike") {
    for (ModelPrice const& row : builtin_prices().rows()) {
        INFO(row.model.text());
        for (auto a = row.bands.begin(); a != row.bands.end(); ++a) {
            CHECK(std::none_of(a + 1, row.bands.end(),
                               [&](PriceBand const& b) { return a->from == b.from && a->above == b.above; }));
        }
    }
}
