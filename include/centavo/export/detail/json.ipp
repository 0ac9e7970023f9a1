// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/export/detail/json_text.hpp>
#include <centavo/export/detail/unit_label.hpp>
#include <centavo/export/json.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace json_report {

CENTAVO_INLINE void append_figures(std::string& out, SpendFigures const& figures) {
    append_json_member(out, "cost", figures.cost.to_string());
    append_json_member(out, "estimated", figures.estimated.to_string());
    append_json_value(out, "charges", std::to_string(figures.charges));
    append_json_value(out, "incomplete", std::to_string(figures.incomplete));
    append_json_value(out, "input_tokens", std::to_string(figures.input.value()));
    append_json_value(out, "output_tokens", std::to_string(figures.output.value()));
}

/// Appends an array of figures; `append_key(key)` appends the members that identify each.
template <typename Key, typename AppendKey>
void append_list(std::string& out, SpendFiguresBy<Key> const& figures, AppendKey append_key) {
    out += '[';
    for (auto const& [key, one] : figures.each()) {
        out += out.back() == '[' ? "{" : ",{";
        append_key(key);
        append_figures(out, one);
        out += '}';
    }
    if (figures.rest() != SpendFigures{}) {
        out += out.back() == '[' ? "{" : ",{";
        append_json_value(out, "others", "true");
        append_figures(out, figures.rest());
        out += '}';
    }
    out += ']';
}

/// Appends a charge or a correction as an object.
CENTAVO_INLINE void append_record(std::string& out, LedgerRecord const& record) {
    out += '{';
    append_json_value(out, "seq", std::to_string(record.seq));
    append_json_member(out, "kind", to_string(record.kind));
    append_json_member(out, "time", to_string(record.time));
    append_json_member(out, "at", to_string(record.at));
    if (!record.operation.empty()) {
        append_json_member(out, "operation", record.operation);
        append_json_value(out, "attempt", std::to_string(record.attempt));
    }
    append_json_member(out, "amount", record.amount.to_string());
    append_json_member(out, "category", to_string(record.category));
    append_json_member(out, "quality", to_string(record.quality));
    for (auto const& [name, text] : {std::pair{"provider", record.provider}, std::pair{"model", record.model},
                                     std::pair{"note", record.note}}) {
        if (!text.empty()) {
            append_json_member(out, name, text);
        }
    }
    if (record.reported_cost) {
        append_json_member(out, "reported_cost", record.reported_cost->to_string());
    }
    if (!record.complete) {
        append_json_value(out, "complete", "false");
    }
    if (!record.tags.empty()) {
        append_json_value(out, "tags", tags_as_json(record.tags));
    }
    append_json_name(out, "lines");
    out += '[';
    for (CostLine const& line : record.lines) {
        out += out.back() == '[' ? "{" : ",{";
        append_json_member(out, "unit", unit_label(line.rate.unit()));
        append_json_value(out, "count", std::to_string(line.count));
        append_json_member(out, "price", line.rate.usd().to_string());
        append_json_value(out, "per", std::to_string(line.rate.per()));
        append_json_member(out, "cost", line.cost.to_string());
        out += '}';
    }
    out += "]}";
}

}  // namespace json_report

CENTAVO_INLINE void append_report(std::string& out, SpendReport const& report) {
    out += '{';
    json_report::append_figures(out, report.total());
    append_json_name(out, "by_category");
    out += '{';
    CostStructure const structure = report.structure();
    for (CostPart const& part : structure.parts()) {
        append_json_member(out, to_string(part.category), part.amount.to_string());
    }
    out += '}';
    append_json_name(out, "by_model");
    json_report::append_list(out, report.by_model(), [&](ModelAt const& key) {
        append_json_member(out, "provider", key.provider);
        append_json_member(out, "model", key.model);
    });
    append_json_name(out, "by_day");
    json_report::append_list(out, report.by_day(), [&](Instant day) {
        std::chrono::year_month_day const date{
            std::chrono::floor<std::chrono::days>(report.calendar().local(day))};
        append_json_member(out, "day", day_text(date));
    });
    append_json_name(out, "by_tag");
    out += '{';
    for (auto const& [key, values] : report.by_tag()) {
        append_json_name(out, key);
        json_report::append_list(out, values,
                                 [&](std::string const& value) { append_json_member(out, "value", value); });
    }
    out += "}}";
}

CENTAVO_INLINE void JsonExport::add(LedgerRecord const& record) {
    report_.add(record);
    if (!record.spends()) {
        return;
    }
    text_ += first_ ? "\n" : ",\n";
    first_ = false;
    json_report::append_record(text_, record);
    sink_(text_);
    text_.clear();
}

CENTAVO_INLINE void JsonExport::finish() {
    text_ += "\n],\"figures\":";
    append_report(text_, report_);
    text_ += "}\n";
    sink_(text_);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
