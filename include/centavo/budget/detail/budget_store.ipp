// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/budget_store.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE void require_budgets(std::span<Budget const> budgets) {
    std::set<std::string_view> names;
    for (Budget const& budget : budgets) {
        if (budget.limit < Usd{} || budget.name.empty() || !names.insert(budget.name).second) {
            throw std::invalid_argument("centavo: a budget has a name of its own and a limit of 0 or more");
        }
        if (budget.scope.key.empty() && !budget.scope.value.empty()) {
            throw std::invalid_argument("centavo: the scope of a budget has a value and no key");
        }
        for (int const percent : budget.alerts.left_percent) {
            if (percent < 1 || percent > 99) {
                throw std::invalid_argument("centavo: a budget alerts where 1 to 99 percent are left");
            }
        }
        if (auto const deviations = budget.alerts.anomaly_deviations;
            deviations && (*deviations < 1 || *deviations > 1'000)) {
            throw std::invalid_argument("centavo: an hour is unusual above 1 to 1,000 deviations");
        }
        for (int const percent : budget.alerts.forecast_percent) {
            if (percent < 1 || percent > 10'000) {
                throw std::invalid_argument("centavo: a forecast alerts at 1 to 10,000 percent of the limit");
            }
        }
        if (budget.alerts.left_percent.size() + budget.alerts.forecast_percent.size() > 31) {
            throw std::invalid_argument("centavo: a budget has at most 31 thresholds");
        }
    }
}

CENTAVO_INLINE void require_no_anomalies(std::span<Budget const> budgets) {
    for (Budget const& budget : budgets) {
        if (budget.alerts.anomaly_deviations) {
            throw std::invalid_argument("centavo: anomaly alerts are told by a LocalBook alone: " +
                                        budget.name);
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
