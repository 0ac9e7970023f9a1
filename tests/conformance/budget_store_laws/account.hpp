// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/local_budgets.hpp>
#include <conformance/budget_store_laws/support.hpp>

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace centavo::conformance {

using namespace centavo::detail;

template <typename Fixture>
void tags_with_the_same_bytes_split_differently_are_distinct() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    std::string const cut{"b\0c", 3};
    std::string const shifted{"a\0b", 3};
    BudgetStoreOptions const options{.budgets = {{.name = "one", .limit = 9_usd, .scope = {"a", cut}},
                                                 {.name = "two", .limit = 9_usd, .scope = {shifted, "c"}}}};
    {
        auto store = fixture.open(options, time.clock());
        store.record(store.account({{"a", cut}}), {}, {.amount = 1_cent});
        store.record(store.account({{shifted, "c"}}), {}, {.amount = 2_cent});
    }
    auto const again = fixture.open(options, time.clock());
    CHECK(spent_of(again, "one") == 1_cent);
    CHECK(spent_of(again, "two") == 2_cent);
}

template <typename Fixture>
void an_account_of_another_live_store_is_rejected() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    Fixture elsewhere;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    auto other = elsewhere.open(one_dollar_a_day(), time.clock());
    auto const account = other.account({{"team", "search"}});
    CHECK_THROWS_AS(store.reserve(account, {.amount = 1_cent}), std::invalid_argument);
    CHECK_THROWS_AS(store.record(account, {}, {.amount = 1_cent}), std::invalid_argument);
    CHECK_THROWS_AS(store.adjust(account, {.amount = 1_cent}, {}), std::invalid_argument);
    CHECK_THROWS_AS(store.remaining(account), std::invalid_argument);
    CHECK(recorded(store) == Usd{});
    CHECK_THROWS_AS(store.record(account, {"op", 1}, {.amount = 1_cent}), std::invalid_argument);
    store.record({}, {"op", 1}, {.amount = 1_cent});  // the rejected one has not used the key
    CHECK(recorded(store) == 1_cent);
}

/// The address of the destroyed store is usually reused by the next one.
template <typename Fixture>
void an_account_of_a_destroyed_store_is_rejected() {
    ManualClock time{nine_o_clock};
    for (int round = 0; round < 8; ++round) {
        Account stale;
        {
            Fixture elsewhere;
            auto destroyed = elsewhere.open(one_dollar_a_day(), time.clock());
            stale = destroyed.account({{"team", "search"}});
        }
        Fixture fixture;
        auto store = fixture.open(one_dollar_a_day(), time.clock());
        CHECK_THROWS_AS(store.reserve(stale, {.amount = 1_usd}), std::invalid_argument);
        CHECK_THROWS_AS(store.record(stale, {}, {.amount = 1_usd}), std::invalid_argument);
        CHECK_THROWS_AS(store.adjust(stale, {.amount = 1_usd}, {}), std::invalid_argument);
        CHECK_THROWS_AS(store.remaining(stale), std::invalid_argument);
        auto hold = store.reserve({}, {.amount = 1_usd});
        REQUIRE(hold);
        hold->settle(1_usd);
        CHECK_FALSE(store.reserve({}, {.amount = 1_cent}));
        CHECK(spent_of(store, "daily") == 1_usd);
    }
}

template <typename Fixture>
void an_account_of_another_kind_of_store_is_rejected() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    LocalBudgets<NoLedger> other{one_dollar_a_day(), NoLedger{}, time.clock()};
    auto const reject = [](auto& budgets, Account const& account) {
        CHECK_THROWS_AS(budgets.reserve(account, {.amount = 1_cent}), std::invalid_argument);
        CHECK_THROWS_AS(budgets.record(account, {}, {.amount = 1_cent}), std::invalid_argument);
        CHECK_THROWS_AS(budgets.adjust(account, {.amount = 1_cent}, {}), std::invalid_argument);
        CHECK_THROWS_AS(budgets.remaining(account), std::invalid_argument);
        CHECK(spent_of(budgets, "daily") == Usd{});
    };
    reject(store, other.account({{"team", "search"}}));
    reject(other, store.account({{"team", "search"}}));
}

}  // namespace centavo::conformance
