// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What the records of a store add up to in the counters of current windows.
class RecordSums {
public:
    using Key = std::pair<std::string_view, std::string>;  ///< a budget, and the tag value of the counter

    struct Sum {
        Usd spent = {};
        Usd held = {};
        std::int64_t open = 0;  ///< holds
    };

    /// Refers to the budgets.
    RecordSums(std::vector<Budget> const& budgets, Instant now) : budgets_{&budgets} {
        for (Budget const& budget : budgets) {
            windows_.push_back(window_of(budget.period, now, budget.calendar));
        }
    }

    void add(LedgerRecord const& record) {
        if (record.kind == RecordKind::hold) {
            open_.emplace(record.seq, record.amount);
            change(record, {.held = record.amount, .open = 1});
            return;
        }
        Sum sum{.spent = record.spends() ? record.amount : Usd{}};
        bool const closes = record.kind == RecordKind::settle || record.kind == RecordKind::release;
        if (auto const hold = closes ? open_.find(record.hold) : open_.end(); hold != open_.end()) {
            sum.held = -hold->second;
            sum.open = -1;
            open_.erase(hold);
        }
        change(record, sum);
    }

    [[nodiscard]] std::map<Key, Sum> const& sums() const noexcept { return sums_; }

private:
    void change(LedgerRecord const& record, Sum const& by) {
        for (std::size_t i = 0; i < budgets_->size(); ++i) {
            Budget const& budget = (*budgets_)[i];
            auto const value = budget.scope.counter_of(record.tags);
            if (value && budget.period != Period::request && windows_[i].contains(record.at)) {
                Sum& sum = sums_[{budget.name, std::string{*value}}];
                sum.spent += by.spent;
                sum.held += by.held;
                sum.open += by.open;
            }
        }
    }

    std::vector<Budget> const* budgets_;
    std::vector<Window> windows_;
    std::unordered_map<std::uint64_t, Usd> open_;
    std::map<Key, Sum> sums_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
