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

/// What an alert tells.
enum class AlertKind : std::uint8_t {
    low,       ///< less than a share of the limit is left: limit - spent < limit x percent / 100
    exceeded,  ///< spent is above the limit, or a call was refused for the first time
    forecast,  ///< at this pace the window will end above a share of the limit
    anomaly    ///< an hour far above its usual
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

/// When a budget alerts: below a tenth left and exceeded where nothing else is said.
struct AlertThresholds {
    std::vector<int> left_percent = {10};    ///< AlertKind::low for each
    std::vector<int> forecast_percent = {};  ///< AlertKind::forecast for each: 100 is the limit itself
    std::optional<int> anomaly_deviations =
        {};  ///< AlertKind::anomaly above mean + so many median deviations; 4 is usual. LocalBudgets's alone
};

/// A budget that needs attention; told once for each budget, kind, threshold and window.
struct Alert {
    AlertKind kind;
    std::string budget;
    std::string value = {};  ///< of the tag, where every value has its own counter
    int percent = 0;         ///< the threshold, of low and forecast; the deviations, of anomaly
    Usd limit = {};
    Usd spent = {};
    Usd forecast = {};  ///< at the window's end, of a forecast; the hour's sum, of an anomaly
    Window window = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
