// SPDX-License-Identifier: MIT
#pragma once

#include <conformance/budget_store_laws/support.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace centavo::conformance {

using namespace centavo::detail;

template <typename Fixture>
void a_key_counts_once_and_a_retry_has_its_own() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    Charge const charge{.amount = Usd::parse("0.1"), .model = "gpt-4o"};
    store.record({}, {"op-7", 1}, charge);
    store.record({}, {"op-7", 1}, charge);
    CHECK(spent_of(store, "daily") == Usd::parse("0.1"));
    store.record({}, {"op-7", 2}, charge);
    CHECK(spent_of(store, "daily") == Usd::parse("0.2"));
    store.record({}, {}, charge);
    store.record({}, {}, charge);
    CHECK(spent_of(store, "daily") == Usd::parse("0.4"));

    auto first = store.reserve({}, {.amount = Usd::parse("0.3"), .id = {"op-8", 1}});
    auto second = store.reserve({}, {.amount = Usd::parse("0.3"), .id = {"op-8", 1}});
    REQUIRE(first);
    REQUIRE(second);
    first->settle(Usd::parse("0.2"));
    second->settle(Usd::parse("0.2"));
    CHECK(spent_of(store, "daily") == Usd::parse("0.6"));
    CHECK(held_of(store, "daily") == Usd{});
    std::map<std::pair<std::string, int>, int> charged;
    store.replay([&](LedgerRecord const& record) {
        if (record.spends() && !record.operation.empty()) {
            ++charged[{std::string{record.operation}, record.attempt}];
        }
    });
    CHECK(charged ==
          std::map<std::pair<std::string, int>, int>{{{"op-7", 1}, 1}, {{"op-7", 2}, 1}, {{"op-8", 1}, 1}});
    CHECK(recorded(store) == Usd::parse("0.6"));
}

template <typename Fixture>
void only_an_adjustment_may_be_negative() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "daily", .limit = 1_usd},
                                           {.name = "total", .limit = 5_usd, .period = Period::total}}},
                              time.clock());
    Charge const refund{.amount = -Usd::parse("0.25"), .note = "refund"};
    CHECK_THROWS_AS(store.record({}, {}, refund), std::invalid_argument);
    CHECK_THROWS_AS(store.reserve({}, {.amount = -1_usd}), std::invalid_argument);
    CHECK_THROWS_AS(store.reserve({}, {.amount = 1_usd, .input_cost = -1_usd}), std::invalid_argument);
    auto hold = store.reserve({}, {.amount = 1_usd});
    REQUIRE(hold);
    CHECK_THROWS_AS(hold->settle(-1_usd), std::invalid_argument);
    hold->settle(Usd::parse("0.75"));
    store.adjust({}, refund, {});
    CHECK(spent_of(store, "daily") == Usd::parse("0.5"));
    store.adjust({}, refund, nine_o_clock - std::chrono::hours{24});
    CHECK(spent_of(store, "daily") == Usd::parse("0.5"));
    CHECK(spent_of(store, "total") == Usd::parse("0.25"));
    CHECK(recorded(store) == Usd::parse("0.25"));
}

template <typename Fixture>
void a_dropped_hold_is_charged_what_may_be_billed() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    { auto unsent = store.reserve({}, {.amount = Usd::parse("0.5")}); }
    CHECK(held_of(store, "daily") == Usd{});
    CHECK(spent_of(store, "daily") == Usd{});
    {
        auto sent = store.reserve({}, {.amount = Usd::parse("0.4"), .id = {"sent", 1}});
        REQUIRE(sent);
        sent->dispatched();
    }
    CHECK(held_of(store, "daily") == Usd{});
    CHECK(spent_of(store, "daily") == Usd::parse("0.4"));
    {
        auto stopped = store.reserve({}, {.amount = Usd::parse("0.4"),
                                          .input_cost = Usd::parse("0.01"),
                                          .on_disconnect = DisconnectBilling::stops});
        REQUIRE(stopped);
        stopped->dispatched();
        stopped->observe(Usd::parse("0.03"));
    }
    CHECK(spent_of(store, "daily") == Usd::parse("0.43"));
    {
        auto again = store.reserve({}, {.amount = Usd::parse("0.4"), .id = {"sent", 1}});
        REQUIRE(again);
        again->dispatched();
    }
    CHECK(spent_of(store, "daily") == Usd::parse("0.43"));
    CHECK(held_of(store, "daily") == Usd{});
    store.record({}, {}, {.amount = Usd::parse("0.01")});  // writes the pending records
    int charges = 0;
    store.replay([&](LedgerRecord const& record) {
        if (record.kind == RecordKind::settle && record.amount != Usd::parse("0.01")) {
            ++charges;
            CHECK(record.quality == UsageQuality::estimated);
        }
    });
    CHECK(charges == 2);
    CHECK(recorded(store) == Usd::parse("0.44"));
}

