// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/detail/counter_table.hpp>
#include <conformance/budget_store_laws/support.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace centavo::conformance {

using namespace centavo::detail;

template <typename Fixture>
void calls_are_admitted_up_to_the_limit() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    auto first = store.reserve({}, {.amount = Usd::parse("0.6")});
    REQUIRE(first);
    auto second = store.reserve({}, {.amount = Usd::parse("0.4")});
    REQUIRE(second);
    CHECK_FALSE(store.reserve({}, {.amount = Usd::parse("0.000000000001")}));
    CHECK(store.reserve({}, {.amount = Usd{}}));

    first->settle(Usd::parse("0.1"));
    CHECK(store.remaining({}) == Usd::parse("0.5"));
    CHECK_FALSE(store.reserve({}, {.amount = Usd::parse("0.500000000001")}));
    second->release();
    CHECK(store.remaining({}) == Usd::parse("0.9"));
    CHECK(spent_of(store, "daily") == Usd::parse("0.1"));
    CHECK(held_of(store, "daily") == Usd{});
    CHECK_FALSE(store.find("weekly", ""));
}

template <typename Fixture>
void a_call_is_reserved_in_all_budgets_or_in_none() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "wide", .limit = 10_usd},
                                           {.name = "narrow", .limit = 1_usd, .scope = {"team", "search"}},
                                           {.name = "forever", .limit = 20_usd, .period = Period::total}}},
                              time.clock());
    auto const search = store.account({{"team", "search"}});
    auto const other = store.account({{"team", "mail"}});
    CHECK_FALSE(store.reserve(search, {.amount = 2_usd}));
    CHECK(held_of(store, "wide") == Usd{});
    CHECK(held_of(store, "forever") == Usd{});
    auto hold = store.reserve(other, {.amount = 2_usd});
    REQUIRE(hold);
    CHECK(held_of(store, "wide") == 2_usd);
    CHECK(held_of(store, "narrow") == Usd{});
    CHECK(held_of(store, "forever") == 2_usd);
    CHECK(store.remaining(search) == 1_usd);
    CHECK(store.remaining(other) == 8_usd);
}

template <typename Fixture>
void a_denial_names_the_tightest_budget_and_its_figures() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "daily", .limit = 2_usd},
                                           {.name = "per-user", .limit = 1_usd, .scope = {"user"}},
                                           {.name = "each-call", .limit = 3_usd, .period = Period::request}}},
                              time.clock());
    auto const ann = store.account({{"user", "ann"}});
    store.record(ann, {}, {.amount = Usd::parse("0.5")});
    auto hold = store.reserve(ann, {.amount = Usd::parse("0.2")});
    REQUIRE(hold);

    auto const denied = store.reserve(ann, {.amount = 4_usd});
    REQUIRE_FALSE(denied);
    BudgetDenial const& denial = denied.denial();
    CHECK(denial.reason == DenialReason::no_money);
    CHECK(denial.budget == "per-user");  // of the three that deny, the one with the least left
    CHECK(denial.value == "ann");
    CHECK(denial.limit == 1_usd);
    CHECK(denial.spent == Usd::parse("0.5"));
    CHECK(denial.held == Usd::parse("0.2"));
    CHECK(denial.needed == 4_usd);
    CHECK(denial.window_begin == parse_instant("2026-11-24T00:00:00Z"));
    CHECK(denial.window_end == next_midnight);
    CHECK(denial.remaining() == Usd::parse("0.3"));
}

template <typename Fixture>
void each_tag_value_has_its_own_counter() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store =
        fixture.open({.budgets = {{.name = "per/user", .limit = 1_usd, .scope = {"user"}}}}, time.clock());
    auto const ann = store.account({{"user", "ann"}});
    auto const odd = store.account({{"user", "o/d%d \xC3\xA9"}});
    auto hold = store.reserve(ann, {.amount = 1_usd});
    REQUIRE(hold);
    CHECK_FALSE(store.reserve(ann, {.amount = 1_usd}));
    auto others = store.reserve(odd, {.amount = 1_usd});
    REQUIRE(others);
    others->settle(Usd::parse("0.5"));
    CHECK(held_of(store, "per/user", "ann") == 1_usd);
    CHECK(spent_of(store, "per/user", "o/d%d \xC3\xA9") == Usd::parse("0.5"));
    CHECK(spent_of(store, "per/user", "nobody") == Usd{});
    CHECK(store.remaining({}) == std::nullopt);
    CHECK(store.reserve({}, {.amount = 100_usd}));
    auto const states = store.states();
    CHECK(std::ranges::count(states, "ann", &BudgetState::value) == 1);
    CHECK(std::ranges::count(states, "o/d%d \xC3\xA9", &BudgetState::value) == 1);
}

