// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/counter_table.hpp>
#include <centavo/budget/detail/record_codec.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

/// The laws of a Book, run over any model of it. A model comes as a fixture, made anew for each law:
///
///     struct Fixture {
///         static constexpr Usd grain;  // the finest amount that its figures show: they are rounded up to it
///         auto open(BudgetStoreOptions, Clock);  // a book over the fixture's store, which is empty at first and stays
///         void in_a_process_that_dies(BudgetStoreOptions, Clock, auto act);  // act(book) -> vector<Hold>, never dropped
///         void break_store();  // only where the store can fail: nothing can be written to it from here on,
///         void mend_store();   // until here
///     };
namespace centavo::conformance {

using namespace centavo::detail;

inline Instant const nine_o_clock = parse_instant("2026-11-24T09:00:00Z");
inline Instant const next_midnight = parse_instant("2026-11-25T00:00:00Z");

inline BudgetStoreOptions one_dollar_a_day() { return {.budgets = {{.name = "daily", .limit = 1_usd}}}; }

template <BudgetStore Books>
[[nodiscard]] Usd spent_of(Books const& book, std::string_view name, std::string_view value = {}) {
    return book.find(name, value).value().spent;
}

template <BudgetStore Books>
[[nodiscard]] Usd held_of(Books const& book, std::string_view name, std::string_view value = {}) {
    return book.find(name, value).value().held;
}

/// The sum of what the records say was spent.
template <BudgetStore Books>
[[nodiscard]] Usd recorded(Books const& book) {
    Usd sum;
    book.replay([&](LedgerRecord const& record) { sum += record.spends() ? record.amount : Usd{}; });
    return sum;
}

template <typename Fixture>
void admits_up_to_the_limit_and_no_further() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    auto first = book.reserve({}, {.amount = Usd::parse("0.6")});
    REQUIRE(first);
    auto second = book.reserve({}, {.amount = Usd::parse("0.4")});
    REQUIRE(second);
    CHECK_FALSE(book.reserve({}, {.amount = Usd::parse("0.000000000001")}));
    CHECK(book.reserve({}, {.amount = Usd{}}));

    first->settle(Usd::parse("0.1"));
    CHECK(book.remaining({}) == Usd::parse("0.5"));
    CHECK_FALSE(book.reserve({}, {.amount = Usd::parse("0.500000000001")}));
    second->release();
    CHECK(book.remaining({}) == Usd::parse("0.9"));
    CHECK(spent_of(book, "daily") == Usd::parse("0.1"));
    CHECK(held_of(book, "daily") == Usd{});
    CHECK_FALSE(book.find("weekly", ""));
}

template <typename Fixture>
void raises_all_budgets_or_none() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "wide", .limit = 10_usd},
                                          {.name = "narrow", .limit = 1_usd, .scope = {"team", "search"}},
                                          {.name = "forever", .limit = 20_usd, .period = Period::total}}},
                             time.clock());
    auto const search = book.account({{"team", "search"}});
    auto const other = book.account({{"team", "mail"}});
    CHECK_FALSE(book.reserve(search, {.amount = 2_usd}));
    CHECK(held_of(book, "wide") == Usd{});
    CHECK(held_of(book, "forever") == Usd{});
    auto hold = book.reserve(other, {.amount = 2_usd});
    REQUIRE(hold);
    CHECK(held_of(book, "wide") == 2_usd);
    CHECK(held_of(book, "narrow") == Usd{});
    CHECK(held_of(book, "forever") == 2_usd);
    CHECK(book.remaining(search) == 1_usd);
    CHECK(book.remaining(other) == 8_usd);
}

template <typename Fixture>
void a_refusal_says_which_budget_and_how_it_stands() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "daily", .limit = 2_usd},
                                          {.name = "per-user", .limit = 1_usd, .scope = {"user"}},
                                          {.name = "each-call", .limit = 3_usd, .period = Period::request}}},
                             time.clock());
    auto const ann = book.account({{"user", "ann"}});
    book.record(ann, {}, {.amount = Usd::parse("0.5")});
    auto hold = book.reserve(ann, {.amount = Usd::parse("0.2")});
    REQUIRE(hold);

    auto const refused = book.reserve(ann, {.amount = 4_usd});
    REQUIRE_FALSE(refused);
    BudgetDenial const& denial = refused.denial();
    CHECK(denial.reason == DenialReason::no_money);
    CHECK(denial.budget == "per-user");  // of the three that refuse, the one with the least left
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
void a_late_charge_counts_in_the_window_of_its_reserve() {
    ManualClock time{next_midnight - std::chrono::seconds{1}};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "daily", .limit = 1_usd},
                                          {.name = "total", .limit = 5_usd, .period = Period::total}}},
                             time.clock());
    auto late = book.reserve({}, {.amount = Usd::parse("0.8")});
    REQUIRE(late);
    time.advance(std::chrono::seconds{2});
    CHECK(book.find("daily", "")->window.begin == next_midnight);
    CHECK(held_of(book, "daily") == Usd{});
    CHECK(held_of(book, "total") == Usd::parse("0.8"));
    auto today = book.reserve({}, {.amount = 1_usd});
    REQUIRE(today);
    late->settle(Usd::parse("0.7"));
    CHECK(spent_of(book, "daily") == Usd{});
    CHECK(spent_of(book, "total") == Usd::parse("0.7"));
    CHECK(held_of(book, "total") == 1_usd);
    int charges = 0;
    book.replay([&](LedgerRecord const& record) {
        if (record.spends()) {
            ++charges;
            CHECK(record.at == next_midnight - std::chrono::seconds{1});
            CHECK(record.time >= record.at);
        }
    });
    CHECK(charges == 1);
}

