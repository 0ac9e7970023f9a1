// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/savings.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE double Savings::hit_rate() const noexcept {
    auto const asked = answered() + misses();
    return asked == 0 ? 0.0 : static_cast<double>(answered()) / static_cast<double>(asked);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
