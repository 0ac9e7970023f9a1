// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
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
#include <centavo/sqlite/detail/sqlite_memory.hpp>
#include <centavo/sqlite/detail/sqlite_store.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>
#include <centavo/sqlite/detail/sqlite_uses.hpp>

#include <algorithm>
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

/// What a SqliteBudgets and its holds share. Internally synchronised: the store has its turns, the mutex is for what is
/// in memory and never held over the store, an alert, or a zone's rules.
class SqliteState final : public StoreState {
public:
    SqliteState(BudgetStoreOptions options, std::string const& path, SqliteOptions const& sqlite, Clock clock)
        : budgets_{checked(std::move(options.budgets))}, when_store_fails_{options.when_store_fails},
          clock_{clock}, store_{path, sqlite, options.max_values, clock}, memory_{when_store_fails_,
                                                                                  options.max_values} {
        auto const last = store_.read([](SqliteTables& tables) {
            auto const number = tables.last_record();
            return number == 0 ? std::vector<SqliteTables::Kept>{} : tables.records(number - 1, number, 1);
        });
        if (!last.empty()) {
            RecordReader reader;
            latest_ = reader.read(last.front().bytes).time;
        }
    }
    ~SqliteState() override {
        try {
            write_owed();
            store_.write([&](SqliteTables& tables) { tables.remove_owner(store_.owner()); }, [] {});
        } catch (std::exception const&) {
            return;  // whoever opens the database next finds this owner dead, and charges what it left
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

    /// Sets the hold's amount aside, or says why not.
    [[nodiscard]] std::optional<BudgetDenial> set_aside(HoldState& held) {
        auto uses = uses_of(held.account, held.at);
        std::optional<BudgetDenial> denial;
        try {
            write([&](SqliteTables& tables, std::vector<Alert>& alerts) {
                auto figures = read(tables, uses.counters);
                denial = uses.refuse(figures, held.amount);
                for (std::size_t i = 0; i < figures.size(); ++i) {
                    auto own = figures[i].stored;
                    if (denial) {
                        if (!changes_.tell(tables, uses.counters[i], own, denial->budget, held.at, alerts)) {
                            continue;
                        }
                    } else {
                        own.held += held.amount;
                        ++own.open;
                    }
                    tables.write(uses.counters[i], own);
                    memory_.see(uses.counters[i], own);
                }
                if (!denial) {
                    held.ticket = tables.append(record_of(RecordKind::hold, held, held.at));
                    tables.open_hold(held.ticket, store_.owner());
                }
            });
        } catch (SqliteError const& failure) {
            held.ticket = 0;
            denial = when_store_fails_ == StoreFailure::keep_counting
                         ? memory_.set_aside(uses, held.amount)
                         : BudgetDenial{.needed = held.amount,
                                        .reason = DenialReason::store,
                                        .detail = failure.what()};
        }
        if (!denial) {
            memory_.opened();
        }
        return denial;
    }

    void settle(HoldState const& held, Charge const& charge) override {
        write_or_owe(record_of(RecordKind::settle, held, now()).charging(charge), held.account, held.amount);
        memory_.closed();
    }

    /// Charges without a hold, in the windows of `when` or of now.
    void charge(Account const& account, RecordKind kind, IdempotencyKey const& id, Charge const& charge,
                std::optional<Instant> when) {
        write_or_owe(record_of(kind, id, account.tags().all(), charge, {now(), when}), account, Usd{});
    }

    /// Keeps a hold that was let go until the next call writes it.
    void drop(HoldState& held) noexcept override { memory_.drop(held); }

    void release(HoldState& held) override {
        drop(held);
        write_owed_if_possible();
    }

    /// Writes what dropped holds and failed writes left behind, where that is possible now.
    void write_owed_if_possible() {
        try {
            write_owed();
        } catch (SqliteError const&) {
            return;  // it stays pending, and counts in this process's figures
        }
    }

    /// Charges the holds of owners that are no more, and lists them.
    std::vector<OpenHold> recover() {
        std::vector<std::int64_t> owners;
        std::vector<SqliteTables::Kept> holds;
        store_.read([&](SqliteTables& tables) {
            for (auto const owner : tables.owners()) {
                if (store_.dead(owner)) {
                    owners.push_back(owner);
                    for (auto& hold : tables.holds_of(owner)) {
                        holds.push_back(std::move(hold));
                    }
                }
            }
        });
        if (owners.empty()) {
            return {};
        }
        std::vector<std::vector<SqliteCounter>> counters;  // out of turn: they call zones' rules
        RecordReader reader;
        for (auto const& hold : holds) {
            auto const record = reader.read(hold.bytes);
            auto const tags = Tags::from({record.tags.begin(), record.tags.end()});
            counters.push_back(uses_of(account(tags), record.at).counters);
        }
        std::vector<OpenHold> found;
        write([&](SqliteTables& tables, std::vector<Alert>& alerts) {
            for (std::size_t i = 0; i < holds.size(); ++i) {
                auto record = reader.read(holds[i].bytes);
                record.kind = RecordKind::settle;
                record.hold = holds[i].seq;
                record.time = now();
                record.note = "open when its process ended";
                if (apply(tables, record, record.amount, counters[i], alerts)) {
                    found.push_back(open_hold_of(record, record.hold));
                }
            }
            for (auto const owner : owners) {
                tables.remove_owner(owner);
            }
        });
        return found;
    }

    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        auto uses = uses_of(account, now());
        write_owed_if_possible();
        std::vector<SqliteFigures> known;
        for (SqliteCounter& counter : uses.counters) {
            known.push_back(figures(counter));
        }
        return uses.remaining(known);
    }

    /// A counter's figures: the database's and the pending writes of this process.
    [[nodiscard]] SqliteFigures figures(SqliteCounter& counter) {
        try {
            return store_.read(
                [&](SqliteTables& tables) { return memory_.over(counter, tables.read(counter)); });
        } catch (SqliteError const&) {
            if (when_store_fails_ == StoreFailure::refuse) {
                throw;
            }
            return memory_.last_seen(counter);
        }
    }

    template <typename Visit>
    void for_each(Budget const& budget, Window const& window, Visit visit) {
        store_.read([&](SqliteTables& tables) {
            tables.for_each(budget, window, [&](std::string_view value, SqliteFigures const& stored) {
                visit(value, memory_.over(SqliteCounter{budget, value, window}, stored));
            });
        });
    }

    /// Calls `visit` for every record there is now, a few hundred at a time, so that nobody waits for it.
    template <typename Visit>
    void for_each_record(Visit visit) {
        constexpr int at_once = 256;
        auto const last = store_.read([](SqliteTables& tables) { return tables.last_record(); });
        for (std::uint64_t after = 0; after < last;) {
            auto const some =
                store_.read([&](SqliteTables& tables) { return tables.records(after, last, at_once); });
            if (some.empty()) {
                return;
            }
            after = some.back().seq;
            for (auto const& kept : some) {
                visit(kept);
            }
        }
    }

    /// Calls what there is to tell, without a lock.
    void raise_alerts() override {
        alerts_.raise([](Alert const&) {});  // which were written with what made them due
    }

private:
    [[nodiscard]] static std::vector<Budget> checked(std::vector<Budget> budgets) {
        require_valid(budgets);
        require_no_anomaly_alerts(budgets);
        return budgets;
    }

    [[nodiscard]] SqliteUses uses_of(Account const& account, Instant at) const {
        return SqliteUses::of(counters_of(budgets_, account, at));
    }

    bool apply(SqliteTables& tables, LedgerRecord const& record, Usd gives_back,
               std::span<SqliteCounter> counters, std::vector<Alert>& alerts) {
        return changes_.apply(tables, record, gives_back, counters, alerts,
                              [&](SqliteCounter const& counter, SqliteFigures const& figures) {
                                  memory_.see(counter, figures);
                              });
    }

    [[nodiscard]] std::vector<SqliteReading> read(SqliteTables& tables,
                                                  std::vector<SqliteCounter>& counters) {
        std::vector<SqliteReading> figures;
        figures.reserve(counters.size());
        for (SqliteCounter& counter : counters) {
            auto stored = tables.read(counter);
            auto known = memory_.over(counter, stored);
            figures.push_back({std::move(stored), std::move(known)});
        }
        return figures;
    }

    /// One transaction, after the one that flushes pending writes; alerts that it makes are raised by raise_alerts().
    template <typename Act>
    void write(Act act) {
        write_owed();
        std::vector<Alert> alerts;
        store_.write([&](SqliteTables& tables) { act(tables, alerts); }, [] {});
        alerts_.push(alerts);
    }

    /// Writes a charge, or where that fails and may be gone on without, keeps it.
    void write_or_owe(LedgerRecord const& record, Account const& account, Usd held) {
        auto counters = uses_of(account, record.at).counters;
        Usd const stored = record.hold != 0 ? held : Usd{};
        Usd const here = held - stored;
        try {
            write_owed();
            std::vector<Alert> alerts;
            store_.write([&](SqliteTables& tables) { apply(tables, record, stored, counters, alerts); },
                         [&] { memory_.give_back(counters, here); });
            alerts_.push(alerts);
        } catch (SqliteError const&) {
            if (when_store_fails_ == StoreFailure::refuse) {
                throw;
            }
            keep(record, stored, here, std::move(counters));
        }
    }

    void keep(LedgerRecord const& record, Usd stored, Usd here, std::vector<SqliteCounter> counters) {
        SqlitePendingWrite pending{.gives_back = stored,
                                   .gives_back_here = here,
                                   .charges = record.spends() ? record.amount : Usd{},
                                   .counters = std::move(counters)};
        encode_record(record, pending.record);
        memory_.keep(std::move(pending));
    }

    /// Makes records of dropped holds: here, since a destructor does not call zones' rules.
    void keep_dropped() {
        Instant const time = now();
        for (HoldState const& held : memory_.take_dropped()) {
            bool const stored = held.ticket != 0;
            keep(record_of_dropped(held, time), stored ? held.amount : Usd{}, stored ? Usd{} : held.amount,
                 uses_of(held.account, held.at).counters);
        }
    }

    /// Flushes all pending writes in one transaction, or keeps them and throws.
    void write_owed() {
        if (!memory_.has_pending()) {
            return;
        }
        keep_dropped();
        auto pending = memory_.take_pending();
        std::vector<Alert> alerts;
        try {
            store_.write(
                [&](SqliteTables& tables) {
                    RecordReader reader;
                    for (SqlitePendingWrite const& one : pending) {
                        auto counters = one.counters;
                        apply(tables, reader.read(one.record), one.gives_back, counters, alerts);
                    }
                },
                [&] { memory_.written(pending); });
        } catch (...) {
            memory_.put_back(std::move(pending));
            throw;
        }
        alerts_.push(alerts);
    }

    std::vector<Budget> const budgets_;
    SqliteChanges changes_{budgets_};
    StoreFailure when_store_fails_;
    Clock clock_;
    SqliteStore store_;
    SqliteMemory memory_;

    std::mutex mutex_;
    Instant latest_ = Instant::min();
    AlertQueue alerts_ = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
