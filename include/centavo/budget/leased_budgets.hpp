// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/leased_state.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Budgets that reserve from leases: slices of the limits of a store that many processes share. A BudgetStore.
///
///     LeasedBudgets budgets{RedisBudgets{{.budgets = {{.name = "monthly", .limit = 20'000_usd, .period = Period::month}}}, {}}};
///
/// A call reserves from what is leased without contacting the store. Where that is not enough, one request to the store
/// leases more for every budget that the call touches. Suited to few, large budgets: money leased by one process is not
/// available to the others, and a budget with a counter for each tag value throws std::invalid_argument.
///
/// A lease counts as held in the store until it is reported as spent, and is never returned: that of a process that has
/// died stays held until its window ends. Settling every hold therefore does not bring `held` to zero. find() and
/// states() return the store's figures.
///
/// The ledger keeps the records of this process only. Opened over a ledger with records, LeasedBudgets takes what they
/// spent in current windows as leased. When the store fails, calls are denied after LeaseOptions::max_staleness at the
/// latest, or go on within what is leased, as the options choose. Charges above their hold, or without one, are reported
/// with the next lease, find() or record(). The store raises the alerts, in the calls that contact it.
template <LeaseProvider Store, RecordSink Ledger = ReportLedger>
class LeasedBudgets {
public:
    explicit LeasedBudgets(Store store, LeaseOptions options = {},
                           std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>(), Clock clock = {})
        : state_{std::make_shared<State>(std::move(store), options, std::move(ledger), clock)} {}

    [[nodiscard]] Account account(Tags const& tags) { return state_->local().account(tags); }

    /// Sets request.amount aside in every budget that the account touches, or returns the denial of the tightest one.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest const& request) {
        return state_->reserve(account, request);
    }

    /// Charges a call that was made without a hold. The charge may exceed a limit, which raises an alert.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        state_->local().record(account, id, charge);
        state_->report_overdrafts();
    }

    /// Corrects earlier charges, in the windows of `at` or in the current ones; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->local().adjust(account, charge, at);
        state_->report_overdrafts();
    }

    /// What the account's hard budgets have left, leased and not yet leased: the minimum; nullopt without a hard budget.
    /// Throws what the store throws; with StoreFailure::keep_counting returns what is leased.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) { return state_->remaining(account); }

    /// A budget's figures in the current window, of all processes. Throws what the store throws, as states() does.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value = {}) const {
        state_->report();
        return state_->store().find(name, value);
    }
    [[nodiscard]] std::vector<BudgetState> states() const {
        state_->report();
        return state_->store().states();
    }

    [[nodiscard]] auto const& budgets() const noexcept { return state_->store().budgets(); }

    /// Visits the records of this process. Not available over a ledger that keeps none.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const requires LedgerStore<Ledger> {
        state_->local().replay(std::move(visit));
    }

    /// What this process spent, summed. Throws what the ledger throws.
    [[nodiscard]] SpendReport report() const { return state_->local().report(); }

    void on_alert(std::function<void(Alert const&)> alert) { state_->store().on_alert(std::move(alert)); }

    /// The figures of this process: each limit is what is leased.
    [[nodiscard]] std::vector<BudgetState> leased() const { return state_->local().states(); }

private:
    using State = detail::LeasedState<Store, Ledger>;

    std::shared_ptr<State> state_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
