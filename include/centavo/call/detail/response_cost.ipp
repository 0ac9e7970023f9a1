// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/call/response_cost.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Usd ResponseCost::sum(Usd (Cost::*part)() const noexcept) const {
    Usd all = (own.*part)();
    for (Cost const& other : others) {
        all += (other.*part)();
    }
    return all;
}

CENTAVO_INLINE ResponseCost cost_of_response(PriceTable const& prices, Response const& answer,
                                             Usage const& usage, RequestedService const& asked, Instant at) {
    if (answer.model.empty() && !asked.model) {
        throw std::invalid_argument("centavo: neither the call nor the answer names a model");
    }
    auto price = answer.model.empty() ? std::nullopt : prices.find(ModelId{answer.model}, asked.provider);
    if (!price) {
        price = prices.at(asked.model ? *asked.model : ModelId{answer.model}, asked.provider);
    }
    Service const service{.tier = answer.tier.value_or(asked.service.tier),
                          .region = answer.region.empty() ? asked.service.region : answer.region};
    ResponseCost cost{.own = cost_of(*price, usage, at, service)};
    cost.own.reported_cost = answer.reported_cost;
    for (SubUsage const& inner : answer.sub_usages) {
        cost.others.push_back(
            cost_of(inner.model.empty() ? *price : prices.at(ModelId{inner.model}, asked.provider),
                    inner.usage, at, service));
    }
    return cost;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
