// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/builtin/prices.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE PriceTable const& builtin_prices() {
    static PriceTable const table{prices_of(detail::price_list), fallbacks_of(detail::price_list)};
    return table;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
