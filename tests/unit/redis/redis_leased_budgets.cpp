// SPDX-License-Identifier: MIT
#include <centavo/budget/leased_budgets.hpp>
#include <centavo/redis/redis_budgets.hpp>

#include <support/redis_server.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

namespace {

testing::RedisServer* server_or_skipped() {
    auto* const server = testing::shared_redis_server();
    if (server == nullptr) {
        std::cout << "skipped: CENTAVO_REDIS_SERVER is not set, and no redis-server is installed\n";
    }
    return server;
}

struct Leasing {
    [[nodiscard]] RedisBudgets store() const {
        return RedisBudgets{
            {.budgets = budgets}, {.redis = server->options(), .monitor = "leasing"}, time.clock()};
    }
    [[nodiscard]] LeasedBudgets<RedisBudgets, MemoryLedger> book(LeaseOptions options = {
                                                                     .slices = 10}) const {
        return LeasedBudgets<RedisBudgets, MemoryLedger>{store(), options, std::make_shared<MemoryLedger>(),
                                                         time.clock()};
    }

    testing::RedisServer* server;
    std::vector<Budget> budgets = {{.name = "daily", .limit = 100_usd}};
    ManualClock time{Instant{std::chrono::hours{24 * 365 * 56}}};
};

}  // namespace

TEST_CASE("a lease is a slice of the limit, held in the store, and serves many calls") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing const leasing{server};
    auto book = leasing.book();
    auto const store = leasing.store();
    for (int call = 0; call < 10; ++call) {
        auto hold = book.reserve({}, {.amount = 1_usd});
        REQUIRE(hold);
        hold->settle(1_usd);
        CHECK(store.find("daily")->held == 10_usd);
    }
    CHECK(book.reserve({}, {.amount = 1_usd}));  // the eleventh needs the next slice
    CHECK(store.find("daily")->spent == 10_usd);
    CHECK(store.find("daily")->held == 10_usd);
    CHECK(book.reserve({}, {.amount = 35_usd}));  // more than a slice: as much as is missing
    CHECK(store.find("daily")->held == 35_usd);
}

TEST_CASE("a refusal on a lease asks the store, which gives the last cent and no more") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing const leasing{server};
    auto one = leasing.book();
    auto two = leasing.book();
    auto first = one.reserve({}, {.amount = 60_usd});
    REQUIRE(first);
    auto second = two.reserve({}, {.amount = 40_usd});
    REQUIRE(second);
    auto const refused = two.reserve({}, {.amount = 1_cent});
    REQUIRE_FALSE(refused);
    CHECK(refused.denial().reason == DenialReason::no_money);
    CHECK(refused.denial().budget == "daily");
    CHECK(refused.denial().limit == 100_usd);
    CHECK(refused.denial().needed == 1_cent);
    second->settle(30_usd);
    CHECK(two.reserve({}, {.amount = 10_usd}));
    CHECK_FALSE(one.reserve({}, {.amount = 1_cent}));  // what another has leased does not flow back
    CHECK(two.remaining({}) == 10_usd);
    CHECK(one.remaining({}) == Usd{});
}

TEST_CASE("a lease ends with its window") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing leasing{server};
    auto book = leasing.book();
    auto late = book.reserve({}, {.amount = 100_usd});
    REQUIRE(late);
    CHECK_FALSE(book.reserve({}, {.amount = 1_cent}));
    leasing.time.advance(24h);
    CHECK(book.reserve({}, {.amount = 100_usd}));
    late->settle(70_usd);
    CHECK(book.find("daily")->spent == Usd{});
}

TEST_CASE("a process that starts again over its ledger spends from new leases, not from old charges") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing const leasing{server};
    auto const ledger = std::make_shared<MemoryLedger>();
    auto const open = [&] {
        return LeasedBudgets<RedisBudgets, MemoryLedger>{
            leasing.store(), {.slices = 10}, ledger, leasing.time.clock()};
    };
    {
        auto book = open();
        book.reserve({}, {.amount = 6_usd})->settle(6_usd);
    }
    auto again = open();
    CHECK(again.leased().at(0).spent == 6_usd);
    CHECK(again.leased().at(0).remaining() == Usd{});  // the 4 USD that were left stay charged
    CHECK(again.reserve({}, {.amount = 10_usd}));
    CHECK(leasing.store().find("daily")->remaining() == 80_usd);
}

TEST_CASE("what was spent above a lease reaches the store") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing leasing{server};
    leasing.budgets.push_back({.name = "seen", .limit = 1_usd, .enforcement = Enforcement::soft});
    auto book = leasing.book();
    book.record({}, {"op-7", 1}, {.amount = 95_usd});
    CHECK(leasing.store().find("daily")->remaining() == 5_usd);
    CHECK_FALSE(book.reserve({}, {.amount = 6_usd}));
    CHECK(book.find("seen")->spent == 95_usd);
    CHECK(book.find("daily")->spent == 95_usd);
    CHECK(book.find("daily")->held == Usd{});
}

TEST_CASE("alerts of leased budgets are those of all processes together, each raised once") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing const leasing{server};
    auto one = leasing.book();
    auto two = leasing.book();
    std::vector<AlertKind> fired;
    one.on_alert([&](Alert const& alert) { fired.push_back(alert.kind); });
    two.on_alert([&](Alert const& alert) { fired.push_back(alert.kind); });
    one.reserve({}, {.amount = 50_usd})->settle(50_usd);
    two.reserve({}, {.amount = 45_usd})->settle(45_usd);
    CHECK(fired.empty());
    static_cast<void>(one.find("daily"));
    static_cast<void>(two.find("daily"));
    CHECK(fired == std::vector{AlertKind::low});
    CHECK_FALSE(one.reserve({}, {.amount = 20_usd}));
    CHECK(fired == std::vector{AlertKind::low, AlertKind::exceeded});
}

TEST_CASE("what an alert of a lease throws reaches the caller, whose charge counts") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing const leasing{server};
    auto book = leasing.book();
    int fired = 0;
    book.on_alert([&](Alert const&) {
        ++fired;
        throw std::runtime_error("pager is down");
    });
    CHECK_THROWS_AS(book.record({}, {}, {.amount = 95_usd}), std::runtime_error);
    CHECK(fired == 1);
    CHECK(leasing.store().find("daily")->remaining() == 5_usd);
    CHECK(book.find("daily")->spent == 95_usd);
}

TEST_CASE("a budget for each value of a tag is not leased") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Leasing leasing{server};
    leasing.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}};
    CHECK_THROWS_AS(leasing.book(), std::invalid_argument);
    leasing.budgets = {{.name = "call", .limit = 1_usd, .period = Period::request}};
    auto book = leasing.book();
    CHECK(book.reserve({}, {.amount = 1_usd}));
    CHECK_FALSE(book.reserve({}, {.amount = 2_usd}));
    CHECK_THROWS_AS(leasing.book({.slices = 0}), std::invalid_argument);
}
