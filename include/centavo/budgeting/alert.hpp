// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budgeting/window.hpp>

#include <cstdint>
#include <string>

namespace centavo::inline v0 {

/// What an alert tells.
enum class AlertKind : std::uint8_t {
    low,      ///< less than a tenth of the limit is left: limit - spent < limit / 10
    exceeded  ///< spent is above the limit, or a call was refused for the first time
};

/// A budget that needs attention; told once for each budget, kind and window.
struct Alert {
    AlertKind kind;
    std::string budget;
    Usd limit;
    Usd spent;
    Window window;
};

}  // namespace centavo::inline v0
