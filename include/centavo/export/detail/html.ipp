// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/export/html.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void append_html(std::string& out, std::string_view text) {
    std::string plain;
    detail::append_well_formed(plain, text);
    for (char const c : plain) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
                detail::append_utf8(out, 0xFFFD);
            } else {
                out += c;
            }
        }
    }
}

namespace ledger_html {

CENTAVO_INLINE std::vector<Row> dearest(std::vector<Row> rows, SpendFigures rest, std::size_t most) {
    std::stable_sort(rows.begin(), rows.end(),
                             [](Row const& a, Row const& b) { return a.figures.cost > b.figures.cost; });
    std::size_t const shown = std::min(most, rows.size());
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
                                 std::vector<Row> const& rows, Usd whole) {
    out += "<section><h2>";
    append_html(out, title);
    out += "</h2>\n<table><thead><tr><th>";
    append_html(out, name);
    out += "</th><th>USD</th><th>share</th><th></th><th>charges</th><th>input tokens</th><th>output "
           "tokens</th></tr></thead>"
           "<tbody>\n";
    for (Row const& row : rows) {
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

CENTAVO_INLINE void append_budgets(std::string& out, std::span<BudgetState const> budgets) {
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

}  // namespace ledger_html
}  // namespace CENTAVO_ABI
}  // namespace centavo
