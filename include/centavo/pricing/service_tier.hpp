// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo::inline v0 {

/// How a provider serves a call, where that changes its price; each is a price of its own, never "about standard".
enum class ServiceTier : std::uint8_t { standard, batch, flex, priority, fast };

/// "standard", "batch", "flex", "priority" or "fast".
[[nodiscard]] constexpr std::string_view to_string(ServiceTier tier) noexcept {
    switch (tier) {
    case ServiceTier::standard: return "standard";
    case ServiceTier::batch: return "batch";
    case ServiceTier::flex: return "flex";
    case ServiceTier::priority: return "priority";
    case ServiceTier::fast: return "fast";
    }
    return "";
}

}  // namespace centavo::inline v0
