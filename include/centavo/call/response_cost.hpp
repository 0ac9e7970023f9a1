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

/// The service that was requested, for responses that do not report what served them.
struct RequestedService {
    std::string provider = {};  ///< whose prices apply; empty for the maker of the model
    std::optional<ModelId> model = std::nullopt;
    Service service = {};
};

/// What a response costs: its own usage, and that of other models or additional passes.
struct ResponseCost {
    Cost own;
    std::vector<Cost> others = {};  ///< one for each element of Response::sub_usages

    [[nodiscard]] Usd input_cost() const { return sum(&Cost::input_cost); }
    [[nodiscard]] Usd output_cost() const { return sum(&Cost::output_cost); }
    [[nodiscard]] Usd total() const { return sum(&Cost::total); }

private:
    [[nodiscard]] Usd sum(Usd (Cost::*part)() const noexcept) const;
};

/// What a response with this usage, reported or counted, costs as it was served.
///
/// Bills the model, tier and region that served the call, and the requested ones where the response reports none or a
/// model without a price. A sub-usage is billed at its own model, or else at the response's. Throws
/// std::invalid_argument if neither names a model, UnknownModel, and what cost_of() throws.
[[nodiscard]] ResponseCost cost_of_response(PriceTable const& prices, Response const& response,
                                            Usage const& usage, RequestedService const& requested,
                                            Instant at);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/call/detail/response_cost.ipp>
#endif
