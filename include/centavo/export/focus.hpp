// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/export/detail/focus_export.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/export/text_sink.hpp>

#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The billing account and the names that a FOCUS file carries. Optional columns are null where the text is empty.
struct FocusOptions {
    std::string billing_account_id = "default";
    std::string billing_account_name = {};
    std::string billing_account_type = {};
    std::string invoice_issuer = {};       ///< the record's provider if empty
    std::string provider = "Self-hosted";  ///< of records without a provider
    std::string sub_account_tag = {};      ///< the tag whose value is the sub-account, such as "team"
    CsvFormulas formulas = CsvFormulas::escape;
};

/// Writes a ledger's charges and corrections as CSV by FOCUS 1.2, the FinOps Open Cost and Usage Specification
/// (focus.finops.org): a row for each record and billed unit.
///
/// In every row ListUnitPrice x PricingQuantity = ListCost exactly: the published price (2.5 for "1000000 Tokens") and
/// the quantity in that unit (0.000372). A charge without lines, and a line whose cost had to be rounded, are priced as
/// one unit of "Charges". The rows add up to the ledger.
///
/// Periods are half-open, in UTC: the charge period is the second of the reservation, the billing period its month. A
/// negative correction is a Credit, a positive one an Adjustment; ChargeClass is Correction if it was recorded after the
/// month that it corrects. write_focus_metadata() writes the specification's metadata file. Streams: keeps one row in
/// memory.
template <RecordSource Source, TextSink Sink>
void write_focus(Source const& source, Sink sink, FocusOptions const& options = {}) {
    detail::FocusExport rows{detail::TextSinkRef{sink}, options};
    source.replay([&](LedgerRecord const& record) { rows.add(record); });
}

/// Writes the metadata that accompanies a FOCUS file: generator, version of FOCUS, time of creation, columns and types.
template <TextSink Sink>
void write_focus_metadata(Sink sink, Instant created) {
    detail::TextSinkRef{sink}(detail::focus_metadata(created));
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/export/detail/focus.ipp>
#endif
