// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/window.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The condition that an alert reports.
enum class AlertKind : std::uint8_t {
    low,       ///< less than left_percent of the limit is left
    exceeded,  ///< more than the limit is spent, or the budget has denied a call for the first time
    forecast,  ///< the window is expected to end above forecast_percent of the limit
    anomaly    ///< an hour spent far more than usual
};

/// "low", "exceeded", "forecast" or "anomaly".
[[nodiscard]] constexpr std::string_view to_string(AlertKind kind) noexcept {
    switch (kind) {
    case AlertKind::low: return "low";
    case AlertKind::exceeded: return "exceeded";
    case AlertKind::forecast: return "forecast";
    case AlertKind::anomaly: return "anomaly";
    }
    return "";
}

/// How much of a budget is spent.
enum class AlertLevel : std::uint8_t {
    none,     ///< every threshold is respected
    low,      ///< less than the largest left_percent of the limit is left
    exceeded  ///< more than the limit is spent
};

/// "none", "low" or "exceeded".
[[nodiscard]] constexpr std::string_view to_string(AlertLevel level) noexcept {
    switch (level) {
    case AlertLevel::none: return "none";
    case AlertLevel::low: return "low";
    case AlertLevel::exceeded: return "exceeded";
    }
    return "";
}

/// When a budget raises alerts. By default when less than 10 percent is left and when the limit is exceeded.
struct AlertThresholds {
    std::vector<int> left_percent = {10};    ///< an AlertKind::low for each
    std::vector<int> forecast_percent = {};  ///< an AlertKind::forecast for each; 100 is the limit itself
    /// AlertKind::anomaly above the mean plus this many median absolute deviations; 4 is common. LocalBudgets only.
    std::optional<int> anomaly_deviations = {};
};

/// A budget that needs attention. Fires once per budget, tag value, threshold and window.
struct Alert {
    AlertKind kind;
    std::string budget;
    std::string value = {};  ///< of the tag, if each value has its own counter
    int percent = 0;         ///< the threshold of low and forecast; the deviations of anomaly
    Usd limit = {};
    Usd spent = {};
    Usd forecast = {};  ///< of forecast: for the end of the window; of anomaly: spent in the hour
    Window window = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
