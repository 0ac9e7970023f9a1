// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/new_hold.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/window.hpp>
#include <centavo/sqlite/detail/sqlite_connection.hpp>
#include <centavo/sqlite/detail/sqlite_state.hpp>
#include <centavo/sqlite/detail/sqlite_store.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>
#include <centavo/sqlite/sqlite_options.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Budgets that several processes on one machine share in a SQLite database. A BudgetStore.
///
///     CostMonitor monitor{{.daily_budget = 50_usd}, SqliteBudgetsOptions{.path = "spend.db"}};
///
/// Every call is one transaction. Processes share the counters of budgets with the same name; each decides by the limits
/// it was given. The holds of a process that has ended are charged at their full amount by the next process that opens
/// the database or calls recover(). Holds that were dropped are written by the next call.
///
/// A call waits for other writers for at most SqliteOptions::timeout; after that the database counts as failed. With
/// StoreFailure::keep_counting the call is then decided by the figures last read and by what this process has done
/// since, and its records are written later. Each process alone still keeps the limits, but n processes that cannot
/// reach the database may together spend n times what was left.
///
/// The file must be on a local file system, because SQLite's WAL needs shared memory. In a child of a fork every call
/// throws std::logic_error and leaves the database untouched: open a new SqliteBudgets there. A hold that outlives its
/// budgets closes the database, which is I/O. AlertThresholds::anomaly_deviations is not supported.
class SqliteBudgets {
public:
    /// Throws std::invalid_argument for invalid budgets, for anomaly alerts and for a database
    /// in memory; SqliteError if the database cannot be opened; MalformedLedger if it is not a budget database of this
    /// version.
    SqliteBudgets(BudgetStoreOptions options, std::string const& path, SqliteOptions const& sqlite = {},
                  Clock clock = {})
        : state_{std::make_shared<detail::SqliteState>(std::move(options), path, sqlite, clock)} {
        recovered_ = state_->recover();
    }

    SqliteBudgets(BudgetStoreOptions options, SqliteBudgetsOptions const& database, Clock clock = {})
        : SqliteBudgets{std::move(options), database.path, database.sqlite, clock} {}

    [[nodiscard]] Account account(Tags const& tags) { return state_->account(tags); }

    /// Reserves request.amount in every budget that the account touches, or returns the denial of the tightest one.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest request) {
        detail::HoldState hold = detail::new_hold(account, std::move(request));
        hold.at = state_->now();
        if (auto denial = state_->reserve(hold)) {
            state_->raise_alerts();
            return *std::move(denial);
        }
        return Hold{state_, std::move(hold)};
    }

    /// Charges a call that was made without a hold. The charge may exceed a limit, which raises an alert.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        detail::require_not_negative(charge);
        state_->charge(account, RecordKind::settle, id, charge, std::nullopt);
        state_->raise_alerts();
    }

    /// Corrects earlier charges, in the windows of `at` or in the current ones; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->charge(account, RecordKind::adjust, {}, charge, at);
        state_->raise_alerts();
    }

    /// What the account's hard budgets have left: the minimum; nullopt without a hard budget.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) { return state_->remaining(account); }

    /// A budget's figures in the current window; nullopt if no budget has that name. `value` is the tag value of a budget
    /// with a counter for each. Throws SqliteError if the database cannot be read, except with
    /// StoreFailure::keep_counting.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value = {}) const {
        auto const budget = detail::find(budgets(), name, &Budget::name);
        if (budget == budgets().end()) {
            return std::nullopt;
        }
        state_->try_flush();
        detail::SqliteCounter counter{*budget, value,
                                      window_of(budget->period, state_->now(), budget->calendar)};
        auto figures = budget->period == Period::request ? detail::SqliteFigures{} : state_->figures(counter);
        if (counter.value != value) {  // counted together with the other values beyond max_values
            figures = {};
        }
        return state_of(*budget, value, counter.window, figures);
    }

    /// The figures of every counter in its current window; budgets per request have none. Throws SqliteError.
    [[nodiscard]] std::vector<BudgetState> states() const {
        state_->try_flush();
        std::vector<BudgetState> states;
        Instant const now = state_->now();
        for (Budget const& budget : budgets()) {
            if (budget.period != Period::request) {
                Window const window = window_of(budget.period, now, budget.calendar);
                state_->for_each(budget, window,
                                 [&](std::string_view value, detail::SqliteFigures const& figures) {
                                     states.push_back(state_of(budget, value, window, figures));
                                 });
            }
        }
        return states;
    }

    /// The forecast for a budget's current window; nullopt before an eighth of it has passed. Reads every record, so it
    /// suits reports rather than each call. Throws SqliteError, MalformedLedger.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        return detail::forecast_of(*this, name, value, state_->now());
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return state_->budgets(); }

    /// Visits the records of all processes that exist at the time of the call. Throws SqliteError, MalformedLedger.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->try_flush();
        detail::RecordReader reader;
        state_->for_each_record([&](detail::SqliteTables::StoredRecord const& stored) {
            visit(std::as_const(stored).read(reader));
        });
    }

    /// Installs the alert listener. An alert fires in one of the listening processes, once for each counter, rule and
    /// window. An exception of the listener reaches the caller that triggered the alert, after its call has taken effect.
    void on_alert(std::function<void(Alert const&)> alert) { state_->listen(std::move(alert)); }

    /// The holds of ended processes that were found and charged at their full amount when the database was opened.
    [[nodiscard]] std::vector<OpenHold> const& recovered() const noexcept { return recovered_; }

    /// Charges and returns the holds of processes that have ended since. Throws SqliteError.
    std::vector<OpenHold> recover() {
        auto found = state_->recover();
        state_->raise_alerts();
        return found;
    }

private:
    [[nodiscard]] static BudgetState state_of(Budget const& budget, std::string_view value,
                                              Window const& window, detail::SqliteFigures const& figures) {
        return {.budget = budget.name,
                .value = std::string{value},
                .limit = budget.limit,
                .spent = figures.spent,
                .held = figures.held,
                .window = window};
    }

    std::shared_ptr<detail::SqliteState> state_;
    std::vector<OpenHold> recovered_;
};
static_assert(BudgetStore<SqliteBudgets>);

}  // namespace CENTAVO_ABI
}  // namespace centavo
