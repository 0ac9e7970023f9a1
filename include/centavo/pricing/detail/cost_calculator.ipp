// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/detail/price_messages.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string ModelCost::to_string() const {
    Cost const* const found = priced();
    return model.text() + ": " + (found ? "$" + found->total().to_string() : std::get<NoCost>(cost).message);
}

CENTAVO_INLINE void MonthlyCost::add(PlannedCalls const& calls, Price const& price, Instant at) {
    if (calls.per_day < 0 || calls.cached_percent < 0 || calls.cached_percent > 100) {
        throw std::out_of_range("calls of \"" + calls.model.text() +
                                "\" need per_day of 0 or more and cached_percent from 0 to 100");
    }
    Usage usage = calls.usage;
    if (calls.cached_percent > 0 && !usage.cache_read) {
        // Rounded down, so that the estimate does not understate the cost.
        std::int64_t const input = usage.input.value();
        usage.cache_read = input / 100 * calls.cached_percent + input % 100 * calls.cached_percent / 100;
    }
    Cost const one = cost_of(price, usage, at, calls.service);
    if (!one.tier_priced()) {
        throw UnpricedUsage(detail::unpriced_tier_message(*price, calls.service.tier));
    }
    Usd const amount = one.total() * calls.per_day * 30;
    totals.add(one.category(), amount);
    lines.push_back({calls.model.text(), one.category(), amount});
}

CENTAVO_INLINE void MonthlyCost::add(PlannedService const& service) {
    if (service.per_month < 0) {
        throw std::out_of_range("per_month of \"" + service.name +
                                "\" must not be negative: " + std::to_string(service.per_month));
    }
    Usd const amount = service.rate.cost(service.per_month);
    totals.add(service.category, amount);
    lines.push_back({service.name, service.category, amount});
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
