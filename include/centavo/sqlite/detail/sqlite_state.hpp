// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/admission.hpp>
#include <centavo/budget/detail/alert_queue.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/detail/store_state.hpp>
#include <centavo/budget/detail/validation.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/sqlite/detail/sqlite_changes.hpp>
#include <centavo/sqlite/detail/sqlite_connection.hpp>
#include <centavo/sqlite/detail/sqlite_counter_set.hpp>
#include <centavo/sqlite/detail/sqlite_pending_writes.hpp>
#include <centavo/sqlite/detail/sqlite_store.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The state that SqliteBudgets shares with its holds.
///
/// Internally synchronized: one thread at a time uses the connection. The mutex protects memory only, and is not held
/// over the connection, a listener or a zone function.
class SqliteState final : public StoreState {
public:
    SqliteState(BudgetStoreOptions options, std::string const& path, SqliteOptions const& sqlite, Clock clock)
        : budgets_{checked(std::move(options.budgets))}, when_store_fails_{options.when_store_fails},
          clock_{clock}, store_{path, sqlite, options.max_values, clock}, pending_{when_store_fails_,
                                                                                   options.max_values} {
        auto const last = store_.read([](SqliteTables& tables) {
            auto const number = tables.last_record();
            return number == 0 ? std::vector<SqliteTables::StoredRecord>{}
                               : tables.records(number - 1, number, 1);
        });
        if (!last.empty()) {
            RecordReader reader;
            latest_ = last.front().read(reader).time;
        }
    }
    ~SqliteState() override {
        try {
            flush();
            store_.write([&](SqliteTables& tables) { tables.remove_owner(store_.owner()); }, [] {});
        } catch (std::exception const&) {
            return;  // the next process to open the database finds this owner dead and charges its holds
        }
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return budgets_; }

    [[nodiscard]] Account account(Tags const& tags) const {
        return make_account(AccountState{.tags = tags, .budgets = budgets_for(budgets_, tags)});
    }

    /// The latest time that the clock has shown.
    [[nodiscard]] Instant now() {
        Instant const shown = clock_.now();
        std::scoped_lock const lock{mutex_};
        return latest_ = std::max(latest_, shown);
    }

    void listen(std::function<void(Alert const&)> alert) {
        alerts_.listen(std::move(alert));
        changes_.listen(alerts_.listening());
    }

    /// Reserves the amount of a hold, or returns the denial.
    [[nodiscard]] std::optional<BudgetDenial> reserve(HoldState& hold) {
        auto touched = counters_at(hold.account, hold.at);
        std::optional<BudgetDenial> denial;
        try {
            SqlitePendingWrites::InFlight in_flight{pending_};
            transact(
                [&](SqliteTables& tables, SqliteEffects& effects) {
                    std::vector<SqliteFigures> stored;
                    for (SqliteCounter& counter : touched.counters) {
                        stored.push_back(tables.read(counter));
                    }
                    denial = pending_.admit(touched, stored, hold.amount, in_flight);
                    if (denial) {
                        fire_denied(tables, touched.counters, stored, denial->budget, hold.at, effects);
                        return;
                    }
                    for (std::size_t i = 0; i < stored.size(); ++i) {
                        stored[i].held += hold.amount;
                        ++stored[i].open;
                        SqliteChanges::write(tables, touched.counters[i], stored[i], effects);
                    }
                    hold.ticket = tables.append(record_of(RecordKind::hold, hold, hold.at));
                    tables.open_hold(hold.ticket, store_.owner());
                },
                &in_flight);
        } catch (SqliteError const& failure) {
            hold.ticket = 0;
            denial = when_store_fails_ == StoreFailure::keep_counting
                         ? pending_.admit_unstored(touched, hold.amount)
                         : BudgetDenial{.needed = hold.amount,
                                        .reason = DenialReason::store,
                                        .detail = failure.what()};
        }
        if (!denial) {
            pending_.hold_opened();
        }
        return denial;
    }

    void settle(HoldState const& hold, Charge const& charge) override {
        write_or_queue(record_of(RecordKind::settle, hold, now()).charging(charge), hold.account,
                       hold.amount);
        pending_.hold_closed();
    }

    /// Charges without a hold, in the windows of `when` or in the current ones.
    void charge(Account const& account, RecordKind kind, IdempotencyKey const& id, Charge const& charge,
                std::optional<Instant> when) {
        write_or_queue(record_of(kind, id, account.tags().all(), charge, {now(), when}), account, Usd{});
    }

