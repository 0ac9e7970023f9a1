// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/account_state.hpp>
#include <centavo/budget/detail/alert_queue.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/counter_table.hpp>
#include <centavo/budget/detail/hold_state.hpp>
#include <centavo/budget/detail/pending_writes.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/detail/seen_keys.hpp>
#include <centavo/budget/detail/store_state.hpp>
#include <centavo/budget/detail/validation.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>

#include <algorithm>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What LocalBudgets keeps for an account: its counters.
struct LocalAccount : AccountState {
    CounterTable::AccountCounters counters;
};

/// A record that is not in the ledger yet, and the money that it releases.
struct LocalPendingWrite {
    std::string record = {};  ///< as encode_record() encodes it
    Account account = {};
    Instant at = {};
    Usd withheld = {};  ///< from being reserved until it is written
};

/// The state that LocalBudgets shares with its holds: the counters, the ledger, and the records not yet written to it.
///
/// Internally synchronized: members marked "locked" are called with the lock held, all others without it.
template <RecordSink Ledger>
class LocalState final : public StoreState {
public:
    static constexpr bool writes = !std::same_as<Ledger, NoLedger>;
    static constexpr bool replays = LedgerStore<Ledger>;

    LocalState(BudgetStoreOptions options, std::shared_ptr<Ledger> store, Clock source)
        : when_store_fails{options.when_store_fails}, ledger{std::move(store)}, clock{source},
          table{checked(std::move(options.budgets)), options.max_values} {
        untagged = account({});
    }

    [[nodiscard]] static std::vector<Budget> checked(std::vector<Budget> budgets) {
        require_valid(budgets);
        return budgets;
    }

    /// Takes the lock, with `at` the latest time that the clock has shown and the current windows those of `at`.
    [[nodiscard]] std::unique_lock<std::mutex> lock_at(Instant& at) {
        Instant const now = clock.now();
        std::unique_lock lock{mutex};
        at = latest = std::max(latest, now);
        while (table.stale(at)) {
            lock.unlock();
            auto const windows = table.windows_at(at);
            lock.lock();
            table.roll(windows);
            at = latest = std::max(latest, at);
        }
        return lock;
    }

    /// The latest time that the clock has shown; makes its windows the current ones.
    [[nodiscard]] Instant now() {
        Instant at;
        static_cast<void>(lock_at(at));
        return at;
    }

    /// Locked.
    [[nodiscard]] Account account(Tags const& tags) {
        LocalAccount account{{.tags = tags, .budgets = budgets_for(table.budgets(), tags)}, {}};
        account.counters = table.counters_for(account.budgets);
        return make_account(std::move(account));
    }

    /// The counters of an account. Throws as StoreState::require_own() does.
    [[nodiscard]] CounterTable::AccountCounters const& counters(Account const& account) const {
        AccountState const* const state = own(account);
        return static_cast<LocalAccount const*>(state != nullptr ? state : own(untagged))->counters;
    }

    /// Locked. Checks whether the counters admit `amount`, and if so reserves it.
    ///
    /// Money of a dropped hold is available once its record is written: a process that ends before that charges the hold
    /// when it opens the ledger again. A reservation waits for other threads that are writing such records.
    [[nodiscard]] std::optional<BudgetDenial> admit(CounterTable::AccountCounters const& account, Usd amount,
                                                    std::unique_lock<std::mutex>& lock) {
        auto denial = table.check(account, amount);
        if constexpr (replays) {
            if (denial && flushing > 0) {
                auto const finished = flushed + flushing;
                flush_finished.wait(lock, [&] { return flushed >= finished; });
                denial = table.check(account, amount);
            }
        }
        if (!denial) {
            pending.hold_opened();
            table.raise(account, amount);
        }
        return denial;
    }

