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

class SqliteBudgets;

/// The database of SqliteBudgets. As second argument of CostMonitor it selects that store.
struct SqliteBudgetsOptions {
    using Store = SqliteBudgets;

    std::string path;
    detail::SqliteOptions sqlite = {};
};

/// The budgets of several processes on one machine, in a SQLite database. A BudgetStore.
///
///     CostMonitor monitor{{.daily_budget = 50_usd}, SqliteBudgetsOptions{.path = "spend.db"}};
///
/// Every call is one transaction: whoever writes next sees it, or nothing of it. Each process's budgets decide for its
/// own calls; what they count is shared by name. The holds of a process that ended are charged at their full amount by
/// the next one that opens the database or calls recover(). What a dropped hold owes is written by the next call.
///
/// A call waits for the others at most SqliteOptions::timeout, then the database counts as one that fails. With
/// StoreFailure::keep_counting it is then counted with what this process saw last and has done since, and written later:
/// each process alone keeps the limits, and n that cannot see each other may together spend n times what was left.
///
/// The file must not be on a network's file system (SQLite's WAL needs shared memory), and a child of
/// a fork opens a book of its own: its parent's throws std::logic_error there, and leaves the database alone. A hold that outlives its book closes the database, which is I/O.
/// Hours are not remembered: AlertThresholds::anomaly_deviations throws std::invalid_argument.
class SqliteBudgets {
public:
    /// Throws std::invalid_argument for invalid budgets and for a path that is no file's, SqliteError where the
    /// database cannot be opened, MalformedLedger where it is no book of this version.
    SqliteBudgets(BudgetStoreOptions options, std::string const& path,
                  detail::SqliteOptions const& sqlite = {}, Clock clock = {})
        : state_{std::make_shared<detail::SqliteState>(std::move(options), path, sqlite, clock)} {
        recovered_ = state_->recover();
    }

    SqliteBudgets(BudgetStoreOptions options, SqliteBudgetsOptions const& database, Clock clock = {})
        : SqliteBudgets{std::move(options), database.path, database.sqlite, clock} {}

    [[nodiscard]] Account account(Tags const& tags) { return state_->account(tags); }

    /// Sets need.amount aside in every budget that the account touches, or says which has not enough.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest need) {
        detail::HoldState held = detail::new_hold(account, std::move(need));
        held.at = state_->now();
        if (auto denial = state_->set_aside(held)) {
            state_->raise_alerts();
            return *std::move(denial);
        }
        return Hold{state_, std::move(held)};
    }

    /// Charges a call that was made without a hold; it may pass a limit, which is then told.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        detail::require_not_negative(charge);
        state_->charge(account, RecordKind::settle, id, charge, std::nullopt);
        state_->raise_alerts();
    }

    /// Corrects what was charged, in the windows of `at` or of now; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->charge(account, RecordKind::adjust, {}, charge, at);
        state_->raise_alerts();
    }

    /// What the hard budgets that the account touches have left: the least of them.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) { return state_->remaining(account); }

    /// A budget's figures in the window of now; nullopt for a name it does not have. `value` is that of the tag, where
    /// each has its own counter. Throws SqliteError where the database cannot be read, unless it may be gone on
    /// without.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value = {}) const {
        auto const budget = detail::find(budgets(), name, &Budget::name);
        if (budget == budgets().end()) {
            return std::nullopt;
        }
        state_->write_owed_if_possible();
        detail::SqliteCounter counter{*budget, value,
                                      window_of(budget->period, state_->now(), budget->calendar)};
        auto figures = budget->period == Period::request ? detail::SqliteFigures{} : state_->figures(counter);
        if (counter.value != value) {  // a value that found no room has nothing of its own
            figures = {};
        }
        return state_of(*budget, value, counter.window, figures);
    }

    /// The figures of every counter of a window of now; budgets for each request have none. Throws SqliteError.
    [[nodiscard]] std::vector<BudgetState> states() const {
        state_->write_owed_if_possible();
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

    /// What a budget's window of now will come to; nullopt before an eighth of it is over. Reads every record: for a
    /// report, not for every call. Throws SqliteError, MalformedLedger.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        return detail::forecast_of(*this, name, value, state_->now());
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return state_->budgets(); }

    /// Visits every record there was when it was called, of all processes. Throws SqliteError, MalformedLedger.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->write_owed_if_possible();
        detail::RecordReader reader;
        state_->for_each_record([&](detail::SqliteTables::Kept const& kept) {
            LedgerRecord record = reader.read(kept.bytes);
            record.seq = kept.seq;
            visit(static_cast<LedgerRecord const&>(record));
        });
    }

    /// Calls `alert` from now on: of all processes that listen, one tells each counter, rule and window. What it throws
    /// reaches the caller whose call caused it, after that call has taken effect.
    void on_alert(std::function<void(Alert const&)> alert) { state_->listen(std::move(alert)); }

    /// The holds of ended processes that this book found when it was opened, and charged at their full amount.
    [[nodiscard]] std::vector<OpenHold> const& recovered() const noexcept { return recovered_; }

    /// Looks for holds of processes that ended since, charges them, and lists them. Throws SqliteError.
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
