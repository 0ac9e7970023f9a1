// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/export/detail/html_export.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/text_sink.hpp>

#include <cstddef>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Options of write_html().
struct HtmlOptions {
    std::string title = "Spending";
    View<BudgetState> budgets = {};  ///< shown in a table of their own
    std::size_t max_rows = 50;  ///< per table, except the one by day; the remaining rows are summed up in one
};

/// Writes a report as a self-contained HTML page: no scripts, fonts or images, nothing to load.
///
/// The page shows the total, then tables with bars by category, model, day and tag. Amounts are exact, shares are
/// rounded. All text is escaped, and a content security policy forbids scripts and external resources.
template <TextSink Sink>
void write_html(SpendReport const& report, Sink sink, HtmlOptions const& options = {}) {
    detail::write_html_page(report, detail::TextSinkRef{sink}, options);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/html.ipp>
#endif
