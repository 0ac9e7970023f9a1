// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/window.hpp>

#include <compare>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What one counter counts: a budget, a value of its tag where each has its own, and the window that begins then.
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

/// One counter that a call touches at an instant. Refers to the list of budgets and to the account.
struct CounterRef {
    Budget const* budget;
    std::string_view value;
    Window window;

    [[nodiscard]] CounterKey key() const { return {budget->name, std::string{value}, window.begin}; }
};

/// The counters that a call touches at an instant, in the order of the budgets; called without a lock, since a zone's
/// rules are the caller's code.
///
/// A budget for each request is among them: it has no counter, only `amount <= limit` to be checked.
[[nodiscard]] inline std::vector<CounterRef> counters_of(std::span<Budget const> budgets,
                                                         Account const& account, Instant at) {
    std::vector<CounterRef> uses;
    auto const use = [&](std::size_t index, std::string_view value) {
        Budget const& budget = budgets[index];
        uses.push_back({&budget, value, window_of(budget.period, at, budget.calendar)});
    };
    if (!account.resolved()) {
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            if (budgets[i].scope.key.empty()) {
                use(i, {});
            }
        }
        return uses;
    }
    for (BudgetRef const& touched : account.touched()) {
        use(touched.budget, touched.value);
    }
    return uses;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