template <typename Fixture>
void an_id_counts_once_and_a_retry_is_another() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    Charge const charge{.amount = Usd::parse("0.1"), .model = "gpt-4o"};
    book.record({}, {"op-7", 1}, charge);
    book.record({}, {"op-7", 1}, charge);
    CHECK(spent_of(book, "daily") == Usd::parse("0.1"));
    book.record({}, {"op-7", 2}, charge);
    CHECK(spent_of(book, "daily") == Usd::parse("0.2"));
    book.record({}, {}, charge);
    book.record({}, {}, charge);
    CHECK(spent_of(book, "daily") == Usd::parse("0.4"));

    auto first = book.reserve({}, {.amount = Usd::parse("0.3"), .id = {"op-8", 1}});
    auto second = book.reserve({}, {.amount = Usd::parse("0.3"), .id = {"op-8", 1}});
    REQUIRE(first);
    REQUIRE(second);
    first->settle(Usd::parse("0.2"));
    second->settle(Usd::parse("0.2"));
    CHECK(spent_of(book, "daily") == Usd::parse("0.6"));
    CHECK(held_of(book, "daily") == Usd{});
    std::map<std::pair<std::string, int>, int> charged;
    book.replay([&](LedgerRecord const& record) {
        if (record.spends() && !record.operation.empty()) {
            ++charged[{std::string{record.operation}, record.attempt}];
        }
    });
    CHECK(charged ==
          std::map<std::pair<std::string, int>, int>{{{"op-7", 1}, 1}, {{"op-7", 2}, 1}, {{"op-8", 1}, 1}});
    CHECK(recorded(book) == Usd::parse("0.6"));
}

template <typename Fixture>
void only_an_adjustment_may_be_negative() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "daily", .limit = 1_usd},
                                          {.name = "total", .limit = 5_usd, .period = Period::total}}},
                             time.clock());
    Charge const refund{.amount = -Usd::parse("0.25"), .note = "refund"};
    CHECK_THROWS_AS(book.record({}, {}, refund), std::invalid_argument);
    CHECK_THROWS_AS(book.reserve({}, {.amount = -1_usd}), std::invalid_argument);
    CHECK_THROWS_AS(book.reserve({}, {.amount = 1_usd, .input_cost = -1_usd}), std::invalid_argument);
    auto hold = book.reserve({}, {.amount = 1_usd});
    REQUIRE(hold);
    CHECK_THROWS_AS(hold->settle(-1_usd), std::invalid_argument);
    hold->settle(Usd::parse("0.75"));
    book.adjust({}, refund, {});
    CHECK(spent_of(book, "daily") == Usd::parse("0.5"));
    book.adjust({}, refund, nine_o_clock - std::chrono::hours{24});
    CHECK(spent_of(book, "daily") == Usd::parse("0.5"));
    CHECK(spent_of(book, "total") == Usd::parse("0.25"));
    CHECK(recorded(book) == Usd::parse("0.25"));
}

template <typename Fixture>
void a_dropped_hold_costs_what_may_be_billed() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    { auto unsent = book.reserve({}, {.amount = Usd::parse("0.5")}); }
    CHECK(held_of(book, "daily") == Usd{});
    CHECK(spent_of(book, "daily") == Usd{});
    {
        auto sent = book.reserve({}, {.amount = Usd::parse("0.4"), .id = {"sent", 1}});
        REQUIRE(sent);
        sent->dispatched();
    }
    CHECK(held_of(book, "daily") == Usd{});
    CHECK(spent_of(book, "daily") == Usd::parse("0.4"));
    {
        auto stopped = book.reserve({}, {.amount = Usd::parse("0.4"),
                                         .input_cost = Usd::parse("0.01"),
                                         .abort = DisconnectBilling::stops});
        REQUIRE(stopped);
        stopped->dispatched();
        stopped->observe(Usd::parse("0.03"));
    }
    CHECK(spent_of(book, "daily") == Usd::parse("0.43"));
    {
        auto again = book.reserve({}, {.amount = Usd::parse("0.4"), .id = {"sent", 1}});
        REQUIRE(again);
        again->dispatched();
    }
    CHECK(spent_of(book, "daily") == Usd::parse("0.43"));
    CHECK(held_of(book, "daily") == Usd{});
    book.record({}, {}, {.amount = Usd::parse("0.01")});  // whatever was owed is written by now
    int charges = 0;
    book.replay([&](LedgerRecord const& record) {
        if (record.kind == RecordKind::settle && record.amount != Usd::parse("0.01")) {
            ++charges;
            CHECK(record.quality == UsageQuality::estimated);
        }
    });
    CHECK(charges == 2);
    CHECK(recorded(book) == Usd::parse("0.44"));
}

