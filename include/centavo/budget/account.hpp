// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/budget.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// One budget that a call counts in: its place in the book's list, and the value of its tag where the budget keeps
/// a counter for each.
struct BudgetRef {
    std::size_t budget = 0;
    std::string value = {};
};

/// The budgets that a call with these tags counts in, in the order of the list.
[[nodiscard]] std::vector<BudgetRef> budgets_for(std::span<Budget const> budgets, Tags const& tags);

/// Who spends: tags, and the budgets of one book that they touch, both worked out once.
///
/// Made by a book's account(), and good for that book only; a default one has no tags and is good for any. A handle,
/// cheap to copy; safe to share between threads. Letting go of the last one lets the book forget what it kept for it.
class Account {
public:
    Account() = default;

    /// For books: `of_book` is whatever the book wants to find again, its counters say.
    Account(Tags tags, std::vector<BudgetRef> touched, std::shared_ptr<void> of_book = nullptr);

    [[nodiscard]] Tags tags() const { return facts_ ? facts_->tags : Tags{}; }
    [[nodiscard]] std::span<Tag const> all_tags() const noexcept;
    [[nodiscard]] bool resolved() const noexcept { return facts_ != nullptr; }
    [[nodiscard]] std::span<BudgetRef const> touched() const noexcept;
    [[nodiscard]] void* of_book() const noexcept { return facts_ ? facts_->of_book.get() : nullptr; }

private:
    struct Facts {
        Tags tags;
        std::vector<BudgetRef> touched;
        std::shared_ptr<void> of_book;
    };

    std::shared_ptr<Facts const> facts_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/account.ipp>
#endif
