// SPDX-License-Identifier: MIT
#pragma once

#include <conformance/budget_store_laws/support.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <stdexcept>

namespace centavo::conformance {

using namespace centavo::detail;

template <typename Fixture>
void a_late_charge_counts_in_the_window_of_its_reservation() {
    ManualClock time{next_midnight - std::chrono::seconds{1}};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "daily", .limit = 1_usd},
                                           {.name = "total", .limit = 5_usd, .period = Period::total}}},
                              time.clock());
    auto late = store.reserve({}, {.amount = Usd::parse("0.8")});
    REQUIRE(late);
    time.advance(std::chrono::seconds{2});
    CHECK(store.find("daily", "")->window.begin == next_midnight);
    CHECK(held_of(store, "daily") == Usd{});
    CHECK(held_of(store, "total") == Usd::parse("0.8"));
    auto today = store.reserve({}, {.amount = 1_usd});
    REQUIRE(today);
    late->settle(Usd::parse("0.7"));
    CHECK(spent_of(store, "daily") == Usd{});
    CHECK(spent_of(store, "total") == Usd::parse("0.7"));
    CHECK(held_of(store, "total") == 1_usd);
    int charges = 0;
    store.replay([&](LedgerRecord const& record) {
        if (record.spends()) {
            ++charges;
            CHECK(record.at == next_midnight - std::chrono::seconds{1});
            CHECK(record.time >= record.at);
        }
    });
    CHECK(charges == 1);
}

template <typename Fixture>
void a_clock_set_back_reads_as_the_latest_time() {
    ManualClock time{next_midnight + std::chrono::hours{1}};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    store.record({}, {}, {.amount = Usd::parse("0.9")});
    time.set(next_midnight - std::chrono::hours{1});
    CHECK(store.find("daily", "")->window.begin == next_midnight);
    CHECK_FALSE(store.reserve({}, {.amount = Usd::parse("0.2")}));
    store.record({}, {}, {.amount = Usd::parse("0.1")});
    CHECK(spent_of(store, "daily") == 1_usd);

    time.set(next_midnight + std::chrono::hours{24 * 40});  // across many windows at once
    CHECK(spent_of(store, "daily") == Usd{});
    auto hold = store.reserve({}, {.amount = 1_usd});
    REQUIRE(hold);
    time.set(next_midnight);
    CHECK_FALSE(store.reserve({}, {.amount = Usd::parse("0.000000000001")}));
    hold->settle(1_usd);
    CHECK(spent_of(store, "daily") == 1_usd);
    CHECK(store.find("daily", "")->window.contains(next_midnight + std::chrono::hours{24 * 40}));
}

template <typename Fixture>
void an_instant_beyond_the_supported_range_is_rejected() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    {
        auto store = fixture.open(one_dollar_a_day(), time.clock());
        CHECK_THROWS_AS(store.adjust({}, {.amount = 1_cent}, Instant::min()), std::invalid_argument);
        store.adjust({}, {.amount = 1_cent}, Instant::max());  // the future counts as now
        CHECK(spent_of(store, "daily") == 1_cent);
        CHECK(recorded(store) == 1_cent);
    }
    CHECK(spent_of(fixture.open(one_dollar_a_day(), time.clock()), "daily") == 1_cent);
}

}  // namespace centavo::conformance