template <typename Fixture>
void a_charge_above_its_hold_counts_in_full() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    auto hold = book.reserve({}, {.amount = Usd::parse("0.5")});
    REQUIRE(hold);
    hold->settle(Usd::parse("1.25"));
    CHECK(spent_of(book, "daily") == Usd::parse("1.25"));
    CHECK(held_of(book, "daily") == Usd{});
    CHECK(book.remaining({}) == -Usd::parse("0.25"));
    CHECK_FALSE(book.reserve({}, {.amount = Usd{}}));
}

template <typename Fixture>
void a_clock_that_steps_back_stands_still() {
    ManualClock time{next_midnight + std::chrono::hours{1}};
    Fixture fixture;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    book.record({}, {}, {.amount = Usd::parse("0.9")});
    time.set(next_midnight - std::chrono::hours{1});
    CHECK(book.find("daily", "")->window.begin == next_midnight);
    CHECK_FALSE(book.reserve({}, {.amount = Usd::parse("0.2")}));
    book.record({}, {}, {.amount = Usd::parse("0.1")});
    CHECK(spent_of(book, "daily") == 1_usd);

    time.set(next_midnight + std::chrono::hours{24 * 40});  // over many windows at once
    CHECK(spent_of(book, "daily") == Usd{});
    auto hold = book.reserve({}, {.amount = 1_usd});
    REQUIRE(hold);
    time.set(next_midnight);
    CHECK_FALSE(book.reserve({}, {.amount = Usd::parse("0.000000000001")}));
    hold->settle(1_usd);
    CHECK(spent_of(book, "daily") == 1_usd);
    CHECK(book.find("daily", "")->window.contains(next_midnight + std::chrono::hours{24 * 40}));
}

template <typename Fixture>
void every_value_of_a_tag_has_its_own_counter() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book =
        fixture.open({.budgets = {{.name = "per/user", .limit = 1_usd, .scope = {"user"}}}}, time.clock());
    auto const ann = book.account({{"user", "ann"}});
    auto const odd = book.account({{"user", "o/d%d \xC3\xA9"}});
    auto hold = book.reserve(ann, {.amount = 1_usd});
    REQUIRE(hold);
    CHECK_FALSE(book.reserve(ann, {.amount = 1_usd}));
    auto others = book.reserve(odd, {.amount = 1_usd});
    REQUIRE(others);
    others->settle(Usd::parse("0.5"));
    CHECK(held_of(book, "per/user", "ann") == 1_usd);
    CHECK(spent_of(book, "per/user", "o/d%d \xC3\xA9") == Usd::parse("0.5"));
    CHECK(spent_of(book, "per/user", "nobody") == Usd{});
    CHECK(book.remaining({}) == std::nullopt);
    CHECK(book.reserve({}, {.amount = 100_usd}));
    auto const states = book.states();
    CHECK(std::ranges::count(states, "ann", &BudgetState::value) == 1);
    CHECK(std::ranges::count(states, "o/d%d \xC3\xA9", &BudgetState::value) == 1);
}

template <typename Fixture>
void past_the_most_values_the_rest_share_one_counter() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(
        {.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}, .max_values = 2}, time.clock());
    for (char const* const user : {"ann", "bob", "eve", "joe"}) {
        book.record(book.account({{"user", user}}), {}, {.amount = Usd::parse("0.4")});
    }
    CHECK(spent_of(book, "user", "ann") == Usd::parse("0.4"));
    CHECK(spent_of(book, "user", "eve") == Usd{});  // of its own it has none
    CHECK(spent_of(book, "user", CounterTable::other) == Usd::parse("0.8"));
    CHECK(book.remaining(book.account({{"user", "ann"}})) == Usd::parse("0.6"));
    CHECK(book.remaining(book.account({{"user", "eve"}})) == Usd::parse("0.2"));
    CHECK_FALSE(book.reserve(book.account({{"user", "new"}}), {.amount = Usd::parse("0.3")}));
    CHECK(book.states().size() == 3);
}

template <typename Fixture>
void a_budget_for_each_request_limits_that_request_alone() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "call", .limit = 1_usd, .period = Period::request}}},
                             time.clock());
    auto one = book.reserve({}, {.amount = 1_usd});
    auto two = book.reserve({}, {.amount = 1_usd});
    CHECK(one);
    CHECK(two);
    auto const refused = book.reserve({}, {.amount = Usd::parse("1.000000000001")});
    REQUIRE_FALSE(refused);
    CHECK(refused.denial().budget == "call");
    CHECK(refused.denial().limit == 1_usd);
    CHECK(book.remaining({}) == 1_usd);
    CHECK(book.states().empty());
}

