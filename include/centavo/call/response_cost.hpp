// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/usage.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What was asked for: it stands where the answer does not say what served it.
struct RequestedService {
    std::string provider = {};  ///< whose prices hold; empty for the makers' own
    std::optional<ModelId> model = std::nullopt;
    Service service = {};
};

/// What an answer costs: its own usage, and what other models, or passes of their own, did for it.
struct ResponseCost {
    Cost own;
    std::vector<Cost> others = {};  ///< one for each of the answer's sub_usages

    [[nodiscard]] Usd input_cost() const { return sum(&Cost::input_cost); }
    [[nodiscard]] Usd output_cost() const { return sum(&Cost::output_cost); }
    [[nodiscard]] Usd total() const { return sum(&Cost::total); }

private:
    [[nodiscard]] Usd sum(Usd (Cost::*part)() const noexcept) const;
};

/// What an answer with this usage, its own or a count of it, costs as it was served.
///
/// Billed is the model that served; where the answer names none, or one without a price, the one that was asked for.
/// So are tier and region. A sub-usage is billed at its own model, without one at the answer's. Throws
/// std::invalid_argument where no model is named at all, UnknownModel, and what cost_of() throws.
[[nodiscard]] ResponseCost cost_of_response(PriceTable const& prices, Response const& answer,
                                            Usage const& usage, RequestedService const& asked, Instant at);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/call/detail/response_cost.ipp>
#endif
