// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/tier_names.hpp>
#include <centavo/api/request.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/pricing/service_tier.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// How a request asks to be served, as far as that can make it dearer: what it is to be quoted for.
///
/// The tier of `service_tier` (OpenAI, Google, Groq) or of Anthropic's `speed`, the region of Anthropic's `inference_geo`.
/// A tier cheaper than standard is quoted as standard, since a provider may serve that instead; "auto" as well, which an
/// account's settings can make dearer: whoever has such an account names the Service.
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
        auto const asked = text(name);
        auto const tier = asked ? find_tier(*asked) : std::nullopt;
        if (tier == ServiceTier::priority || tier == ServiceTier::fast) {
            service.tier = *tier;
        }
    }
    service.region = text("inference_geo").value_or("");
    service.region = std::string{service.priced_region()};  // a usual one leaves the price its own
    return service;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
