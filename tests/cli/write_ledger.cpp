// SPDX-License-Identifier: MIT
// write_ledger FILE: writes a ledger with a settled call, a call whose process ended, and an infrastructure bill.
#include <centavo/budget/file_ledger.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/pricing/cost.hpp>

#include <centavo/base/clock.hpp>

int main(int count, char** arguments) {
    using namespace centavo;
    using namespace centavo::detail;
    if (count != 2) {
        return 2;
    }
    FileLedger ledger{arguments[1]};
    auto const at = parse_instant("2026-11-24T10:00:00Z");
    Cost const cost = cost_of(builtin_prices().at("gpt-4o"), {.input = 500, .output = 300}, at);
    LedgerRecord record{.kind = RecordKind::hold,
                        .time = at,
                        .at = at,
                        .operation = "op-1",
                        .amount = Usd::parse("0.01"),
                        .model = "gpt-4o",
                        .provider = "openai"};
    record.hold = ledger.append(record);
    record.kind = RecordKind::settle;
    record.category = CostCategory::tokens;
    record.amount = cost.total();
    record.lines = cost.lines();
    ledger.append(record);
    ledger.append(
        {.kind = RecordKind::hold, .time = at, .at = at, .operation = "op-2", .amount = Usd::parse("0.02")});
    ledger.append(
        {.time = at, .at = at, .amount = Usd::parse("12.5"), .category = CostCategory::infrastructure});
}
