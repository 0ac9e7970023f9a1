// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/alert.hpp>
#include <centavo/budgeting/budget.hpp>
#include <centavo/budgeting/hold.hpp>
#include <centavo/budgeting/record.hpp>
#include <centavo/budgeting/window.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// A budget's figures in one window.
struct BudgetState {
    Usd limit;
    Usd spent;
    Usd held;
    Window window;

    /// What calls may still set aside; below zero where more was spent than the limit.
    [[nodiscard]] Usd remaining() const { return limit - spent - held; }
    [[nodiscard]] Share utilisation() const { return {spent, limit}; }
};

/// The budgets of one process: reserves in one atomic step over all of them, all or nothing.
///
/// One predicate decides: spent + held + needed <= limit. A charge is written to the ledger before it is counted; a
/// write that fails leaves the money held. A clock that steps back reads as the latest time it showed. Internally
/// synchronised; the lock is never held over the ledger's I/O or an alert, which is called on the thread that caused
/// it (what a dropped hold caused, on the thread that comes next: a destructor calls nobody).
template <LedgerStore Ledger = MemoryLedger>
class LocalBook {
public:
    /// A limit below zero, a budget without a name or two of one name throw std::invalid_argument.
    explicit LocalBook(std::vector<Budget> budgets,
                       std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>(), Clock clock = {})
        : state_{std::make_shared<State>(std::move(budgets), std::move(ledger), clock)} {}

    /// Sets `amount` aside in every budget until the hold is settled or released, or says which has not enough.
    ///
    /// Of two callers racing for the last dollar one is refused. A negative amount throws std::invalid_argument.
    [[nodiscard]] Reservation reserve(Usd amount, RecordId id = {}) {
        if (amount < Usd{}) {
            throw std::invalid_argument("centavo: a call does not need less than nothing");
        }
        State& state = *state_;
        Instant at;
        std::optional<Refusal> refusal = state.raise(amount, at);
        state.call_alerts();
        if (refusal) {
            return *std::move(refusal);
        }
        return Hold{state_, actions, std::move(id), amount, at};
    }

    /// Charges a call that was made without a hold; it may pass a limit, which is then told.
    void record(LedgerRecord record) {
        if (record.amount < Usd{}) {
            throw std::invalid_argument(
                "centavo: a call does not cost less than nothing; a refund is an adjustment");
        }
        {
            std::scoped_lock const lock{state_->mutex};
            state_->latest = std::max(state_->latest, state_->clock.now());
            record.at = state_->latest;
        }
        if (state_->claim(record.id)) {
            state_->write(record);
            state_->charge(record.at, record.amount, Usd{});
            state_->call_alerts();
        }
    }

    /// The figures of a budget in the window of now; nullopt for a name it does not have.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name) const {
        Instant const now = state_->clock.now();
        std::scoped_lock const lock{state_->mutex};
        Instant const at = std::max(state_->latest, now);
        for (Entry const& entry : state_->entries) {
            if (entry.budget.name == name) {
                Window const window = window_of(entry.budget.period, at);
                auto const found = entry.windows.find(window.begin);
                Figures const figures = found == entry.windows.end() ? Figures{} : found->second;
                return BudgetState{entry.budget.limit, figures.spent, figures.held, window};
            }
        }
        return std::nullopt;
    }

    /// Calls `alert` from now on: once for each budget, kind and window.
    void on_alert(std::function<void(Alert const&)> alert) {
        std::scoped_lock const lock{state_->mutex};
        state_->alert = std::move(alert);
    }

    [[nodiscard]] Ledger const& ledger() const noexcept { return *state_->ledger; }

