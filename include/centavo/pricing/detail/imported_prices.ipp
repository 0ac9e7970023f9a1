// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/imported_prices.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::size_t ImportedPrices::rejected() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(), [](PriceFinding const& one) { return rejects(one.fault); }));
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