template <typename Fixture>
void values_beyond_max_values_share_one_counter() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(
        {.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}, .max_values = 2}, time.clock());
    for (char const* const user : {"ann", "bob", "eve", "joe"}) {
        store.record(store.account({{"user", user}}), {}, {.amount = Usd::parse("0.4")});
    }
    CHECK(spent_of(store, "user", "ann") == Usd::parse("0.4"));
    CHECK(spent_of(store, "user", "eve") == Usd{});  // has no counter of its own
    CHECK(spent_of(store, "user", CounterTable::other) == Usd::parse("0.8"));
    CHECK(store.remaining(store.account({{"user", "ann"}})) == Usd::parse("0.6"));
    CHECK(store.remaining(store.account({{"user", "eve"}})) == Usd::parse("0.2"));
    CHECK_FALSE(store.reserve(store.account({{"user", "new"}}), {.amount = Usd::parse("0.3")}));
    CHECK(store.states().size() == 3);
}

template <typename Fixture>
void a_budget_per_request_limits_each_request() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "call", .limit = 1_usd, .period = Period::request}}},
                              time.clock());
    auto one = store.reserve({}, {.amount = 1_usd});
    auto two = store.reserve({}, {.amount = 1_usd});
    CHECK(one);
    CHECK(two);
    auto const denied = store.reserve({}, {.amount = Usd::parse("1.000000000001")});
    REQUIRE_FALSE(denied);
    CHECK(denied.denial().budget == "call");
    CHECK(denied.denial().limit == 1_usd);
    CHECK(store.remaining({}) == 1_usd);
    CHECK(store.states().empty());
}

template <typename Fixture>
void a_soft_budget_counts_and_never_denies() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(
        {.budgets = {{.name = "soft", .limit = 1_usd, .enforcement = Enforcement::soft}}}, time.clock());
    auto hold = store.reserve({}, {.amount = 3_usd});
    REQUIRE(hold);
    CHECK(held_of(store, "soft") == 3_usd);
    hold->settle(2_usd);
    CHECK(spent_of(store, "soft") == 2_usd);
    CHECK(store.find("soft", "")->remaining() == -1_usd);
    CHECK(store.remaining({}) == std::nullopt);
}

