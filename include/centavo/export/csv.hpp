// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/record.hpp>
#include <centavo/export/detail/csv_export.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/text_sink.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Options of write_csv().
struct CsvOptions {
    CsvFormulas formulas = CsvFormulas::escape;
};

/// Writes each charge and each correction of a ledger as a row of CSV (RFC 4180), below a header row.
///
/// `amount_usd` is exact; the column adds up to what was spent. `at` is the time of the reservation, whose windows the
/// charge counts in, and `time` that of the record; both are UTC. Tags are a JSON object. Streams: keeps one row in
/// memory.
template <RecordSource Source, TextSink Sink>
void write_csv(Source const& source, Sink sink, CsvOptions const& options = {}) {
    detail::CsvExport csv{detail::TextSinkRef{sink}, options.formulas};
    source.replay([&](LedgerRecord const& record) { csv.add(record); });
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/csv.ipp>
#endif
