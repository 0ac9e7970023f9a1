// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/spend_report.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {
struct HtmlOptions;
}
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Writes the page, one section at a time.
void write_html_page(SpendReport const& report, TextSinkRef sink, HtmlOptions const& options);

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