    /// Queues the record of a dropped hold for the next call.
    void drop(HoldState& hold) noexcept override { pending_.hold_dropped(std::move(hold)); }

    void release(HoldState& hold) override {
        drop(hold);
        try_flush();
    }

    /// Flushes pending writes if the database can be written.
    void try_flush() {
        try {
            flush();
        } catch (SqliteError const&) {
            return;  // they stay pending and count in the figures of this process
        }
    }

    /// Charges the holds of owners that have ended, and returns them.
    std::vector<OpenHold> recover() {
        std::vector<std::int64_t> owners;
        std::vector<SqliteTables::StoredRecord> holds;
        store_.read([&](SqliteTables& tables) {
            for (auto const owner : tables.owners()) {
                if (store_.dead(owner)) {
                    owners.push_back(owner);
                    auto found = tables.holds_of(owner);
                    std::move(found.begin(), found.end(), std::back_inserter(holds));
                }
            }
        });
        if (owners.empty()) {
            return {};
        }
        std::vector<SqliteCounterSet> counters;  // before the transaction, since they call zone functions
        RecordReader reader;
        for (auto const& hold : holds) {
            auto const record = hold.read(reader);
            counters.push_back(
                counters_at(account(Tags::from({record.tags.begin(), record.tags.end()})), record.at));
        }
        std::vector<OpenHold> recovered;
        transact([&](SqliteTables& tables, SqliteEffects& effects) {
            for (std::size_t i = 0; i < holds.size(); ++i) {
                auto record = holds[i].read(reader);
                record.kind = RecordKind::settle;
                record.hold = holds[i].seq;
                record.time = now();
                record.note = "open when its process ended";
                if (changes_.apply(tables, record, record.amount, counters[i].counters, effects)) {
                    recovered.push_back(open_hold_of(record, record.hold));
                }
            }
            for (auto const owner : owners) {
                tables.remove_owner(owner);
            }
        });
        return recovered;
    }

    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        auto touched = counters_at(account, now());
        try_flush();
        RemainingMoney remaining;
        for (SqliteCounter& counter : touched.counters) {
            auto const known = figures(counter);
            remaining.add(*counter.budget, counter.budget->limit - known.spent - known.held);
        }
        for (Budget const* const budget : touched.per_request) {
            remaining.add(*budget);
        }
        return remaining.minimum();
    }

    /// The figures of a counter, with the pending writes of this process.
    [[nodiscard]] SqliteFigures figures(SqliteCounter& counter) {
        try {
            return store_.read(
                [&](SqliteTables& tables) { return pending_.with_pending(counter, tables.read(counter)); });
        } catch (SqliteError const&) {
            if (when_store_fails_ == StoreFailure::refuse) {
                throw;
            }
            return pending_.last_seen(counter);
        }
    }

    /// Calls `visit(value, figures)` for each counter of a budget in one window.
    template <typename Visit>
    void for_each(Budget const& budget, Window const& window, Visit visit) {
        store_.read([&](SqliteTables& tables) {
            tables.for_each(budget, window, [&](std::string_view value, SqliteFigures const& stored) {
                visit(value, pending_.with_pending(SqliteCounter{budget, value, window}, stored));
            });
        });
    }

    /// Calls `visit` for each record that exists now. Reads a few hundred at a time, so that writers do not wait.
    template <typename Visit>
    void for_each_record(Visit visit) {
        constexpr int at_once = 256;
        auto const last = store_.read([](SqliteTables& tables) { return tables.last_record(); });
        for (std::uint64_t after = 0; after < last;) {
            auto const page =
                store_.read([&](SqliteTables& tables) { return tables.records(after, last, at_once); });
            if (page.empty()) {
                return;
            }
            after = page.back().seq;
            for (auto const& record : page) {
                visit(record);
            }
        }
    }

    void raise_alerts() override {
        alerts_.raise([](Alert const&) {});  // recorded in the transaction that triggered them
    }

