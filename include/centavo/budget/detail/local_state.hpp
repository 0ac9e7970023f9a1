// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/alert_queue.hpp>
#include <centavo/budget/detail/counter_table.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/detail/seen_keys.hpp>
#include <centavo/budget/hold.hpp>
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
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a LocalBudgets's holds keep alive: its counters, its ledger, and what it owes that ledger.
///
/// Internally synchronised: what is marked "locked" is called with the lock held, all else without it.
template <LedgerStore Ledger>
struct LocalState {
    static constexpr bool keeps = !std::same_as<Ledger, NoLedger>;  // else nothing is written

    LocalState(BudgetStoreOptions options, std::shared_ptr<Ledger> store, Clock source)
        : when_store_fails{options.when_store_fails}, ledger{std::move(store)}, clock{source},
          table{checked(std::move(options.budgets)), options.max_values} {
        nobody = account({});
    }

    [[nodiscard]] static std::vector<Budget> checked(std::vector<Budget> budgets) {
        require_budgets(budgets);
        return budgets;
    }

    /// The lock, with windows of now and `at` the time: the latest that the clock has shown.
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

    /// Locked.
    [[nodiscard]] Account account(Tags const& tags) {
        auto touched = budgets_for(table.budgets(), tags);
        auto touching = table.touch(touched);
        return Account{tags, std::move(touched), std::move(touching)};
    }

    [[nodiscard]] CounterTable::Touching& touching(Account const& account) const {
        auto* const touching =
            static_cast<CounterTable::Touching*>((account.resolved() ? account : nobody).of_book());
        if (touching == nullptr || touching->table != &table) {
            throw std::invalid_argument("centavo: an account of another book");
        }
        return *touching;
    }

    /// Locked. A dropped hold must find room where it can be kept, since its destructor may not allocate.
    void make_room_for_drop() {
        if (dropped.capacity() <= dropped.size() + open) {
            dropped.reserve(2 * (dropped.size() + open + 1));
        }
        ++open;
    }

