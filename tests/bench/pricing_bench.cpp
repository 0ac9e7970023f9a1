// SPDX-License-Identifier: MIT
// What one price costs in time: from a price already looked up, and from a model's name.
#include <centavo/cost_calculator.hpp>
#include <centavo/data/prices.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace centavo;

constexpr Instant noon{std::chrono::hours{24 * 365 * 55}};
constexpr Usage everyday{.input = 500, .output = 300, .cache_read = 128};

void cost_by_price(benchmark::State& state) {
    Price const price = builtin_prices().at("gpt-4o");
    for (auto _ : state) {
        benchmark::DoNotOptimize(cost_of(price, everyday, noon).total());
    }
}
BENCHMARK(cost_by_price);

void cost_by_name(benchmark::State& state) {
    CostCalculator const calculator{builtin_prices()};
    ModelId const model{"gpt-4o"};
    for (auto _ : state) {
        benchmark::DoNotOptimize(calculator.cost(model, everyday, noon).total());
    }
}
BENCHMARK(cost_by_name);

void cost_by_dated_name(benchmark::State& state) {
    CostCalculator const calculator{CurrentPrices{builtin_prices()}};
    for (auto _ : state) {
        benchmark::DoNotOptimize(calculator.cost("openai/gpt-4o-2030-01-01", everyday, noon).total());
    }
}
BENCHMARK(cost_by_dated_name);

void quote_by_price(benchmark::State& state) {
    Price const price = builtin_prices().at("gpt-4o");
    for (auto _ : state) {
        benchmark::DoNotOptimize(Quote{price, {.input = 500, .max_output = 300}, noon}.worst());
    }
}
BENCHMARK(quote_by_price);

}  // namespace
