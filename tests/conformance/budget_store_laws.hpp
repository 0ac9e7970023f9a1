// SPDX-License-Identifier: MIT
#pragma once

#include <conformance/budget_store_laws/account.hpp>
#include <conformance/budget_store_laws/admission.hpp>
#include <conformance/budget_store_laws/alert.hpp>
#include <conformance/budget_store_laws/calendar.hpp>
#include <conformance/budget_store_laws/ledger.hpp>
#include <conformance/budget_store_laws/settlement.hpp>

#include <catch2/catch_test_macros.hpp>

/// The requirements of BudgetStore, checked on any model of it through a fixture, a new one for each law:
///
///     struct Fixture {
///         static constexpr Usd grain;  // the finest amount of its figures, to which they are rounded up
///         auto open(BudgetStoreOptions, Clock);  // a store over the fixture's storage, which starts empty and persists
///         void in_a_process_that_dies(BudgetStoreOptions, Clock, auto act);  // act(store) -> vector<Hold>, not dropped
///         void break_store();  // if the storage can fail: nothing can be written to it
///         void mend_store();   // until here
///     };
namespace centavo::conformance {

/// The laws that a single thread can observe.
template <typename Fixture>
void check_budget_store() {
    SECTION("calls are admitted up to the limit") { calls_are_admitted_up_to_the_limit<Fixture>(); }
    SECTION("a call is reserved in all budgets or in none") {
        a_call_is_reserved_in_all_budgets_or_in_none<Fixture>();
    }
    SECTION("a denial names the tightest budget and its figures") {
        a_denial_names_the_tightest_budget_and_its_figures<Fixture>();
    }
    SECTION("each tag value has its own counter") { each_tag_value_has_its_own_counter<Fixture>(); }
    SECTION("values beyond max values share one counter") {
        values_beyond_max_values_share_one_counter<Fixture>();
    }
    SECTION("a budget per request limits each request") {
        a_budget_per_request_limits_each_request<Fixture>();
    }
    SECTION("a soft budget counts and never denies") { a_soft_budget_counts_and_never_denies<Fixture>(); }
    SECTION("figures match an oracle") { figures_match_an_oracle<Fixture>(); }
    SECTION("a key counts once and a retry has its own") {
        a_key_counts_once_and_a_retry_has_its_own<Fixture>();
    }
    SECTION("only an adjustment may be negative") { only_an_adjustment_may_be_negative<Fixture>(); }
    SECTION("a dropped hold is charged what may be billed") {
        a_dropped_hold_is_charged_what_may_be_billed<Fixture>();
    }
    SECTION("a charge above its hold counts in full") { a_charge_above_its_hold_counts_in_full<Fixture>(); }
    SECTION("holds of a dead process are charged in full") {
        holds_of_a_dead_process_are_charged_in_full<Fixture>();
    }
    SECTION("records are complete and replay identically") {
        records_are_complete_and_replay_identically<Fixture>();
    }
    SECTION("records state when they were written and how their hold ended") {
        records_state_when_they_were_written_and_how_their_hold_ended<Fixture>();
    }
    SECTION("a reopened store has the same figures") { a_reopened_store_has_the_same_figures<Fixture>(); }
    SECTION("arbitrary text is preserved") { arbitrary_text_is_preserved<Fixture>(); }
    SECTION("tags with the same bytes split differently are distinct") {
        tags_with_the_same_bytes_split_differently_are_distinct<Fixture>();
    }
    SECTION("an account of another live store is rejected") {
        an_account_of_another_live_store_is_rejected<Fixture>();
    }
    SECTION("an account of a destroyed store is rejected") {
        an_account_of_a_destroyed_store_is_rejected<Fixture>();
    }
    SECTION("an account of another kind of store is rejected") {
        an_account_of_another_kind_of_store_is_rejected<Fixture>();
    }
    SECTION("an alert fires once per window and without a lock") {
        an_alert_fires_once_per_window_and_without_a_lock<Fixture>();
    }
    SECTION("a listener that throws loses no other alert") {
        a_listener_that_throws_loses_no_other_alert<Fixture>();
    }
    SECTION("a forecast extrapolates the average and the recent rate") {
        a_forecast_extrapolates_the_average_and_the_recent_rate<Fixture>();
    }
    SECTION("a late charge counts in the window of its reservation") {
        a_late_charge_counts_in_the_window_of_its_reservation<Fixture>();
    }
    SECTION("a clock set back reads as the latest time") {
        a_clock_set_back_reads_as_the_latest_time<Fixture>();
    }
    SECTION("an instant beyond the supported range is rejected") {
        an_instant_beyond_the_supported_range_is_rejected<Fixture>();
    }
    if constexpr (requires(Fixture fixture) { fixture.break_store(); }) {
        SECTION("a failing store denies and changes nothing") {
            a_failing_store_denies_and_changes_nothing<Fixture>();
        }
        SECTION("a store that keeps counting catches up after recovery") {
            a_store_that_keeps_counting_catches_up_after_recovery<Fixture>();
        }
    }
}

}  // namespace centavo::conformance
