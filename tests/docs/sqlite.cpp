// SPDX-License-Identifier: MIT
#include <centavo/cost_monitor.hpp>
#include <centavo/sqlite/sqlite_budgets.hpp>

#include <docs/scratch_folder.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace centavo;
using namespace centavo::literals;

TEST_CASE("a monitor over a new SQLite database has its whole budget left") {
    ScratchFolder const folder;
    // [budgets]
    CostMonitor monitor{{.daily_budget = 50_usd}, SqliteBudgetsOptions{.path = "spend.db"}};
    // [budgets]
    CHECK(monitor.remaining() == 50_usd);
}
