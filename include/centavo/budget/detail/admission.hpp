// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/window.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The figures of a counter that a decision is made by.
struct CounterFigures {
    Usd limit = {};
    Usd spent = {};
    Usd held = {};

    [[nodiscard]] Usd remaining() const { return limit - spent - held; }
};

/// The admission rule of every store: a call is admitted if no hard budget lacks its amount, and denied by the one with
/// the least left. A call that costs nothing is always admitted.
///
/// Refers to the budgets, values and windows that it is shown.
class Admission {
public:
    explicit Admission(Usd amount) noexcept : amount_{amount} {}

    /// Checks a counter. Throws std::overflow_error if its sum with the amount would overflow.
    void check(Budget const& budget, std::string_view value, Window const& window,
               CounterFigures const& figures) {
        bool const fits = figures.spent + figures.held + amount_ <= figures.limit;
        if (!fits && amount_ > Usd{} && budget.enforcement == Enforcement::hard) {
            deny(budget, value, &window, figures);
        }
    }

    /// Checks a budget per request, which has no counter.
    void check(Budget const& budget) {
        if (amount_ > budget.limit && budget.enforcement == Enforcement::hard) {
            deny(budget, {}, nullptr, {.limit = budget.limit});
        }
    }

    /// Denies the call: for a store that decided by figures of its own.
    void deny(Budget const& budget, std::string_view value, Window const* window,
              CounterFigures const& figures) {
        if (budget_ == nullptr || figures.remaining() < figures_.remaining()) {
            budget_ = &budget;
            value_ = value;
            window_ = window;
            figures_ = figures;
        }
    }

    [[nodiscard]] bool admitted() const noexcept { return budget_ == nullptr; }

    /// The denial of the tightest budget; nullopt if the call is admitted.
    [[nodiscard]] std::optional<BudgetDenial> denial() const {
        if (admitted()) {
            return std::nullopt;
        }
        return BudgetDenial{.budget = budget_->name,
                            .value = std::string{value_},
                            .limit = figures_.limit,
                            .spent = figures_.spent,
                            .held = figures_.held,
                            .needed = amount_,
                            .window_begin = window_ != nullptr ? window_->begin : Instant::min(),
                            .window_end = window_ != nullptr ? window_->end : Instant::max()};
    }

private:
    Usd amount_;
    Budget const* budget_ = nullptr;  // the tightest of those that deny
    std::string_view value_ = {};
    Window const* window_ = nullptr;
    CounterFigures figures_ = {};
};

/// What the hard budgets of an account have left: the minimum.
class RemainingMoney {
public:
    void add(Budget const& budget, Usd remaining) {
        if (budget.enforcement == Enforcement::hard) {
            minimum_ = minimum_ ? std::min(*minimum_, remaining) : remaining;
        }
    }
    void add(Budget const& budget) { add(budget, budget.limit); }

    /// nullopt without a hard budget.
    [[nodiscard]] std::optional<Usd> minimum() const noexcept { return minimum_; }

private:
    std::optional<Usd> minimum_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
