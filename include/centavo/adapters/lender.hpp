// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budgeting/book.hpp>
#include <centavo/budgeting/budget.hpp>
#include <centavo/budgeting/counter_key.hpp>

#include <concepts>
#include <span>
#include <variant>
#include <vector>

namespace centavo::inline v0 {

/// A part of one counter's money that a process asks for.
struct LoanAsk {
    CounterUse use;
    Usd most = {};        ///< what it would like
    Usd least = {};       ///< what it cannot do without
    Usd spent = {};       ///< of what it took before, that it has not told yet
    bool forced = false;  ///< spent already: it is taken even where it passes the limit
};

/// For each that was asked, what was lent; or the refusal of the budget with the least left, and nothing was lent.
using Loan = std::variant<std::vector<Usd>, Refusal>;

/// A book that lends: all asks in one atomic step or none. What was lent counts as held until its window ends, and as
/// spent once that is told; it is never given back, since who took it may be asleep rather than dead.
///
/// lend() throws what the store throws; what was lent meanwhile, if anything, is lost until its window ends.
template <typename Candidate>
concept Lender = Book<Candidate> && requires(Candidate& book, std::span<LoanAsk const> asks) {
    { book.lend(asks) } -> std::same_as<Loan>;
    book.call_alerts();  // those that lend() made due
};

}  // namespace centavo::inline v0
