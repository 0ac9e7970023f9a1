// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/export/detail/csv_row.hpp>
#include <centavo/export/detail/text_sink_ref.hpp>
#include <centavo/pricing/cost.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {
struct FocusOptions;
}
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Writes the header row when it is constructed, then rows for each record that spends: one for each of its lines, and
/// one for what the lines do not cover. The options must outlive it.
class FocusExport {
public:
    FocusExport(TextSinkRef sink, FocusOptions const& options);

    void add(LedgerRecord const& record);

private:
    /// The price of a row: unit_price x quantity is the cost, exactly.
    struct ListPrice {
        std::string unit_price;
        std::string quantity;
        std::string unit;
    };

    [[nodiscard]] static std::optional<ListPrice> list_price_of(CostLine const& line);

    void write(LedgerRecord const& record, CostLine const* line, Usd cost);
    void write_sku(LedgerRecord const& record, CostLine const* line, std::string const& meter,
                   std::optional<ListPrice> const& price);

    TextSinkRef sink_;
    FocusOptions const* options_;
    CsvRow row_;
};

/// The metadata file of an export made at `created`.
[[nodiscard]] std::string focus_metadata(Instant created);

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
