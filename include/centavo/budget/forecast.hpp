// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// `amount` x numerator / denominator, rounded down; overflows only where the result does.
[[nodiscard]] constexpr Usd portion(Usd amount, std::int64_t numerator, std::int64_t denominator) {
    detail::Int128 const whole = amount.atto() / denominator;
    detail::Int128 const rest = amount.atto() % denominator;
    return Usd::from_atto(
        detail::checked_add(detail::checked_multiply(whole, numerator), detail::checked_multiply(rest, numerator) / denominator));
}

/// What a window will come to at its end.
struct Forecast {
    Usd linear;  ///< at the pace of the window so far: spent x length / elapsed
    Usd ewma;  ///< at the pace of late: spent + an exponentially weighted mean of the parts so far, for what is left
};

/// How fast a window's money goes: the window in 24 equal parts, of which the last ones weigh more.
///
/// The weighted mean takes a quarter of every part that ends, and starts with the first. Integers only, so that a
/// replay comes to the same. A value; small, since every counter has one.
class BurnRate {
public:
    static constexpr int parts = 24;
    static constexpr int fewest = 3;  ///< parts that must be over before there is a forecast

    /// Notes that `spent` is the window's sum as of `now`; late charges count in the part in which they come.
    void note(Window const& window, Instant now, Usd before);

    /// The forecast as of `now` for a window that has spent so much; nullopt before three parts of it are over, and for
    /// one without an end.
    [[nodiscard]] std::optional<Forecast> forecast(Window const& window, Instant now, Usd spent) const;

private:
    [[nodiscard]] static bool bounded(Window const& window) noexcept;
    [[nodiscard]] static std::chrono::nanoseconds part_of(Window const& window);

    /// Ends the parts that are over at `now`; until then `spent` was the window's sum.
    void advance(Window const& window, Instant now, Usd spent);

    Instant next_ = {};  // when the part under way ends
    Usd at_start_;       // spent when it began
    Usd mean_;           // of a part
    bool ended_ = false;
};

/// What a budget's window of now will come to, from a book's figures and records: what LocalBudgets::forecast() knows by
/// having counted. Nullopt for a name that the book does not have, before an eighth of the window is over, and for a
/// window without an end.
///
/// Reads every record that the book keeps: for a page or a report, not for every call. Of a book whose records are of
/// all that its figures count, which a LeasedBudgets's are not. Throws what find() and replay() throw.
template <BudgetStore Books>
[[nodiscard]] std::optional<Forecast> forecast_of(Books const& book, std::string_view name,
                                                  std::string_view value, Instant now) {
    auto const state = book.find(name, value);
    std::span<Budget const> const budgets{book.budgets()};
    auto const budget = detail::find(budgets, name, &Budget::name);
    if (!state || budget == budgets.end() || !BurnRate{}.forecast(state->window, now, state->spent)) {
        return std::nullopt;
    }
    BurnRate pace;
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

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/forecast.ipp>
#endif