    /// Writes the record of a hold, or undoes it and says why not.
    [[nodiscard]] std::optional<BudgetDenial> write_hold(CounterTable::Touching& touching, HoldState& held) {
        if constexpr (keeps) {
            try {
                held.ticket = ledger->append(record_of(RecordKind::hold, held, held.at));
            } catch (std::exception const& failure) {
                if (when_store_fails == StoreFailure::refuse) {
                    std::scoped_lock const lock{mutex};
                    table.settle(touching, held.at, held.amount, Usd{}, latest);
                    --open;
                    return store_denial(held.amount, failure);
                }
                held.ticket = 0;  // its charge will stand alone
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] static BudgetDenial store_denial(Usd needed, std::exception const& failure) {
        return {.needed = needed, .reason = DenialReason::store, .detail = failure.what()};
    }

    /// The latest time that the clock has shown, whose windows are those of now.
    [[nodiscard]] Instant now() {
        Instant at;
        static_cast<void>(lock_at(at));
        return at;
    }

    /// Locked. Whether a charge of a hold is the first of its id, which it claims; throws where no sum can hold it.
    [[nodiscard]] bool claim(CounterTable::Touching& touched, HoldState const& held, Usd amount) {
        if (amount > held.amount) {  // up to that it is counted already
            table.require_room(touched, held.at, amount);
        }
        return claimed.claim(held.id.operation, held.id.attempt);
    }

    void forget(IdempotencyKey const& id) {
        std::scoped_lock const lock{mutex};
        claimed.forget(id);
    }

    void settle(HoldState const& held, Charge const& charge) {
        auto& touched = touching(held.account);
        bool first = true;
        if constexpr (keeps) {
            rethrow_owed();
            Instant time;
            {
                auto const lock = lock_at(time);
                first = claim(touched, held, charge.amount);
            }
            try {
                write(first ? record_of(RecordKind::settle, held, time).charging(charge)
                            : record_of(RecordKind::release, held, time));
            } catch (...) {
                if (first) {
                    forget(held.id);
                }
                throw;
            }
        }
        std::scoped_lock const lock{mutex};
        if constexpr (!keeps) {
            first = claim(touched, held, charge.amount);
        }
        table.settle(touched, held.at, held.amount, first ? charge.amount : Usd{}, latest);
        --open;
        tell(touched, held.at, {});
    }

    void charge_without_hold(Account const& account, RecordKind kind, IdempotencyKey const& id,
                             Charge const& charge, std::optional<Instant> when) {
        auto& touched = touching(account);
        rethrow_owed();
        LedgerRecord const record = record_of(kind, id, account.all_tags(), charge, {now(), when});
        {
            std::scoped_lock const lock{mutex};
            table.require_room(touched, record.at, charge.amount);
            if (!claimed.claim(id.operation, id.attempt)) {
                return;
            }
        }
        if constexpr (keeps) {
            try {
                write(record);
            } catch (...) {
                forget(id);
                throw;
            }
        }
        {
            std::scoped_lock const lock{mutex};
            table.charge(touched, record.at, charge.amount, latest);
            tell(touched, record.at, {});
        }
        call_alerts();
    }

    /// Gives a hold back or charges what it owes; in memory only.
    void drop(HoldState& held) noexcept {
        std::scoped_lock const lock{mutex};
        if (held.dispatched && !held.id.operation.empty() &&
            !claimed.claim(held.id.operation, held.id.attempt)) {
            held.dispatched = false;
        }
        table.settle(touching(held.account), held.at, held.amount, held.due_when_dropped(), latest);
        --open;
        dropped.push_back(std::move(held));
        owes.store(true, std::memory_order_release);
    }

    /// Appends a record, or where it may be owed, keeps it until it can be written.
    void write(LedgerRecord const& record) {
        try {
            ledger->append(record);
        } catch (std::exception const&) {
            if (when_store_fails == StoreFailure::refuse) {
                throw;
            }
            owe(record);
        }
    }

    void owe(LedgerRecord const& record) {
        std::string bytes;
        encode_record(record, bytes);
        std::scoped_lock const lock{mutex};
        owed.push_back(std::move(bytes));
        owes.store(true, std::memory_order_release);
    }

    /// Writes what dropped holds and failed writes left behind, and tells what they caused.
    void rethrow_owed() {
        if (!owes.load(std::memory_order_acquire)) {
            return;
        }
        std::vector<HoldState> holds;
        std::vector<std::string> records;
        {
            std::scoped_lock const lock{mutex};
            holds.swap(dropped);
            dropped.reserve(2 * open);
            records.swap(owed);
            owes.store(false, std::memory_order_relaxed);
            for (HoldState const& held : holds) {
                tell(touching(held.account), held.at, {});
            }
        }
        if constexpr (keeps) {
            Instant const time = now();
            for (HoldState const& held : holds) {
                std::string bytes;
                encode_record(record_of_dropped(held, time), bytes);
                records.push_back(std::move(bytes));
            }
            for (std::size_t i = 0; i < records.size(); ++i) {
                try {
                    RecordReader reader;
                    ledger->append(reader.read(records[i]));
                } catch (std::exception const&) {
                    std::scoped_lock const lock{mutex};
                    owed.insert(owed.end(), records.begin() + static_cast<std::ptrdiff_t>(i), records.end());
                    owes.store(true, std::memory_order_release);
                    if (when_store_fails == StoreFailure::refuse) {
                        throw;
                    }
                    return;
                }
            }
        }
    }

    /// The same, with the failure as a denial of what is needed.
    [[nodiscard]] std::optional<BudgetDenial> write_owed(Usd needed = {}) {
        try {
            rethrow_owed();
        } catch (std::exception const& failure) {
            return store_denial(needed, failure);
        }
        return std::nullopt;
    }

    /// Locked. Notes the alerts that are due.
    void tell(CounterTable::Touching& touched, Instant at, std::string_view refused) {
        if (alerts.listening()) {
            std::vector<Alert> due;
            table.tell(touched, at, latest, refused, due);
            alerts.add(due);
        }
    }

    /// Writes down what there is to tell, and calls it, without the lock.
    void call_alerts() {
        if (alerts.empty()) {
            return;
        }
        Instant const time = now();
        alerts.tell([&](Alert const& alert) {
            if constexpr (keeps) {
                write_alert(*ledger, alert, time);
            }
        });
    }

    /// Counts again what the ledger tells, and charges the holds that it leaves open.
    void replay() {
        Replay<LocalState> again{*this};
        ledger->replay([&](LedgerRecord const& record) { again.apply(record); });
        recovered = again.finish();
    }

    StoreFailure when_store_fails;
    std::shared_ptr<Ledger> ledger;
    Clock clock;
    std::mutex mutex;
    CounterTable table;
    Account nobody;
    Instant latest = Instant::min();
    SeenKeys claimed;
    std::size_t open = 0;           // holds
    std::vector<HoldState> dropped;      // not yet written, nor told
    std::vector<std::string> owed;  // records not yet written
    AlertQueue alerts;
    std::atomic<bool> owes = false;
    std::vector<OpenHold> recovered;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
