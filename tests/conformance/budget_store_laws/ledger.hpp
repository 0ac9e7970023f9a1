// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/detail/record_codec.hpp>
#include <conformance/budget_store_laws/support.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::conformance {

using namespace centavo::detail;

template <typename Fixture>
void records_are_complete_and_replay_identically() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open(one_dollar_a_day(), time.clock());
    auto const search = store.account({{"team", "search"}, {"user", std::string{"u\0/7", 4}}});
    Charge const charge{.amount = Usd::parse("0.000000000000000001"),
                        .category = CostCategory::embeddings,
                        .quality = UsageQuality::partial,
                        .model = "text-embedding-3-small",
                        .provider = "openai",
                        .reported_cost = Usd::parse("0.25"),
                        .note = "by hand"};
    store.record(search, {"op", 3}, charge);
    auto hold = store.reserve(search, {.amount = Usd::parse("0.1")});
    REQUIRE(hold);
    hold->settle(Usd::parse("0.07"));

    std::vector<std::vector<std::string>> fired;
    for (int round = 0; round < 3; ++round) {
        auto& one = fired.emplace_back();
        std::uint64_t last = 0;
        store.replay([&](LedgerRecord const& record) {
            CHECK(record.seq > last);
            last = record.seq;
            std::string bytes;
            encode_record(record, bytes);
            one.push_back(std::move(bytes));
        });
    }
    CHECK(fired[0].size() == 3);  // a charge, a hold and its settlement
    CHECK(fired[0] == fired[1]);
    CHECK(fired[0] == fired[2]);
    CHECK(recorded(store) == Usd::parse("0.070000000000000001"));
    CHECK(spent_of(store, "daily") >= recorded(store));
    CHECK(spent_of(store, "daily") <= recorded(store) + Fixture::grain);

    RecordReader reader;
    auto const record = reader.read(fired[0].front());
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
void records_state_when_they_were_written_and_how_their_hold_ended() {
    using namespace std::chrono_literals;
    ManualClock time{nine_o_clock};
    Fixture fixture;
    auto store = fixture.open({.budgets = {{.name = "daily", .limit = 9_usd}}}, time.clock());
    auto settled = store.reserve({}, {.amount = 1_usd, .id = {"settled", 1}});
    auto again = store.reserve({}, {.amount = 1_usd, .id = {"settled", 1}});
    auto released = store.reserve({}, {.amount = 1_usd, .id = {"released", 1}});
    auto dropped = store.reserve({}, {.amount = 1_usd, .id = {"dropped", 1}});
    REQUIRE((settled && again && released && dropped));
    dropped->dispatched();
    time.advance(2h);
    settled->settle(Usd::parse("0.25"));
    again->settle(Usd::parse("0.25"));
    released->release();
    { auto const gone = std::move(dropped); }
    store.record({}, {"alone", 1}, {.amount = Usd::parse("0.5")});

    std::map<std::string, std::vector<RecordKind>> kinds;
    store.replay([&](LedgerRecord const& record) {
        INFO(record.operation << " " << to_string(record.kind));
        bool const charge = record.operation == "alone";
        bool const hold = record.kind == RecordKind::hold;
        CHECK(record.time == (hold ? nine_o_clock : nine_o_clock + 2h));
        CHECK(record.at == (charge ? nine_o_clock + 2h : nine_o_clock));
        if (!charge && record.kind != RecordKind::settle) {
            CHECK(record.amount == 1_usd);  // what was reserved or released
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
void a_reopened_store_has_the_same_figures() {
    ManualClock time{nine_o_clock};
    Fixture fixture;
    {
        auto store = fixture.open(one_dollar_a_day(), time.clock());
        auto hold = store.reserve({}, {.amount = Usd::parse("0.5"), .id = {"op", 1}});
        REQUIRE(hold);
        hold->settle(Usd::parse("0.3"));
        store.record({}, {"op", 2}, {.amount = Usd::parse("0.1")});
        auto released = store.reserve({}, {.amount = Usd::parse("0.2")});
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
void arbitrary_text_is_preserved() {
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
    auto const check = [&](auto const& store) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            INFO("text " << i);
            Usd const own = 1_cent * static_cast<int>(i + 1);
            CHECK(spent_of(store, "user", texts[i]) == own);
            CHECK(spent_of(store, texts[i]) == own);
        }
    };
    {
        auto store = fixture.open(options, time.clock());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            auto const account = store.account({{"user", texts[i]}, {texts[i], texts[i]}});
            store.record(account, {texts[i], 1},
                         {.amount = 1_cent * static_cast<int>(i + 1), .model = texts[i]});
        }
        check(store);
        CHECK(store.states().size() >= 2 * texts.size());
    }
    check(fixture.open(options, time.clock()));
}

}  // namespace centavo::conformance
