// SPDX-License-Identifier: MIT
#include <centavo/cost_monitor.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/builtin/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

TEST_CASE("a reservation holds the worst case and settles at the cost of the call") {
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
    CHECK(monitor.utilization().to_string() == "0.42 %");
}

TEST_CASE("a denial names the budget, its figures, the amount needed and the end of the window") {
    ManualClock clock{parse_instant("2026-11-24T10:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    auto first = monitor.reserve(0.75_usd);
    REQUIRE(first);
    auto second = monitor.reserve(0.26_usd);
    REQUIRE_FALSE(second);
    CHECK(second.denial().budget == "daily");
    CHECK(second.denial().limit == 1_usd);
    CHECK(second.denial().spent == Usd{});
    CHECK(second.denial().held == 0.75_usd);
    CHECK(second.denial().needed == 0.26_usd);
    CHECK(second.denial().remaining() == 0.25_usd);
    CHECK(to_string(second.denial().window_end) == "2026-11-25T00:00:00Z");
    CHECK(monitor.reserve(0.25_usd));  // spent + held + needed may reach the limit
}

TEST_CASE("a limit of zero denies every priced call and admits free ones") {
    CostMonitor<> monitor{{.daily_budget = 0_usd}};
    CHECK_FALSE(monitor.reserve(Usd::from_atto(1)));
    CHECK(monitor.reserve(Usd{}));
}

TEST_CASE("all budgets of a call are reserved, or none") {
    CostMonitor<> monitor{
        {.daily_budget = 10_usd, .budgets = {{.name = "month", .limit = 1_usd, .period = Period::month}}}};
    auto denied = monitor.reserve(2_usd);
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().budget == "month");
    CHECK(monitor.held() == Usd{});
    auto held = monitor.reserve(1_usd);
    REQUIRE(held);
    CHECK(monitor.held() == 1_usd);
    CHECK(monitor.budget("month")->held == 1_usd);
}

TEST_CASE("a soft limit admits calls and raises alerts") {
    std::vector<Alert> fired;
    CostMonitor<> monitor{{.budgets = {{.name = "soft", .limit = 1_usd, .enforcement = Enforcement::soft}}}};
    monitor.on_alert([&](Alert const& alert) { fired.push_back(alert); });
    auto held = monitor.reserve(2_usd);
    REQUIRE(held);
    held->settle(2_usd);
    REQUIRE(fired.size() == 2);
    CHECK(fired[0].kind == AlertKind::low);
    CHECK(fired[1].kind == AlertKind::exceeded);
}

TEST_CASE("concurrent callers never pass a hard limit, and nothing stays held", "[threads]") {
    char const* const runs = std::getenv("CENTAVO_RUNS");  // 1,000 for the whole claim
    std::mt19937 random{20261124};
    for (int run = 0; run < (runs == nullptr ? 20 : std::atoi(runs)); ++run) {
        Usd const limit = 0.01_usd * static_cast<int>(1 + random() % 500);
        CostMonitor<> monitor{{.daily_budget = limit}};
        std::vector<std::thread> threads;
        std::vector<Usd> spent(64);
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

TEST_CASE("a hold dropped before dispatch is released, and one dropped after dispatch is charged in full") {
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
    monitor.record(
        0.1_usd, CostCategory::infrastructure);  // the ledger writes the record that the destructor could not
    CHECK(monitor.report().categories() == CostTotals{.infrastructure = 0.1_usd, .other = 0.4_usd});
}

TEST_CASE("days are UTC days, and a settlement counts in the day of its reserve") {
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

TEST_CASE("a clock set back does not reopen a window") {
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    monitor.reserve(1_usd)->settle(1_usd);
    clock.set(parse_instant("2026-11-23T12:00:00Z"));
    CHECK_FALSE(monitor.reserve(0.1_usd));
    CHECK(monitor.spent() == 1_usd);
}

TEST_CASE(
    "an alert fires once a day below a tenth left, and at the first denial or when the limit is passed") {
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    std::vector<AlertKind> fired;
    monitor.on_alert([&](Alert const& alert) { fired.push_back(alert.kind); });
    monitor.reserve(0.9_usd)->settle(0.9_usd);
    CHECK(fired.empty());  // exactly a tenth is left
    monitor.reserve(0.01_usd)->settle(0.01_usd);
    CHECK(fired == std::vector{AlertKind::low});
    CHECK_FALSE(monitor.reserve(0.5_usd));
    CHECK_FALSE(monitor.reserve(0.5_usd));
    CHECK(fired == std::vector{AlertKind::low, AlertKind::exceeded});
    clock.advance(24h);
    CHECK_FALSE(monitor.reserve(2_usd));
    CHECK(fired == std::vector{AlertKind::low, AlertKind::exceeded, AlertKind::exceeded});
}

TEST_CASE("a charge without a reservation counts, and raises an alert above the limit") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    std::vector<AlertKind> fired;
    monitor.on_alert([&](Alert const& alert) { fired.push_back(alert.kind); });
    monitor.record(2_usd, CostCategory::embeddings);
    CHECK(monitor.spent() == 2_usd);
    CHECK(monitor.remaining() == -1_usd);
    CHECK(fired == std::vector{AlertKind::low, AlertKind::exceeded});
}

TEST_CASE("an alert listener may call the monitor") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    Usd seen;
    monitor.on_alert([&](Alert const&) { seen = monitor.spent(); });
    monitor.record(2_usd, CostCategory::other);
    CHECK(seen == 2_usd);
}

TEST_CASE("an attempt counts once, and a retry is billed again") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    monitor.record(0.1_usd, CostCategory::tokens, {.id = {"op-7", 1}});
    monitor.record(0.1_usd, CostCategory::tokens, {.id = {"op-7", 1}});
    CHECK(monitor.spent() == 0.1_usd);
    monitor.reserve(0.2_usd, {.id = {"op-7", 2}})->settle(0.2_usd);
    CHECK(monitor.spent() == 0.3_usd);
    monitor.reserve(0.2_usd, {.id = {"op-7", 2}})->settle(0.2_usd);
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

TEST_CASE("a settlement that the ledger cannot write keeps the money held and can be repeated") {
    auto const disk = std::make_shared<FullDisk>();
    CostMonitor<LocalBudgets<FullDisk>> monitor{LocalBudgets<FullDisk>{
        {.budgets = {{.name = "all", .limit = 1_usd, .period = Period::total}}}, disk}};
    auto held = monitor.reserve(0.5_usd, {.id = {"a"}});
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

TEST_CASE("negative amounts, a second settlement and duplicate budget names are rejected") {
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

TEST_CASE("a budget by tag counts the calls tagged so, and by key alone, each value by itself") {
    CostMonitor<> monitor{{.daily_budget = 10_usd,
                           .budgets = {{.name = "search", .limit = 2_usd, .scope = {"team", "search"}},
                                       {.name = "user", .limit = 1_usd, .scope = {"user"}}}}};
    Account const ann = monitor.account({{"team", "search"}, {"user", "ann"}});
    Account const bob = monitor.account({{"team", "search"}, {"user", "bob"}});
    Account const eve = monitor.account({{"team", "chat"}, {"user", "eve"}});
    monitor.reserve(0.9_usd, {.account = ann})->settle(0.9_usd);
    auto const denied = monitor.reserve(0.2_usd, {.account = ann});
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().budget == "user");
    CHECK(denied.denial().value == "ann");
    CHECK(monitor.reserve(1_usd, {.account = bob}));  // and dropped
    monitor.reserve(0.8_usd, {.account = bob})->settle(0.8_usd);
    monitor.reserve(0.5_usd, {.account = eve})->settle(0.5_usd);
    monitor.reserve(0.1_usd)->settle(0.1_usd);
    CHECK(monitor.budget("search")->spent == 1.7_usd);
    CHECK(monitor.budget("user", "ann")->spent == 0.9_usd);
    CHECK(monitor.budget("user", "eve")->spent == 0.5_usd);
    CHECK(monitor.budget("user", "unknown")->spent == Usd{});
    CHECK(monitor.spent() == 2.3_usd);
    CHECK(monitor.remaining(bob) == 0.2_usd);
    CHECK(monitor.report().by_tag().at("team").of("search").cost == 1.7_usd);
    CostMonitor<> other{{.daily_budget = 1_usd}};
    CHECK_THROWS_AS(other.reserve(1_cent, {.account = ann}), std::invalid_argument);
}

TEST_CASE("a budget by model counts the model of the quote with any account") {
    CostMonitor<> monitor{{.budgets = {{.name = "4o", .limit = 1_cent, .scope = {"model", "gpt-4o"}}}}};
    Quote const quote{builtin_prices().at("gpt-4o"),
                      {.input = 500, .max_output = 400},
                      parse_instant("2026-10-01T00:00:00Z")};
    CHECK(monitor.reserve(quote));
    auto const held = monitor.reserve(quote);
    REQUIRE(held);
    CHECK_FALSE(monitor.reserve(quote));
    CHECK(monitor.reserve(1_usd));  // no model
}

TEST_CASE("a budget per request limits each call and counts nothing") {
    CostMonitor<> monitor{{.budgets = {{.name = "call", .limit = 1_usd, .period = Period::request}}}};
    CHECK(monitor.reserve(1_usd));
    monitor.reserve(1_usd)->settle(1_usd);
    auto const denied = monitor.reserve(1.01_usd);
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().budget == "call");
    CHECK(denied.denial().remaining() == 1_usd);
}

TEST_CASE("fit reserves the largest output cap that the remaining money pays for") {
    CostMonitor<> monitor{{.daily_budget = 1_cent}};
    Quote const quote{builtin_prices().at("gpt-4o"),  // $2.50 and $10 per million
                      {.input = 500, .max_output = 4'000},
                      parse_instant("2026-10-01T00:00:00Z")};
    CHECK_FALSE(monitor.reserve(quote));
    auto fitted = monitor.fit(quote);
    REQUIRE(fitted);
    CHECK(fitted.max_tokens == Tokens{875});  // ($0.01 - 500 x $2.50/M) / ($10/M)
    CHECK(monitor.held() == 1_cent);
    CHECK_FALSE(monitor.fit(quote));
    fitted->settle(quote.cost({.input = 500, .output = 875}));
    CHECK(monitor.remaining() == Usd{});
    CostMonitor<> rich{{.daily_budget = 1_usd}};
    CHECK(rich.fit(quote).max_tokens == Tokens{4'000});
}

TEST_CASE("a hold dropped after dispatch is charged the larger of its input and the observed cost if a "
          "disconnect stops billing") {
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    Quote const quote{builtin_prices().at("gpt-4o"),
                      {.input = 500, .max_output = 4'000},
                      parse_instant("2026-10-01T00:00:00Z")};
    {
        auto held = monitor.reserve(quote, {.on_disconnect = DisconnectBilling::stops});
        held->dispatched();
    }
    CHECK(monitor.spent() == quote.input_cost());
    {
        auto held = monitor.reserve(quote, {.on_disconnect = DisconnectBilling::stops});
        held->dispatched();
        held->observe(0.002_usd);
    }
    CHECK(monitor.spent() == quote.input_cost() + 0.002_usd);
    CHECK(monitor.held() == Usd{});
}

TEST_CASE("a call without a price is denied unless an amount to assume is configured") {
    CostMonitor<> strict{{.daily_budget = 1_usd}};
    auto const denied = strict.reserve_unpriced();
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().reason == DenialReason::unpriced);
    CostMonitor<> assuming{{.daily_budget = 1_usd, .assume_when_unpriced = 0.6_usd}};
    auto const held = assuming.reserve_unpriced();
    REQUIRE(held);
    CHECK(assuming.held() == 0.6_usd);
    CHECK_FALSE(assuming.reserve_unpriced());
}

TEST_CASE("an adjustment may be negative and may apply to a past window") {
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    CostMonitor<> monitor{
        {.daily_budget = 1_usd, .budgets = {{.name = "month", .limit = 9_usd, .period = Period::month}}},
        clock.clock()};
    monitor.reserve(0.5_usd)->settle(0.5_usd);
    clock.advance(24h);
    monitor.adjust({.amount = -0.2_usd, .note = "refund"}, {.at = parse_instant("2026-11-24T12:00:00Z")});
    CHECK(monitor.spent() == Usd{});
    CHECK(monitor.budget("month")->spent == 0.3_usd);
    CHECK(monitor.report().total().cost == 0.3_usd);
}

TEST_CASE("a clock that jumps forward rolls over once and does not return to an earlier window") {
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1_usd}, clock.clock()};
    monitor.reserve(1_usd)->settle(1_usd);
    clock.set(parse_instant("2026-12-31T12:00:00Z"));
    monitor.reserve(0.7_usd)->settle(0.7_usd);
    clock.set(parse_instant("2026-11-24T12:00:00Z"));
    CHECK(monitor.spent() == 0.7_usd);
    CHECK_FALSE(monitor.reserve(0.4_usd));
}

TEST_CASE("custom thresholds, forecasts above the limit and anomalies fire once each") {
    ManualClock clock{parse_instant("2026-11-24T00:00:00Z")};
    CostMonitor<> monitor{{.budgets = {{.name = "day",
                                        .limit = 24_usd,
                                        .alerts = {.left_percent = {50}, .forecast_percent = {100}}}}},
                          clock.clock()};
    std::vector<Alert> fired;
    monitor.on_alert([&](Alert const& alert) { fired.push_back(alert); });
    monitor.record(5_usd, CostCategory::tokens);
    CHECK(fired.empty());  // no forecast in the first eighth of a window
    clock.advance(3h);
    monitor.record(0.1_usd, CostCategory::tokens);
    REQUIRE(fired.size() == 1);
    CHECK(fired[0].kind == AlertKind::forecast);
    CHECK(fired[0].forecast == 40.8_usd);  // 5.1 x 24 / 3
    monitor.record(7_usd, CostCategory::tokens);
    REQUIRE(fired.size() == 2);
    CHECK(fired[1].kind == AlertKind::low);
    CHECK(fired[1].percent == 50);
    CHECK(monitor.forecast("day")->linear == 96.8_usd);

    CostMonitor<> watched{{.budgets = {{.name = "all",
                                        .limit = 1'000_usd,
                                        .period = Period::total,
                                        .alerts = {.anomaly_deviations = 4}}}},
                          clock.clock()};
    fired.clear();
    watched.on_alert([&](Alert const& alert) { fired.push_back(alert); });
    for (int hour = 0; hour < 30; ++hour) {
        watched.record(hour % 2 == 0 ? 1_usd : 1.1_usd, CostCategory::tokens);
        clock.advance(1h);
    }
    CHECK(fired.empty());
    watched.record(3_usd, CostCategory::tokens);
    watched.record(3_usd, CostCategory::tokens);
    REQUIRE(fired.size() == 1);
    CHECK(fired[0].kind == AlertKind::anomaly);
    CHECK(fired[0].forecast == 3_usd);
}

TEST_CASE("counters of tag values are bounded: idle ones are dropped, and values beyond the cap share one") {
    ManualClock clock{parse_instant("2026-11-24T00:00:00Z")};
    LocalBudgets<NoLedger> budgets{
        {.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}, .max_values = 100},
        NoLedger{},
        clock.clock()};
    auto const spend = [&](int user) {
        auto held = budgets.reserve(budgets.account({{"user", std::to_string(user)}}), {.amount = 0.3_usd});
        if (held) {
            held->settle(0.3_usd);
        }
        return static_cast<bool>(held);
    };
    int admitted = 0;
    for (int user = 0; user < 1'000; ++user) {
        admitted += spend(user) ? 1 : 0;
    }
    CHECK(budgets.states().size() <= 101);
    CHECK(admitted == 103);  // a hundred by themselves, three that share one counter's dollar
    clock.advance(24h);
    for (int user = 1'000; user < 1'080; ++user) {
        CHECK(spend(user));  // yesterday's are gone
    }
}

TEST_CASE("recording a cost returns the state of the day with its alert level") {
    CostMonitor<> monitor{{.daily_budget = 50_usd}};
    DailyState const first = monitor.record(41.3_usd, CostCategory::tokens);
    CHECK(first.spent == 41.3_usd);
    CHECK(first.remaining == 8.7_usd);
    CHECK(first.utilization.to_string() == "82.60 %");
    CHECK(first.alert == AlertLevel::none);
    CHECK(to_string(first) == "$41.3 of $50 spent (82.60 %), $8.7 remaining, alert: none");
    CHECK(monitor.record(4_usd, CostCategory::tokens).alert == AlertLevel::low);
    CHECK(monitor.record(5_usd, CostCategory::tokens).alert == AlertLevel::exceeded);
    CHECK(monitor.today().remaining == -0.3_usd);
}

TEST_CASE("without a daily budget its figures throw, and recording returns no limit") {
    CostMonitor<> monitor{{.budgets = {{.name = "month", .limit = 1_usd, .period = Period::month}}}};
    CHECK_FALSE(monitor.record(1_cent, CostCategory::tokens).limit);
    CHECK(monitor.budget("month")->spent == 1_cent);
    CHECK_THROWS_AS(monitor.spent(), std::logic_error);
    CHECK_THROWS_AS(monitor.held(), std::logic_error);
    CHECK_THROWS_AS(monitor.remaining(), std::logic_error);
    CHECK_THROWS_AS(monitor.utilization(), std::logic_error);
    CHECK_THROWS_AS(monitor.today(), std::logic_error);
}

TEST_CASE("a monitor accepts any ledger as its second argument") {
    CostMonitor summed{{.daily_budget = 1_usd}, ReportLedger{{.max_values = 2}}};
    CostMonitor recorded{{.daily_budget = 1_usd}, MemoryLedger{}};
    auto const shared = std::make_shared<MemoryLedger>();
    CostMonitor sharing{{.daily_budget = 1_usd}, shared};
    summed.record(1_cent, CostCategory::tokens);
    recorded.record(1_cent, CostCategory::tokens);
    sharing.record(1_cent, CostCategory::tokens);
    CHECK(summed.report().total().cost == 1_cent);
    CHECK(recorded.report().total().cost == 1_cent);
    CHECK(report_of(*shared).total().cost == 1_cent);
}

TEST_CASE("the default monitor keeps no records, only a report of constant size") {
    static_assert(!RecordSource<LocalBudgets<>>);
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    CostMonitor<> monitor{{.daily_budget = 1'000'000_usd}, clock.clock()};
    auto const entries = [&] {
        SpendReport const report = monitor.report();
        std::size_t count = report.by_model().each().size() + report.by_day().each().size();
        for (auto const& [key, values] : report.by_tag()) {
            count += values.each().size();
        }
        return count;
    };
    Account const search = monitor.account({{"team", "search"}});
    auto const call = [&](int calls) {
        for (int i = 0; i < calls; ++i) {
            monitor.reserve(1_cent, {.account = search})->settle(1_cent);
        }
    };
    call(1'000);
    std::size_t const before = entries();
    call(100'000);
    CHECK(entries() == before);
    CHECK(monitor.report().total() == SpendFigures{.cost = 1'010_usd, .charges = 101'000});
}
