// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a counter has come to, in the database alone and with the pending writes of this process.
struct SqliteReading {
    SqliteFigures stored;
    SqliteFigures known;
};

/// The counters that a call touches at an instant, and the budgets that limit it alone.
struct SqliteUses {
    std::vector<SqliteCounter> counters = {};
    std::vector<Budget const*> each_request = {};

    [[nodiscard]] static SqliteUses of(std::span<CounterRef const> touched) {
        SqliteUses uses;
        for (CounterRef const& use : touched) {
            if (use.budget->period == Period::request) {
                uses.each_request.push_back(use.budget);
            } else {
                uses.counters.emplace_back(*use.budget, use.value, use.window);
            }
        }
        return uses;
    }

    /// Of the hard budgets that have not `amount` left, the one with the least; nullopt where all have.
    [[nodiscard]] std::optional<BudgetDenial> refuse(std::span<SqliteReading const> figures,
                                                     Usd amount) const {
        std::optional<BudgetDenial> tightest;
        auto const refuses = [&](Budget const& budget, Usd left) {
            return budget.enforcement == Enforcement::hard && amount > left &&
                   (!tightest || left < tightest->remaining());
        };
        for (std::size_t i = 0; i < figures.size(); ++i) {
            SqliteCounter const& counter = counters[i];
            SqliteFigures const& known = figures[i].known;
            if (refuses(*counter.budget, counter.budget->limit - known.spent - known.held)) {
                tightest = BudgetDenial{.budget = counter.budget->name,
                                        .value = counter.value,
                                        .limit = counter.budget->limit,
                                        .spent = known.spent,
                                        .held = known.held,
                                        .needed = amount,
                                        .window_begin = counter.window.begin,
                                        .window_end = counter.window.end};
            }
        }
        for (Budget const* const budget : each_request) {
            if (refuses(*budget, budget->limit)) {
                tightest = BudgetDenial{.budget = budget->name, .limit = budget->limit, .needed = amount};
            }
        }
        return tightest;
    }

    /// What the hard budgets have left: the least; nullopt where there is none.
    [[nodiscard]] std::optional<Usd> remaining(std::span<SqliteFigures const> figures) const {
        std::optional<Usd> least;
        auto const take = [&](Budget const& budget, Usd left) {
            if (budget.enforcement == Enforcement::hard) {
                least = least ? std::min(*least, left) : left;
            }
        };
        for (std::size_t i = 0; i < figures.size(); ++i) {
            Budget const& budget = *counters[i].budget;
            take(budget, budget.limit - figures[i].spent - figures[i].held);
        }
        for (Budget const* const budget : each_request) {
            take(*budget, budget->limit);
        }
        return least;
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
