// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/export/detail/export_text.hpp>
#include <centavo/export/spend_metrics.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/usage.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

namespace ledger_json {

/// Appends a member whose value is a number or other text of JSON.
void append_raw(std::string& out, std::string_view name, std::string_view value);

/// The members of some figures.
void append_figures(std::string& out, SpendFigures const& figures);

/// A list of figures, each with the members that `name_of_key(key)` appends.
template <typename Key, typename Name>
void append_list(std::string& out, SpendFiguresBy<Key> const& figures, Name name_of_key) {
    out += '[';
    for (auto const& [key, one] : figures.each()) {
        out += out.back() == '[' ? "{" : ",{";
        name_of_key(key);
        append_figures(out, one);
        out += '}';
    }
    if (figures.rest() != SpendFigures{}) {
        out += out.back() == '[' ? "{" : ",{";
        append_raw(out, "others", "true");
        append_figures(out, figures.rest());
        out += '}';
    }
    out += ']';
}

/// A charge or a correction as one object.
void append_record(std::string& out, LedgerRecord const& record);

}  // namespace ledger_json

/// A report as one JSON object: the total, then by category, model, day and tag. Money is exact decimal text.
[[nodiscard]] std::string report_as_json(SpendReport const& report);

/// Writes a ledger as one JSON document: `{"records":[…],"figures":{…}}`, every charge and correction with its lines,
/// and what they come to. Streams: one record and the figures in memory.
template <RecordSource Source, detail::TextOut Out>
void write_json(Source const& source, Out out, SpendReportOptions const& options = {}) {
    SpendReport report{options};
    std::string text = "{\"records\":[";
    bool first = true;
    source.replay([&](LedgerRecord const& record) {
        report.add(record);
        if (!record.spends()) {
            return;
        }
        text += first ? "\n" : ",\n";
        first = false;
        ledger_json::append_record(text, record);
        out(std::string_view{text});
        text.clear();
    });
    text += "\n],\"figures\":" + report_as_json(report) + "}\n";
    out(std::string_view{text});
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/json.ipp>
#endif
