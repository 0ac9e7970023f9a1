// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/export/detail/html_text.hpp>
#include <centavo/export/html.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace html_page {

struct HtmlRow {
    std::string name;
    SpendFigures figures;
};

/// The rows to show, most expensive first; those beyond `max_rows`, and `rest`, are summed up in the last one.
CENTAVO_INLINE std::vector<HtmlRow> most_expensive(std::vector<HtmlRow> rows, SpendFigures rest,
                                                   std::size_t max_rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](HtmlRow const& a, HtmlRow const& b) { return a.figures.cost > b.figures.cost; });
    std::size_t const shown = std::min(max_rows, rows.size());
    for (std::size_t i = shown; i < rows.size(); ++i) {
        rest += rows[i].figures;
    }
    rows.resize(shown);
    if (rest != SpendFigures{}) {
        rows.push_back({"others", rest});
    }
    return rows;
}

CENTAVO_INLINE void append_bar(std::string& out, Usd part, Usd whole) {
    std::int64_t const points =
        whole > Usd{} ? std::clamp<std::int64_t>(Ratio{part, whole}.basis_points(), 0, 10'000) : 0;
    out += "<svg width=\"120\" height=\"10\" role=\"img\" aria-label=\"" + std::to_string(points / 100) +
           " percent\"><rect width=\"120\" height=\"10\" class=\"whole\"/><rect width=\"" +
           std::to_string(points * 120 / 10'000) + "\" height=\"10\" class=\"part\"/></svg>";
}

CENTAVO_INLINE void append_table(std::string& out, std::string_view title, std::string_view name,
                                 std::vector<HtmlRow> const& rows, Usd whole) {
    out += "<section><h2>";
    append_html(out, title);
    out += "</h2>\n<table><thead><tr><th>";
    append_html(out, name);
    out += "</th><th>USD</th><th>share</th><th></th><th>charges</th><th>input tokens</th><th>output "
           "tokens</th></tr></thead>"
           "<tbody>\n";
    for (HtmlRow const& row : rows) {
        out += "<tr><td>";
        append_html(out, row.name.empty() ? std::string_view{"\u2014"} : row.name);
        out += "</td><td>" + row.figures.cost.to_string() + "</td><td>" +
               Ratio{row.figures.cost, whole}.to_string() + "</td><td>";
        append_bar(out, row.figures.cost, whole);
        out += "</td><td>" + std::to_string(row.figures.charges) + "</td><td>" +
               std::to_string(row.figures.input.value()) + "</td><td>" +
               std::to_string(row.figures.output.value()) + "</td></tr>\n";
    }
    out += "</tbody></table></section>\n";
}

CENTAVO_INLINE void append_budgets(std::string& out, View<BudgetState> budgets) {
    out += "<section><h2>Budgets</h2>\n<table><thead><tr><th>budget</th><th>limit</th><th>spent</"
           "th><th>held</th>"
           "<th>used</th><th></th></tr></thead><tbody>\n";
    for (BudgetState const& state : budgets) {
        out += "<tr><td>";
        append_html(out, state.budget);
        if (!state.value.empty()) {
            out += ": ";
            append_html(out, state.value);
        }
        out += "</td><td>" + state.limit.to_string() + "</td><td>" + state.spent.to_string() + "</td><td>" +
               state.held.to_string() + "</td><td>" + state.utilization().to_string() + "</td><td>";
        append_bar(out, state.spent + state.held, state.limit);
        out += "</td></tr>\n";
    }
    out += "</tbody></table></section>\n";
}

inline constexpr std::string_view style =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}h1{margin-bottom:0}.total{font-size:2rem;margin:.2rem 0 "
    "1rem}table{border-collapse:collapse;"
    "width:100%}th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #ddd;"
    "font-variant-numeric:tabular-nums}th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere}"
    ".whole{fill:#e4e4e4}.part{fill:#2f6f9f}@media(prefers-color-scheme:dark){body{color:#eee;background:#"
    "161616}"
    "th,td{border-color:#333}.whole{fill:#333}.part{fill:#6fb0e0}}";

CENTAVO_INLINE void append_head(std::string& out, SpendReport const& report, std::string_view title) {
    out += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
           "'unsafe-inline'\">"
           "<meta name=\"viewport\" content=\"width=device-width\"><title>";
    append_html(out, title);
    out.append("</title><style>").append(style).append("</style></head><body>\n<h1>");
    append_html(out, title);
    SpendFigures const& total = report.total();
    out += "</h1>\n<p class=\"total\">" + total.cost.to_string() + " USD</p>\n<p>";
    out += std::to_string(total.charges) + " charges";
    if (report.first() <= report.last()) {
        out += ", " + to_string(report.first()) + " to " + to_string(report.last());
    }
    if (total.estimated != Usd{}) {
        out += ", including " + total.estimated.to_string() + " USD estimated";
    }
    out += "</p>\n";
}

CENTAVO_INLINE void append_categories(std::string& out, SpendReport const& report) {
    out += "<section><h2>By "
           "category</h2>\n<table><thead><tr><th>category</th><th>USD</th><th>share</th><th></th></tr>"
           "</thead><tbody>\n";
    CostStructure const structure = report.structure();
    for (CostPart const& part : structure.parts()) {
        out += "<tr><td>";
        out += to_string(part.category);
        out += "</td><td>" + part.amount.to_string() + "</td><td>" + part.share.to_string() + "</td><td>";
        append_bar(out, part.amount, report.total().cost);
        out += "</td></tr>\n";
    }
    out += "</tbody></table></section>\n";
}

}  // namespace html_page

CENTAVO_INLINE void write_html_page(SpendReport const& report, TextSinkRef sink, HtmlOptions const& options) {
    Usd const total = report.total().cost;
    std::string text;
    auto const flush = [&] {
        sink(text);
        text.clear();
    };
    html_page::append_head(text, report, options.title);
    flush();
    if (!options.budgets.empty()) {
        html_page::append_budgets(text, options.budgets);
        flush();
    }
    html_page::append_categories(text, report);
    flush();

    std::vector<html_page::HtmlRow> rows;
    for (auto const& [key, figures] : report.by_model().each()) {
        rows.push_back({key.provider.empty() ? key.model : key.model + " (" + key.provider + ")", figures});
    }
    rows = html_page::most_expensive(std::move(rows), report.by_model().rest(), options.max_rows);
    html_page::append_table(text, "By model", "model", rows, total);
    flush();

    rows = {};
    for (auto const& [day, figures] : report.by_day().each()) {
        std::chrono::year_month_day const date{
            std::chrono::floor<std::chrono::days>(report.calendar().local(day))};
        rows.push_back({day_text(date), figures});
    }
    html_page::append_table(text, "By day", "day", rows, total);
    flush();

    for (auto const& [key, values] : report.by_tag()) {
        rows = {};
        for (auto const& [value, figures] : values.each()) {
            rows.push_back({value, figures});
        }
        rows = html_page::most_expensive(std::move(rows), values.rest(), options.max_rows);
        html_page::append_table(text, "By " + key, key, rows, total);
        flush();
    }
    sink("</body></html>\n");
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
