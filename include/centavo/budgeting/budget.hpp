// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/window.hpp>

#include <cstdint>
#include <string>

namespace centavo::inline v0 {

/// Whether a limit refuses what would pass it, or only tells.
enum class Enforcement : std::uint8_t { hard, soft };

/// So much money for each window of time.
struct Budget {
    std::string name;
    Usd limit;
    Period period = Period::day;
    Enforcement enforcement = Enforcement::hard;
};

/// Why money was not set aside: the first budget that has not enough left.
struct Refusal {
    std::string budget;
    Usd limit;
    Usd spent;
    Usd held;    ///< set aside for calls under way
    Usd needed;  ///< by the call that was refused
    Instant window_end;

    [[nodiscard]] Usd left() const { return limit - spent - held; }
};

}  // namespace centavo::inline v0
