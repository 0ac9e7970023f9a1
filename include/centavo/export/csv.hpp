// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/export/detail/export_text.hpp>
#include <centavo/pricing/usage.hpp>

#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Writes every charge and every correction of a ledger as one row of CSV (RFC 4180), under a head.
///
/// `amount_usd` is exact and adds up to what was spent. `at` is the moment of the reserve, to whose windows the money
/// belongs, `time` when it was written down; both UTC. Tags are a JSON object. Streams: one row in memory.
/// Texts that a spreadsheet would run get an apostrophe before them unless Formulas::keep is named.
template <RecordSource Source, detail::TextOut Out>
void write_csv(Source const& source, Out out, detail::Formulas formulas = detail::Formulas::guard) {
    detail::CsvRow row{formulas};
    for (auto const* name :
         {"seq", "kind", "time", "at", "operation", "attempt", "category", "quality", "provider", "model",
          "input_tokens", "output_tokens", "amount_usd", "reported_usd", "tags", "note"}) {
        row.plain(name);
    }
    row.end(out);
    source.replay([&](LedgerRecord const& record) {
        if (!record.spends()) {
            return;
        }
        SpendFigures figures;
        figures.add(record);
        row.plain(std::to_string(record.seq)).plain(to_string(record.kind));
        row.plain(to_string(record.time)).plain(to_string(record.at));
        row.text(record.operation).plain(std::to_string(record.attempt));
        row.plain(to_string(record.category)).plain(to_string(record.quality));
        row.text(record.provider).text(record.model);
        if (record.kind != RecordKind::settle || record.lines.empty()) {
            row.null().null();
        } else {
            row.plain(std::to_string(figures.input.value())).plain(std::to_string(figures.output.value()));
        }
        row.plain(record.amount.to_string());
        row.plain(record.reported_cost ? record.reported_cost->to_string() : std::string{});
        row.text(record.tags.empty() ? std::string{} : detail::tags_as_json(record.tags)).text(record.note);
        row.end(out);
    });
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
