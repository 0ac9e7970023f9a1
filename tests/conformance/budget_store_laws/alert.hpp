// SPDX-License-Identifier: MIT
#pragma once

#include <conformance/budget_store_laws/support.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace centavo::conformance {

using namespace centavo::detail;

template <typename Fixture>
void an_alert_fires_once_per_window_and_without_a_lock() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    std::vector<AlertKind> fired;
    auto const listen = [&](auto& store) {
        store.on_alert([&](Alert const& alert) {
            fired.push_back(alert.kind);
            CHECK(alert.budget == "daily");
            CHECK(store.find("daily", "")->spent == alert.spent);  // the listener may call the store
        });
    };
    {
        auto store = fixture.open(one_dollar_a_day(), time.clock());
        listen(store);
        store.record({}, {}, {.amount = Usd::parse("0.9")});
        CHECK(fired.empty());
        store.record({}, {}, {.amount = Usd::parse("0.05")});
        store.record({}, {}, {.amount = Usd::parse("0.01")});
        CHECK(fired == std::vector{AlertKind::low});
    }
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    listen(store);
    store.record({}, {}, {.amount = Usd::parse("0.01")});
    CHECK(fired.size() == 1);
    CHECK_FALSE(store.reserve({}, {.amount = 1_usd}));
    CHECK_FALSE(store.reserve({}, {.amount = 1_usd}));
    CHECK(fired == std::vector{AlertKind::low, AlertKind::exceeded});
    time.set(next_midnight);
    auto hold = store.reserve({}, {.amount = 1_usd});
    REQUIRE(hold);
    hold->settle(Usd::parse("0.95"));
    CHECK(fired == std::vector{AlertKind::low, AlertKind::exceeded, AlertKind::low});
}

template <typename Fixture>
void a_listener_that_throws_loses_no_other_alert() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "one", .limit = 1_usd}, {.name = "two", .limit = 1_usd}}},
                              time.clock());
    std::vector<std::string> fired;
    store.on_alert([&](Alert const& alert) {
        fired.push_back(alert.budget + " " + std::string{to_string(alert.kind)});
        if (fired.size() <= 2) {
            throw std::runtime_error("pager is down");
        }
    });
    CHECK_THROWS_AS(store.record({}, {}, {.amount = 2_usd}), std::runtime_error);
    CHECK(fired == std::vector<std::string>{"one low"});
    CHECK_THROWS_AS(store.record({}, {}, {.amount = 1_cent}),
                    std::runtime_error);  // any call that charges raises them
    store.record({}, {}, {.amount = 1_cent});
    CHECK(fired == std::vector<std::string>{"one low", "one exceeded", "two low", "two exceeded"});
    CHECK(recorded(store) == Usd::parse("2.02"));
}

template <typename Fixture>
void a_forecast_extrapolates_the_average_and_the_recent_rate() {
    using namespace std::chrono_literals;
    ManualClock time{parse_instant("2026-11-24T00:00:00Z")};
    Fixture fixture;
    BudgetStoreOptions const options{.budgets = {{.name = "daily", .limit = 90_usd},
                                                 {.name = "user", .limit = 90_usd, .scope = {"user"}},
                                                 {.name = "ever", .limit = 90_usd, .period = Period::total}}};
    auto const check = [](auto const& store) {
        // A part's weighted mean: 4; 4 + (2 - 4) / 4 = 3.5; 3.5 + (7 - 3.5) / 4 = 4.375; 4.375 x 3 / 4 = 3.28125.
        auto const all = store.forecast("daily");
        REQUIRE(all);
        CHECK(all->linear == 78_usd);              // 13 x 24 / 4
        CHECK(all->ewma == Usd::parse("78.625"));  // 13 + 20 x 3.28125
        // Ann's: 4; 3; 3 + (-1 - 3) / 4 = 2; 1.5.
        auto const hers = store.forecast("user", "ann");
        REQUIRE(hers);
        CHECK(hers->linear == 18_usd);
        CHECK(hers->ewma == 33_usd);
        CHECK_FALSE(store.forecast("ever"));
        CHECK_FALSE(store.forecast("weekly"));
    };
    {
        auto store = fixture.open(options, time.clock());
        auto const ann = store.account({{"user", "ann"}});
        auto const bob = store.account({{"user", "bob"}});
        store.record(ann, {}, {.amount = 4_usd});  // in the first hour
        CHECK_FALSE(store.forecast("daily"));
        auto late = store.reserve(bob, {.amount = 9_usd});
        REQUIRE(late);
        time.advance(1h);
        store.record(bob, {}, {.amount = 2_usd});  // in the second
        time.advance(1h);
        store.adjust(ann, {.amount = -1_usd},
                     time.clock().now() - 90min);  // in the third, in which it arrives
        late->settle(8_usd);
        time.advance(2h);  // four of 24 parts are over
        check(store);
    }
    check(fixture.open(options, time.clock()));
}

}  // namespace centavo::conformance
