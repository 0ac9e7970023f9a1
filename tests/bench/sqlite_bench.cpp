// SPDX-License-Identifier: MIT
#include <centavo/sqlite/sqlite_budgets.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace centavo;
using namespace centavo::detail;

struct Folder {
    Folder() {
        char const* const base = std::getenv("CENTAVO_BENCH_FOLDER");  // on the disk to be measured
        std::string name =
            (base != nullptr ? std::filesystem::path{base} : std::filesystem::temp_directory_path()) /
            "centavo-bench-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path = name;
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }

    std::filesystem::path path;
};

BudgetStoreOptions three_budgets() {
    return {.budgets = {{.name = "daily", .limit = 1'000'000_usd},
                        {.name = "team", .limit = 1'000'000_usd, .scope = {"team"}, .period = Period::month},
                        {.name = "total", .limit = 100'000'000_usd, .period = Period::total}}};
}

/// Reserve and settle over three budgets: two records, two transactions.
void sqlite_reserve_and_settle(benchmark::State& state) {
    Folder const folder;
    SqliteBudgets book{three_budgets(),
                       (folder.path / "spend.db").string(),
                       {.durability = static_cast<Durability>(state.range(0))}};
    auto const account = book.account({{"team", "search"}});
    std::vector<double> micros;
    for (auto _ : state) {
        auto const start = std::chrono::steady_clock::now();
        auto held = book.reserve(account, {.amount = 1_cent});
        held->settle(Usd::parse("0.004"));
        micros.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(micros);
    state.counters["p50_us"] = micros[micros.size() / 2];
    state.counters["p99_us"] = micros[micros.size() * 99 / 100];
    state.counters["records"] =
        benchmark::Counter(2.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

/// A charge without a hold: one record, one transaction.
void sqlite_record(benchmark::State& state) {
    Folder const folder;
    SqliteBudgets book{three_budgets(),
                       (folder.path / "spend.db").string(),
                       {.durability = static_cast<Durability>(state.range(0))}};
    auto const account = book.account({{"team", "search"}});
    for (auto _ : state) {
        book.record(account, {}, {.amount = 1_cent});
    }
    state.counters["records"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

}  // namespace

// 0: process, 1: group, 2: each
BENCHMARK(sqlite_reserve_and_settle)->DenseRange(0, 2)->UseRealTime();
BENCHMARK(sqlite_record)->DenseRange(0, 2)->UseRealTime();