template <typename Fixture>
void a_soft_budget_counts_and_never_refuses() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(
        {.budgets = {{.name = "soft", .limit = 1_usd, .enforcement = Enforcement::soft}}}, time.clock());
    auto hold = book.reserve({}, {.amount = 3_usd});
    REQUIRE(hold);
    CHECK(held_of(book, "soft") == 3_usd);
    hold->settle(2_usd);
    CHECK(spent_of(book, "soft") == 2_usd);
    CHECK(book.find("soft", "")->remaining() == -1_usd);
    CHECK(book.remaining({}) == std::nullopt);
}

template <typename Fixture>
void records_are_kept_whole_and_replay_the_same() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    auto const search = book.account({{"team", "search"}, {"user", std::string{"u\0/7", 4}}});
    Charge const charge{.amount = Usd::parse("0.000000000000000001"),
                        .category = CostCategory::embeddings,
                        .quality = UsageQuality::partial,
                        .model = "text-embedding-3-small",
                        .provider = "openai",
                        .reported_cost = Usd::parse("0.25"),
                        .note = "by hand"};
    book.record(search, {"op", 3}, charge);
    auto hold = book.reserve(search, {.amount = Usd::parse("0.1")});
    REQUIRE(hold);
    hold->settle(Usd::parse("0.07"));

    std::vector<std::vector<std::string>> told;
    for (int time_over = 0; time_over < 3; ++time_over) {
        auto& one = told.emplace_back();
        std::uint64_t last = 0;
        book.replay([&](LedgerRecord const& record) {
            CHECK(record.seq > last);
            last = record.seq;
            std::string bytes;
            encode_record(record, bytes);
            one.push_back(std::move(bytes));
        });
    }
    CHECK(told[0].size() == 3);  // a charge, a hold, and what it came to
    CHECK(told[0] == told[1]);
    CHECK(told[0] == told[2]);
    CHECK(recorded(book) == Usd::parse("0.070000000000000001"));
    CHECK(spent_of(book, "daily") >= recorded(book));
    CHECK(spent_of(book, "daily") <= recorded(book) + Fixture::grain);

    RecordReader reader;
    auto const record = reader.read(told[0].front());
    CHECK(record.kind == RecordKind::settle);
    CHECK(record.operation == "op");
    CHECK(record.attempt == 3);
    CHECK(record.amount == charge.amount);
    CHECK(record.category == charge.category);
    CHECK(record.quality == charge.quality);
    CHECK(record.model == charge.model);
    CHECK(record.provider == charge.provider);
    CHECK(record.reported_cost == charge.reported_cost);
    CHECK(record.note == charge.note);
    CHECK(record.at == nine_o_clock);
    REQUIRE(record.tags.size() == 2);
    CHECK(record.tags[0] == Tag{"team", "search"});
    CHECK(record.tags[1].value == std::string_view{"u\0/7", 4});
}

template <typename Fixture>
void a_record_tells_when_it_was_written_and_what_became_of_its_hold() {
    using namespace std::chrono_literals;
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "daily", .limit = 9_usd}}}, time.clock());
    auto settled = book.reserve({}, {.amount = 1_usd, .id = {"settled", 1}});
    auto again = book.reserve({}, {.amount = 1_usd, .id = {"settled", 1}});
    auto released = book.reserve({}, {.amount = 1_usd, .id = {"released", 1}});
    auto dropped = book.reserve({}, {.amount = 1_usd, .id = {"dropped", 1}});
    REQUIRE((settled && again && released && dropped));
    dropped->dispatched();
    time.advance(2h);
    settled->settle(Usd::parse("0.25"));
    again->settle(Usd::parse("0.25"));
    released->release();
    { auto const gone = std::move(dropped); }
    book.record({}, {"alone", 1}, {.amount = Usd::parse("0.5")});

    std::map<std::string, std::vector<RecordKind>> kinds;
    book.replay([&](LedgerRecord const& record) {
        INFO(record.operation << " " << to_string(record.kind));
        bool const charge = record.operation == "alone";
        bool const hold = record.kind == RecordKind::hold;
        CHECK(record.time == (hold ? nine_o_clock : nine_o_clock + 2h));
        CHECK(record.at == (charge ? nine_o_clock + 2h : nine_o_clock));
        if (!charge && record.kind != RecordKind::settle) {
            CHECK(record.amount == 1_usd);  // what was set aside, or given back
        }
        if (!hold) {
            kinds[std::string{record.operation}].push_back(record.kind);
        }
    });
    CHECK(kinds["settled"] == std::vector{RecordKind::settle, RecordKind::release});
    CHECK(kinds["released"] == std::vector{RecordKind::release});
    CHECK(kinds["dropped"] == std::vector{RecordKind::settle});
    CHECK(kinds["alone"] == std::vector{RecordKind::settle});
}