template <typename Fixture>
void a_charge_above_its_hold_counts_in_full() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    auto hold = store.reserve({}, {.amount = Usd::parse("0.5")});
    REQUIRE(hold);
    hold->settle(Usd::parse("1.25"));
    CHECK(spent_of(store, "daily") == Usd::parse("1.25"));
    CHECK(held_of(store, "daily") == Usd{});
    CHECK(store.remaining({}) == -Usd::parse("0.25"));
    CHECK(store.reserve({}, {.amount = Usd{}}));
}

template <typename Fixture>
void holds_of_a_dead_process_are_charged_in_full() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    fixture.in_a_process_that_dies(one_dollar_a_day(), time.clock(), [](auto& store) {
        std::vector<Hold> holds;
        holds.push_back(*store.reserve({}, {.amount = Usd::parse("0.5"), .id = {"open", 1}}));
        auto settled = store.reserve({}, {.amount = Usd::parse("0.2")});
        settled->settle(Usd::parse("0.1"));
        return holds;
    });
    for (int round = 0; round < 2; ++round) {
        auto store = fixture.open(one_dollar_a_day(), time.clock());
        CHECK(spent_of(store, "daily") == Usd::parse("0.6"));
        CHECK(held_of(store, "daily") == Usd{});
        CHECK(recorded(store) == Usd::parse("0.6"));
        auto const recovered = store.recovered();
        REQUIRE(recovered.size() == (round == 0 ? 1U : 0U));
        if (round == 0) {
            CHECK(recovered[0].id == IdempotencyKey{"open", 1});
            CHECK(recovered[0].amount == Usd::parse("0.5"));
            CHECK(recovered[0].at == nine_o_clock);
        }
        store.record({}, {"open", 1}, {.amount = Usd::parse("0.5")});
        CHECK(spent_of(store, "daily") == Usd::parse("0.6"));
    }
}

template <typename Fixture>
void a_failing_store_denies_and_changes_nothing() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    auto hold = store.reserve({}, {.amount = Usd::parse("0.5"), .id = {"op", 1}});
    REQUIRE(hold);
    {
        auto dropped = store.reserve({}, {.amount = Usd::parse("0.2")});
        REQUIRE(dropped);
        dropped->dispatched();
        fixture.break_store();
    }
    auto const denied = store.reserve({}, {.amount = 1_cent});
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().reason == DenialReason::store);
    CHECK(denied.denial().needed == 1_cent);
    CHECK_FALSE(denied.denial().detail.empty());
    CHECK_THROWS(hold->settle(Usd::parse("0.3")));
    CHECK(hold->open());
    CHECK_THROWS(store.record({}, {"op", 2}, {.amount = Usd::parse("0.1")}));
    CHECK_THROWS(store.adjust({}, {.amount = Usd::parse("0.1")}, {}));
    fixture.mend_store();

    CHECK(held_of(store, "daily") == Usd::parse("0.5"));
    CHECK(spent_of(store, "daily") == Usd::parse("0.2"));
    hold->settle(Usd::parse("0.3"));
    store.record({}, {"op", 2}, {.amount = Usd::parse("0.1")});  // the failed one has not used the key
    CHECK(spent_of(store, "daily") == Usd::parse("0.6"));
    CHECK(held_of(store, "daily") == Usd{});
    CHECK(recorded(store) == Usd::parse("0.6"));
}

template <typename Fixture>
void a_store_that_keeps_counting_catches_up_after_recovery() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto options = one_dollar_a_day();
    options.when_store_fails = StoreFailure::keep_counting;
    auto store = fixture.open(options, time.clock());
    store.record({}, {}, {.amount = Usd::parse("0.1")});
    auto before = store.reserve({}, {.amount = Usd::parse("0.2")});
    REQUIRE(before);
    fixture.break_store();
    auto meanwhile = store.reserve({}, {.amount = Usd::parse("0.5")});
    REQUIRE(meanwhile);
    auto const denied = store.reserve({}, {.amount = Usd::parse("0.3")});  // known amounts still count
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().reason == DenialReason::no_money);
    before->settle(Usd::parse("0.15"));
    meanwhile->settle(Usd::parse("0.4"));
    store.record({}, {"op", 1}, {.amount = Usd::parse("0.05")});
    CHECK_FALSE(store.reserve({}, {.amount = Usd::parse("0.31")}));
    auto over = store.reserve({}, {.amount = Usd::parse("0.3")});
    REQUIRE(over);
    fixture.mend_store();

    over->settle(Usd::parse("0.2"));
    CHECK(spent_of(store, "daily") == Usd::parse("0.9"));
    CHECK(held_of(store, "daily") == Usd{});
    CHECK(recorded(store) == Usd::parse("0.9"));
    store.record({}, {"op", 1}, {.amount = Usd::parse("0.05")});
    auto again = fixture.open(options, time.clock());
    CHECK(spent_of(again, "daily") == Usd::parse("0.9"));
    CHECK(held_of(again, "daily") == Usd{});
}

}  // namespace centavo::conformance
