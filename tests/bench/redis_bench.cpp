// SPDX-License-Identifier: MIT
#include <centavo/budget/leased_budgets.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/redis/redis_budgets.hpp>

#include <support/redis_server.hpp>

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using testing::RedisDurability;
using testing::RedisServer;

namespace {

/// Servers for the benchmark: one without persistence, and one that syncs each write before it replies.
RedisServer& server_of(RedisDurability durability) {
    static RedisServer memory{RedisDurability::none};
    static RedisServer disk{RedisDurability::always};
    return durability == RedisDurability::none ? memory : disk;
}

std::vector<Budget> one_budget() {
    return {{.name = "monthly", .limit = 9'000'000_usd, .period = Period::month}};
}
std::vector<Budget> three_budgets() {
    return {{.name = "daily", .limit = 9'000'000_usd},
            {.name = "monthly", .limit = 9'000'000_usd, .period = Period::month},
            {.name = "total", .limit = 9'000'000_usd, .period = Period::total}};
}

RedisBudgets book_over(RedisDurability durability, std::vector<Budget> budgets) {
    return RedisBudgets{{.budgets = std::move(budgets)},
                        {.redis = server_of(durability).options(), .monitor = "bench"}};
}

void bare_get(benchmark::State& state) {
    RedisConnection connection{server_of(RedisDurability::none).options()};
    static_cast<void>(connection.command({"SET", "{centavo:bench}:x", "12345678901234"}));
    for (auto _ : state) {
        connection.begin_call();
        auto const reply = connection.command({"GET", "{centavo:bench}:x"});
        benchmark::DoNotOptimize((*reply).text().data());
    }
}

/// A GET and a reservation alternately, so that both run under the same load: the ratio of their times.
template <typename Budgets>
void reserve_and_get(benchmark::State& state, RedisDurability durability, Budgets budgets) {
    auto book = book_over(durability, budgets());
    RedisConnection connection{server_of(durability).options()};
    static_cast<void>(connection.command({"SET", "{centavo:bench}:x", "12345678901234"}));
    std::vector<double> gets;
    std::vector<double> reserves;
    auto const timed = [](auto act) {
        auto const start = std::chrono::steady_clock::now();
        act();
        return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
    };
    for (auto _ : state) {
        gets.push_back(timed([&] {
            connection.begin_call();
            benchmark::DoNotOptimize(connection.command({"GET", "{centavo:bench}:x"}));
        }));
        std::optional<Reservation> hold;
        reserves.push_back(timed([&] { hold = book.reserve({}, {.amount = 1_cent}); }));
        (*hold)->settle(1_cent);
    }
    auto const median = [](std::vector<double>& all) {
        std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2));
        return all[all.size() / 2];
    };
    state.counters["get_us"] = median(gets);
    state.counters["reserve_us"] = median(reserves);
    state.counters["ratio"] = median(reserves) / median(gets);
}

void reserve_and_settle(benchmark::State& state, RedisDurability durability) {
    auto book = book_over(durability, one_budget());
    for (auto _ : state) {
        auto hold = book.reserve({}, {.amount = 1_cent});
        hold->settle(1_cent);
    }
}

template <typename Books>
void pairs(benchmark::State& state, Books book) {
    auto const account = book.account({{"team", "search"}});
    for (auto _ : state) {
        auto hold = book.reserve(account, {.amount = 1_cent});
        hold->settle(1_cent);
    }
}

void in_process(benchmark::State& state) {
    pairs(state, LocalBudgets<NoLedger>{{.budgets = three_budgets()}, std::make_shared<NoLedger>()});
}

void leased(benchmark::State& state) {
    pairs(state, LeasedBudgets<RedisBudgets, NoLedger>{
                     book_over(RedisDurability::none, three_budgets()), {}, std::make_shared<NoLedger>()});
}

BENCHMARK(bare_get)->UseRealTime();
BENCHMARK_CAPTURE(reserve_and_get, one_budget, RedisDurability::none, one_budget)->UseRealTime();
BENCHMARK_CAPTURE(reserve_and_get, three_budgets, RedisDurability::none, three_budgets)->UseRealTime();
BENCHMARK_CAPTURE(reserve_and_get, one_budget_synced, RedisDurability::always, one_budget)->UseRealTime();
BENCHMARK_CAPTURE(reserve_and_settle, memory, RedisDurability::none)->UseRealTime();
BENCHMARK_CAPTURE(reserve_and_settle, synced, RedisDurability::always)->UseRealTime();
BENCHMARK(in_process);
BENCHMARK(leased);

}  // namespace

BENCHMARK_MAIN();
