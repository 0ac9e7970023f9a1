// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/pricing/service_tier.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The service that a request selects, as far as it can raise the price: what the request is quoted for.
///
/// The tier of `service_tier` (OpenAI, Google, Groq) or of Anthropic's `speed`, and the region of Anthropic's
/// `inference_geo`. A tier cheaper than standard is quoted as standard, since a provider may fall back to that, and so
/// is "auto", which account settings can make more expensive: callers with such an account name the Service.
[[nodiscard]] inline Service service_of(Request const& request) {
    auto const text = [&](std::string_view name) -> std::optional<std::string> {
        auto const json = request.member(name);
        if (!json) {
            return std::nullopt;
        }
        JsonScan scan{*json};
        return scan.peek() == JsonKind::string ? std::optional{scan.string().text()} : std::nullopt;
    };
    Service service;
    for (std::string_view const name : {"service_tier", "speed"}) {
        auto const requested = text(name);
        auto const tier = requested ? find_provider_tier(*requested) : std::nullopt;
        if (tier == ServiceTier::priority || tier == ServiceTier::fast) {
            service.tier = *tier;
        }
    }
    service.region = text("inference_geo").value_or("");
    service.region = std::string{service.priced_region()};  // the default region of a price
    return service;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
