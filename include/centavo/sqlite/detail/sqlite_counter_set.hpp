// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>

#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The counters that a call touches at an instant, and the budgets per request, which have none.
struct SqliteCounterSet {
    explicit SqliteCounterSet(View<CounterRef> touched) {
        for (CounterRef const& ref : touched) {
            if (ref.budget->period == Period::request) {
                per_request.push_back(ref.budget);
            } else {
                counters.emplace_back(*ref.budget, ref.value, ref.window);
            }
        }
    }

    std::vector<SqliteCounter> counters = {};
    std::vector<Budget const*> per_request = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
