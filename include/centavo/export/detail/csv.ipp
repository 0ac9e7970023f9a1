// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/export/csv.hpp>
#include <centavo/export/detail/json_text.hpp>
#include <centavo/pricing/usage.hpp>

#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE CsvExport::CsvExport(TextSinkRef sink, CsvFormulas formulas) : sink_{sink}, row_{formulas} {
    for (auto const* name :
         {"seq", "kind", "time", "at", "operation", "attempt", "category", "quality", "provider", "model",
          "input_tokens", "output_tokens", "amount_usd", "reported_usd", "tags", "note", "complete"}) {
        row_.plain(name);
    }
    row_.end(sink_);
}

CENTAVO_INLINE void CsvExport::add(LedgerRecord const& record) {
    if (!record.spends()) {
        return;
    }
    SpendFigures figures;
    figures.add(record);
    row_.plain(std::to_string(record.seq)).plain(to_string(record.kind));
    row_.plain(to_string(record.time)).plain(to_string(record.at));
    row_.text(record.operation).plain(std::to_string(record.attempt));
    row_.plain(to_string(record.category)).plain(to_string(record.quality));
    row_.text(record.provider).text(record.model);
    if (record.kind != RecordKind::settle || record.lines.empty()) {
        row_.null().null();
    } else {
        row_.plain(std::to_string(figures.input.value())).plain(std::to_string(figures.output.value()));
    }
    row_.plain(record.amount.to_string());
    row_.plain(record.reported_cost ? record.reported_cost->to_string() : std::string{});
    row_.text(record.tags.empty() ? std::string{} : tags_as_json(record.tags)).text(record.note);
    row_.plain(record.complete ? "true" : "false");
    row_.end(sink_);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
