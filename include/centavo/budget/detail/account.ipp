// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/account.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::vector<BudgetRef> budgets_for(std::span<Budget const> budgets, Tags const& tags) {
    std::vector<BudgetRef> touched;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        if (auto const counter = budgets[i].scope.counter_of(tags.all())) {
            touched.push_back({i, std::string{*counter}});
        }
    }
    return touched;
}

CENTAVO_INLINE Account::Account(Tags tags, std::vector<BudgetRef> touched, std::shared_ptr<void> of_book)
    : facts_{std::make_shared<Facts const>(Facts{std::move(tags), std::move(touched), std::move(of_book)})} {}

CENTAVO_INLINE std::span<Tag const> Account::all_tags() const noexcept {
    return facts_ ? facts_->tags.all() : std::span<Tag const>{};
}

CENTAVO_INLINE std::span<BudgetRef const> Account::touched() const noexcept {
    return facts_ ? std::span<BudgetRef const>{facts_->touched} : std::span<BudgetRef const>{};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
