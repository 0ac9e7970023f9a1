// SPDX-License-Identifier: MIT
#include <centavo/cost_monitor.hpp>

#include <centavo/base/instant.hpp>
#include <centavo/data/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <limits>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace centavo;
using namespace std::chrono_literals;

TEST_CASE("a reservation sets the worst case aside and settles at what the call cost") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    Quote const quote{builtin_prices().at("gpt-4o"),
                      {.input = 500, .max_output = 400},
                      parse_instant("2026-10-01T00:00:00Z")};
    auto held = monitor.reserve(quote);
    REQUIRE(held);
    CHECK(monitor.held() == Usd::parse("0.00525"));
    CHECK(monitor.spent() == Usd{});
    held->settle(quote.cost({.input = 500, .output = 300}));
    CHECK(monitor.held() == Usd{});
    CHECK(monitor.spent() == Usd::parse("0.00425"));
    CHECK(monitor.remaining() == Usd::parse("0.99575"));
    CHECK(monitor.utilisation().to_string() == "0.42 %");
}

TEST_CASE(
    "a refusal says which budget, its limit, what is spent, held and needed, and when its window ends") {
    ManualClock clock{parse_instant("2026-11-24T10:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    auto first = monitor.reserve(0.75_usd);
    REQUIRE(first);
    auto second = monitor.reserve(0.26_usd);
    REQUIRE_FALSE(second);
    CHECK(second.refusal().budget == "daily");
    CHECK(second.refusal().limit == 1_usd);
    CHECK(second.refusal().spent == Usd{});
    CHECK(second.refusal().held == 0.75_usd);
    CHECK(second.refusal().needed == 0.26_usd);
    CHECK(second.refusal().left() == 0.25_usd);
    CHECK(to_string(second.refusal().window_end) == "2026-11-25T00:00:00Z");
    CHECK(monitor.reserve(0.25_usd));  // spent + held + needed may reach the limit
}

TEST_CASE("a limit of zero refuses every priced call and no free one") {
    CostMonitor<> monitor{{.daily_budget = 0_usd}};
    CHECK_FALSE(monitor.reserve(Usd::from_atto(1)));
    CHECK(monitor.reserve(Usd{}));
}

TEST_CASE("all budgets of a call are reserved, or none") {
    CostMonitor<> monitor{
        {.daily_budget = 10_usd, .budgets = {{.name = "month", .limit = 1_usd, .period = Period::month}}}};
    auto refused = monitor.reserve(2_usd);
    REQUIRE_FALSE(refused);
    CHECK(refused.refusal().budget == "month");
    CHECK(monitor.held() == Usd{});
    auto held = monitor.reserve(1_usd);
    REQUIRE(held);
    CHECK(monitor.held() == 1_usd);
    CHECK(monitor.budget("month")->held == 1_usd);
}

TEST_CASE("a soft limit lets calls pass and tells") {
    std::vector<Alert> told;
    CostMonitor<> monitor{{.budgets = {{.name = "soft", .limit = 1_usd, .enforcement = Enforcement::soft}}}};
    monitor.on_alert([&](Alert const& alert) { told.push_back(alert); });
    auto held = monitor.reserve(2_usd);
    REQUIRE(held);
    held->settle(2_usd);
    REQUIRE(told.size() == 2);
    CHECK(told[0].kind == AlertKind::low);
    CHECK(told[1].kind == AlertKind::exceeded);
}

TEST_CASE("concurrent callers never pass a hard limit, and nothing stays held", "[threads]") {
    std::mt19937 random{20261124};
    for (int run = 0; run < 40; ++run) {
        Usd const limit = 0.01_usd * static_cast<int>(1 + random() % 500);
        CostMonitor<> monitor{{.daily_budget = limit}};
        std::vector<std::thread> threads;
        std::vector<Usd> spent(16);
        for (std::size_t t = 0; t < spent.size(); ++t) {
            threads.emplace_back([&monitor, &spent, t, seed = random()] {
                std::mt19937 own{seed};
                for (int call = 0; call < 20; ++call) {
                    Usd const worst = 0.01_usd * static_cast<int>(1 + own() % 50);
                    auto held = monitor.reserve(worst);
                    if (!held) {
                        continue;
                    }
                    held->dispatched();
                    if (own() % 8 == 0) {
                        held->release();
                        continue;
                    }
                    Usd const cost = worst - Usd::from_atto(static_cast<Int128>(own() % 1'000));
                    held->settle(cost);
                    spent[t] += cost;
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        Usd total;
        for (Usd const one : spent) {
            total += one;
        }
        REQUIRE(monitor.spent() <= limit);
        REQUIRE(monitor.spent() == total);
        REQUIRE(monitor.held() == Usd{});
    }
}

TEST_CASE("a hold dropped before it was dispatched gives its money back; after it, it is charged in full") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    { auto held = monitor.reserve(0.4_usd); }
    CHECK(monitor.held() == Usd{});
    CHECK(monitor.spent() == Usd{});
    {
        auto held = monitor.reserve(0.4_usd);
        held->dispatched();
    }
    CHECK(monitor.held() == Usd{});
    CHECK(monitor.spent() == 0.4_usd);
    monitor.record(0.1_usd, CostCategory::infrastructure);  // the ledger writes what the destructor could not
    CHECK(monitor.totals() == CostTotals{.infrastructure = 0.1_usd, .other = 0.4_usd});
}

TEST_CASE("days are UTC days; a settlement counts in the day of its reserve") {
    ManualClock clock{parse_instant("2026-11-24T23:59:59.999Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    auto late = monitor.reserve(0.9_usd);
    REQUIRE(late);
    CHECK_FALSE(monitor.reserve(0.2_usd));
    clock.advance(1ms);  // 2026-11-25T00:00:00Z
    CHECK(monitor.held() == Usd{});
    auto next = monitor.reserve(0.2_usd);
    REQUIRE(next);
    late->settle(0.8_usd);
    CHECK(monitor.spent() == Usd{});
    next->settle(0.1_usd);
    CHECK(monitor.spent() == 0.1_usd);
}

TEST_CASE("a clock that steps back opens no window twice") {
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    monitor.reserve(1_usd)->settle(1_usd);
    clock.set(parse_instant("2026-11-23T12:00:00Z"));
    CHECK_FALSE(monitor.reserve(0.1_usd));
    CHECK(monitor.spent() == 1_usd);
}

TEST_CASE(
    "alerts come once a day: below a tenth left, and at the first refusal or when spent passes the limit") {
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    std::vector<AlertKind> told;
    monitor.on_alert([&](Alert const& alert) { told.push_back(alert.kind); });
    monitor.reserve(0.9_usd)->settle(0.9_usd);
    CHECK(told.empty());  // a tenth is left, not less
    monitor.reserve(0.01_usd)->settle(0.01_usd);
    CHECK(told == std::vector{AlertKind::low});
    CHECK_FALSE(monitor.reserve(0.5_usd));
    CHECK_FALSE(monitor.reserve(0.5_usd));
    CHECK(told == std::vector{AlertKind::low, AlertKind::exceeded});
    clock.advance(24h);
    CHECK_FALSE(monitor.reserve(2_usd));
    CHECK(told == std::vector{AlertKind::low, AlertKind::exceeded, AlertKind::exceeded});
}

TEST_CASE("a charge without a reservation counts, and passing the limit is told") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    std::vector<AlertKind> told;
    monitor.on_alert([&](Alert const& alert) { told.push_back(alert.kind); });
    monitor.record(2_usd, CostCategory::embeddings);
    CHECK(monitor.spent() == 2_usd);
    CHECK(monitor.remaining() == -1_usd);
    CHECK(told == std::vector{AlertKind::low, AlertKind::exceeded});
}

TEST_CASE("an alert may use the monitor: no lock is held over it") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    Usd seen;
    monitor.on_alert([&](Alert const&) { seen = monitor.spent(); });
    monitor.record(2_usd, CostCategory::other);
    CHECK(seen == 2_usd);
}

TEST_CASE("an operation's attempt counts once, a retry is billed too") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    monitor.record(0.1_usd, CostCategory::tokens, {.operation = "op-7", .attempt = 1});
    monitor.record(0.1_usd, CostCategory::tokens, {.operation = "op-7", .attempt = 1});
    CHECK(monitor.spent() == 0.1_usd);
    monitor.reserve(0.2_usd, {.operation = "op-7", .attempt = 2})->settle(0.2_usd);
    CHECK(monitor.spent() == 0.3_usd);
    monitor.reserve(0.2_usd, {.operation = "op-7", .attempt = 2})->settle(0.2_usd);
    CHECK(monitor.spent() == 0.3_usd);
    CHECK(monitor.held() == Usd{});
}

namespace {

/// A ledger whose disk is full while `full` is set.
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

}  // namespace

TEST_CASE("where the ledger cannot write, the money stays held and settling can be tried again") {
    auto const disk = std::make_shared<FullDisk>();
    CostMonitor<LocalBook<FullDisk>> monitor{
        LocalBook<FullDisk>{{.budgets = {{.name = "all", .limit = 1_usd, .period = Period::total}}}, disk}};
    auto held = monitor.reserve(0.5_usd, {.operation = "a"});
    REQUIRE(held);
    disk->full = true;
    CHECK_THROWS_AS(held->settle(0.4_usd), std::runtime_error);
    CHECK(monitor.budget("all")->held == 0.5_usd);
    CHECK(monitor.budget("all")->spent == Usd{});
    disk->full = false;
    held->settle(0.4_usd);
    CHECK(monitor.budget("all")->held == Usd{});
    CHECK(monitor.budget("all")->spent == 0.4_usd);
}

TEST_CASE("misuse is refused: negative amounts, a second settlement, budgets without a name of their own") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    CHECK_THROWS_AS(monitor.reserve(-1_usd), std::invalid_argument);
    CHECK_THROWS_AS(monitor.record(-1_usd, CostCategory::other), std::invalid_argument);
    auto held = monitor.reserve(0.5_usd);
    CHECK_THROWS_AS(held->settle(-1_usd), std::invalid_argument);
    held->settle(0.5_usd);
    CHECK_THROWS_AS(held->settle(0.5_usd), std::logic_error);
    CHECK_THROWS_AS(held->release(), std::logic_error);
    CHECK_THROWS_AS((CostMonitor<>{{.daily_budget = -1_usd}}), std::invalid_argument);
    CHECK_THROWS_AS((CostMonitor<>{{.daily_budget = 1_usd, .budgets = {{.name = "daily", .limit = 2_usd}}}}),
                    std::invalid_argument);
    CHECK_FALSE(monitor.budget("weekly"));
    CHECK_THROWS_AS(monitor.reserve(Usd::from_atto(std::numeric_limits<Int128>::max())), std::overflow_error);
}
