// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/record.hpp>
#include <centavo/budgeting/tags.hpp>
#include <centavo/pricing/cost_structure.hpp>

#include <chrono>
#include <map>
#include <string>

namespace centavo::inline v0 {

/// Where the money went: a ledger's charges and corrections, summed by model, tag, UTC day and category.
///
///     Spending spending;
///     monitor.book().replay([&](LedgerRecord const& record) { spending.add(record); });
///
/// Every sum is exact, and each of by_model, by_day and by_category adds up to total; a charge counts once under each of
/// its tags. What names no model is under the empty name. A value.
struct Spending {
    Usd total = {};
    std::map<std::string, Usd> by_model = {};
    std::map<Tag, Usd> by_tag = {};
    std::map<std::chrono::sys_days, Usd> by_day = {};  ///< of the reserve
    CostTotals by_category = {};

    /// Adds a record, if it spends.
    void add(LedgerRecord const& record) {
        if (!record.spends()) {
            return;
        }
        total += record.amount;
        by_model[std::string{record.model}] += record.amount;
        for (Tag const& tag : record.tags) {
            by_tag[tag] += record.amount;
        }
        by_day[std::chrono::floor<std::chrono::days>(record.at)] += record.amount;
        by_category.add(record.category, record.amount);
    }
};

}  // namespace centavo::inline v0