    /// Writes the record of a hold, or undoes the hold and returns the denial.
    [[nodiscard]] std::optional<BudgetDenial> write_hold(CounterTable::AccountCounters const& account,
                                                         HoldState& hold) {
        if constexpr (writes) {
            try {
                hold.ticket = ledger->append(record_of(RecordKind::hold, hold, hold.at));
            } catch (std::exception const& failure) {
                if (when_store_fails == StoreFailure::refuse) {
                    std::scoped_lock const lock{mutex};
                    table.settle(account, hold.at, hold.amount, Usd{}, latest);
                    pending.hold_closed();
                    return store_denial(hold.amount, failure);
                }
                hold.ticket = 0;  // the charge will be a record without a hold
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] static BudgetDenial store_denial(Usd needed, std::exception const& failure) {
        return {.needed = needed, .reason = DenialReason::store, .detail = failure.what()};
    }

    void settle(HoldState const& hold, Charge const& charge) override {
        auto const& account = counters(hold.account);
        bool first = true;
        if constexpr (writes) {
            flush();
            Instant time;
            {
                auto const lock = lock_at(time);
                first = try_insert_key(account, hold, charge.amount);
            }
            try {
                write(first ? record_of(RecordKind::settle, hold, time).charging(charge)
                            : record_of(RecordKind::release, hold, time));
            } catch (...) {
                if (first) {
                    erase_key(hold.id);
                }
                throw;
            }
        }
        std::scoped_lock const lock{mutex};
        if constexpr (!writes) {
            first = try_insert_key(account, hold, charge.amount);
        }
        table.settle(account, hold.at, hold.amount, first ? charge.amount : Usd{}, latest);
        pending.hold_closed();
        collect_alerts(account, hold.at, {});
    }

    void release(HoldState& hold) override {
        drop(hold);
        static_cast<void>(try_flush());
    }

    void drop(HoldState& hold) noexcept override {
        std::scoped_lock const lock{mutex};
        if (hold.dispatched && !hold.id.operation.empty() &&
            !seen_keys.try_insert(hold.id.operation, hold.id.attempt)) {
            hold.dispatched = false;
        }
        auto const& account = counters(hold.account);
        table.settle(account, hold.at, hold.amount, hold.charge_when_dropped(), latest);
        if constexpr (replays) {
            table.withhold(account, hold.at, released(hold));
        }
        pending.hold_dropped(std::move(hold));
    }

    void charge_without_hold(Account const& account, RecordKind kind, IdempotencyKey const& id,
                             Charge const& charge, std::optional<Instant> when) {
        auto const& touched = counters(account);
        flush();
        LedgerRecord const record = record_of(kind, id, account.tags().all(), charge, {now(), when});
        {
            std::scoped_lock const lock{mutex};
            table.require_room(touched, record.at, charge.amount);
            if (!seen_keys.try_insert(id.operation, id.attempt)) {
                return;
            }
        }
        if constexpr (writes) {
            try {
                write(record);
            } catch (...) {
                erase_key(id);
                throw;
            }
        }
        {
            std::scoped_lock const lock{mutex};
            table.charge(touched, record.at, charge.amount, latest);
            collect_alerts(touched, record.at, {});
        }
        raise_alerts();
    }

    /// Writes the records of dropped holds and of failed writes, and collects the alerts that dropped holds trigger.
    /// Throws what the ledger throws, unless the options say to keep counting.
    void flush() {
        if (!pending.any()) {
            return;
        }
        std::vector<HoldState> holds;
        std::deque<LocalPendingWrite> records;
        {
            std::scoped_lock const lock{mutex};
            holds = pending.take_dropped();
            records = pending.take_writes();
            for (HoldState const& hold : holds) {
                collect_alerts(counters(hold.account), hold.at, {});
            }
            ++flushing;
        }
        if constexpr (writes) {
            FlushInProgress const in_progress{*this};
            Instant const time = now();
            for (HoldState const& hold : holds) {
                LocalPendingWrite write{
                    .account = hold.account, .at = hold.at, .withheld = replays ? released(hold) : Usd{}};
                encode_record(record_of_dropped(hold, time), write.record);
                records.push_back(std::move(write));
            }
            while (!records.empty()) {
                try {
                    RecordReader reader;
                    ledger->append(reader.read(records.front().record));
                } catch (std::exception const&) {
                    std::scoped_lock const lock{mutex};
                    if (when_store_fails == StoreFailure::refuse) {
                        pending.put_back(std::move(records));
                        throw;
                    }
                    for (LocalPendingWrite& write : records) {
                        allow(write);
                    }
                    pending.put_back(std::move(records));
                    return;
                }
                if (records.front().withheld != Usd{}) {
                    std::scoped_lock const lock{mutex};
                    allow(records.front());
                }
                records.pop_front();
            }
        } else {
            FlushInProgress const in_progress{*this};
        }
    }

    /// Flushes, and returns a failure as the denial of a call that needs `needed`.
    [[nodiscard]] std::optional<BudgetDenial> try_flush(Usd needed = {}) {
        try {
            flush();
        } catch (std::exception const& failure) {
            return store_denial(needed, failure);
        }
        return std::nullopt;
    }

    /// Locked. Queues the alerts that have fired.
    void collect_alerts(CounterTable::AccountCounters const& account, Instant at,
                        std::string_view denied_by) {
        if (alerts.listening()) {
            std::vector<Alert> fired;
            table.collect_alerts(account, at, latest, denied_by, fired);
            alerts.push(fired);
        }
    }

    void raise_alerts() override {
        if (alerts.empty()) {
            return;
        }
        Instant const time = now();
        alerts.raise([&](Alert const& alert) {
            if constexpr (writes) {
                write_alert(*ledger, alert, time);
            }
        });
    }

    /// Counts the records of the ledger, and charges the holds that they leave open.
    void replay() requires LedgerStore<Ledger> {
        Replay<LocalState> replay{*this};
        ledger->replay([&](LedgerRecord const& record) { replay.apply(record); });
        recovered = replay.finish();
    }

    StoreFailure when_store_fails;
    std::shared_ptr<Ledger> ledger;
    Clock clock;
    std::mutex mutex;
    CounterTable table;
    Account untagged;
    Instant latest = Instant::min();
    SeenKeys seen_keys;
    PendingWrites<LocalPendingWrite> pending;  // dropped holds: their alerts are not yet collected either
    std::uint64_t flushing = 0;                // threads that are writing pending records
    std::uint64_t flushed = 0;                 // how often that has ended
    std::condition_variable flush_finished;
    AlertQueue alerts;
    std::vector<OpenHold> recovered;

private:
    /// Counts a flush as finished when it ends, whichever way.
    class FlushInProgress {
    public:
        explicit FlushInProgress(LocalState& state) noexcept : state_{&state} {}
        FlushInProgress(FlushInProgress const&) = delete;
        FlushInProgress& operator=(FlushInProgress const&) = delete;
        ~FlushInProgress() {
            {
                std::scoped_lock const lock{state_->mutex};
                --state_->flushing;
                ++state_->flushed;
            }
            state_->flush_finished.notify_all();
        }

    private:
        LocalState* state_;
    };

    /// What a dropped hold gives back.
    [[nodiscard]] static Usd released(HoldState const& hold) noexcept {
        return std::max(hold.amount - hold.charge_when_dropped(), Usd{});
    }

    /// Locked. Lets the money that a write releases be reserved.
    void allow(LocalPendingWrite& write) {
        if (Usd const withheld = std::exchange(write.withheld, Usd{}); withheld != Usd{}) {
            table.allow(counters(write.account), write.at, withheld);
        }
    }

    /// Locked. Inserts the key of a hold's charge; false if it was seen before. Throws std::overflow_error if a counter
    /// would overflow.
    [[nodiscard]] bool try_insert_key(CounterTable::AccountCounters const& account, HoldState const& hold,
                                      Usd amount) {
        if (amount > hold.amount) {  // up to the held amount the counters include it already
            table.require_room(account, hold.at, amount);
        }
        return seen_keys.try_insert(hold.id.operation, hold.id.attempt);
    }

    void erase_key(IdempotencyKey const& key) {
        std::scoped_lock const lock{mutex};
        seen_keys.erase(key);
    }

    /// Appends a record; if that fails and the options say to keep counting, queues it.
    void write(LedgerRecord const& record) {
        try {
            ledger->append(record);
        } catch (std::exception const&) {
            if (when_store_fails == StoreFailure::refuse) {
                throw;
            }
            LocalPendingWrite write;
            encode_record(record, write.record);
            std::scoped_lock const lock{mutex};
            pending.push(std::move(write));
        }
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
