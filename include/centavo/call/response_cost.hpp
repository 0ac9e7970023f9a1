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

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The service that was requested, for responses that do not report what served them.
struct RequestedService {
    std::string provider = {};  ///< whose prices apply; empty for the maker of the model
    std::optional<ModelId> model = std::nullopt;
    Service service = {};
    std::string unknown_tier = {};  ///< the name of a requested tier that is none of ServiceTier
};

/// What a response costs: its own usage, and that of other models or additional passes.
struct ResponseCost {
    Cost own;
    std::vector<Cost> others = {};  ///< of the elements of Response::sub_usages that have a price

    [[nodiscard]] Usd input_cost() const { return sum(&Cost::input_cost); }
    [[nodiscard]] Usd output_cost() const { return sum(&Cost::output_cost); }
    [[nodiscard]] Usd total() const { return sum(&Cost::total); }

    /// Whether every cost is complete.
    [[nodiscard]] bool complete() const noexcept;
    /// The warnings of every cost, without repetition; those of `others` name their model.
    [[nodiscard]] std::vector<CostWarning> warnings() const;

private:
    [[nodiscard]] Usd sum(Usd (Cost::*part)() const noexcept) const;
};

/// What a response with this usage, reported or counted, costs as it was served.
///
/// Bills the model, tier and region that served the call, and the requested ones where the response reports none or a
/// model without a price. Batch output is billed at the batch tier. A zone in the requested id ("us.anthropic.…",
/// "azure/eu/…") holds for a served model that is named without one. A sub-usage is billed at its own model, or else at
/// the response's; a response that is billed by its parts has the cost of the first one as its own. Whatever has no
/// price, and every number of the usage that was not understood, becomes a warning. Throws std::invalid_argument if
/// neither names a model, UnknownModel, and what cost_of() throws.
[[nodiscard]] ResponseCost cost_of_response(PriceTable const& prices, Response const& response,
                                            Usage const& usage, RequestedService const& requested,
                                            Instant at);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/call/detail/response_cost.ipp>
#endif
