// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/int128.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// amount x numerator / denominator, rounded toward zero. Throws std::overflow_error.
[[nodiscard]] constexpr Usd portion(Usd amount, std::int64_t numerator, std::int64_t denominator) {
    Int128 const whole = amount.atto() / denominator;
    Int128 const rest = amount.atto() % denominator;
    return Usd::from_atto(
        checked_add(checked_multiply(whole, numerator), checked_multiply(rest, numerator) / denominator));
}

/// The rate at which a window spends: the window in 24 equal parts, weighted exponentially.
///
/// The moving average starts with the first part and takes a quarter of each later one. Integer arithmetic, so that a
/// replay gives the same result. Small, since every counter has one.
class BurnRate {
public:
    static constexpr int parts = 24;
    static constexpr int min_parts = 3;  ///< that must be over before there is a forecast

    /// Notes that the window had spent `before` until `now`. A late charge counts in the part in which it arrives.
    void note(Window const& window, Instant now, Usd before) {
        if (bounded(window)) {
            advance(window, now, before);
        }
    }

    /// The forecast at `now` for a window that has spent `spent`; nullopt before `min_parts` of it are over, and for a
    /// window without an end.
    [[nodiscard]] std::optional<Forecast> forecast(Window const& window, Instant now, Usd spent) const {
        if (!bounded(window) || now >= window.end || now - window.begin < part_of(window) * min_parts) {
            return std::nullopt;
        }
        BurnRate current = *this;
        current.advance(window, now, spent);
        return Forecast{
            .linear = portion(spent, (window.end - window.begin).count(), (now - window.begin).count()),
            .ewma = spent + portion(current.mean_, (window.end - now).count(), part_of(window).count())};
    }

private:
    [[nodiscard]] static bool bounded(Window const& window) noexcept {
        return window.begin != Instant::min() && window.end != Instant::max();
    }
    [[nodiscard]] static std::chrono::nanoseconds part_of(Window const& window) {
        return std::max((window.end - window.begin) / parts, std::chrono::nanoseconds{1});
    }

    /// Ends the parts that are over at `now`, until when the window had spent `spent`.
    void advance(Window const& window, Instant now, Usd spent) {
        if (next_ == Instant{}) {
            next_ = window.begin + part_of(window);
        }
        if (now < next_) {
            return;
        }
        auto const part = part_of(window);
        for (; next_ <= now && next_ < window.end; next_ += part) {
            Usd const sum = spent - at_start_;
            mean_ = ended_ ? mean_ + portion(sum - mean_, 1, 4) : sum;
            ended_ = true;
            at_start_ = spent;
        }
    }

    Instant next_ = {};  // end of the current part
    Usd at_start_;       // spent when it began
    Usd mean_;           // of a part
    bool ended_ = false;
};

/// The forecast of a budget's current window from a store's figures and records, as LocalBudgets::forecast() counts it.
/// Nullopt for an unknown name, before an eighth of the window is over, and for a window without an end.
///
/// Reads every record of the store, which must keep a record of everything that its figures count. Throws what find()
/// and replay() throw.
template <typename Store>
[[nodiscard]] std::optional<Forecast> forecast_of(Store const& store, std::string_view name,
                                                  std::string_view value, Instant now) {
    auto const state = store.find(name, value);
    View<Budget> const budgets{store.budgets()};
    auto const budget = detail::find(budgets, name, &Budget::name);
    if (!state || budget == budgets.end() || !BurnRate{}.forecast(state->window, now, state->spent)) {
        return std::nullopt;
    }
    BurnRate rate;
    Usd spent;
    Instant latest = state->window.begin;
    store.replay([&](LedgerRecord const& record) {
        if (record.spends() && state->window.contains(record.at) &&
            budget->scope.counter_of(record.tags) == value) {
            latest = std::max(latest, record.time);
            rate.note(state->window, latest, spent);
            spent += record.amount;
        }
    });
    return rate.forecast(state->window, now, state->spent);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