private:
    static constexpr std::size_t max_batch = 256;  // pending writes in one transaction

    [[nodiscard]] static std::vector<Budget> checked(std::vector<Budget> budgets) {
        require_valid(budgets);
        require_no_anomaly_alerts(budgets);
        return budgets;
    }

    [[nodiscard]] SqliteCounterSet counters_at(Account const& account, Instant at) const {
        return SqliteCounterSet{counters_of(budgets_, account, at)};
    }

    void fire_denied(SqliteTables& tables, View<SqliteCounter> counters, std::span<SqliteFigures> stored,
                     std::string_view denied_by, Instant time, SqliteEffects& effects) {
        for (std::size_t i = 0; i < stored.size(); ++i) {
            if (changes_.fire(tables, counters[i], stored[i], denied_by, time, effects.alerts)) {
                SqliteChanges::write(tables, counters[i], stored[i], effects);
            }
        }
    }

    /// Runs `act(tables, effects)` in one transaction with the writes that are pending, so that it finds their effects in
    /// the tables, and nothing that is not committed. Throws SqliteError, and then nothing has changed.
    template <typename Act>
    void transact(Act act, SqlitePendingWrites::InFlight* in_flight = nullptr) {
        if (pending_.any()) {
            convert_dropped();
            if (flush_failed_) {  // one by one until the database recovers: a failure costs one write, not all
                write(
                    1, [](SqliteTables&, SqliteEffects&) {}, nullptr);
                flush_failed_ = false;
            }
            while (pending_.size() > max_batch) {
                write(
                    max_batch, [](SqliteTables&, SqliteEffects&) {}, nullptr);
            }
        }
        write(SIZE_MAX, act, in_flight);
    }

    /// One transaction: the first `max` pending writes, and `act`.
    template <typename Act>
    void write(std::size_t max, Act act, SqlitePendingWrites::InFlight* in_flight) {
        SqliteEffects effects;
        std::vector<SqlitePendingWrite const*> writes;
        try {
            store_.write(
                [&](SqliteTables& tables) {
                    writes = pending_.first(max);
                    RecordReader reader;
                    for (SqlitePendingWrite const* const write : writes) {
                        auto counters = write->counters;
                        changes_.apply(tables, reader.read(write->record), write->releases, counters,
                                       effects);
                    }
                    act(tables, effects);
                },
                [&] { pending_.written(writes.size(), effects.figures, in_flight); });
        } catch (...) {
            flush_failed_ = flush_failed_ || !writes.empty();
            throw;
        }
        alerts_.push(effects.alerts);
    }

    void flush() {
        if (pending_.any()) {
            transact([](SqliteTables&, SqliteEffects&) {});
        }
    }

    /// Writes a charge; if that fails and the options say to keep counting, queues it. `held` is the amount of its hold.
    void write_or_queue(LedgerRecord const& record, Account const& account, Usd held) {
        auto counters = counters_at(account, record.at).counters;
        Usd const stored = record.hold != 0 ? held : Usd{};
        Usd const unstored = held - stored;
        try {
            transact([&](SqliteTables& tables, SqliteEffects& effects) {
                changes_.apply(tables, record, stored, counters, effects);
            });
            pending_.release_unstored(counters, unstored);
        } catch (SqliteError const&) {
            if (when_store_fails_ == StoreFailure::refuse) {
                throw;
            }
            pending_.push(pending_write(record, stored, unstored, std::move(counters)));
        }
    }

    [[nodiscard]] static SqlitePendingWrite pending_write(LedgerRecord const& record, Usd stored,
                                                          Usd unstored, std::vector<SqliteCounter> counters) {
        SqlitePendingWrite write{.releases = stored,
                                 .releases_unstored = unstored,
                                 .charges = record.spends() ? record.amount : Usd{},
                                 .counters = std::move(counters)};
        encode_record(record, write.record);
        return write;
    }

    void convert_dropped() {
        Instant const time = now();
        pending_.convert_dropped([&](HoldState const& hold) {
            bool const stored = hold.ticket != 0;
            return pending_write(record_of_dropped(hold, time), stored ? hold.amount : Usd{},
                                 stored ? Usd{} : hold.amount, counters_at(hold.account, hold.at).counters);
        });
    }

    std::vector<Budget> const budgets_;
    SqliteChanges changes_{budgets_};
    StoreFailure when_store_fails_;
    Clock clock_;
    SqliteStore store_;
    SqlitePendingWrites pending_;
    std::atomic<bool> flush_failed_ = false;

    std::mutex mutex_;
    Instant latest_ = Instant::min();
    AlertQueue alerts_ = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
