// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/pricing/service_tier.hpp>

#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The tier that a provider calls `name`; nullopt for a name that is not known, or that leaves it open ("auto").
///
/// After the API references of OpenAI, Anthropic, Google, Groq and Amazon.
[[nodiscard]] constexpr std::optional<ServiceTier> find_tier(std::string_view name) noexcept {
    struct Known {
        std::string_view name;
        ServiceTier tier;
    };
    constexpr Known known[] = {
        {"default", ServiceTier::standard},   {"standard", ServiceTier::standard},
        {"on_demand", ServiceTier::standard}, {"ON_DEMAND", ServiceTier::standard},
        {"flex", ServiceTier::flex},          {"ON_DEMAND_FLEX", ServiceTier::flex},
        {"priority", ServiceTier::priority},  {"ON_DEMAND_PRIORITY", ServiceTier::priority},
        {"batch", ServiceTier::batch},        {"fast", ServiceTier::fast},
    };
    for (Known const& one : known) {
        if (one.name == name) {
            return one.tier;
        }
    }
    return std::nullopt;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
