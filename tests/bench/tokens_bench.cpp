// SPDX-License-Identifier: MIT
// Counting, encoding, incremental counting and loading, in MB/s with o200k_base. CENTAVO_TEXTS names a folder; each
// file in it is a kind of text, which should have some megabytes. The default is a short sample, which overstates the
// speed because its words repeat. The long runs have a megabyte each. Load time and memory are those of the first use
// in a process: run `load` by itself.
#include <centavo/builtin/counters.hpp>
#include <centavo/tokens/incremental_counter.hpp>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

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
    std::vector<Sample> all;
    if (char const* const folder = std::getenv("CENTAVO_TEXTS")) {
        for (auto const& entry : std::filesystem::directory_iterator{folder}) {
            std::ifstream file{entry.path(), std::ios::binary};
            all.push_back({entry.path().stem().string(), {std::istreambuf_iterator<char>{file}, {}}});
        }
    } else {
        all.push_back(
            {"sample", repeated("Token counts decide estimates, budgets and what is kept; it's 42 of them. "
                                "{\"unit\":\"input\",\"count\":1200} 文字も数えます。 привет!\n",
                                1'000'000)});
    }
    return all;
}

/// Inputs that make tokenizers slow or crash: pieces without an end.
std::vector<Sample> long_runs() {
    constexpr std::size_t bytes = 1'000'000;
    std::vector<Sample> all;
    for (auto const& [name, unit] : {std::pair{"a", "a"},
                                     {"space", " "},
                                     {"newline", "\n"},
                                     {"equals", "="},
                                     {"emoji", "😀"},
                                     {"han", "中"},
                                     {"combining", "e\u0301"},
                                     {"marks", "\u0301"},
                                     {"space_newline", " \n"},
                                     {"digits", "7"}}) {
        all.push_back({name, repeated(unit, bytes)});
    }
    std::mt19937 random{20261124};
    Sample base64{"base64", {}};
    Sample letters{"random_letters", {}};
    Sample han{"random_han", {}};
    while (base64.text.size() < bytes) {
        base64.text += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[random() % 64];
        letters.text += static_cast<char>('a' + random() % 26);
    }
    while (han.text.size() < bytes) {
        auto const point = static_cast<std::uint32_t>(0x4E00 + random() % 0x5000);
        for (std::uint32_t const byte : {0xE0 | point >> 12, 0x80 | (point >> 6 & 63), 0x80 | (point & 63)}) {
            han.text += static_cast<char>(static_cast<unsigned char>(byte));
        }
    }
    all.insert(all.end(), {std::move(base64), std::move(letters), std::move(han)});
    return all;
}

void speed(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(bytes));
}

void count(benchmark::State& state, std::string const& text) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(o200k_base().count(text));
    }
    speed(state, text.size());
}

void encode(benchmark::State& state, std::string const& text) {
    std::vector<Rank> ranks;
    for (auto _ : state) {
        ranks.clear();
        o200k_base().append_encoded(ranks, text);
        benchmark::DoNotOptimize(ranks.data());
    }
    speed(state, text.size());
}

/// Calls `feed` with 20 bytes at a time.
template <typename Feed>
void by_20_bytes(std::string_view text, Feed feed) {
    for (std::size_t at = 0; at < text.size(); at += 20) {
        feed(text.substr(at, 20));
    }
}

void append_by_20(benchmark::State& state, std::string const& text) {
    for (auto _ : state) {
        IncrementalCounter counter{o200k_base()};
        by_20_bytes(text, [&](std::string_view part) { benchmark::DoNotOptimize(counter.append(part)); });
    }
    speed(state, text.size());
}

void add_by_20(benchmark::State& state, std::string const& text) {
    for (auto _ : state) {
        IncrementalCounter counter{o200k_base()};
        by_20_bytes(text, [&](std::string_view part) { counter.add(part); });
        benchmark::DoNotOptimize(counter.count());
    }
    speed(state, text.size());
}

/// The baseline of the incremental count: each part by itself, which is not the count of the text.
void count_by_20(benchmark::State& state, std::string const& text) {
    for (auto _ : state) {
        by_20_bytes(text, [&](std::string_view part) { benchmark::DoNotOptimize(o200k_base().count(part)); });
    }
    speed(state, text.size());
}

[[nodiscard]] double resident_mib() {
    std::ifstream file{"/proc/self/statm"};
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void load(benchmark::State& state) {
    double const before = resident_mib();
    for (auto _ : state) {
        benchmark::DoNotOptimize(o200k_base().count("ready"));
    }
    state.counters["MiB"] = resident_mib() - before;
}

[[maybe_unused]] bool const registered = [] {
    benchmark::RegisterBenchmark("tokens/load", load)->Iterations(1)->Unit(benchmark::kMillisecond);
    static auto const texts = samples();
    for (auto const& [name, text] : texts) {
        benchmark::RegisterBenchmark(("tokens/count/" + name).c_str(), count, text);
        benchmark::RegisterBenchmark(("tokens/count_by_two/" + name).c_str(), count, text)
            ->Threads(2)
            ->UseRealTime();
        benchmark::RegisterBenchmark(("tokens/encode/" + name).c_str(), encode, text);
        benchmark::RegisterBenchmark(("tokens/count_by_20/" + name).c_str(), count_by_20, text);
        benchmark::RegisterBenchmark(("tokens/append_by_20/" + name).c_str(), append_by_20, text);
        benchmark::RegisterBenchmark(("tokens/add_by_20/" + name).c_str(), add_by_20, text);
    }
    static auto const runs = long_runs();
    for (auto const& [name, text] : runs) {
        benchmark::RegisterBenchmark(("tokens/run/" + name).c_str(), count, text);
        benchmark::RegisterBenchmark(("tokens/append_run/" + name).c_str(), append_by_20, text);
    }
    return true;
}();

}  // namespace
