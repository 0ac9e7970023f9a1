// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/counter_table.hpp>
#include <centavo/budget/detail/local_state.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/forecast.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>

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

/// The budgets of one process over a ledger: a Book.
///
/// Opened over a ledger with records it counts them again, by the code that counts new ones, and charges the holds that
/// it finds open at their full amount: recovered() lists them. A reserve counts in memory, then writes; a charge is
/// written, then counted. The lock is never held over the ledger's I/O, an alert, or a zone's rules. What a dropped
/// hold owes the ledger is written by the next call, or by the book's end, since a hold's destructor does no I/O; a
/// process that is killed before is charged the hold's full amount when the ledger is opened again.
template <LedgerStore Ledger = MemoryLedger>
class LocalBudgets {
public:
    /// Throws std::invalid_argument as require_budgets() does, and what reading or writing the ledger throws.
    explicit LocalBudgets(BudgetStoreOptions options, std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>(),
                       Clock clock = {})
        : state_{std::make_shared<State>(std::move(options), std::move(ledger), clock)} {
        if constexpr (State::keeps) {
            state_->replay();
        }
    }
    LocalBudgets(BudgetStoreOptions options, Ledger ledger, Clock clock = {})
        : LocalBudgets{std::move(options), std::make_shared<Ledger>(std::move(ledger)), clock} {}

    LocalBudgets(LocalBudgets const&) = default;
    LocalBudgets(LocalBudgets&&) noexcept = default;
    LocalBudgets& operator=(LocalBudgets const&) = default;
    LocalBudgets& operator=(LocalBudgets&&) noexcept = default;

    /// Writes what dropped holds owe the ledger. Where that fails they are charged when it is opened again.
    ~LocalBudgets() {
        if (state_) {
            static_cast<void>(state_->write_owed());
        }
    }

    [[nodiscard]] Account account(Tags const& tags) {
        std::scoped_lock const lock{state_->mutex};
        return state_->account(tags);
    }

    /// Sets need.amount aside in every budget that the account touches, or says which has not enough.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest need) {
        HoldState held = held_of(account, std::move(need));
        State& state = *state_;
        if (auto failed = state.write_owed(held.amount)) {
            return *std::move(failed);
        }
        auto& touching = state.touching(account);
        std::optional<BudgetDenial> denial;
        {
            auto const lock = state.lock_at(held.at);
            denial = state.table.check(touching, held.amount);
            if (!denial) {
                state.make_room_for_drop();
                state.table.raise(touching, held.amount);
            } else {
                state.tell(touching, held.at, denial->budget);
            }
        }
        if (!denial) {
            denial = state.write_hold(touching, held);
        }
        if (denial) {
            state.call_alerts();
            return *std::move(denial);
        }
        return Hold{state_, actions, std::move(held)};
    }

    /// Charges a call that was made without a hold; it may pass a limit, which is then told.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        require_cost(charge);
        state_->charge_without_hold(account, RecordKind::settle, id, charge, std::nullopt);
    }

    /// Corrects what was charged, in the windows of `at` or of now; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->charge_without_hold(account, RecordKind::adjust, {}, charge, at);
    }

    /// What the hard budgets that the account touches have left: the least of them.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        auto& touching = state_->touching(account);
        Instant at;
        auto const lock = state_->lock_at(at);
        return state_->table.remaining(touching);
    }

    /// A budget's figures in the window of now; nullopt for a name it does not have. `value` is that of the tag, where
    /// each has its own counter.
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

    /// The figures of every counter of a window of now; budgets for each request have none.
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

    /// What a budget's window of now will come to; nullopt before an eighth of it is over.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        Instant at;
        auto const lock = state_->lock_at(at);
        auto const& budgets = state_->table.budgets();
        for (std::size_t i = 0; i < budgets.size(); ++i) {
            if (auto const* const counter =
                    budgets[i].name == name ? state_->table.find(i, value) : nullptr) {
                return counter->pace.forecast(counter->window, at, counter->spent);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return state_->table.budgets(); }

    /// Visits every record that the ledger keeps.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->ledger->replay(std::move(visit));
    }

    /// Calls `alert` from now on: once for each counter, rule and window. What it throws reaches the caller whose
    /// call caused it, after that call has taken effect.
    void on_alert(std::function<void(Alert const&)> alert) { state_->alerts.listen(std::move(alert)); }

    /// The holds that were open when the ledger was opened, and are charged at their full amount.
    [[nodiscard]] std::vector<detail::OpenHold> const& recovered() const noexcept { return state_->recovered; }

    /// Raises one counter's limit for its window: what a lease brought. False where that is no window of now.
    bool grant(detail::CounterKey const& key, Usd amount) {
        Instant at;
        auto const lock = state_->lock_at(at);
        return state_->table.grant(key, amount);
    }

    [[nodiscard]] Ledger const& ledger() const noexcept { return *state_->ledger; }
    [[nodiscard]] Ledger& ledger() noexcept { return *state_->ledger; }

private:
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

    static void settle(void* book, HoldState const& held, Charge const& charge) {
        static_cast<State*>(book)->settle(held, charge);
    }
    static void drop(void* book, HoldState& held) noexcept { static_cast<State*>(book)->drop(held); }
    static void release(void* book, HoldState& held) {
        held.dispatched = false;
        static_cast<State*>(book)->drop(held);
        static_cast<void>(static_cast<State*>(book)->write_owed());
    }
    static void dispatch(void*, HoldState const&) noexcept {
    }  // an open hold is charged whether it had left or not
    static void tell(void* book) { static_cast<State*>(book)->call_alerts(); }

    static constexpr HoldActions actions{&settle, &release, &dispatch, &drop, &tell};

    std::shared_ptr<State> state_;
};
static_assert(BudgetStore<LocalBudgets<>>);

}  // namespace CENTAVO_ABI
}  // namespace centavo
