// SPDX-License-Identifier: MIT
#include <centavo/budget/detail/burn_rate.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/budget/local_budgets.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("the forecast from records equals the forecast that LocalBudgets counts") {
    std::uint32_t const seed = 20'261'124;
    std::mt19937 random{seed};
    INFO("seed " << seed);
    ManualClock time{parse_instant("2026-11-23T12:00:00Z")};
    LocalBudgets<MemoryLedger> store{
        {.budgets = {{.name = "daily", .limit = 1'000_usd},
                     {.name = "search", .limit = 1'000_usd, .scope = {"team", "search"}},
                     {.name = "user", .limit = 1'000_usd, .scope = {"user"}},
                     {.name = "week", .limit = 9'000_usd, .period = Period::week}}},
        std::make_shared<MemoryLedger>(),
        time.clock()};
    std::array<Account, 4> const accounts{Account{}, store.account({{"team", "search"}, {"user", "ann"}}),
                                          store.account({{"team", "mail"}, {"user", "bob"}}),
                                          store.account({{"user", "ann"}})};
    std::vector<Reservation> open;
    int forecasts = 0;
    for (int i = 0; i < 1'000; ++i) {
        time.advance(std::chrono::seconds{random() % 600});
        auto const& account = accounts[random() % accounts.size()];
        Usd const amount = Usd::from_atto(Int128{random()} * 1'000'000'007);
        switch (random() % 4) {
        case 0: store.record(account, {}, {.amount = amount}); break;
        case 1: store.adjust(account, {.amount = -amount}, time.clock().now() - std::chrono::hours{2}); break;
        case 2: open.push_back(store.reserve(account, {.amount = amount})); break;
        default:
            if (!open.empty()) {
                open.back()->settle(amount);
                open.pop_back();
            }
        }
        if (i % 20 != 0) {
            continue;
        }
        constexpr std::array<std::pair<char const*, char const*>, 5> counters{
            {{"daily", ""}, {"search", ""}, {"user", "ann"}, {"user", "bob"}, {"week", ""}}};
        for (auto const& [name, value] : counters) {
            auto const counted = store.forecast(name, value);
            auto const read = forecast_of(store, name, value, time.clock().now());
            if (counted && read) {
                ++forecasts;
                CHECK(counted->linear == read->linear);
                CHECK(counted->ewma == read->ewma);
            }
            // A counter that nothing was charged to since midnight is not there yet; what was spent is zero.
            CHECK((counted || !read || read->linear == Usd{}));
        }
    }
    CHECK(forecasts > 150);
}

TEST_CASE("there is no forecast for an unknown budget, without an end, or before an eighth of the window") {
    ManualClock time{parse_instant("2026-11-24T02:59:59Z")};
    LocalBudgets<MemoryLedger> store{{.budgets = {{.name = "daily", .limit = 1_usd},
                                                  {.name = "call", .limit = 1_usd, .period = Period::request},
                                                  {.name = "ever", .limit = 1_usd, .period = Period::total}}},
                                     std::make_shared<MemoryLedger>(),
                                     time.clock()};
    store.record({}, {}, {.amount = 1_cent});
    auto const forecast = [&](char const* name) { return forecast_of(store, name, "", time.clock().now()); };
    CHECK_FALSE(forecast("daily"));
    time.advance(std::chrono::seconds{1});  // an eighth of the day
    REQUIRE(forecast("daily"));
    CHECK(forecast("daily")->linear == 8_cent);
    CHECK_FALSE(forecast("weekly"));
    CHECK_FALSE(forecast("call"));
    CHECK_FALSE(forecast("ever"));
}
