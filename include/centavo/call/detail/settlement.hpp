// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/usage.hpp>

#include <string>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Settles a hold at `amount` in one record, under the model that responded. The record has the lines of every model
/// involved if they add up to `amount`, and its note names the other models. Throws as Hold::settle() does.
inline void settle(Hold& hold, ResponseCost const& cost, Usd amount, UsageQuality quality) {
    Charge charge = charge_of(cost.own);
    std::vector<CostLine> lines{charge.lines.begin(), charge.lines.end()};
    std::string note;
    for (Cost const& other : cost.others) {
        lines.insert(lines.end(), other.lines().begin(), other.lines().end());
        note += (note.empty() ? "with " : ", ") + other.model().text();
    }
    charge.amount = amount;
    charge.quality = quality;
    charge.note = note;
    charge.complete = cost.complete();
    charge.lines = {};
    if (amount == cost.total()) {
        charge.lines = lines;
    }
    hold.settle(charge);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
