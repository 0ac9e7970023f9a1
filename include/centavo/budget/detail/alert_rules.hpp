// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/window.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// One alert condition of a budget. Stores identify it by its name: "exceeded", "low:10", "forecast:100".
struct AlertRule {
    AlertKind kind = AlertKind::exceeded;
    int percent = 0;

    [[nodiscard]] std::string name() const {
        std::string name{to_string(kind)};
        return kind == AlertKind::exceeded ? name : name + ":" + std::to_string(percent);
    }

    /// The amount above which the rule fires: of `spent`, or of the forecast.
    [[nodiscard]] Usd threshold(Usd limit) const {
        return kind == AlertKind::low        ? portion(limit, 100 - percent, 100)
               : kind == AlertKind::forecast ? portion(limit, percent, 100)
                                             : limit;
    }
};

/// The rules of a budget in a fixed order, so that one bit each records what has fired: low, exceeded, forecast.
[[nodiscard]] inline std::vector<AlertRule> rules_of(AlertThresholds const& thresholds) {
    std::vector<AlertRule> rules;
    for (int const percent : thresholds.left_percent) {
        rules.push_back({AlertKind::low, percent});
    }
    rules.push_back({AlertKind::exceeded});
    for (int const percent : thresholds.forecast_percent) {
        rules.push_back({AlertKind::forecast, percent});
    }
    return rules;
}

/// The figures of a counter that its alert rules depend on.
struct AlertView {
    Usd limit;
    Usd spent;
    Usd forecast = {};    ///< for the end of the window; zero while there is none
    bool denied = false;  ///< the budget has just denied a call
};

/// The rules that are met and not yet in `fired`, one bit per rule, to which they are added.
///
/// Edge-triggered: a rule fires once per window. If several processes share a counter, `fired` is what the store keeps,
/// and the process that sets the bit raises the alert.
[[nodiscard]] inline std::vector<AlertRule> fire_rules(std::vector<AlertRule> const& rules,
                                                       AlertView const& view, std::uint32_t& fired) {
    std::vector<AlertRule> fires;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        std::uint32_t const bit = std::uint32_t{1} << i;
        AlertRule const& rule = rules[i];
        Usd const threshold = rule.threshold(view.limit);
        bool const met = rule.kind == AlertKind::forecast
                             ? view.forecast > threshold
                             : view.spent > threshold || (rule.kind == AlertKind::exceeded && view.denied);
        if (met && (fired & bit) == 0) {
            fired |= bit;
            fires.push_back(rule);
        }
    }
    return fires;
}

/// The level of a budget that has spent `spent`: by its limit and its left_percent thresholds.
[[nodiscard]] inline AlertLevel level_of(Budget const& budget, Usd spent) {
    AlertLevel level = AlertLevel::none;
    for (AlertRule const& rule : rules_of(budget.alerts)) {
        if (rule.kind != AlertKind::forecast && spent > rule.threshold(budget.limit)) {
            level = std::max(level, rule.kind == AlertKind::low ? AlertLevel::low : AlertLevel::exceeded);
        }
    }
    return level;
}

/// The alert of a rule for a counter.
[[nodiscard]] inline Alert alert_of(AlertRule const& rule, Budget const& budget, std::string_view value,
                                    AlertView const& view, Window const& window) {
    return {.kind = rule.kind,
            .budget = budget.name,
            .value = std::string{value},
            .percent = rule.percent,
            .limit = view.limit,
            .spent = view.spent,
            .forecast = view.forecast,
            .window = window};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
