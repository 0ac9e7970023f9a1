// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/export/detail/json_export.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/text_sink.hpp>

#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Writes a report as a JSON object: the total, then the figures by category, model, day and tag. Amounts are exact
/// decimal strings.
template <TextSink Sink>
void write_json(SpendReport const& report, Sink sink) {
    std::string text;
    detail::append_report(text, report);
    detail::TextSinkRef{sink}(text);
}

/// Writes a ledger as a JSON document, `{"records":[…],"figures":{…}}`: every charge and correction with its lines, and
/// the report on all of them. Streams: keeps one record and the figures in memory.
template <RecordSource Source, TextSink Sink>
void write_json(Source const& source, Sink sink, SpendReportOptions const& options = {}) {
    detail::JsonExport json{detail::TextSinkRef{sink}, options};
    source.replay([&](LedgerRecord const& record) { json.add(record); });
    json.finish();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/json.ipp>
#endif
