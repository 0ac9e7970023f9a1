// SPDX-License-Identifier: MIT
#include <centavo/cost_monitor.hpp>
#include <centavo/redis/redis_budgets.hpp>

#include <catch2/catch_test_macros.hpp>

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
