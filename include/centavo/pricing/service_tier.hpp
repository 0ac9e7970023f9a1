// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/enum_names.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The processing option of a call that changes its price. Each tier has prices of its own.
enum class ServiceTier : std::uint8_t { standard, batch, flex, priority, fast };

/// Every tier.
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

/// The tier with that to_string(), or nullopt.
[[nodiscard]] constexpr std::optional<ServiceTier> find_service_tier(std::string_view name) noexcept {
    return detail::find_enumerator<ServiceTier>(name);
}

static_assert(service_tiers.size() == detail::enumerator_count<ServiceTier>(),
              "service_tiers lists every tier");

/// The tier that a provider calls `name`; nullopt for an unknown name, and for one that leaves the choice open ("auto").
///
/// Names are those of the API references of OpenAI, Anthropic, Google, Groq and Amazon.
[[nodiscard]] constexpr std::optional<ServiceTier> find_provider_tier(std::string_view name) noexcept {
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

/// The amount of search results that a search model reads, which some providers' request fees depend on.
enum class SearchContext : std::uint8_t { unspecified, low, medium, high };

/// "", "low", "medium" or "high".
[[nodiscard]] constexpr std::string_view to_string(SearchContext context) noexcept {
    switch (context) {
    case SearchContext::unspecified: return "";
    case SearchContext::low: return "low";
    case SearchContext::medium: return "medium";
    case SearchContext::high: return "high";
    }
    return "";
}

/// The size with that to_string(), or nullopt.
[[nodiscard]] constexpr std::optional<SearchContext> find_search_context(std::string_view name) noexcept {
    for (auto const size : {SearchContext::low, SearchContext::medium, SearchContext::high}) {
        if (to_string(size) == name) {
            return size;
        }
    }
    return std::nullopt;
}

/// The properties of a call that its price depends on: `{.tier = ServiceTier::batch, .region = "us"}`.
///
/// An empty region is the provider's default, and so are "global", "default" and "not_available". The tier and the
/// region that a response reports take precedence over the requested ones. A value.
struct Service {
    ServiceTier tier = ServiceTier::standard;
    std::string region = {};
    SearchContext search_context = SearchContext::unspecified;

    /// The region, or an empty text for the default one.
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
