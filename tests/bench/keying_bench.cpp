// SPDX-License-Identifier: MIT
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/cache/request_key.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

namespace {

std::string conversation(std::int64_t turns) {
    std::string body = R"({"model":"gpt-4o","temperature":0,"messages":[)";
    for (std::int64_t i = 0; i < turns; ++i) {
        body += std::string{i == 0 ? "" : ","} + R"({"role":")" + (i % 2 == 0 ? "user" : "assistant") +
                R"(","content":"What did the calls of the last hour cost, and which of them were cached?"})";
    }
    return body + "]}";
}

void scan(benchmark::State& state) {
    auto const body = conversation(state.range(0));
    for (auto _ : state) {
        centavo::JsonScan json{body};
        benchmark::DoNotOptimize(json.skip());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}
BENCHMARK(scan)->Range(1, 1 << 10);

void key(benchmark::State& state) {
    auto const body = conversation(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(centavo::request_key(centavo::Scope::shared(), {}, body));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}
BENCHMARK(key)->Range(1, 1 << 10);

}  // namespace
