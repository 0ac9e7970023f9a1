// SPDX-License-Identifier: MIT
#include <centavo/budget/spend_report.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/local_budgets.hpp>
#include <centavo/budget/record.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Instant const morning = parse_instant("2026-11-24T09:00:00Z");

/// 1,000 tokens to gpt-4o, 300 back, at $2.50 and $10 a million: $0.0025 + $0.003.
struct Gpt4oCall {
    std::vector<CostLine> lines{{Rate::per_million(units::input, "2.5"), 1'000, 0.0025_usd},
                                {Rate::per_million(units::output, "10"), 300, 0.003_usd}};
    LedgerRecord record{.time = morning,
                        .at = morning,
                        .amount = 0.0055_usd,
                        .category = CostCategory::tokens,
                        .model = "gpt-4o",
                        .provider = "openai",
                        .lines = lines};
};

template <typename Key>
[[nodiscard]] SpendFigures sum_of(SpendFiguresBy<Key> const& figures) {
    SpendFigures sum = figures.rest();
    for (auto const& [key, each] : figures.each()) {
        sum += each;
    }
    return sum;
}

}  // namespace

TEST_CASE("a charge counts once in each breakdown, with its billed tokens") {
    Gpt4oCall call;
    std::vector<Tag> const tags{{"team", "search"}, {"user", "ann"}};
    call.record.tags = tags;
    SpendReport report;
    report.add(call.record);
    SpendFigures const expected{.cost = 0.0055_usd, .charges = 1, .input = 1'000, .output = 300};
    CHECK(report.total() == expected);
    CHECK(report.by_model().each().at({"openai", "gpt-4o"}) == expected);
    CHECK(report.by_day().each().at(parse_instant("2026-11-24T00:00:00Z")) == expected);
    CHECK(report.by_tag().at("team").each().at("search") == expected);
    CHECK(report.by_tag().at("user").each().at("ann") == expected);
    CHECK(report.categories() == CostTotals{.tokens = 0.0055_usd});
    CHECK(report.first() == morning);
    CHECK(report.last() == morning);
}

TEST_CASE("cached tokens are input that was billed, and what is not counted in tokens is no tokens") {
    std::vector<CostLine> const lines{
        {Rate::per_million(units::input, "2.5"), 372, 0.00093_usd},
        {Rate::per_million(units::cache_read, "1.25"), 128, 0.00016_usd},
        {Rate{Unit{.measure = Measure::requests}, Decimal::parse("0.01"), 1}, 2, 0.02_usd}};
    SpendReport report;
    report.add({.amount = 0.02109_usd, .lines = lines});
    CHECK(report.total().input == Tokens{500});
    CHECK(report.total().output == Tokens{0});
}

TEST_CASE("estimated costs are reported as such in the total and in each breakdown") {
    ManualClock clock{morning};
    LocalBudgets<MemoryLedger> store{
        {.budgets = {{.name = "daily", .limit = 1_usd}}}, std::make_shared<MemoryLedger>(), clock.clock()};
    auto const search = store.account({{"team", "search"}});
    store.reserve(search, {.amount = 0.3_usd})->settle(0.25_usd);
    {
        auto dropped = store.reserve(search, {.amount = 0.5_usd});
        dropped->dispatched();  // and its cost stays unknown
    }
    store.record({}, {}, {.amount = 0.1_usd, .quality = UsageQuality::partial});
    SpendReport const report = report_of(store);
    CHECK(report.total() == SpendFigures{.cost = 0.85_usd, .estimated = 0.5_usd, .charges = 3});
    CHECK(report.by_tag().at("team").each().at("search").estimated == 0.5_usd);
    CHECK(sum_of(report.by_model()).estimated == 0.5_usd);
    CHECK(sum_of(report.by_day()).estimated == 0.5_usd);
}

TEST_CASE("a correction changes the cost of the corrected day and is not a charge") {
    Gpt4oCall call;
    SpendReport report;
    report.add(call.record);
    LedgerRecord refund = call.record;
    refund.kind = RecordKind::adjust;
    refund.time = parse_instant("2026-12-01T09:00:00Z");
    refund.amount = -0.0005_usd;
    report.add(refund);
    CHECK(report.total() == SpendFigures{.cost = 0.005_usd, .charges = 1, .input = 1'000, .output = 300});
    REQUIRE(report.by_day().each().size() == 1);
    CHECK(report.by_day().each().at(parse_instant("2026-11-24T00:00:00Z")).cost == 0.005_usd);
    CHECK(report.last() == morning);
}

TEST_CASE("holds, releases, alerts and settings do not count as spent") {
    SpendReport report;
    for (auto const kind : {RecordKind::hold, RecordKind::dispatch, RecordKind::release, RecordKind::alert,
                            RecordKind::config}) {
        Gpt4oCall call;
        call.record.kind = kind;
        report.add(call.record);
    }
    CHECK(report.total() == SpendFigures{});
    CHECK(report.by_model().each().empty());
}

TEST_CASE("the report of an empty ledger is zero, with first() after last()") {
    SpendReport const report = report_of(MemoryLedger{});
    CHECK(report.total() == SpendFigures{});
    CHECK(report.categories() == CostTotals{});
    CHECK(report.by_model().each().empty());
    CHECK(report.by_day().each().empty());
    CHECK(report.by_tag().empty());
    CHECK(report.first() > report.last());
}

TEST_CASE("days begin as the calendar says") {
    Gpt4oCall call;
    call.record.at = parse_instant("2026-11-24T19:00:00Z");  // half past midnight in Delhi
    SpendReport report{{.calendar = Calendar::offset(std::chrono::minutes{330})}};
    report.add(call.record);
    REQUIRE(report.by_day().each().size() == 1);
    CHECK(report.by_day().each().begin()->first == parse_instant("2026-11-24T18:30:00Z"));
}

TEST_CASE("models and tag values beyond the maximum are summed together, and further tag keys are omitted") {
    SpendReport report{{.max_values = 2, .max_tag_keys = 1}};
    for (std::string const name : {"a", "b", "c", "d", "a"}) {
        std::vector<Tag> const tags{{"team", name}, {"user", name}};
        report.add({.at = morning, .amount = 1_usd, .model = name, .tags = tags});
    }
    CHECK(report.by_model().each().size() == 2);
    CHECK(report.by_model().each().at({"", "a"}).cost == 2_usd);
    CHECK(report.by_model().rest() == SpendFigures{.cost = 2_usd, .charges = 2});
    REQUIRE(report.by_tag().size() == 1);
    CHECK(report.by_tag().at("team").rest().cost == 2_usd);
    CHECK(sum_of(report.by_model()) == report.total());
}

TEST_CASE("a sum beyond 128 bits throws std::overflow_error") {
    SpendReport report;
    Usd const most = Usd::from_atto(std::numeric_limits<Int128>::max());
    report.add({.amount = most});
    CHECK_THROWS_AS(report.add({.amount = Usd::from_atto(1)}), std::overflow_error);
}

TEST_CASE("figures by model, day, tag and category match an independent sum") {
    std::uint32_t const seed = 20'261'124;
    std::mt19937 random{seed};
    constexpr std::array<char const*, 4> models{"", "gpt-4o", "claude-sonnet-4-5", "gemini-2.5-pro"};
    constexpr std::array<char const*, 3> teams{"", "search", "mail"};
    MemoryLedger ledger;
    Int128 total = 0;
    Int128 estimated = 0;
    std::uint64_t charges = 0;
    std::map<std::string, Int128> by_model;
    std::map<std::string, Int128> by_team;
    std::map<std::int64_t, Int128> by_day;
    std::array<Int128, 4> by_category{};
    for (int i = 0; i < 2'000; ++i) {
        bool const corrects = random() % 8 == 0;
        std::string const model = models[random() % models.size()];
        std::string const team = teams[random() % teams.size()];
        auto const category = random() % 4;
        auto const hour = static_cast<std::int64_t>(random() % 1'000);
        bool const guessed = random() % 4 == 0;
        Int128 const atto = (corrects ? -1 : 1) * Int128{random()} * 1'000'003;
        std::vector<Tag> tags;
        if (!team.empty()) {
            tags.push_back({"team", team});
            by_team[team] += atto;
        }
        ledger.append({.kind = corrects ? RecordKind::adjust : RecordKind::settle,
                       .at = Instant{std::chrono::hours{hour}},
                       .amount = Usd::from_atto(atto),
                       .category = static_cast<CostCategory>(category),
                       .quality = guessed ? UsageQuality::estimated : UsageQuality::reported,
                       .model = model,
                       .tags = tags});
        total += atto;
        estimated += guessed ? atto : 0;
        charges += corrects ? 0 : 1;
        by_model[model] += atto;
        by_day[hour / 24] += atto;
        by_category[category] += atto;
    }
    INFO("seed " << seed);
    SpendReport const report = report_of(ledger);
    CHECK(report.total().cost.atto() == total);
    CHECK(report.total().estimated.atto() == estimated);
    CHECK(report.total().charges == charges);
    for (auto const& [model, atto] : by_model) {
        CHECK(report.by_model().each().at({"", model}).cost.atto() == atto);
    }
    for (auto const& [team, atto] : by_team) {
        CHECK(report.by_tag().at("team").each().at(team).cost.atto() == atto);
    }
    for (auto const& [day, atto] : by_day) {
        CHECK(report.by_day().each().at(Instant{std::chrono::days{day}}).cost.atto() == atto);
    }
    for (std::size_t i = 0; i < by_category.size(); ++i) {
        CHECK(report.categories().of(static_cast<CostCategory>(i)).atto() == by_category[i]);
    }
    CHECK(sum_of(report.by_model()) == report.total());
    CHECK(sum_of(report.by_day()) == report.total());
    CHECK(report.structure().total() == report.total().cost);
}
