// SPDX-License-Identifier: MIT
#include <centavo/cost_calculator.hpp>
#include <centavo/data/prices.hpp>

#include <benchmark/benchmark.h>

namespace {

void price_one_call(benchmark::State& state) {
    centavo::CostCalculator const calculator{centavo::builtin_prices()};
    for (auto _ : state) {
        benchmark::DoNotOptimize(calculator.cost("gpt-4o", {.input = 500, .output = 300}).total());
    }
}
BENCHMARK(price_one_call);

}  // namespace
