// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>

#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

[[nodiscard]] inline std::string unknown_model_message(ModelId const& model, std::string_view provider = {},
                                                       std::string const& hint = {}) {
    std::string message = "no price for the model \"" + model.text() + "\"";
    if (!provider.empty()) {
        message.append(" of ").append(provider);
    }
    return hint.empty() ? message : message + "; " + hint;
}

[[nodiscard]] inline std::string unit_text(Unit unit) {
    auto const name = name_of(unit);
    return name.empty() ? "units without a name" : std::string{name};
}

[[nodiscard]] inline std::string no_price_message(ModelPrice const& price, Instant at) {
    return "no price of \"" + price.model.text() + "\" applies at " + to_string(at);
}

[[nodiscard]] inline std::string unpriced_tier_message(ModelPrice const& price, ServiceTier tier) {
    return "\"" + price.model.text() + "\" has no price for the service tier " + std::string{to_string(tier)};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
