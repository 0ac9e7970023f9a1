// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/forecast.hpp>
#include <centavo/budget/window.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// One condition of a budget's alerts. Its name is what a store remembers it by: "exceeded", "low:10", "forecast:100".
struct AlertRule {
    AlertKind kind = AlertKind::exceeded;
    int percent = 0;

    [[nodiscard]] std::string name() const {
        std::string name{to_string(kind)};
        return kind == AlertKind::exceeded ? name : name + ":" + std::to_string(percent);
    }

    /// The least amount above which the rule is due: of spent, or of the forecast.
    [[nodiscard]] Usd above(Usd limit) const {
        return kind == AlertKind::low        ? portion(limit, 100 - percent, 100)
               : kind == AlertKind::forecast ? portion(limit, percent, 100)
                                             : limit;
    }
};

/// A budget's rules in a fixed order, so that what was told is a bit for each: low ones, then exceeded, then forecasts.
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

/// What a counter has come to, as far as its alerts need to know.
struct AlertView {
    Usd limit;
    Usd spent;
    Usd forecast = {};     ///< of the window's end; zero while there is none
    bool refused = false;  ///< a call was refused just now
};

/// The rules that are due and not in `told`, which they are put into: a bit a rule, in their order.
///
/// Edge-triggered: a rule that was told is not due again in its window. Where several processes share a counter,
/// `told` is what the store remembers, and one of them wins the right to tell.
[[nodiscard]] inline std::vector<AlertRule> due_rules(std::vector<AlertRule> const& rules,
                                                      AlertView const& view, std::uint32_t& told) {
    std::vector<AlertRule> due;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        std::uint32_t const bit = std::uint32_t{1} << i;
        AlertRule const& rule = rules[i];
        bool const reached =
            rule.kind == AlertKind::forecast
                ? view.forecast > rule.above(view.limit)
                : view.spent > rule.above(view.limit) || (rule.kind == AlertKind::exceeded && view.refused);
        if (reached && (told & bit) == 0) {
            told |= bit;
            due.push_back(rule);
        }
    }
    return due;
}

/// The alert that a rule gives for a counter.
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
