// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/alert.hpp>
#include <centavo/budgeting/budget.hpp>
#include <centavo/budgeting/hold.hpp>
#include <centavo/budgeting/local_book.hpp>
#include <centavo/budgeting/record.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/cost_structure.hpp>
#include <centavo/pricing/quote.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// A set of budgets that reserves, settles and releases in one atomic step over all of them.
///
/// Laws: with hard limits, and charges no larger than what was reserved for them, spent + held never passes a limit,
/// whatever the threads; when all holds are settled or released, held is zero and spent is the sum of the charges.
template <typename Candidate>
concept Book = requires(Candidate& book, Candidate const& constant, Usd amount, RecordId id,
                        std::string_view name) {
    { book.reserve(amount, id) } -> std::same_as<Reservation>;
    book.record(LedgerRecord{});
    { constant.find(name) } -> std::same_as<std::optional<BudgetState>>;
    book.on_alert([](Alert const&) {});
};
static_assert(Book<LocalBook<>>);

/// The budgets of a monitor: the daily one, in UTC days, and any others by name.
struct MonitorOptions {
    std::optional<Usd> daily_budget = std::nullopt;
    std::vector<Budget> budgets = {};
};

/// Is there money left, and where did it go.
///
///     CostMonitor<> monitor{{.daily_budget = 50_usd}};
///     if (auto held = monitor.reserve(quote)) { … call … held->settle(cost); } else { held.refusal() … }
///
/// reserve() sets the worst case aside before the call, settle() replaces it by what the call cost: concurrent
/// callers never pass a hard limit. Internally synchronised; alerts are called without a lock.
template <Book Books = LocalBook<>>
class CostMonitor {
public:
    static constexpr std::string_view daily = "daily";

    /// A limit below zero or two budgets of one name throw std::invalid_argument.
    explicit CostMonitor(MonitorOptions options, Clock clock = {}) requires
        std::constructible_from<Books, std::vector<Budget>, std::shared_ptr<MemoryLedger>, Clock>
        : CostMonitor{Books{budgets_of(std::move(options)), std::make_shared<MemoryLedger>(), clock}} {}

    explicit CostMonitor(Books book) : book_{std::move(book)} {}

    /// Sets the worst case of a call aside, or refuses it. Overflow throws std::overflow_error.
    [[nodiscard]] Reservation reserve(Quote const& quote, RecordId id = {}) {
        return reserve(quote.worst(), std::move(id));
    }
    [[nodiscard]] Reservation reserve(Usd worst, RecordId id = {}) {
        return book_.reserve(worst, std::move(id));
    }

    /// Charges a call that was made without a reservation; it may pass a limit.
    void record(Cost const& cost, RecordId id = {}) {
        book_.record({.id = std::move(id),
                      .at = {},
                      .amount = cost.total(),
                      .model = cost.model().text(),
                      .category = cost.category(),
                      .quality = cost.quality});
    }
    void record(Usd amount, CostCategory category, RecordId id = {}) {
        book_.record({.id = std::move(id), .at = {}, .amount = amount, .category = category});
    }

    /// A budget in the window of now; nullopt for a name it does not have.
    [[nodiscard]] std::optional<BudgetState> budget(std::string_view name) const { return book_.find(name); }

    /// The daily budget's figures today. Without one: what std::optional::value() throws.
    [[nodiscard]] Usd spent() const { return book_.find(daily).value().spent; }
    [[nodiscard]] Usd held() const { return book_.find(daily).value().held; }
    [[nodiscard]] Usd remaining() const { return book_.find(daily).value().remaining(); }
    [[nodiscard]] Share utilisation() const { return book_.find(daily).value().utilisation(); }

    /// Calls `alert` from now on for every alert, on the thread that caused it: once for each budget, kind and window.
    void on_alert(std::function<void(Alert const&)> alert) { book_.on_alert(std::move(alert)); }

    /// What was spent by category since the ledger began.
    [[nodiscard]] CostTotals totals() const {
        CostTotals totals;
        book_.ledger().replay(
            [&](LedgerRecord const& record) { totals.add(record.category, record.amount); });
        return totals;
    }

    [[nodiscard]] Books const& book() const noexcept { return book_; }

private:
    [[nodiscard]] static std::vector<Budget> budgets_of(MonitorOptions options) {
        if (options.daily_budget) {
            options.budgets.insert(options.budgets.begin(),
                                   Budget{std::string{daily}, *options.daily_budget});
        }
        return std::move(options.budgets);
    }

    Books book_;
};

}  // namespace centavo::inline v0
