// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/data/prices.hpp>
#include <centavo/pricing/price_list.hpp>
#include <centavo/pricing/price_table.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The built-in prices: 1,402 models of 19 providers, as published on 2026-08-01 and 2026-09-23.
///
/// Built once, at the first call; safe from any thread.
[[nodiscard]] PriceTable const& builtin_prices();

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/builtin/detail/prices.ipp>
#endif
