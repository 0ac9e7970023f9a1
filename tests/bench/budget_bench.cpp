// SPDX-License-Identifier: MIT
// The time of a reservation and its settlement over three budgets: without a ledger, and with the file ledger at each
// durability. Percentiles are over single pairs; they include two readings of the clock.
#include <centavo/budget/file_ledger.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/cost_monitor.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using namespace centavo;
using namespace centavo::detail;

constexpr Instant noon{std::chrono::hours{24 * 365 * 55}};

[[nodiscard]] MonitorOptions three_budgets() {
    return {.daily_budget = 1'000'000_usd,
            .budgets = {{.name = "month", .limit = 10'000'000_usd, .period = Period::month},
                        {.name = "search", .limit = 1'000'000_usd, .scope = {"team", "search"}}}};
}

/// A ledger file for one benchmark, removed after it.
struct Scratch {
    ~Scratch() { std::filesystem::remove(path); }
    std::string path = "/var/tmp/centavo_bench_" + std::to_string(::getpid()) + ".ledger";
};

template <typename Monitor>
void pairs(benchmark::State& state, Monitor& monitor) {
    Quote const quote{builtin_prices().at("gpt-4o"), {.input = 500, .max_output = 300}, noon};
    Cost const cost = quote.cost({.input = 500, .output = 200});
    Account const search = monitor.account({{"team", "search"}});
    for (auto _ : state) {
        auto held = monitor.reserve(quote, {.account = search});
        held->settle(cost);
    }
}

void reserve_settle_no_ledger(benchmark::State& state) {
    CostMonitor monitor{three_budgets(), NoLedger{}};
    pairs(state, monitor);
}
BENCHMARK(reserve_settle_no_ledger);

void reserve_settle_percentiles(benchmark::State& state) {
    CostMonitor monitor{three_budgets(), NoLedger{}};
    Quote const quote{builtin_prices().at("gpt-4o"), {.input = 500, .max_output = 300}, noon};
    Cost const cost = quote.cost({.input = 500, .output = 200});
    Account const search = monitor.account({{"team", "search"}});
    std::vector<std::int64_t> times;
    times.reserve(1U << 20U);
    for (auto _ : state) {
        auto const begin = std::chrono::steady_clock::now();
        {
            auto held = monitor.reserve(quote, {.account = search});
            held->settle(cost);
        }
        if (times.size() < times.capacity()) {
            times.push_back((std::chrono::steady_clock::now() - begin).count());
        }
    }
    std::ranges::sort(times);
    auto const at = [&](std::size_t percent) {
        return static_cast<double>(times[(times.size() - 1) * percent / 100]);
    };
    state.counters["p50_ns"] = at(50);
    state.counters["p99_ns"] = at(99);
}
BENCHMARK(reserve_settle_percentiles)->Iterations(1'000'000);

void reserve_settle_with_id(benchmark::State& state) {
    CostMonitor monitor{three_budgets(), NoLedger{}};
    Account const search = monitor.account({{"team", "search"}});
    std::uint64_t n = 0;
    for (auto _ : state) {
        auto held = monitor.reserve(1_cent, {.account = search, .id = {"op-" + std::to_string(++n), 1}});
        held->settle(1_cent);
    }
}
BENCHMARK(reserve_settle_with_id);

void reserve_settle_memory(benchmark::State& state) {
    CostMonitor<> monitor{three_budgets()};
    pairs(state, monitor);
}
BENCHMARK(reserve_settle_memory)->Iterations(200'000);

template <Durability level>
void reserve_settle_file(benchmark::State& state) {
    Scratch const scratch;
    CostMonitor monitor{three_budgets(), FileLedger{scratch.path, {.durability = level}}};
    pairs(state, monitor);
    state.counters["records/s"] =
        benchmark::Counter{2.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate};
}
BENCHMARK(reserve_settle_file<Durability::process>)->UseRealTime();
BENCHMARK(reserve_settle_file<Durability::group>)->UseRealTime();
BENCHMARK(reserve_settle_file<Durability::each>)->UseRealTime();

void account_of_a_new_user(benchmark::State& state) {
    CostMonitor<LocalBudgets<NoLedger>> monitor{
        {.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}}, NoLedger{}};
    std::uint64_t n = 0;
    for (auto _ : state) {
        auto const user = monitor.account({{"user", std::to_string(++n)}});
        monitor.reserve(1_cent, {.account = user})->settle(1_cent);
    }
}
BENCHMARK(account_of_a_new_user);

}  // namespace
