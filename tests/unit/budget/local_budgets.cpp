// SPDX-License-Identifier: MIT
#include <centavo/budget/local_budgets.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/budget/detail/counter_key.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>

using namespace centavo;
using namespace centavo::detail;

namespace {

struct FullDisk {
    bool full = false;
    MemoryLedger kept = {};

    std::uint64_t append(LedgerRecord const& record) {
        if (full) {
            throw std::runtime_error("no space left on device");
        }
        return kept.append(record);
    }
    template <typename Visit>
    void replay(Visit visit) const {
        kept.replay(visit);
    }
};

[[nodiscard]] BudgetStoreOptions one_budget(StoreFailure policy) {
    return {.budgets = {{.name = "all", .limit = 1_usd, .period = Period::total}},
            .when_store_fails = policy};
}

}  // namespace

TEST_CASE("a reservation that cannot be written is undone and denied with the message of the ledger") {
    auto const disk = std::make_shared<FullDisk>();
    LocalBudgets<FullDisk> store{one_budget(StoreFailure::refuse), disk};
    disk->full = true;
    auto const denied = store.reserve({}, {.amount = 0.5_usd});
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().reason == DenialReason::store);
    CHECK(denied.denial().detail == "no space left on device");
    CHECK(store.find("all")->held == Usd{});
    CHECK_THROWS_AS(store.record({}, {"a", 1}, {.amount = 0.1_usd}), std::runtime_error);
    disk->full = false;
    store.record({}, {"a", 1}, {.amount = 0.1_usd});  // the failed one has not used the key
    CHECK(store.find("all")->spent == 0.1_usd);
}

TEST_CASE("with keep_counting, records are queued in memory and written when the ledger recovers") {
    auto const disk = std::make_shared<FullDisk>();
    {
        LocalBudgets<FullDisk> store{one_budget(StoreFailure::keep_counting), disk};
        disk->full = true;
        auto held = store.reserve({}, {.amount = 0.5_usd});
        REQUIRE(held);
        held->settle(0.4_usd);
        CHECK(store.find("all")->spent == 0.4_usd);
        CHECK_FALSE(store.reserve({}, {.amount = 0.7_usd}));
        disk->full = false;
        store.record({}, {}, {.amount = 0.1_usd});
    }
    LocalBudgets<FullDisk> const again{one_budget(StoreFailure::refuse), disk};
    CHECK(again.find("all")->spent == 0.5_usd);
    CHECK(again.recovered().empty());
}

TEST_CASE("anomaly_deviations must be 1 to 1,000") {
    auto const watched = [](int deviations) {
        return LocalBudgets<>{
            {.budgets = {{.name = "day", .limit = 1_usd, .alerts = {.anomaly_deviations = deviations}}}}};
    };
    CHECK(watched(4).find("day"));
    CHECK_THROWS_AS(watched(0), std::invalid_argument);
    CHECK_THROWS_AS(watched(1'001), std::invalid_argument);
}

TEST_CASE("a charge that overflows a counter throws before anything is written or counted") {
    LocalBudgets<MemoryLedger> store{
        {.budgets = {{.name = "total", .limit = 1_usd, .period = Period::total},
                     {.name = "search", .limit = 1_usd, .scope = {"team", "search"}}}}};
    Usd const most = Usd::from_atto(std::numeric_limits<Int128>::max());
    store.record({}, {}, {.amount = 1_cent});
    auto const search = store.account({{"team", "search"}});
    auto hold = store.reserve(search, {.amount = 1_cent});
    REQUIRE(hold);
    CHECK_THROWS_AS(hold->settle(most), std::overflow_error);
    CHECK_THROWS_AS(store.record(search, {"op", 1}, {.amount = most}), std::overflow_error);
    CHECK(hold->open());
    CHECK(store.find("total")->spent == 1_cent);
    CHECK(store.find("search")->spent == Usd{});
    hold->settle(1_cent);
    store.record(search, {"op", 1}, {.amount = 1_cent});  // the failed one has not used the key
    Usd recorded;
    store.replay([&](LedgerRecord const& record) { recorded += record.spends() ? record.amount : Usd{}; });
    CHECK(recorded == 3_cent);
    CHECK(store.find("total")->spent == 3_cent);
    CHECK(store.find("search")->held == Usd{});
}

TEST_CASE("a grant raises the limit of one counter in its window") {
    LocalBudgets<> store{{.budgets = {{.name = "day", .limit = 0_usd}}}};
    auto const denied = store.reserve({}, {.amount = 1_usd});
    REQUIRE_FALSE(denied);
    CHECK(store.grant({.budget = "day", .begin = denied.denial().window_begin}, 2_usd));
    CHECK(store.reserve({}, {.amount = 1_usd}));
    CHECK_FALSE(store.grant({.budget = "day", .begin = Instant{}}, 2_usd));
}

TEST_CASE("an exception of the listener reaches the caller after the charge has taken effect") {
    LocalBudgets<> store{one_budget(StoreFailure::refuse)};
    store.on_alert([](Alert const&) { throw std::runtime_error("pager is down"); });
    auto held = store.reserve({}, {.amount = 1_usd});
    REQUIRE(held);
    CHECK_THROWS_AS(held->settle(0.95_usd), std::runtime_error);
    CHECK_FALSE(held->open());
    CHECK(store.find("all")->spent == 0.95_usd);
    CHECK(store.find("all")->held == Usd{});
}

TEST_CASE("the name of a counter contains budget, value and begin, percent-encoded") {
    CHECK(CounterKey{"per user", "u/42", parse_instant("2026-11-24T00:00:00Z")}.name() ==
          "per%20user/u%2F42/1795478400000000000");
    CHECK(CounterKey{"all"}.name() == "all//-");
}
