// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>

#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Throws std::invalid_argument unless every budget has a unique name, a limit of at least zero, and thresholds within
/// their ranges.
inline void require_valid(View<Budget> budgets) {
    constexpr std::size_t max_thresholds = 31;  // one bit each, and one for "exceeded"
    std::set<std::string_view> names;
    for (Budget const& budget : budgets) {
        auto const require = [&](bool valid, std::string const& what) {
            if (!valid) {
                throw std::invalid_argument("budget \"" + budget.name + "\": " + what);
            }
        };
        AlertThresholds const& alerts = budget.alerts;
        require(!budget.name.empty(), "the name must not be empty");
        require(names.insert(budget.name).second, "the name is used by another budget");
        require(budget.limit >= Usd{}, "the limit must not be negative, but is " + budget.limit.to_string());
        require(!budget.scope.key.empty() || budget.scope.value.empty(),
                "the scope has the tag value \"" + budget.scope.value + "\" but no key");
        for (int const percent : alerts.left_percent) {
            require(percent >= 1 && percent <= 99,
                    "left_percent must be 1 to 99, but is " + std::to_string(percent));
        }
        for (int const percent : alerts.forecast_percent) {
            require(percent >= 1 && percent <= 10'000,
                    "forecast_percent must be 1 to 10,000, but is " + std::to_string(percent));
        }
        require(alerts.left_percent.size() + alerts.forecast_percent.size() <= max_thresholds,
                "at most 31 alert thresholds are supported");
        if (auto const deviations = alerts.anomaly_deviations) {
            require(*deviations >= 1 && *deviations <= 1'000,
                    "anomaly_deviations must be 1 to 1,000, but is " + std::to_string(*deviations));
        }
    }
}

/// Throws std::invalid_argument for a budget with anomaly alerts, on behalf of a store that keeps no hourly baseline.
inline void require_no_anomaly_alerts(View<Budget> budgets) {
    for (Budget const& budget : budgets) {
        if (budget.alerts.anomaly_deviations) {
            throw std::invalid_argument("budget \"" + budget.name +
                                        "\": anomaly_deviations is supported by LocalBudgets only");
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