private:
    struct Figures {
        Usd spent;
        Usd held;
        bool told_low = false;
        bool told_exceeded = false;
    };
    struct Entry {
        Budget budget;
        std::map<Instant, Figures> windows = {};  // by their begin

        Figures& at(Instant moment) { return windows[window_of(budget.period, moment).begin]; }
    };
    struct State {
        State(std::vector<Budget> budgets, std::shared_ptr<Ledger> store, Clock source)
            : ledger{std::move(store)}, clock{source} {
            std::set<std::string> names;
            for (Budget& budget : budgets) {
                if (budget.limit < Usd{} || budget.name.empty() || !names.insert(budget.name).second) {
                    throw std::invalid_argument(
                        "centavo: a budget has a name of its own and a limit of 0 or more");
                }
                entries.push_back({std::move(budget)});
            }
        }

        /// Sets `amount` aside in every budget, or in none.
        [[nodiscard]] std::optional<Refusal> raise(Usd amount, Instant& at) {
            Instant const now = clock.now();
            std::scoped_lock const lock{mutex};
            at = latest = std::max(latest, now);
            for (Entry& entry : entries) {
                Figures& figures = entry.at(at);
                bool const fits = figures.spent + figures.held + amount <= entry.budget.limit;
                if (!fits && entry.budget.enforcement == Enforcement::hard) {
                    Window const window = window_of(entry.budget.period, at);
                    tell(entry, figures, AlertKind::exceeded, window);
                    return Refusal{entry.budget.name, entry.budget.limit, figures.spent, figures.held, amount,
                                   window.end};
                }
            }
            for (Entry& entry : entries) {
                entry.at(at).held += amount;
            }
            return std::nullopt;
        }

        /// Calls what there is to tell, without the lock.
        void call_alerts() {
            std::unique_lock lock{mutex};
            if (alerts.empty()) {
                return;
            }
            std::vector<Alert> const due = std::exchange(alerts, {});
            auto const call = alert;
            lock.unlock();
            for (Alert const& one : due) {
                if (call) {
                    call(one);
                }
            }
        }

        void tell(Entry const& entry, Figures& figures, AlertKind kind, Window const& window) {
            bool& told = kind == AlertKind::low ? figures.told_low : figures.told_exceeded;
            if (!std::exchange(told, true)) {
                alerts.push_back({kind, entry.budget.name, entry.budget.limit, figures.spent, window});
            }
        }

        /// Lowers what was held and raises what is spent, in the windows of `at`.
        void charge(Instant at, Usd amount, Usd held) {
            std::scoped_lock const lock{mutex};
            for (Entry& entry : entries) {
                Figures& figures = entry.at(at);
                figures.held -= held;
                figures.spent += amount;
                Window const window = window_of(entry.budget.period, at);
                if ((entry.budget.limit - figures.spent) * 10 < entry.budget.limit) {
                    tell(entry, figures, AlertKind::low, window);
                }
                if (figures.spent > entry.budget.limit) {
                    tell(entry, figures, AlertKind::exceeded, window);
                }
                forget_past(entry);
            }
        }

        /// Windows that are over and hold nothing are history, which the ledger keeps.
        void forget_past(Entry& entry) {
            Instant const current = window_of(entry.budget.period, latest).begin;
            std::erase_if(entry.windows,
                          [&](auto const& one) { return one.first < current && one.second.held == Usd{}; });
        }

        /// Whether this charge is the first of its id.
        [[nodiscard]] bool claim(RecordId const& id) {
            std::scoped_lock const lock{mutex};
            return id.operation.empty() || claimed.insert(id).second;
        }

        /// Writes what dropped holds left behind, then `record`.
        void write(LedgerRecord const& record) {
            std::vector<LedgerRecord> due;
            {
                std::scoped_lock const lock{mutex};
                due = std::exchange(unwritten, {});
            }
            due.push_back(record);
            std::size_t written = 0;
            try {
                for (; written < due.size(); ++written) {
                    ledger->append(due[written]);
                }
            } catch (...) {
                std::scoped_lock const lock{mutex};
                due.pop_back();
                unwritten.insert(unwritten.end(), due.begin() + static_cast<std::ptrdiff_t>(written),
                                 due.end());
                claimed.erase(record.id);
                throw;
            }
        }

        std::vector<Entry> entries;
        std::shared_ptr<Ledger> ledger;
        Clock clock;
        mutable std::mutex mutex;
        Instant latest = Instant::min();
        std::set<RecordId> claimed;
        std::vector<Alert> alerts;  // not yet told
        std::function<void(Alert const&)> alert;
        std::vector<LedgerRecord> unwritten;  // of holds that were dropped: a destructor does no I/O
    };

    static void settle(void* book, Hold const& hold, LedgerRecord const& record) {
        State& state = *static_cast<State*>(book);
        bool const first = state.claim(record.id);
        if (first) {
            state.write(record);
        }
        state.charge(hold.at(), first ? record.amount : Usd{}, hold.amount());
        state.call_alerts();
    }
    static void release(void* book, Hold const& hold) noexcept {
        static_cast<State*>(book)->charge(hold.at(), Usd{}, hold.amount());
    }
    static void abandon(void* book, Hold const& hold) noexcept {
        State& state = *static_cast<State*>(book);
        bool const first = state.claim(hold.id());
        if (first) {
            std::scoped_lock const lock{state.mutex};
            state.unwritten.push_back({.id = hold.id(),
                                       .at = hold.at(),
                                       .amount = hold.amount(),
                                       .quality = UsageQuality::estimated});
        }
        state.charge(hold.at(), first ? hold.amount() : Usd{}, hold.amount());
    }

    static constexpr HoldActions actions{&settle, &release, &abandon};

    std::shared_ptr<State> state_;
};

}  // namespace centavo::inline v0