template <typename Fixture>
void a_book_that_is_opened_again_gives_the_same_figures() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    {
        auto book = fixture.open(one_dollar_a_day(), time.clock());
        auto hold = book.reserve({}, {.amount = Usd::parse("0.5"), .id = {"op", 1}});
        REQUIRE(hold);
        hold->settle(Usd::parse("0.3"));
        book.record({}, {"op", 2}, {.amount = Usd::parse("0.1")});
        auto released = book.reserve({}, {.amount = Usd::parse("0.2")});
        REQUIRE(released);
        released->release();
    }
    auto again = fixture.open(one_dollar_a_day(), time.clock());
    CHECK(spent_of(again, "daily") == Usd::parse("0.4"));
    CHECK(held_of(again, "daily") == Usd{});
    CHECK(recorded(again) == Usd::parse("0.4"));
    again.record({}, {"op", 1}, {.amount = Usd::parse("0.5")});
    CHECK(spent_of(again, "daily") == Usd::parse("0.4"));
    CHECK_FALSE(again.reserve({}, {.amount = Usd::parse("0.7")}));
}

template <typename Fixture>
void what_a_dead_process_held_is_charged_at_its_estimate() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    fixture.in_a_process_that_dies(one_dollar_a_day(), time.clock(), [](auto& book) {
        std::vector<Hold> holds;
        holds.push_back(*book.reserve({}, {.amount = Usd::parse("0.5"), .id = {"open", 1}}));
        auto settled = book.reserve({}, {.amount = Usd::parse("0.2")});
        settled->settle(Usd::parse("0.1"));
        return holds;
    });
    for (int time_over = 0; time_over < 2; ++time_over) {
        auto book = fixture.open(one_dollar_a_day(), time.clock());
        CHECK(spent_of(book, "daily") == Usd::parse("0.6"));
        CHECK(held_of(book, "daily") == Usd{});
        CHECK(recorded(book) == Usd::parse("0.6"));
        auto const recovered = book.recovered();
        REQUIRE(recovered.size() == (time_over == 0 ? 1U : 0U));
        if (time_over == 0) {
            CHECK(recovered[0].id == IdempotencyKey{"open", 1});
            CHECK(recovered[0].amount == Usd::parse("0.5"));
            CHECK(recovered[0].at == nine_o_clock);
        }
        book.record({}, {"open", 1}, {.amount = Usd::parse("0.5")});
        CHECK(spent_of(book, "daily") == Usd::parse("0.6"));
    }
}

template <typename Fixture>
void texts_of_every_kind_stay_what_they_are() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    std::vector<std::string> const texts{"'; DROP TABLE records; --",
                                         "]]--return 1",
                                         "a\r\n$1\r\n",
                                         "%2F/%",
                                         "{centavo:default}:records",
                                         "\xFF\xFE",
                                         std::string{"a\0b", 3},
                                         std::string{"\0", 1},
                                         "-",
                                         "*",
                                         " "};
    BudgetStoreOptions options{.budgets = {{.name = "user", .limit = 9_usd, .scope = {"user"}}}};
    for (std::string const& text : texts) {
        options.budgets.push_back({.name = text, .limit = 9_usd, .scope = {text, text}});
    }
    auto const check = [&](auto const& book) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            INFO("text " << i);
            Usd const own = 1_cent * static_cast<int>(i + 1);
            CHECK(spent_of(book, "user", texts[i]) == own);
            CHECK(spent_of(book, texts[i]) == own);
        }
    };
    {
        auto book = fixture.open(options, time.clock());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            auto const account = book.account({{"user", texts[i]}, {texts[i], texts[i]}});
            book.record(account, {texts[i], 1},
                        {.amount = 1_cent * static_cast<int>(i + 1), .model = texts[i]});
        }
        check(book);
        CHECK(book.states().size() >= 2 * texts.size());
    }
    check(fixture.open(options, time.clock()));
}

/// Two accounts whose tags are the same bytes, cut elsewhere.
template <typename Fixture>
void accounts_are_told_apart_whatever_bytes_their_tags_have() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    std::string const cut{"b\0c", 3};
    std::string const shifted{"a\0b", 3};
    BudgetStoreOptions const options{.budgets = {{.name = "one", .limit = 9_usd, .scope = {"a", cut}},
                                          {.name = "two", .limit = 9_usd, .scope = {shifted, "c"}}}};
    {
        auto book = fixture.open(options, time.clock());
        book.record(book.account({{"a", cut}}), {}, {.amount = 1_cent});
        book.record(book.account({{shifted, "c"}}), {}, {.amount = 2_cent});
    }
    auto const again = fixture.open(options, time.clock());
    CHECK(spent_of(again, "one") == 1_cent);
    CHECK(spent_of(again, "two") == 2_cent);
}

template <typename Fixture>
void a_moment_beyond_all_calendars_is_refused() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    {
        auto book = fixture.open(one_dollar_a_day(), time.clock());
        CHECK_THROWS_AS(book.adjust({}, {.amount = 1_cent}, Instant::min()), std::invalid_argument);
        book.adjust({}, {.amount = 1_cent}, Instant::max());  // what is to come is now
        CHECK(spent_of(book, "daily") == 1_cent);
        CHECK(recorded(book) == 1_cent);
    }
    CHECK(spent_of(fixture.open(one_dollar_a_day(), time.clock()), "daily") == 1_cent);
}

