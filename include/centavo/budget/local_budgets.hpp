// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/counter_table.hpp>
#include <centavo/budget/detail/local_state.hpp>
#include <centavo/budget/detail/new_hold.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

template <LeaseProvider Store, RecordSink Ledger>
class LeasedState;

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// The budgets of one process. A BudgetStore.
///
/// By default a ReportLedger sums the records and keeps none of them, so that memory stays bounded. Opened over a ledger
/// that has records, it counts them with the same code as new ones, and charges the full amount of the holds that are
/// still open: recovered() lists them.
///
/// The lock is never held during I/O of the ledger, a listener or a zone function. The record of a dropped hold is
/// written by the next call or by the destructor of the last copy, since the destructor of a hold performs no I/O; if
/// the process is killed first, the hold is charged in full when the ledger is opened again.
template <RecordSink Ledger = ReportLedger>
class LocalBudgets {
public:
    /// Throws std::invalid_argument for invalid budgets, and what reading or writing the ledger throws.
    explicit LocalBudgets(BudgetStoreOptions options,
                          std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>(), Clock clock = {})
        : state_{std::make_shared<State>(std::move(options), std::move(ledger), clock)} {
        if constexpr (LedgerStore<Ledger>) {
            state_->replay();
        }
    }
    LocalBudgets(BudgetStoreOptions options, Ledger ledger, Clock clock = {})
        : LocalBudgets{std::move(options), std::make_shared<Ledger>(std::move(ledger)), clock} {}

    LocalBudgets(LocalBudgets const&) = default;
    LocalBudgets(LocalBudgets&&) noexcept = default;
    LocalBudgets& operator=(LocalBudgets const&) = default;
    LocalBudgets& operator=(LocalBudgets&&) noexcept = default;

    /// Writes the records of dropped holds. If that fails, they are charged when the ledger is opened again.
    ~LocalBudgets() {
        if (state_) {
            static_cast<void>(state_->try_flush());
        }
    }

    [[nodiscard]] Account account(Tags const& tags) {
        std::scoped_lock const lock{state_->mutex};
        return state_->account(tags);
    }

    /// Reserves request.amount in every budget that the account touches, or returns the denial of the tightest one.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest request) {
        State& state = *state_;
        auto const& counters = state.counters(account);
        detail::HoldState hold = detail::new_hold(account, std::move(request));
        if (auto failed = state.try_flush(hold.amount)) {
            return *std::move(failed);
        }
        std::optional<BudgetDenial> denial;
        {
            auto lock = state.lock_at(hold.at);
            denial = state.admit(counters, hold.amount, lock);
            if (denial) {
                state.collect_alerts(counters, hold.at, denial->budget);
            }
        }
        if (!denial) {
            denial = state.write_hold(counters, hold);
        }
        if (denial) {
            state.raise_alerts();
            return *std::move(denial);
        }
        return Hold{state_, std::move(hold)};
    }

    /// Charges a call that was made without a hold. The charge may exceed a limit, which raises an alert.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        detail::require_not_negative(charge);
        state_->charge_without_hold(account, RecordKind::settle, id, charge, std::nullopt);
    }

    /// Corrects earlier charges, in the windows of `at` or in the current ones; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->charge_without_hold(account, RecordKind::adjust, {}, charge, at);
    }

    /// What the account's hard budgets have left: the minimum; nullopt without a hard budget.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        auto const& counters = state_->counters(account);
        Instant at;
        auto const lock = state_->lock_at(at);
        return state_->table.remaining(counters);
    }

    /// A budget's figures in the current window; nullopt for an unknown name. `value` is that of the tag, if each value
    /// has its own counter.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value = {}) const {
        Instant at;
        auto const lock = state_->lock_at(at);
        auto const& budgets = state_->table.budgets();
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            if (budgets[i].name == name) {
                auto const* const counter = state_->table.find(i, value);
                return counter != nullptr
                           ? state_of(i, value, *counter)
                           : state_of(i, value,
                                      {.window = state_->table.window(i), .limit = budgets[i].limit});
            }
        }
        return std::nullopt;
    }

    /// The figures of every counter in a current window. Budgets per request have none.
    [[nodiscard]] std::vector<BudgetState> states() const {
        std::vector<BudgetState> states;
        Instant at;
        auto const lock = state_->lock_at(at);
        state_->table.for_each(
            [&](std::size_t budget, std::string_view value, detail::CounterTable::Counter const& counter) {
                states.push_back(state_of(budget, value, counter));
            });
        return states;
    }

    /// The forecast for a budget's current window; nullopt before an eighth of it is over.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        Instant at;
        auto const lock = state_->lock_at(at);
        auto const& budgets = state_->table.budgets();
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            if (auto const* const counter =
                    budgets[i].name == name ? state_->table.find(i, value) : nullptr) {
                return counter->rate.forecast(counter->window, at, counter->spent);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return state_->table.budgets(); }

    /// Visits every record that the ledger keeps, those of dropped holds included. Not available over a ledger that keeps none.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const requires LedgerStore<Ledger> {
        static_cast<void>(state_->try_flush());
        state_->ledger->replay(std::move(visit));
    }

    /// What was spent, summed: of the records of the ledger, dropped holds included. Throws what the ledger throws.
    [[nodiscard]] SpendReport
    report() const requires LedgerStore<Ledger> || std::same_as<Ledger, ReportLedger> {
        state_->flush();
        if constexpr (LedgerStore<Ledger>) {
            return report_of(*state_->ledger);
        } else {
            return state_->ledger->report();
        }
    }

    /// Sets the listener for alerts, called once for each counter, rule and window. What it throws reaches the caller
    /// whose call triggered the alert, after that call has taken effect.
    void on_alert(std::function<void(Alert const&)> listener) { state_->alerts.listen(std::move(listener)); }

    /// The holds that were open when the ledger was opened, and were charged in full.
    [[nodiscard]] std::vector<OpenHold> const& recovered() const noexcept { return state_->recovered; }

    /// Raises the limit of one counter by a granted lease. False if its window is not a current one.
    bool grant(detail::CounterKey const& key, Usd amount) {
        Instant at;
        auto const lock = state_->lock_at(at);
        return state_->table.grant(key, amount);
    }

    [[nodiscard]] Ledger const& ledger() const noexcept { return *state_->ledger; }
    [[nodiscard]] Ledger& ledger() noexcept { return *state_->ledger; }

private:
    template <LeaseProvider Store, RecordSink Other>
    friend class detail::LeasedState;

    using State = detail::LocalState<Ledger>;

    [[nodiscard]] BudgetState state_of(std::size_t budget, std::string_view value,
                                       detail::CounterTable::Counter const& counter) const {
        return {.budget = state_->table.budgets()[budget].name,
                .value = std::string{value},
                .limit = counter.limit,
                .spent = counter.spent,
                .held = counter.held,
                .window = counter.window};
    }

    std::shared_ptr<State> state_;
};
static_assert(BudgetStore<LocalBudgets<>>);

}  // namespace CENTAVO_ABI
}  // namespace centavo
