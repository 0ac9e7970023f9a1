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

CENTAVO_INLINE ResponseCost cost_of_response(PriceTable const& prices, Response const& response,
                                             Usage const& usage, RequestedService const& requested,
                                             Instant at) {
    if (response.model.empty() && !requested.model) {
        throw std::invalid_argument("neither the request nor the response names a model");
    }
    auto price =
        response.model.empty() ? std::nullopt : prices.find(ModelId{response.model}, requested.provider);
    if (!price) {
        price = prices.at(requested.model ? *requested.model : ModelId{response.model}, requested.provider);
    }
    Service const service{.tier = response.tier.value_or(requested.service.tier),
                          .region = response.region.empty() ? requested.service.region : response.region};
    ResponseCost cost{.own = cost_of(*price, usage, at, service)};
    cost.own.reported_cost = response.reported_cost;
    for (SubUsage const& inner : response.sub_usages) {
        cost.others.push_back(
            cost_of(inner.model.empty() ? *price : prices.at(ModelId{inner.model}, requested.provider),
                    inner.usage, at, service));
    }
    return cost;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