template <typename Fixture>
void an_alert_that_throws_keeps_no_other_from_being_told() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "one", .limit = 1_usd}, {.name = "two", .limit = 1_usd}}},
                             time.clock());
    std::vector<std::string> told;
    book.on_alert([&](Alert const& alert) {
        told.push_back(alert.budget + " " + std::string{to_string(alert.kind)});
        if (told.size() <= 2) {
            throw std::runtime_error("pager is down");
        }
    });
    CHECK_THROWS_AS(book.record({}, {}, {.amount = 2_usd}), std::runtime_error);
    CHECK(told == std::vector<std::string>{"one low"});
    CHECK_THROWS_AS(book.record({}, {}, {.amount = 1_cent}), std::runtime_error);  // any call that charges
    book.record({}, {}, {.amount = 1_cent});
    CHECK(told == std::vector<std::string>{"one low", "one exceeded", "two low", "two exceeded"});
    CHECK(recorded(book) == Usd::parse("2.02"));
}

template <typename Fixture>
void an_alert_is_told_once_for_each_window_and_without_a_lock() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    std::vector<AlertKind> told;
    auto const listen = [&](auto& book) {
        book.on_alert([&](Alert const& alert) {
            told.push_back(alert.kind);
            CHECK(alert.budget == "daily");
            CHECK(book.find("daily", "")->spent ==
                  alert.spent);  // a call from inside does not wait for itself
        });
    };
    {
        auto book = fixture.open(one_dollar_a_day(), time.clock());
        listen(book);
        book.record({}, {}, {.amount = Usd::parse("0.9")});
        CHECK(told.empty());
        book.record({}, {}, {.amount = Usd::parse("0.05")});
        book.record({}, {}, {.amount = Usd::parse("0.01")});
        CHECK(told == std::vector{AlertKind::low});
    }
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    listen(book);
    book.record({}, {}, {.amount = Usd::parse("0.01")});
    CHECK(told.size() == 1);
    CHECK_FALSE(book.reserve({}, {.amount = 1_usd}));
    CHECK_FALSE(book.reserve({}, {.amount = 1_usd}));
    CHECK(told == std::vector{AlertKind::low, AlertKind::exceeded});
    time.set(next_midnight);
    auto hold = book.reserve({}, {.amount = 1_usd});
    REQUIRE(hold);
    hold->settle(Usd::parse("0.95"));
    CHECK(told == std::vector{AlertKind::low, AlertKind::exceeded, AlertKind::low});
}

/// Only of books that tell a forecast: whatever they know it by, it is the one of these figures.
template <typename Fixture>
void a_forecast_is_that_of_the_pace_so_far_and_of_late() {
    using namespace std::chrono_literals;
    ManualClock time{parse_instant("2026-11-24T00:00:00Z")};
    Fixture fixture;
    BudgetStoreOptions const options{.budgets = {{.name = "daily", .limit = 90_usd},
                                          {.name = "user", .limit = 90_usd, .scope = {"user"}},
                                          {.name = "ever", .limit = 90_usd, .period = Period::total}}};
    auto const check = [](auto const& book) {
        // A part's weighted mean: 4; 4 + (2 - 4) / 4 = 3.5; 3.5 + (7 - 3.5) / 4 = 4.375; 4.375 x 3 / 4 = 3.28125.
        auto const all = book.forecast("daily");
        REQUIRE(all);
        CHECK(all->linear == 78_usd);                  // 13 x 24 / 4
        CHECK(all->ewma == Usd::parse("78.625"));  // 13 + 20 x 3.28125
        // Ann's: 4; 3; 3 + (-1 - 3) / 4 = 2; 1.5.
        auto const hers = book.forecast("user", "ann");
        REQUIRE(hers);
        CHECK(hers->linear == 18_usd);
        CHECK(hers->ewma == 33_usd);
        CHECK_FALSE(book.forecast("ever"));
        CHECK_FALSE(book.forecast("weekly"));
    };
    {
        auto book = fixture.open(options, time.clock());
        auto const ann = book.account({{"user", "ann"}});
        auto const bob = book.account({{"user", "bob"}});
        book.record(ann, {}, {.amount = 4_usd});  // in the first hour
        CHECK_FALSE(book.forecast("daily"));
        auto late = book.reserve(bob, {.amount = 9_usd});
        REQUIRE(late);
        time.advance(1h);
        book.record(bob, {}, {.amount = 2_usd});  // in the second
        time.advance(1h);
        book.adjust(ann, {.amount = -1_usd}, time.clock().now() - 90min);  // in the third, in which it comes
        late->settle(8_usd);
        time.advance(2h);  // four of 24 parts are over
        check(book);
    }
    check(fixture.open(options, time.clock()));
}

