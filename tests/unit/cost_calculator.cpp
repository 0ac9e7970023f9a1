// SPDX-License-Identifier: MIT
#include <centavo/cost_calculator.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/builtin/prices.hpp>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

using namespace centavo;
using namespace centavo::literals;
using Catch::Matchers::ContainsSubstring;

namespace {
constexpr Usage everyday{.input = 500, .output = 300};
}

TEST_CASE(
    "10,000 calls a day of gpt-4o at 500 in and 300 out are $42.50 a day, $1,275 a month, $15,300 a year") {
    CostCalculator const calculator{builtin_prices()};
    Estimate const estimate = calculator.estimate("gpt-4o", everyday, {.per_day = 10'000});
    CHECK(estimate.per_request == 0.00425_usd);
    CHECK(estimate.daily == 42.50_usd);
    CHECK(estimate.monthly == 1'275_usd);
    CHECK(estimate.yearly == 15'300_usd);
    CHECK(estimate.yearly.to_string(2) == "15300.00");
}

TEST_CASE("an estimate of no calls is zero, and a negative number of calls is an error") {
    CostCalculator const calculator{builtin_prices()};
    CHECK(calculator.estimate("gpt-4o", everyday, {.per_day = 0}).yearly == 0_usd);
    CHECK_THROWS_AS(calculator.estimate("gpt-4o", everyday, {.per_day = -1}), std::out_of_range);
    CHECK_THROWS_AS(calculator.estimate("gpt-4o", {.input = INT64_MAX}, {.per_day = INT64_MAX}),
                    std::overflow_error);
}

TEST_CASE("an unknown model is an error that names it and never costs zero") {
    CostCalculator const calculator{builtin_prices()};
    for (std::string_view const name :
         {"my-gpt-4o-clone", "gpt-4ominous", "claude-sonnet-99", "gpt-4o-mini-mini", "unknown", ""}) {
        INFO(name);
        CHECK_THROWS_AS(calculator.cost(name, everyday), UnknownModel);
        CHECK_THROWS_AS(calculator.estimate(name, everyday, {.per_day = 1}), UnknownModel);
        CHECK_THROWS_AS(calculator.quote(name, {.input = 1}), UnknownModel);
        auto const found = calculator.find_cost(name, everyday);
        REQUIRE(std::holds_alternative<NoCost>(found));
        CHECK(std::get<NoCost>(found).problem == CostProblem::unknown_model);
    }
    CHECK_THROWS_WITH(calculator.cost("claude-sonnet-99", everyday), ContainsSubstring("claude-sonnet-99"));
}

TEST_CASE("find_cost returns the problem as a value") {
    CostCalculator const calculator{builtin_prices()};
    auto const problem = [&](ModelId const& model, Usage const& usage) {
        return std::get<NoCost>(calculator.find_cost(model, usage)).problem;
    };
    CHECK(problem("gpt-4o", {.input = 1, .cache_read = 2}) == CostProblem::contradictory_usage);
    CHECK(problem("text-embedding-3-small", {.input = 0, .output = 1}) == CostProblem::unpriced_usage);
    CHECK(std::get<Cost>(calculator.find_cost("gpt-4o", everyday)).total() == 0.00425_usd);
    CostCalculator const expensive{PriceTable{{ModelPrice::per_million("m", {.input = "1e19"})}}};
    CHECK(std::get<NoCost>(expensive.find_cost("m", {.input = INT64_MAX})).problem == CostProblem::overflow);
}

TEST_CASE("a call is priced at the given instant or at the clock's") {
    ManualClock manual{parse_instant("2026-08-20T23:59:59Z")};
    CostCalculator const calculator{builtin_prices(), manual.clock()};
    Usage const usage{.input = 4'020, .output = 5, .cache_write = 4'012};
    CHECK(calculator.cost("gpt-5.6-sol", usage).total() == 0.025265_usd);
    manual.advance(std::chrono::seconds{1});
    CHECK(calculator.cost("gpt-5.6-sol", usage).total() == 0.020192_usd);
    CHECK(calculator.cost("gpt-5.6-sol", usage, {.at = parse_instant("2026-08-20T23:59:59Z")}).total() ==
          0.025265_usd);
}

TEST_CASE("users can add and replace prices") {
    CostCalculator const calculator{
        builtin_prices()
            .with(ModelPrice::per_million("our-7b", {.input = "0.05", .output = "0.10"}))
            .with(ModelPrice::per_million("gpt-4o", {.input = "2", .output = "8"}))};
    CHECK(calculator.cost("our-7b", {.input = 1'000'000}).total() == 0.05_usd);
    CHECK(calculator.cost("gpt-4o", everyday).total() == 0.0034_usd);
    CHECK(builtin_prices().at("gpt-4o")->bands.front().status == PriceStatus::listed);
    CHECK(calculator.prices().at("gpt-4o")->bands.front().status == PriceStatus::user);
}

TEST_CASE("a quote bounds the cost of its call") {
    CostCalculator const calculator{builtin_prices()};
    Quote const quote = calculator.quote("gpt-4o", {.input = 500, .max_output = 300});
    CHECK(quote.worst_case() == 0.00425_usd);
    CHECK(quote.cost({.input = 500, .output = 120, .cache_read = 128}).total() < quote.worst_case());
}

TEST_CASE("the cost structure of totals has shares of the whole") {
    CostStructure const structure({.tokens = 3_usd, .embeddings = 1_usd});
    CHECK(structure.total() == 4_usd);
    CHECK(structure.parts()[0].share.to_string() == "75.00 %");
}

TEST_CASE("totals stay exact while prices are replaced from another thread", "[threads]") {
    CurrentPrices current{builtin_prices()};
    CostCalculator const calculator{current};
    PriceTable const twice = builtin_prices().with(
        ModelPrice::per_million("gpt-4o", {.input = "5", .output = "20", .cache_read = "2.50"}));
    constexpr int calls = 2'000;
    std::vector<Usd> sums(3);
    std::vector<std::int64_t> doubled(sums.size());
    std::vector<std::thread> threads;
    std::atomic<int> running = static_cast<int>(sums.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int call = 0; call < calls; ++call) {
                Usd const total = calculator.cost("gpt-4o", everyday).total();
                doubled[i] += total == 0.0085_usd ? 1 : 0;
                sums[i] += total;
            }
            --running;
        });
    }
    for (bool flip = false; running > 0; flip = !flip) {
        current.replace(flip ? builtin_prices() : twice);
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        threads[i].join();
        CHECK(sums[i] == 0.00425_usd * (calls + doubled[i]));
    }
}

TEST_CASE("compare sorts models by cost, with unknown models last and never at zero") {
    CostCalculator const calculator{builtin_prices()};
    std::vector<ModelId> const models{"gpt-9", "gpt-4o", "gpt-4o-mini", "claude-3-5-sonnet"};
    auto const compared = calculator.compare(models, {.input = 1'000'000, .output = 100'000},
                                             {.at = parse_instant("2026-09-23T12:00:00Z")});
    REQUIRE(compared.size() == 4);
    CHECK(compared[0].model == ModelId{"gpt-4o-mini"});
    CHECK(compared[0].priced()->total() == 0.21_usd);
    CHECK(compared[1].priced()->total() == 3.5_usd);
    CHECK(compared[2].priced()->total() == 4.5_usd);
    REQUIRE(compared[3].priced() == nullptr);
    CHECK(std::get<NoCost>(compared[3].cost).problem == CostProblem::unknown_model);
}

TEST_CASE("the batch tier halves the cost of a call, and a tier without a price is reported") {
    CostCalculator const calculator{builtin_prices()};
    Usage const usage{.input = 1'000, .output = 1'000};
    Instant const autumn = parse_instant("2026-09-23T12:00:00Z");
    CHECK(calculator.cost("gpt-4o", usage, {.at = autumn}).total() == 0.0125_usd);
    CHECK(calculator.cost("gpt-4o", usage, {.at = autumn, .service = {.tier = ServiceTier::batch}}).total() ==
          0.00625_usd);
    CHECK(calculator.cost("gpt-4o", usage, {.at = autumn, .service = {.tier = ServiceTier::priority}})
              .total() == 0.02125_usd);
    CHECK(calculator.cost("claude-opus-4-6", usage, {.at = autumn, .service = {.region = "us"}}).total() ==
          0.033_usd);
    CHECK(
        calculator.cost("claude-opus-4-6", usage, {.at = autumn, .service = {.region = "global"}}).total() ==
        0.03_usd);
    CHECK(calculator.cost("gpt-4o", usage, {.at = autumn, .service = {.tier = ServiceTier::batch}})
              .tier_priced());
    CHECK(!calculator.cost("gpt-4o", usage, {.at = autumn, .service = {.tier = ServiceTier::fast}})
               .tier_priced());
    CHECK(!calculator.cost("gpt-4o", usage, {.at = autumn, .service = {.region = "mars"}}).region_priced());
    CHECK_THROWS_AS(calculator.quote("gpt-4o", {.input = 10, .max_output = 10},
                                     {.at = autumn, .service = {.tier = ServiceTier::fast}}),
                    UnpricedUsage);
}

TEST_CASE("a calculator that requires complete costs refuses what a lenient one warns of") {
    PriceTable const table{{ModelPrice::per_million("m", {.input = "3", .output = "15"})}};
    CostCalculator const lenient{table};
    CostCalculator const strict{table, {.require_complete = true}};
    Usage searched{.input = 1'000};
    searched.set(units::web_searches, 2);
    CHECK(lenient.cost("m", searched).total() == 0.003_usd);
    CHECK(strict.cost("m", {.input = 1'000, .output = 1, .reasoning = 1}).total() == 0.003015_usd);
    CHECK_THROWS_WITH(strict.cost("m", searched),
                      "the cost at \"m\" is incomplete: no price for 2 web_searches");
    CHECK_THROWS_AS(strict.cost("m", {.input = 1}, {.service = {.tier = ServiceTier::flex}}), IncompleteCost);
    CHECK_THROWS_AS(strict.cost("m", {.input = 1}, {.service = {.region = "mars"}}), IncompleteCost);
    CHECK_THROWS_AS(strict.estimate("m", searched, {.per_day = 1}), IncompleteCost);
    CHECK_THROWS_AS(strict.estimate({.calls = {{.model = "m", .usage = searched, .per_day = 1}}}),
                    IncompleteCost);
    CHECK(std::get<NoCost>(strict.find_cost("m", searched)).problem == CostProblem::incomplete);
    CHECK(strict.compare({"m"}, searched).front().priced() == nullptr);
    try {
        static_cast<void>(strict.cost("m", searched));
    } catch (IncompleteCost const& incomplete) {
        CHECK(incomplete.cost().total() == 0.003_usd);
    }
}

TEST_CASE("a workload adds up calls with a cached share, embeddings, a server and a vector store") {
    CostCalculator const calculator{builtin_prices()};
    Workload const workload{
        .calls = {{.model = "gpt-4o",
                   .usage = {.input = 1'000, .output = 200},
                   .per_day = 1'000,
                   .cached_percent = 80},
                  {.model = "gpt-4o",
                   .usage = {.input = 1'000, .output = 200},
                   .per_day = 100,
                   .service = {.tier = ServiceTier::batch}},
                  {.model = "text-embedding-3-small", .usage = {.input = 500}, .per_day = 10'000}},
        .services = {
            {"server", Rate{units::service_hours, Decimal::parse("0.05"), 1}, 720},
            {"vectors", Rate{units::gigabyte_months, Decimal::parse("0.33"), 1}, 10},
            {"reranker", Rate{units::tool_calls, Decimal::parse("2"), 1'000}, 5'000, CostCategory::other}}};
    MonthlyCost const month = calculator.estimate(workload, {.at = parse_instant("2026-09-23T12:00:00Z")});
    CHECK(month.lines[0].monthly == 105_usd);  // (200 x 2.50 + 800 x 1.25 + 200 x 10) / 10^6 x 30,000
    CHECK(month.lines[1].monthly == 6.75_usd);
    CHECK(month.totals.embeddings == 3_usd);
    CHECK(month.totals.infrastructure == 39.3_usd);
    CHECK(month.totals.other == 10_usd);
    CHECK(month.total() == 164.05_usd);
    CHECK(month.structure().parts()[0].share.basis_points() == 6'812);
    CostTotals const ledger{.tokens = 120_usd, .embeddings = 2_usd, .infrastructure = 39.3_usd};
    CHECK((ledger - month.totals) ==
          CostTotals{.tokens = 8.25_usd, .embeddings = -(1_usd), .other = -(10_usd)});
    CHECK_THROWS_AS(calculator.estimate({.calls = {{.model = "gpt-4o", .per_day = -1}}}), std::out_of_range);
    CHECK_THROWS_AS(calculator.estimate({.calls = {{.model = "nova-lite",
                                                    .usage = {.input = 1},
                                                    .per_day = 1,
                                                    .service = {.tier = ServiceTier::batch}}}}),
                    UnpricedUsage);
}
