// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/book.hpp>
#include <centavo/budgeting/budget.hpp>
#include <centavo/budgeting/pace.hpp>
#include <centavo/budgeting/record.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace centavo::inline v0 {

/// What a budget's window of now will come to, from a book's figures and records: what LocalBook::forecast() knows by
/// having counted. Nullopt for a name that the book does not have, before an eighth of the window is over, and for a
/// window without an end.
///
/// Reads every record that the book keeps: for a page or a report, not for every call. Of a book whose records are of
/// all that its figures count, which a LeasedBook's are not. Throws what find() and replay() throw.
template <Book Books>
[[nodiscard]] std::optional<Forecast> forecast_of(Books const& book, std::string_view name,
                                                  std::string_view value, Instant now) {
    auto const state = book.find(name, value);
    std::span<Budget const> const budgets{book.budgets()};
    auto const budget = std::ranges::find(budgets, name, &Budget::name);
    if (!state || budget == budgets.end() || !Pace{}.forecast(state->window, now, state->spent)) {
        return std::nullopt;
    }
    Pace pace;
    Usd spent;
    Instant latest = state->window.begin;
    book.replay([&](LedgerRecord const& record) {
        if (record.spends() && state->window.contains(record.at) &&
            budget->scope.counter_of(record.tags) == value) {
            latest = std::max(latest, record.time);
            pace.note(state->window, latest, spent);
            spent += record.amount;
        }
    });
    return pace.forecast(state->window, now, state->spent);
}

}  // namespace centavo::inline v0
