// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/instant.hpp>
#include <centavo/budgeting/book.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

/// The laws of a Book, run over any model of it.
namespace centavo::conformance {

/// `make(options, clock)` returns a fresh book, behind a pointer.
template <typename Make>
void check_book(Make make) {
    using namespace std::chrono_literals;
    ManualClock time{parse_instant("2026-11-24T23:00:00Z")};
    auto const book =
        make(BookOptions{.budgets = {{.name = "day", .limit = 2_usd},
                                     {.name = "month", .limit = 5_usd, .period = Period::month},
                                     {.name = "user", .limit = 1_usd, .scope = {"user"}},
                                     {.name = "call", .limit = 0.8_usd, .period = Period::request},
                                     {.name = "soft",
                                      .limit = 0.1_usd,
                                      .period = Period::total,
                                      .enforcement = Enforcement::soft}}},
             time.clock());
    std::vector<std::string> told;
    book->on_alert(
        [&](Alert const& alert) { told.push_back(alert.budget + " " + std::string{to_string(alert.kind)}); });
    Account const ann = book->account({{"user", "ann"}});
    Account const bob = book->account({{"user", "bob"}});

    // All or nothing; a refusal names the budget with the least left.
    auto first = book->reserve(ann, {.amount = 0.7_usd, .id = {"a", 1}});
    REQUIRE(first);
    auto const refused = book->reserve(ann, {.amount = 0.4_usd});
    REQUIRE_FALSE(refused);
    CHECK(refused.refusal().budget == "user");
    CHECK(refused.refusal().value == "ann");
    CHECK(refused.refusal().held == 0.7_usd);
    CHECK(refused.refusal().needed == 0.4_usd);
    CHECK(refused.refusal().left() == 0.3_usd);
    CHECK(book->find("day", {})->held == 0.7_usd);
    CHECK(book->find("user", "ann")->held == 0.7_usd);
    CHECK(book->find("soft", {})->held == 0.7_usd);  // counts, and never refuses
    CHECK(book->left(ann) == 0.3_usd);
    CHECK(book->left(bob) == 0.8_usd);  // one call's
    CHECK_FALSE(book->reserve(bob, {.amount = 0.81_usd}));
    CHECK_FALSE(book->find("nobody", {}));

    // Settled at what it cost, more or less than was held.
    first->dispatched();
    first->settle(Charge{.amount = 0.2_usd, .category = CostCategory::tokens, .model = "m"});
    CHECK(book->find("user", "ann")->held == Usd{});
    CHECK(book->find("user", "ann")->spent == 0.2_usd);
    CHECK_THROWS_AS(first->settle(0.2_usd), std::logic_error);

    // Dropped: nothing before it was dispatched, all of it after, what was seen where an abort stops the bill.
    { auto const dropped = book->reserve(bob, {.amount = 0.5_usd}); }
    CHECK(book->find("user", "bob")->spent == Usd{});
    {
        auto dropped = book->reserve(bob, {.amount = 0.5_usd});
        dropped->dispatched();
    }
    CHECK(book->find("user", "bob")->spent == 0.5_usd);
    {
        auto dropped =
            book->reserve(bob, {.amount = 0.4_usd, .input_cost = 0.01_usd, .abort = AbortBilling::stops});
        dropped->dispatched();
        dropped->observe(0.02_usd);
    }
    CHECK(book->find("user", "bob")->spent == 0.52_usd);
    book->reserve(bob, {.amount = 0.4_usd})->release();
    CHECK(book->find("day", {})->held == Usd{});
    CHECK(book->find("day", {})->spent == 0.72_usd);

    // An id counts once, another attempt is billed.
    book->record(ann, {"a", 1}, {.amount = 0.1_usd});
    CHECK(book->find("day", {})->spent == 0.72_usd);
    auto again = book->reserve(ann, {.amount = 0.1_usd, .id = {"a", 1}});
    REQUIRE(again);
    again->settle(0.1_usd);
    CHECK(book->find("day", {})->spent == 0.72_usd);
    CHECK(book->find("day", {})->held == Usd{});
    book->record(ann, {"a", 2}, {.amount = 0.1_usd});
    CHECK(book->find("day", {})->spent == 0.82_usd);

    // Late charges belong to the window of their reserve; adjustments to now's, or to that of their instant.
    auto late = book->reserve(bob, {.amount = 0.3_usd});
    REQUIRE(late);
    time.advance(2h);
    CHECK(book->find("day", {})->spent == Usd{});
    late->settle(0.3_usd);
    CHECK(book->find("day", {})->spent == Usd{});
    CHECK(book->find("day", {})->held == Usd{});
    CHECK(book->find("month", {})->spent == 1.12_usd);
    book->adjust(bob, {.amount = -0.05_usd}, {});
    CHECK(book->find("day", {})->spent == -0.05_usd);
    CHECK(book->find("month", {})->spent == 1.07_usd);
    time.set(parse_instant("2026-11-24T12:00:00Z"));  // a clock that steps back opens no window twice
    CHECK(book->find("day", {})->spent == -0.05_usd);

    // Misuse, and what was told: once each.
    CHECK_THROWS_AS(book->reserve(ann, {.amount = -1_usd}), std::invalid_argument);
    CHECK_THROWS_AS(book->record(ann, {}, {.amount = -1_usd}), std::invalid_argument);
    std::size_t soft_low = 0;
    for (std::string const& one : told) {
        soft_low += one == "soft low" ? 1U : 0U;
    }
    CHECK(soft_low == 1);

    // The records add up to the counters.
    Usd sum;
    std::uint64_t before = 0;
    bool ordered = true;
    book->replay([&](LedgerRecord const& record) {
        ordered = ordered && record.seq > before;
        before = record.seq;
        sum += record.spends() ? record.amount : Usd{};
    });
    CHECK(ordered);
    CHECK(sum == book->find("soft", {})->spent);
    CHECK(sum == 1.07_usd);
}

/// The promise of all books: no overspend, nothing left held, sums exact, from any thread.
template <typename Make>
void check_book_threads(Make make) {
    std::mt19937 random{20261124};
    Usd const limit = 3_usd;
    auto const book = make(BookOptions{.budgets = {{.name = "all", .limit = limit, .period = Period::total},
                                                   {.name = "user", .limit = 1_usd, .scope = {"user"}}}},
                           Clock{});
    std::vector<std::thread> threads;
    std::vector<Usd> spent(8);
    for (std::size_t t = 0; t < spent.size(); ++t) {
        threads.emplace_back([&, t, seed = random()] {
            std::mt19937 own{seed};
            Account const account = book->account({{"user", std::to_string(t % 4)}});
            for (int call = 0; call < 40; ++call) {
                Usd const worst = 0.001_usd * static_cast<int>(1 + own() % 100);
                auto held = book->reserve(account, {.amount = worst});
                if (held && own() % 8 != 0) {
                    Usd const cost = worst - Usd::from_atto(static_cast<Int128>(own() % 1'000));
                    held->settle(cost);
                    spent[t] += cost;
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    Usd total;
    for (Usd const one : spent) {
        total += one;
    }
    CHECK(book->find("all", {})->spent == total);
    CHECK(book->find("all", {})->spent <= limit);
    for (BudgetState const& state : book->states()) {
        CHECK(state.held == Usd{});
        CHECK(state.spent <= state.limit);
    }
}

}  // namespace centavo::conformance
