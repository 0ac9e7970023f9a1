// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A budget that an account counts in: its index in the store's list, and the tag value if the budget has a counter for
/// each value.
struct BudgetRef {
    std::size_t budget = 0;
    std::string value = {};
};

/// The budgets that a call with these tags counts in, in the order of the list.
[[nodiscard]] inline std::vector<BudgetRef> budgets_for(View<Budget> budgets, Tags const& tags) {
    std::vector<BudgetRef> refs;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        if (auto const value = budgets[i].scope.counter_of(tags.all())) {
            refs.push_back({i, std::string{*value}});
        }
    }
    return refs;
}

/// Distinguishes a store from every other one by its address.
///
/// Each account keeps the identity of its store alive, so that no later store has the same address while the account
/// exists.
struct StoreIdentity {};

/// What an account refers to. A store that caches more for each account derives from it.
struct AccountState {
    Tags tags = {};
    std::vector<BudgetRef> budgets = {};
    std::shared_ptr<StoreIdentity const> store = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
