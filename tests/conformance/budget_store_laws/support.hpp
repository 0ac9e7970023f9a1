// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/record.hpp>

#include <string_view>

namespace centavo::conformance {

inline Instant const nine_o_clock = parse_instant("2026-11-24T09:00:00Z");
inline Instant const next_midnight = parse_instant("2026-11-25T00:00:00Z");

inline BudgetStoreOptions one_dollar_a_day() { return {.budgets = {{.name = "daily", .limit = 1_usd}}}; }

template <BudgetStore Store>
[[nodiscard]] Usd spent_of(Store const& store, std::string_view name, std::string_view value = {}) {
    return store.find(name, value).value().spent;
}

template <BudgetStore Store>
[[nodiscard]] Usd held_of(Store const& store, std::string_view name, std::string_view value = {}) {
    return store.find(name, value).value().held;
}

/// What the records sum to.
template <RecordSource Store>
[[nodiscard]] Usd recorded(Store const& store) {
    Usd sum;
    store.replay([&](LedgerRecord const& record) { sum += record.spends() ? record.amount : Usd{}; });
    return sum;
}

}  // namespace centavo::conformance
