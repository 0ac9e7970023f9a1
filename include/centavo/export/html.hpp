// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/utf8.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/export/detail/export_text.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a page shows beside a report.
struct HtmlOptions {
    std::string title = "Spending";
    std::span<BudgetState const> budgets = {};
    std::size_t most_rows = 50;  ///< of a table but that of the days; the others are its last row, added up
};

/// Appends text as HTML, fit for element content and quoted attributes; ill-formed UTF-8 becomes U+FFFD, and what HTML
/// does not allow at all, control characters, too.
void append_html(std::string& out, std::string_view text);

namespace ledger_html {

struct Row {
    std::string name;
    SpendFigures figures;
};

/// The rows to show: dearest first, what is beyond `most` in one.
[[nodiscard]] std::vector<Row> dearest(std::vector<Row> rows, SpendFigures rest, std::size_t most);

void append_bar(std::string& out, Usd part, Usd whole);

void append_table(std::string& out, std::string_view title, std::string_view name,
                  std::vector<Row> const& rows, Usd whole);

void append_budgets(std::string& out, std::span<BudgetState const> budgets);

inline constexpr std::string_view style =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}h1{margin-bottom:0}.total{font-size:2rem;margin:.2rem 0 "
    "1rem}table{border-collapse:collapse;"
    "width:100%}th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #ddd;"
    "font-variant-numeric:tabular-nums}th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere}"
    ".whole{fill:#e4e4e4}.part{fill:#2f6f9f}@media(prefers-color-scheme:dark){body{color:#eee;background:#"
    "161616}"
    "th,td{border-color:#333}.whole{fill:#333}.part{fill:#6fb0e0}}";

}  // namespace ledger_html

/// Writes a report as one HTML page that needs nothing else: no script, no font, no image from anywhere.
///
/// The total, then tables with bars by category, model, day and tag; amounts are exact, shares rounded. All text of
/// the ledger is escaped, and the page forbids its reader to load or run anything.
template <detail::TextOut Out>
void write_html(SpendReport const& report, Out out, HtmlOptions const& options = {}) {
    using namespace ledger_html;
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                       "'unsafe-inline'\">"
                       "<meta name=\"viewport\" content=\"width=device-width\"><title>";
    append_html(page, options.title);
    page.append("</title><style>").append(style).append("</style></head><body>\n<h1>");
    append_html(page, options.title);
    Usd const total = report.total().cost;
    page += "</h1>\n<p class=\"total\">" + total.to_string() + " USD</p>\n<p>";
    page += std::to_string(report.total().charges) + " charges";
    if (report.first() <= report.last()) {
        page += ", " + to_string(report.first()) + " to " + to_string(report.last());
    }
    if (report.total().estimated != Usd{}) {
        page += ", " + report.total().estimated.to_string() + " USD of it estimated";
    }
    page += "</p>\n";
    out(std::string_view{page});

    auto const table = [&](std::string_view title, std::string_view name, std::vector<Row> const& rows,
                           Usd whole) {
        page.clear();
        append_table(page, title, name, rows, whole);
        out(std::string_view{page});
    };
    if (!options.budgets.empty()) {
        page.clear();
        append_budgets(page, options.budgets);
        out(std::string_view{page});
    }
    std::vector<Row> rows;
    page = "<section><h2>By "
           "category</h2>\n<table><thead><tr><th>category</th><th>USD</th><th>share</th><th></th></tr>"
           "</thead><tbody>\n";
    CostStructure const structure = report.structure();
    for (CostPart const& part : structure.parts()) {
        page += "<tr><td>";
        page += to_string(part.category);
        page += "</td><td>" + part.amount.to_string() + "</td><td>" + part.share.to_string() + "</td><td>";
        append_bar(page, part.amount, total);
        page += "</td></tr>\n";
    }
    page += "</tbody></table></section>\n";
    out(std::string_view{page});

    for (auto const& [key, figures] : report.by_model().each()) {
        rows.push_back({key.provider.empty() ? key.model : key.model + " (" + key.provider + ")", figures});
    }
    table("By model", "model", dearest(std::move(rows), report.by_model().rest(), options.most_rows), total);
    rows = {};
    for (auto const& [day, figures] : report.by_day().each()) {
        std::chrono::year_month_day const date{
            std::chrono::floor<std::chrono::days>(report.calendar().local(day))};
        rows.push_back({day_text(date), figures});
    }
    table("By day", "day", rows, total);
    for (auto const& [key, values] : report.by_tag()) {
        rows = {};
        for (auto const& [value, figures] : values.each()) {
            rows.push_back({value, figures});
        }
        table("By " + key, key, dearest(std::move(rows), values.rest(), options.most_rows), total);
    }
    out(std::string_view{"</body></html>\n"});
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/html.ipp>
#endif