template <typename Fixture>
void figures_match_an_oracle() {
    constexpr std::uint32_t seed = 20'261'124;
    INFO("seed " << seed);
    std::mt19937 random{seed};
    auto const below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    ManualClock time{nine_o_clock};
    Fixture fixture;
    std::vector<Budget> const budgets{
        {.name = "all", .limit = 40_usd, .period = Period::hour},
        {.name = "soft", .limit = 1_usd, .enforcement = Enforcement::soft},
        {.name = "user", .limit = 9_usd, .scope = {"user"}, .period = Period::total}};
    auto store = fixture.open({.budgets = budgets}, time.clock());
    std::array<std::string, 3> const users{"ann", "bob", "eve"};
    struct SpendFigures {
        Usd spent;
        Usd held;
    };
    std::map<std::pair<std::string, Instant>, SpendFigures> oracle;
    auto const names = [&](std::string const& user, Instant at) {
        auto const hour = std::chrono::floor<std::chrono::hours>(at);
        auto const day = std::chrono::floor<std::chrono::days>(at);
        return std::array{std::pair{std::string{"all"}, Instant{hour}},
                          std::pair{std::string{"soft"}, Instant{day}}, std::pair{user, Instant{}}};
    };
    struct Open {
        Hold hold;
        std::string user;
        Usd amount;
        Instant at;
    };
    std::vector<Open> open;
    Usd sum;
    for (int step = 0; step < 600; ++step) {
        time.advance(std::chrono::seconds{below(60)});
        auto const now = time.clock().now();
        auto const& user = users[static_cast<std::size_t>(below(3))];
        Usd const amount = Usd::from_atto(Int128{1'000'000} * (1 + below(1'000'000'000)) * 1'000);
        if (below(2) == 0) {
            bool fits = true;
            for (auto const& name : names(user, now)) {
                Usd const limit = name.first == "all" ? 40_usd : 9_usd;
                fits = fits &&
                       (name.first == "soft" || oracle[name].spent + oracle[name].held + amount <= limit);
            }
            auto reserved = store.reserve(store.account({{"user", user}}), {.amount = amount});
            if (static_cast<bool>(reserved) != fits) {
                FAIL("step " << step << ": " << (fits ? "denied" : "admitted"));
            }
            if (reserved) {
                for (auto const& name : names(user, now)) {
                    oracle[name].held += amount;
                }
                open.push_back({*std::move(reserved), user, amount, now});
            }
        } else if (!open.empty()) {
            auto const at = open.begin() + below(static_cast<int>(open.size()));
            Usd const charge = below(3) == 0 ? Usd{} : std::min(at->amount, amount);
            for (auto const& name : names(at->user, at->at)) {
                oracle[name].held -= at->amount;
                oracle[name].spent += charge;
            }
            sum += charge;
            if (charge == Usd{}) {
                at->hold.release();
            } else {
                at->hold.settle(charge);
            }
            open.erase(at);
        }
        auto const now_names = names(user, now);
        CHECK(spent_of(store, "all") == oracle[now_names[0]].spent);
        CHECK(held_of(store, "all") == oracle[now_names[0]].held);
        CHECK(spent_of(store, "soft") == oracle[now_names[1]].spent);
        CHECK(held_of(store, "soft") == oracle[now_names[1]].held);
        CHECK(spent_of(store, "user", user) == oracle[now_names[2]].spent);
        CHECK(held_of(store, "user", user) == oracle[now_names[2]].held);
    }
    CHECK(recorded(store) == sum);
}

/// Any member may be called from any thread; of two callers racing for the last dollar, one is denied.
template <typename Fixture>
void check_budget_store_threads(int calls) {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "daily", .limit = 1_usd},
                                           {.name = "user", .limit = Usd::parse("0.4"), .scope = {"user"}}}},
                              time.clock());
    struct Seen {
        Usd spent = {};
        int wrong = 0;
    };
    std::vector<Seen> seen(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < seen.size(); ++t) {
        threads.emplace_back([&, t] {
            std::mt19937 random{static_cast<std::uint32_t>(t)};
            auto const account = store.account({{"user", t % 2 == 0 ? "ann" : "bob"}});
            for (int i = 0; i < calls; ++i) {
                Usd const amount =
                    Usd::from_atto(Int128{1'000'000'000'000} * static_cast<int>(random() % 90'000));
                auto hold = store.reserve(account, {.amount = amount});
                if (!hold) {
                    continue;
                }
                auto const state = store.find("daily", "").value();
                seen[t].wrong += state.spent + state.held > state.limit ? 1 : 0;
                switch (random() % 4) {
                case 0: hold->release(); break;
                case 1: break;  // dropped undispatched
                default: hold->settle(amount); seen[t].spent += amount;
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    Usd spent;
    for (Seen const& one : seen) {
        spent += one.spent;
        CHECK(one.wrong == 0);
    }
    CHECK(spent_of(store, "daily") == spent);
    CHECK(held_of(store, "daily") == Usd{});
    CHECK(recorded(store) == spent);
    CHECK(spent <= Usd::parse("0.8"));
    CHECK(spent_of(store, "user", "ann") + spent_of(store, "user", "bob") == spent);
    CHECK(spent_of(store, "user", "ann") <= Usd::parse("0.4"));
    CHECK(spent_of(store, "user", "bob") <= Usd::parse("0.4"));
    auto rest = store.reserve({}, {.amount = 1_usd - spent});
    CHECK(rest);
    CHECK_FALSE(store.reserve({}, {.amount = Usd::parse("0.000000000001")}));
}

}  // namespace centavo::conformance
