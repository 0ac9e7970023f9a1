// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/data/prices.hpp>
#include <centavo/pricing/price_list.hpp>
#include <centavo/pricing/price_table.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The built-in prices: 372 models of 16 providers as published on 2026-09-23, the tiers of service on 2026-08-01.
///
/// Built once, at the first call; safe from any thread.
[[nodiscard]] inline PriceTable const& builtin_prices() {
    static PriceTable const table{prices_of(detail::prices_data::list)};
    return table;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