template <typename Fixture>
void an_account_of_another_book_is_refused() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    Fixture elsewhere;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    auto other = elsewhere.open(one_dollar_a_day(), time.clock());
    auto const account = other.account({{"team", "search"}});
    CHECK_THROWS_AS(book.reserve(account, {.amount = 1_cent}), std::invalid_argument);
    CHECK_THROWS_AS(book.record(account, {}, {.amount = 1_cent}), std::invalid_argument);
    CHECK_THROWS_AS(book.adjust(account, {.amount = 1_cent}, {}), std::invalid_argument);
    CHECK_THROWS_AS(book.remaining(account), std::invalid_argument);
    CHECK(recorded(book) == Usd{});
    CHECK_THROWS_AS(book.record(account, {"op", 1}, {.amount = 1_cent}), std::invalid_argument);
    book.record({}, {"op", 1}, {.amount = 1_cent});  // the refused one has not used the id up
    CHECK(recorded(book) == 1_cent);
}

/// Random calls against an oracle that adds by itself.
template <typename Fixture>
void figures_are_those_of_an_oracle() {
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
    auto book = fixture.open({.budgets = budgets}, time.clock());
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
            auto reserved = book.reserve(book.account({{"user", user}}), {.amount = amount});
            if (static_cast<bool>(reserved) != fits) {
                FAIL("step " << step << ": " << (fits ? "refused" : "admitted"));
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
        CHECK(spent_of(book, "all") == oracle[now_names[0]].spent);
        CHECK(held_of(book, "all") == oracle[now_names[0]].held);
        CHECK(spent_of(book, "soft") == oracle[now_names[1]].spent);
        CHECK(held_of(book, "soft") == oracle[now_names[1]].held);
        CHECK(spent_of(book, "user", user) == oracle[now_names[2]].spent);
        CHECK(held_of(book, "user", user) == oracle[now_names[2]].held);
    }
    CHECK(recorded(book) == sum);
}

template <typename Fixture>
void a_store_that_fails_refuses_and_changes_nothing() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open(one_dollar_a_day(), time.clock());
    auto hold = book.reserve({}, {.amount = Usd::parse("0.5"), .id = {"op", 1}});
    REQUIRE(hold);
    {
        auto dropped = book.reserve({}, {.amount = Usd::parse("0.2")});
        REQUIRE(dropped);
        dropped->dispatched();
        fixture.break_store();
    }
    auto const refused = book.reserve({}, {.amount = 1_cent});
    REQUIRE_FALSE(refused);
    CHECK(refused.denial().reason == DenialReason::store);
    CHECK(refused.denial().needed == 1_cent);
    CHECK_FALSE(refused.denial().detail.empty());
    CHECK_THROWS(hold->settle(Usd::parse("0.3")));
    CHECK(hold->open());
    CHECK_THROWS(book.record({}, {"op", 2}, {.amount = Usd::parse("0.1")}));
    CHECK_THROWS(book.adjust({}, {.amount = Usd::parse("0.1")}, {}));
    fixture.mend_store();

    CHECK(held_of(book, "daily") == Usd::parse("0.5"));
    CHECK(spent_of(book, "daily") == Usd::parse("0.2"));
    hold->settle(Usd::parse("0.3"));
    book.record({}, {"op", 2}, {.amount = Usd::parse("0.1")});  // the failed one has not used the id up
    CHECK(spent_of(book, "daily") == Usd::parse("0.6"));
    CHECK(held_of(book, "daily") == Usd{});
    CHECK(recorded(book) == Usd::parse("0.6"));
}

template <typename Fixture>
void a_store_that_fails_may_be_gone_on_without() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto options = one_dollar_a_day();
    options.when_store_fails = StoreFailure::keep_counting;
    auto book = fixture.open(options, time.clock());
    book.record({}, {}, {.amount = Usd::parse("0.1")});
    auto before = book.reserve({}, {.amount = Usd::parse("0.2")});
    REQUIRE(before);
    fixture.break_store();
    auto meanwhile = book.reserve({}, {.amount = Usd::parse("0.5")});
    REQUIRE(meanwhile);
    auto const refused = book.reserve({}, {.amount = Usd::parse("0.3")});  // what it knows of still counts
    REQUIRE_FALSE(refused);
    CHECK(refused.denial().reason == DenialReason::no_money);
    before->settle(Usd::parse("0.15"));
    meanwhile->settle(Usd::parse("0.4"));
    book.record({}, {"op", 1}, {.amount = Usd::parse("0.05")});
    CHECK_FALSE(book.reserve({}, {.amount = Usd::parse("0.31")}));
    auto over = book.reserve({}, {.amount = Usd::parse("0.3")});
    REQUIRE(over);
    fixture.mend_store();

    over->settle(Usd::parse("0.2"));
    CHECK(spent_of(book, "daily") == Usd::parse("0.9"));
    CHECK(held_of(book, "daily") == Usd{});
    CHECK(recorded(book) == Usd::parse("0.9"));
    book.record({}, {"op", 1}, {.amount = Usd::parse("0.05")});
    auto again = fixture.open(options, time.clock());
    CHECK(spent_of(again, "daily") == Usd::parse("0.9"));
    CHECK(held_of(again, "daily") == Usd{});
}

