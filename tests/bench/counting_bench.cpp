// SPDX-License-Identifier: MIT
#include <centavo/data/o200k_base.hpp>
#include <centavo/tokens/counter.hpp>

#include <benchmark/benchmark.h>

#include <string>

namespace {

std::string const& prose() {
    static std::string const text = [] {
        std::string out;
        for (int i = 0; i < 2'000; ++i) {
            out += "The invoice of day " + std::to_string(i * 37 % 366) +
                   " lists what each call cost: prompt, cached prompt, and the answer's own tokens.\n";
        }
        return out;
    }();
    return text;
}

void count_prose(benchmark::State& state) {
    centavo::Counter const counter{centavo::o200k_base()};
    for (auto _ : state) {
        benchmark::DoNotOptimize(counter.count(prose()));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(prose().size()) * state.iterations());
}
BENCHMARK(count_prose);

void count_one_long_word(benchmark::State& state) {
    centavo::Counter const counter{centavo::o200k_base()};
    std::string const text(static_cast<std::size_t>(state.range(0)), 'a');
    for (auto _ : state) {
        benchmark::DoNotOptimize(counter.count(text));
    }
    state.SetBytesProcessed(state.range(0) * state.iterations());
}
BENCHMARK(count_one_long_word)->Range(1 << 10, 1 << 20);

}  // namespace
