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
inline void append_raw(std::string& out, std::string_view name, std::string_view value) {
    detail::append_json_member(out, name);
    out += value;
}

/// The members of some figures.
inline void append_figures(std::string& out, SpendFigures const& figures) {
    detail::append_json_member(out, "cost", figures.cost.to_string());
    detail::append_json_member(out, "estimated", figures.estimated.to_string());
    append_raw(out, "charges", std::to_string(figures.charges));
    append_raw(out, "input_tokens", std::to_string(figures.input.value()));
    append_raw(out, "output_tokens", std::to_string(figures.output.value()));
}

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
inline void append_record(std::string& out, LedgerRecord const& record) {
    out += '{';
    append_raw(out, "seq", std::to_string(record.seq));
    detail::append_json_member(out, "kind", to_string(record.kind));
    detail::append_json_member(out, "time", to_string(record.time));
    detail::append_json_member(out, "at", to_string(record.at));
    if (!record.operation.empty()) {
        detail::append_json_member(out, "operation", record.operation);
        append_raw(out, "attempt", std::to_string(record.attempt));
    }
    detail::append_json_member(out, "amount", record.amount.to_string());
    detail::append_json_member(out, "category", to_string(record.category));
    detail::append_json_member(out, "quality", to_string(record.quality));
    for (auto const& [name, text] : {std::pair{"provider", record.provider}, std::pair{"model", record.model},
                                     std::pair{"note", record.note}}) {
        if (!text.empty()) {
            detail::append_json_member(out, name, text);
        }
    }
    if (record.reported_cost) {
        detail::append_json_member(out, "reported_cost", record.reported_cost->to_string());
    }
    if (!record.tags.empty()) {
        append_raw(out, "tags", detail::tags_as_json(record.tags));
    }
    detail::append_json_member(out, "lines");
    out += '[';
    for (CostLine const& line : record.lines) {
        out += out.back() == '[' ? "{" : ",{";
        detail::append_json_member(out, "unit", unit_label(line.rate.unit()));
        append_raw(out, "count", std::to_string(line.count));
        detail::append_json_member(out, "price", line.rate.usd().to_string());
        append_raw(out, "per", std::to_string(line.rate.per()));
        detail::append_json_member(out, "cost", line.cost.to_string());
        out += '}';
    }
    out += "]}";
}

}  // namespace ledger_json

/// A report as one JSON object: the total, then by category, model, day and tag. Money is exact decimal text.
[[nodiscard]] inline std::string report_as_json(SpendReport const& report) {
    using namespace ledger_json;
    std::string out = "{";
    append_figures(out, report.total());
    detail::append_json_member(out, "by_category");
    out += '{';
    CostStructure const structure = report.structure();
    for (CostPart const& part : structure.parts()) {
        detail::append_json_member(out, to_string(part.category), part.amount.to_string());
    }
    out += '}';
    detail::append_json_member(out, "by_model");
    append_list(out, report.by_model(), [&](ModelAt const& key) {
        detail::append_json_member(out, "provider", key.provider);
        detail::append_json_member(out, "model", key.model);
    });
    detail::append_json_member(out, "by_day");
    append_list(out, report.by_day(), [&](Instant day) {
        std::chrono::year_month_day const date{
            std::chrono::floor<std::chrono::days>(report.calendar().local(day))};
        detail::append_json_member(out, "day", day_text(date));
    });
    detail::append_json_member(out, "by_tag");
    out += '{';
    for (auto const& [key, values] : report.by_tag()) {
        detail::append_json_member(out, key);
        append_list(out, values, [&](std::string const& value) { detail::append_json_member(out, "value", value); });
    }
    return out + "}}";
}

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