/// The laws that one thread can see.
template <typename Fixture>
void check_book() {
    SECTION("admits up to the limit and no further") { admits_up_to_the_limit_and_no_further<Fixture>(); }
    SECTION("raises all budgets or none") { raises_all_budgets_or_none<Fixture>(); }
    SECTION("a refusal says which budget and how it stands") {
        a_refusal_says_which_budget_and_how_it_stands<Fixture>();
    }
    SECTION("a late charge counts in the window of its reserve") {
        a_late_charge_counts_in_the_window_of_its_reserve<Fixture>();
    }
    SECTION("an id counts once, and a retry is another") {
        an_id_counts_once_and_a_retry_is_another<Fixture>();
    }
    SECTION("only an adjustment may be negative") { only_an_adjustment_may_be_negative<Fixture>(); }
    SECTION("a dropped hold costs what may be billed") { a_dropped_hold_costs_what_may_be_billed<Fixture>(); }
    SECTION("a charge above its hold counts in full") { a_charge_above_its_hold_counts_in_full<Fixture>(); }
    SECTION("a clock that steps back stands still") { a_clock_that_steps_back_stands_still<Fixture>(); }
    SECTION("every value of a tag has its own counter") {
        every_value_of_a_tag_has_its_own_counter<Fixture>();
    }
    SECTION("past the most values the rest share one counter") {
        past_the_most_values_the_rest_share_one_counter<Fixture>();
    }
    SECTION("a budget for each request limits that request alone") {
        a_budget_for_each_request_limits_that_request_alone<Fixture>();
    }
    SECTION("a soft budget counts and never refuses") { a_soft_budget_counts_and_never_refuses<Fixture>(); }
    SECTION("records are kept whole and replay the same") {
        records_are_kept_whole_and_replay_the_same<Fixture>();
    }
    SECTION("a record tells when it was written and what became of its hold") {
        a_record_tells_when_it_was_written_and_what_became_of_its_hold<Fixture>();
    }
    SECTION("a book that is opened again gives the same figures") {
        a_book_that_is_opened_again_gives_the_same_figures<Fixture>();
    }
    SECTION("what a dead process held is charged at its estimate") {
        what_a_dead_process_held_is_charged_at_its_estimate<Fixture>();
    }
    SECTION("an alert is told once for each window, and without a lock") {
        an_alert_is_told_once_for_each_window_and_without_a_lock<Fixture>();
    }
    SECTION("texts of every kind stay what they are") { texts_of_every_kind_stay_what_they_are<Fixture>(); }
    SECTION("accounts are told apart whatever bytes their tags have") {
        accounts_are_told_apart_whatever_bytes_their_tags_have<Fixture>();
    }
    SECTION("a moment beyond all calendars is refused") {
        a_moment_beyond_all_calendars_is_refused<Fixture>();
    }
    SECTION("an alert that throws keeps no other from being told") {
        an_alert_that_throws_keeps_no_other_from_being_told<Fixture>();
    }
    SECTION("a forecast is that of the pace so far and of late") {
        a_forecast_is_that_of_the_pace_so_far_and_of_late<Fixture>();
    }
    SECTION("an account of another book is refused") { an_account_of_another_book_is_refused<Fixture>(); }
    SECTION("its figures are those of an oracle") { figures_are_those_of_an_oracle<Fixture>(); }
    if constexpr (requires(Fixture fixture) { fixture.break_store(); }) {
        SECTION("a store that fails refuses and changes nothing") {
            a_store_that_fails_refuses_and_changes_nothing<Fixture>();
        }
        SECTION("a store that fails may be gone on without") {
            a_store_that_fails_may_be_gone_on_without<Fixture>();
        }
    }
}

/// The last law: any call from any thread; one of two that race for the last dollar is refused.
template <typename Fixture>
void check_book_threads(int calls) {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto book = fixture.open({.budgets = {{.name = "daily", .limit = 1_usd},
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
            auto const account = book.account({{"user", t % 2 == 0 ? "ann" : "bob"}});
            for (int i = 0; i < calls; ++i) {
                Usd const amount =
                    Usd::from_atto(Int128{1'000'000'000'000} * static_cast<int>(random() % 90'000));
                auto hold = book.reserve(account, {.amount = amount});
                if (!hold) {
                    continue;
                }
                auto const state = book.find("daily", "").value();
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
    CHECK(spent_of(book, "daily") == spent);
    CHECK(held_of(book, "daily") == Usd{});
    CHECK(recorded(book) == spent);
    CHECK(spent <= Usd::parse("0.8"));
    CHECK(spent_of(book, "user", "ann") + spent_of(book, "user", "bob") == spent);
    CHECK(spent_of(book, "user", "ann") <= Usd::parse("0.4"));
    CHECK(spent_of(book, "user", "bob") <= Usd::parse("0.4"));
    auto rest = book.reserve({}, {.amount = 1_usd - spent});
    CHECK(rest);
    CHECK_FALSE(book.reserve({}, {.amount = Usd::parse("0.000000000001")}));
}

}  // namespace centavo::conformance
