// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/export/json.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {
namespace ledger_json {

CENTAVO_INLINE void append_raw(std::string& out, std::string_view name, std::string_view value) {
    detail::append_json_member(out, name);
    out += value;
}

CENTAVO_INLINE void append_figures(std::string& out, SpendFigures const& figures) {
    detail::append_json_member(out, "cost", figures.cost.to_string());
    detail::append_json_member(out, "estimated", figures.estimated.to_string());
    append_raw(out, "charges", std::to_string(figures.charges));
    append_raw(out, "input_tokens", std::to_string(figures.input.value()));
    append_raw(out, "output_tokens", std::to_string(figures.output.value()));
}

CENTAVO_INLINE void append_record(std::string& out, LedgerRecord const& record) {
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

CENTAVO_INLINE std::string report_as_json(SpendReport const& report) {
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
        append_list(out, values,
                    [&](std::string const& value) { detail::append_json_member(out, "value", value); });
    }
    return out + "}}";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
