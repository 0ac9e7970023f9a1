// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/savings.hpp>

#include <ostream>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE double Savings::hit_rate() const noexcept {
    auto const lookups = served() + misses();
    return lookups == 0 ? 0.0 : static_cast<double>(served()) / static_cast<double>(lookups);
}

CENTAVO_INLINE std::string to_string(Savings const& savings) {
    auto const lookups = savings.served() + savings.misses();
    auto const per_mille = lookups == 0 ? 0 : (savings.served() * 1'000 + lookups / 2) / lookups;
    return std::to_string(savings.served()) + " of " + std::to_string(lookups) + " lookups served (" +
           std::to_string(per_mille / 10) + '.' + std::to_string(per_mille % 10) + " %), $" +
           savings.cost.to_string() + " saved, " + std::to_string(savings.input.value()) + " input and " +
           std::to_string(savings.output.value()) + " output tokens not used";
}

CENTAVO_INLINE std::ostream& operator<<(std::ostream& out, Savings const& savings) {
    return out << to_string(savings);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
