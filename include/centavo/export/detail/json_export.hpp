// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>

#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Appends a report as a JSON object.
void append_report(std::string& out, SpendReport const& report);

/// Writes the records as they come, and the report on them at the end.
class JsonExport {
public:
    JsonExport(TextSinkRef sink, SpendReportOptions const& options) : sink_{sink}, report_{options} {}

    void add(LedgerRecord const& record);
    void finish();

private:
    TextSinkRef sink_;
    SpendReport report_;
    std::string text_ = "{\"records\":[";
    bool first_ = true;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
