// SPDX-License-Identifier: MIT
// The time to price a call: with a price already looked up, and from the name of a model.
#include <centavo/builtin/prices.hpp>
#include <centavo/cost_calculator.hpp>

#include <benchmark/benchmark.h>

#include <chrono>

namespace {

using namespace centavo;

constexpr Instant noon{std::chrono::hours{24 * 365 * 55}};
constexpr Usage everyday{.input = 500, .output = 300, .cache_read = 128};

void cost_by_price(benchmark::State& state) {
    Price const price = builtin_prices().at("gpt-4o");
    for (auto _ : state) {
        benchmark::DoNotOptimize(cost_of(price, everyday, {.at = noon}).total());
    }
}
BENCHMARK(cost_by_price);

/// Reads the lines of the cost, as a ledger does.
void cost_by_price_with_lines(benchmark::State& state) {
    Price const price = builtin_prices().at("gpt-4o");
    for (auto _ : state) {
        Cost const cost = cost_of(price, everyday, {.at = noon});
        for (CostLine const& line : cost.lines()) {
            benchmark::DoNotOptimize(line.cost);
        }
    }
}
BENCHMARK(cost_by_price_with_lines);

/// Sixteen bands: four tiers, a threshold, and a change of prices.
void cost_by_price_of_many_bands(benchmark::State& state) {
    Price const price = builtin_prices().at("gpt-5.6-sol");
    Service const flex{.tier = ServiceTier::flex};
    for (auto _ : state) {
        benchmark::DoNotOptimize(cost_of(price, everyday, noon, flex).total());
    }
}
BENCHMARK(cost_by_price_of_many_bands);

/// A regional factor on every line.
void cost_by_price_adjusted(benchmark::State& state) {
    Price const price = builtin_prices().at("claude-opus-4-6");
    Service const us{.region = "us"};
    for (auto _ : state) {
        benchmark::DoNotOptimize(cost_of(price, everyday, noon, us).total());
    }
}
BENCHMARK(cost_by_price_adjusted);

void cost_by_name(benchmark::State& state) {
    CostCalculator const calculator{builtin_prices()};
    ModelId const model{"gpt-4o"};
    for (auto _ : state) {
        benchmark::DoNotOptimize(calculator.cost(model, everyday, {.at = noon}).total());
    }
}
BENCHMARK(cost_by_name);

void cost_by_dated_name(benchmark::State& state) {
    CostCalculator const calculator{CurrentPrices{builtin_prices()}};
    for (auto _ : state) {
        benchmark::DoNotOptimize(calculator.cost("openai/gpt-4o-2030-01-01", everyday, {.at = noon}).total());
    }
}
BENCHMARK(cost_by_dated_name);

void quote_by_price(benchmark::State& state) {
    Price const price = builtin_prices().at("gpt-4o");
    for (auto _ : state) {
        benchmark::DoNotOptimize(Quote{price, {.input = 500, .max_output = 300}, noon}.worst_case());
    }
}
BENCHMARK(quote_by_price);

}  // namespace
