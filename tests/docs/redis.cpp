// SPDX-License-Identifier: MIT
#include <centavo/budget/leased_budgets.hpp>
#include <centavo/cost_monitor.hpp>
#include <centavo/redis/redis_budgets.hpp>

#include <catch2/catch_test_macros.hpp>

#include <type_traits>

using namespace centavo;
using namespace centavo::literals;

TEST_CASE("a monitor over Redis reports a server that cannot be reached") {
    auto const open = [] {
        // [budgets]
        CostMonitor monitor{
            {.daily_budget = 50_usd},
            RedisBudgetsOptions{.redis = {.host = "127.0.0.1", .port = 6390}, .monitor = "chat"}};
        // [budgets]
        return monitor.remaining();
    };
    CHECK_THROWS_AS(open(), RedisError);
}

TEST_CASE("the examples of the headers about Redis compile") {
    auto const of_the_monitor = [] {
        CostMonitor monitor{{.daily_budget = 50_usd}, RedisBudgetsOptions{.redis = {.host = "10.0.0.7"}}};
    };
    auto const of_the_budgets = [] {
        CostMonitor monitor{{.daily_budget = 50_usd},
                            RedisBudgetsOptions{.redis = {.host = "10.0.0.7"}, .monitor = "chat"}};
    };
    auto const of_leases = [] {
        LeasedBudgets budgets{RedisBudgets{
            {.budgets = {{.name = "monthly", .limit = 20'000_usd, .period = Period::month}}}, {}}};
    };
    CHECK(std::is_invocable_v<decltype(of_the_monitor)>);
    CHECK(std::is_invocable_v<decltype(of_the_budgets)>);
    CHECK(std::is_invocable_v<decltype(of_leases)>);
}
