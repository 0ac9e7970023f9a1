// SPDX-License-Identifier: MIT
// Optimizing prompts, in MB/s at each level, without counting (a counter of bytes) and with o200k_base, and whole
// conversations. CENTAVO_TEXTS names a folder; each file in it is one prompt. The default is one prompt of each of a few
// kinds, repeated to a megabyte.
#include <centavo/builtin/counters.hpp>
#include <centavo/prompt_optimizer.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;

namespace {

struct Sample {
    std::string name;
    std::string text;
};

std::string repeated(std::string_view unit, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) {
        out += unit;
    }
    return out;
}

std::vector<Sample> samples() {
    constexpr std::size_t bytes = 1'000'000;
    std::vector<Sample> all;
    if (char const* const folder = std::getenv("CENTAVO_TEXTS")) {
        for (auto const& entry : std::filesystem::directory_iterator{folder}) {
            std::ifstream file{entry.path(), std::ios::binary};
            all.push_back({entry.path().stem().string(), {std::istreambuf_iterator<char>{file}, {}}});
        }
        return all;
    }
    all.push_back(
        {"prose",
         repeated("Token counts decide estimates, budgets and what is kept. The rest of the sentence "
                  "adds a few more words.\n\n",
                  bytes)});
    all.push_back(
        {"code",
         repeated("```cpp\nint sum(int a, int b) {\n    return a + b;  // not less\n}\n```\n\nText.\n\n",
                  bytes)});
    all.push_back(
        {"json",
         repeated(
             "{\n    \"id\": 70107786,\n    \"name\": \"next.js\",\n    \"stars\": 141087\n}\n\nText.\n\n",
             bytes)});
    all.push_back(
        {"log",
         repeated("Dec 10 06:55:46 host sshd[24200]: Failed password for root port 38926 ssh2\n", bytes)});
    return all;
}

template <class Optimizer>
void run(benchmark::State& state, Optimizer const& optimizer, std::string const& text, Level level) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(optimizer.optimize(text, level));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void conversation(benchmark::State& state) {
    std::string body = R"({"model":"gpt-4o","messages":[)";
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        body += i > 0 ? "," : "";
        body +=
            R"({"role":"user","content":"{\n    \"rows\": [\n        {\n            \"id\": 1\n        }\n    ]\n}"})";
    }
    Request const request = Request::parse(body + "]}");
    PromptOptimizer const optimizer{Counter{o200k_base()}};
    for (auto _ : state) {
        benchmark::DoNotOptimize(optimizer.optimize(request));
    }
}

bool const registered = [] {
    static std::vector<Sample> const all = samples();
    for (Sample const& sample : all) {
        for (auto const& [name, level] :
             {std::pair{"lossless", Level::lossless}, std::pair{"safe", Level::safe},
              std::pair{"aggressive", Level::aggressive}}) {
            std::string const title = sample.name + "/" + name;
            benchmark::RegisterBenchmark(
                (title + "/bytes").c_str(), [&sample, level](benchmark::State& state) {
                    run(state, PromptOptimizer{[](std::string_view text) { return Tokens{text.size()}; }},
                        sample.text, level);
                });
            benchmark::RegisterBenchmark(
                (title + "/o200k").c_str(), [&sample, level](benchmark::State& state) {
                    run(state, PromptOptimizer{Counter{o200k_base()}}, sample.text, level);
                });
        }
    }
    return true;
}();

}  // namespace

BENCHMARK(conversation)->Arg(100)->Arg(400)->Arg(1'600);
