// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/account_state.hpp>
#include <centavo/budget/window.hpp>

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Identifies a counter: a budget, a tag value if each value has its own counter, and the beginning of its window.
struct CounterKey {
    std::string budget;
    std::string value = {};
    Instant begin = Instant::min();

    friend auto operator<=>(CounterKey const&, CounterKey const&) = default;

    /// The counter's name in every store: "per-user/u%2F42/1795478400000000000", begin in nanoseconds since 1970.
    ///
    /// Bytes other than ASCII letters, digits, '-', '.', '_' and '~' are written as %XX; a window without a begin is "-".
    [[nodiscard]] std::string name() const;
};

inline std::string CounterKey::name() const {
    std::string out;
    auto const add = [&](std::string_view text) {
        constexpr std::string_view hex = "0123456789ABCDEF";
        for (char const c : text) {
            bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                               c == '-' || c == '.' || c == '_' || c == '~';
            if (plain) {
                out += c;
            } else {
                auto const byte = static_cast<unsigned char>(c);
                out += '%';
                out += hex[byte >> 4U];
                out += hex[byte & 15U];
            }
        }
        out += '/';
    };
    add(budget);
    add(value);
    return out + (begin == Instant::min() ? "-" : std::to_string(begin.time_since_epoch().count()));
}

/// A counter that a call touches at an instant. Refers to the list of budgets and to the account.
struct CounterRef {
    Budget const* budget;
    std::string_view value;
    Window window;

    [[nodiscard]] CounterKey key() const { return {budget->name, std::string{value}, window.begin}; }
};

/// The counters that a call touches at an instant, in the order of the budgets; `account` is null for a default account.
/// Calls the calendars' zone functions, so it must not be called with a lock held.
///
/// Includes budgets per request, which have no counter: they only require amount <= limit.
[[nodiscard]] inline std::vector<CounterRef> counters_of(View<Budget> budgets, AccountState const* account,
                                                         Instant at) {
    std::vector<CounterRef> counters;
    auto const add = [&](std::size_t index, std::string_view value) {
        Budget const& budget = budgets[index];
        counters.push_back({&budget, value, window_of(budget.period, at, budget.calendar)});
    };
    if (account == nullptr) {
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            if (budgets[i].scope.key.empty()) {
                add(i, {});
            }
        }
        return counters;
    }
    for (BudgetRef const& ref : account->budgets) {
        add(ref.budget, ref.value);
    }
    return counters;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
