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
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/detail/seen_keys.hpp>
#include <centavo/budget/detail/store_state.hpp>
#include <centavo/budget/detail/validation.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
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

/// The state that LocalBudgets shares with its holds: the counters, the ledger, and the records not yet written to it.
///
/// Internally synchronized: members marked "locked" are called with the lock held, all others without it.
template <RecordSink Ledger>
class LocalState final : public StoreState {
public:
    static constexpr bool writes = !std::same_as<Ledger, NoLedger>;

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

    /// Locked. Makes room for a hold that may be dropped, since its destructor must not allocate.
    void make_room_for_drop() {
        if (dropped.capacity() <= dropped.size() + open) {
            dropped.reserve(2 * (dropped.size() + open + 1));
        }
        ++open;
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
                    --open;
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
        --open;
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
        table.settle(counters(hold.account), hold.at, hold.amount, hold.charge_when_dropped(), latest);
        --open;
        dropped.push_back(std::move(hold));
        has_pending.store(true, std::memory_order_release);
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
        if (!has_pending.load(std::memory_order_acquire)) {
            return;
        }
        std::vector<HoldState> holds;
        std::vector<std::string> records;
        {
            std::scoped_lock const lock{mutex};
            holds.swap(dropped);
            dropped.reserve(2 * open);
            records.swap(pending);
            has_pending.store(false, std::memory_order_relaxed);
            for (HoldState const& hold : holds) {
                collect_alerts(counters(hold.account), hold.at, {});
            }
        }
        if constexpr (writes) {
            Instant const time = now();
            for (HoldState const& hold : holds) {
                std::string bytes;
                encode_record(record_of_dropped(hold, time), bytes);
                records.push_back(std::move(bytes));
            }
            for (std::size_t i = 0; i < records.size(); ++i) {
                try {
                    RecordReader reader;
                    ledger->append(reader.read(records[i]));
                } catch (std::exception const&) {
                    std::scoped_lock const lock{mutex};
                    pending.insert(pending.end(), records.begin() + static_cast<std::ptrdiff_t>(i),
                                   records.end());
                    has_pending.store(true, std::memory_order_release);
                    if (when_store_fails == StoreFailure::refuse) {
                        throw;
                    }
                    return;
                }
            }
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
    std::size_t open = 0;              // holds
    std::vector<HoldState> dropped;    // whose records are not yet written nor their alerts collected
    std::vector<std::string> pending;  // records not yet written
    AlertQueue alerts;
    std::atomic<bool> has_pending = false;
    std::vector<OpenHold> recovered;

private:
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
            std::string bytes;
            encode_record(record, bytes);
            std::scoped_lock const lock{mutex};
            pending.push_back(std::move(bytes));
            has_pending.store(true, std::memory_order_release);
        }
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
