// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/record.hpp>
#include <centavo/export/detail/csv_row.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/text_sink.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Writes the header row when it is constructed, then a row for each record that spends.
class CsvExport {
public:
    CsvExport(TextSinkRef sink, CsvFormulas formulas);

    void add(LedgerRecord const& record);

private:
    TextSinkRef sink_;
    CsvRow row_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
