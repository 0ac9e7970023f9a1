// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// How a provider serves a call, where that changes its price; each is a price of its own, never "about standard".
enum class ServiceTier : std::uint8_t { standard, batch, flex, priority, fast };

/// Every tier, the cheapest to ask for nothing of first.
inline constexpr std::array service_tiers{ServiceTier::standard, ServiceTier::batch, ServiceTier::flex,
                                          ServiceTier::priority, ServiceTier::fast};

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

/// The tier called `name`, as to_string() writes it; nullopt for any other word.
[[nodiscard]] constexpr std::optional<ServiceTier> find_service_tier(std::string_view name) noexcept {
    for (ServiceTier const tier : service_tiers) {
        if (to_string(tier) == name) {
            return tier;
        }
    }
    return std::nullopt;
}

/// How and where a call is served, as far as its price depends on it: `{.tier = ServiceTier::batch, .region = "us"}`.
///
/// What the provider says it served goes before what was asked for. An empty region is the provider's usual one, and
/// so are the words "global", "default" and "not_available". A value.
struct Service {
    ServiceTier tier = ServiceTier::standard;
    std::string region = {};

    /// The region that may change the price; empty for the usual one.
    [[nodiscard]] constexpr std::string_view priced_region() const noexcept {
        if (region.empty()) {
            return {};
        }
        for (std::string_view const usual : {"global", "default", "not_available"}) {
            if (region == usual) {
                return {};
            }
        }
        return region;
    }

    friend bool operator==(Service const&, Service const&) = default;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
