// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/unit.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

// Ledgers for the tests of the exporters.

namespace centavo::test {

using namespace centavo::detail;

[[nodiscard]] inline CostLine line_of(Rate const& rate, std::int64_t count) {
    return {rate, count, rate.cost(count)};
}

[[nodiscard]] inline Usd sum_of(std::vector<CostLine> const& lines) {
    Usd sum;
    for (CostLine const& line : lines) {
        sum += line.cost;
    }
    return sum;
}

/// A request to gpt-4o at its list price, a bill for infrastructure, and a refund of the request a month later:
/// 0.00409 + 12.5 - 0.0001 = 12.50399.
inline void write_example(MemoryLedger& ledger) {
    std::vector<CostLine> const lines{line_of(Rate::per_million(units::input, "2.5"), 372),
                                      line_of(Rate::per_million(units::cache_read, "1.25"), 128),
                                      line_of(Rate::per_million(units::output, "10"), 300)};
    std::vector<Tag> const tags{{"team", "search"}, {"user", "u,1"}};
    auto const at = parse_instant("2026-11-24T10:00:00.5Z");
    LedgerRecord hold{.kind = RecordKind::hold,
                      .time = at,
                      .at = at,
                      .operation = "op-1",
                      .amount = Usd::parse("0.01"),
                      .category = CostCategory::tokens,
                      .quality = UsageQuality::estimated,
                      .model = "gpt-4o",
                      .provider = "openai",
                      .tags = tags};
    LedgerRecord settle = hold;
    settle.kind = RecordKind::settle;
    settle.hold = ledger.append(hold);
    settle.time = at + std::chrono::seconds{2};
    settle.amount = sum_of(lines);
    settle.quality = UsageQuality::reported;
    settle.lines = lines;
    ledger.append(settle);
    auto const evening = parse_instant("2026-11-30T23:59:59Z");
    ledger.append({.time = evening,
                   .at = evening,
                   .amount = Usd::parse("12.5"),
                   .category = CostCategory::infrastructure,
                   .note = "vector database, November"});
    ledger.append({.kind = RecordKind::adjust,
                   .time = parse_instant("2026-12-01T09:00:00Z"),
                   .at = at,
                   .amount = Usd::parse("-0.0001"),
                   .category = CostCategory::tokens,
                   .model = "gpt-4o",
                   .provider = "openai",
                   .tags = tags,
                   .note = "refund"});
}

/// Texts that break formats which do not escape them.
inline constexpr auto hostile_texts = std::to_array<std::string_view>({
    "plain",
    "a\"b",
    "new\nline",
    "carriage\rreturn",
    "comma,comma",
    "=HYPERLINK(\"http://x\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "back\\slash",
    "\\n",
    "<script>alert(1)</script>",
    "\"><svg onload=x>",
    "&amp;",
    "\xFF\xFE",
    "\xC3\xA9t\xC3\xA9",
    "__other__",
    "untagged",
    " blank ",
    "'",
    "{}",
    "# EOF",
    "a\nb# TYPE x counter\n",
});

/// Appends `size` charges and corrections with random amounts, prices, units, texts and times; returns the sum of their
/// amounts.
inline Usd write_random(MemoryLedger& ledger, std::uint64_t seed, std::size_t size) {
    std::mt19937_64 random{seed};
    auto const below = [&](std::uint64_t end) { return random() % end; };
    auto const text = [&] { return hostile_texts[below(hostile_texts.size())]; };
    constexpr auto all_units = unit_names();
    constexpr std::array<std::int64_t, 7> pers{1, 3, 7, 1'000, 3'600, 10'000, 1'000'000};
    Usd total;
    auto time = parse_instant("2026-01-30T00:00:00Z");
    for (std::size_t i = 0; i < size; ++i) {
        time += std::chrono::milliseconds{below(4'000'000)};
        std::vector<CostLine> lines;
        for (auto left = below(4); left > 0; --left) {
            Rate const rate{all_units[below(all_units.size())].unit,
                            Decimal{static_cast<std::int64_t>(below(100'000)), -static_cast<int>(below(6))},
                            pers[below(pers.size())]};
            lines.push_back(line_of(rate, static_cast<std::int64_t>(below(1'000'000))));
        }
        std::vector<Tag> tags;
        if (below(3) != 0) {
            tags.push_back({"team", std::string{text()}});
            tags.push_back({std::string{text()} + "key", std::string{text()}});
        }
        bool const corrects = below(10) == 0;
        LedgerRecord record{.kind = corrects ? RecordKind::adjust : RecordKind::settle,
                            .time = time,
                            .at = time - std::chrono::milliseconds{below(100'000'000)},
                            .operation = text(),
                            .attempt = static_cast<int>(below(3)) + 1,
                            .amount = sum_of(lines),
                            .category = static_cast<CostCategory>(below(4)),
                            .quality = static_cast<UsageQuality>(below(3)),
                            .model = below(5) == 0 ? std::string_view{} : text(),
                            .provider = below(5) == 0 ? std::string_view{} : text(),
                            .tags = tags,
                            .lines = lines,
                            .note = text()};
        if (lines.empty() || below(5) == 0) {  // an amount that the lines do not add up to
            record.amount = Usd::from_atto(static_cast<Int128>(below(1'000'000'000'000'000'000)) * 5);
        }
        if (corrects && below(2) == 0) {
            record.lines = {};
            record.amount = -record.amount;
        }
        ledger.append(record);
        total += record.amount;
    }
    return total;
}

}  // namespace centavo::test
