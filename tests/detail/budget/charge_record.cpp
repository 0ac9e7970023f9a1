// SPDX-License-Identifier: MIT
#include <centavo/budget/detail/charge_record.hpp>

#include <centavo/base/clock.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <stdexcept>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

TEST_CASE("a record takes every field of a charge and keeps its own") {
    std::vector<CostLine> const lines{{Rate::per_million(units::input, "2.5"), 1'000, 0.0025_usd}};
    std::vector<Tag> const tags{{"team", "search"}};
    Charge const charge{.amount = 0.0025_usd,
                        .category = CostCategory::embeddings,
                        .quality = UsageQuality::partial,
                        .model = "gpt-4o",
                        .provider = "openai",
                        .lines = lines,
                        .reported_cost = 0.003_usd,
                        .note = "by hand"};
    auto const noon = parse_instant("2026-11-24T12:00:00Z");
    IdempotencyKey const id{"op", 3};
    auto const record = record_of(RecordKind::settle, id, tags, charge, {noon});
    CHECK(record.kind == RecordKind::settle);
    CHECK(record.time == noon);
    CHECK(record.at == noon);
    CHECK(record.operation == "op");
    CHECK(record.attempt == 3);
    CHECK(record.tags.data() == tags.data());
    CHECK(record.amount == charge.amount);
    CHECK(record.category == charge.category);
    CHECK(record.quality == charge.quality);
    CHECK(record.model == charge.model);
    CHECK(record.provider == charge.provider);
    CHECK(record.lines.data() == lines.data());
    CHECK(record.reported_cost == charge.reported_cost);
    CHECK(record.note == charge.note);
    CHECK(record.hold == 0);
}

TEST_CASE("a charge counts at the given instant unless that is in the future") {
    auto const noon = parse_instant("2026-11-24T12:00:00Z");
    CHECK(ChargeTime{noon}.at() == noon);
    CHECK(ChargeTime{noon, noon - 1h}.at() == noon - 1h);
    CHECK(ChargeTime{noon, noon + 1h}.at() == noon);
}

TEST_CASE("records are limited to instants from 1690 to 2249") {
    CHECK(is_representable(parse_instant("1690-12-01T00:00:00Z")));
    CHECK(is_representable(parse_instant("2249-01-01T00:00:00Z")));
    CHECK_FALSE(is_representable(Instant::min()));
    CHECK_FALSE(is_representable(Instant::max()));
    auto const noon = parse_instant("2026-11-24T12:00:00Z");
    CHECK_THROWS_AS(record_of(RecordKind::adjust, {}, {}, {.amount = 1_cent}, {noon, Instant::min()}),
                    std::invalid_argument);
    CHECK_THROWS_AS(record_of(RecordKind::adjust, {}, {}, {.amount = 1_cent}, {Instant::max()}),
                    std::invalid_argument);
}

TEST_CASE("only a correction may be negative") {
    CHECK_THROWS_AS(require_not_negative({.amount = Usd::from_atto(-1)}), std::invalid_argument);
    require_not_negative({.amount = Usd{}});
    CHECK(LedgerRecord{.kind = RecordKind::adjust}.spends());
    CHECK(LedgerRecord{.kind = RecordKind::settle}.spends());
    CHECK_FALSE(LedgerRecord{.kind = RecordKind::release}.spends());
}
