// SPDX-License-Identifier: MIT
//
// Counting and encoding, MB/s. CENTAVO_TOKENS_TEXT names a text file; without it a paragraph, repeated.
#include <centavo/data/o200k_base.hpp>
#include <centavo/tokens/incremental_counter.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;

namespace {

std::string const& sample() {
    static std::string const text = [] {
        if (char const* const path = std::getenv("CENTAVO_TOKENS_TEXT")) {
            std::ifstream file{path, std::ios::binary};
            return std::string{std::istreambuf_iterator<char>{file}, {}};
        }
        std::string out;
        while (out.size() < 1'000'000) {
            out += "Token counts decide estimates, budgets and what is kept; it's 42 of them. 文字も数えます。 привет!\n";
        }
        return out;
    }();
    return text;
}

void speed(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(bytes));
}

void count(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(o200k_base().count(sample()));
    }
    speed(state, sample().size());
}

void encode(benchmark::State& state) {
    std::vector<Rank> ranks;
    for (auto _ : state) {
        ranks.clear();
        o200k_base().append_encoded(ranks, sample());
        benchmark::DoNotOptimize(ranks.data());
    }
    speed(state, sample().size());
}

void grow_by_20_bytes(benchmark::State& state) {
    for (auto _ : state) {
        IncrementalCounter counter{o200k_base()};
        for (std::size_t at = 0; at < sample().size(); at += 20) {
            benchmark::DoNotOptimize(counter.append(std::string_view{sample()}.substr(at, 20)));
        }
    }
    speed(state, sample().size());
}

void run_of(benchmark::State& state) {
    std::string const run(1'000'000, static_cast<char>(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(o200k_base().count(run));
    }
    speed(state, run.size());
}

void load(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(Vocabulary::from_merges(o200k_base_bytes, o200k_base_merges));
    }
}

}  // namespace

BENCHMARK(count)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK(encode);
BENCHMARK(grow_by_20_bytes);
BENCHMARK(run_of)->Arg('a')->Arg(' ')->Arg('\n')->Arg('=');
BENCHMARK(load)->Unit(benchmark::kMillisecond);
