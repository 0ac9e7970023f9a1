// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/admission.hpp>
#include <centavo/budget/detail/pending_writes.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/sqlite/detail/sqlite_counter_set.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A record that is not in the database yet, and its effect on the counters.
struct SqlitePendingWrite {
    std::string record = {};     ///< as encode_record() encodes it
    Usd releases = {};           ///< from a hold that is in the database
    Usd releases_unstored = {};  ///< from a hold made while the database could not be written
    Usd charges = {};
    std::vector<SqliteCounter> counters = {};
};

/// What one process counts beside the database: writes that are pending, and holds made while the database could not be
/// written.
///
/// Reservations are decided by stored figures and unstored holds alone: pending writes change only the figures that are
/// reported, until they are in the database. Internally synchronized; calls no user code with the lock held.
class SqlitePendingWrites {
public:
    /// With StoreFailure::keep_counting, remembers the last figures of at most `max_counters` counters.
    SqlitePendingWrites(StoreFailure when_store_fails, std::size_t max_counters)
        : remembers_{when_store_fails == StoreFailure::keep_counting}, max_counters_{max_counters} {}

    void hold_opened() {
        std::scoped_lock const lock{mutex_};
        pending_.hold_opened();
    }
    void hold_closed() {
        std::scoped_lock const lock{mutex_};
        pending_.hold_closed();
    }
    void hold_dropped(HoldState&& hold) noexcept {
        std::scoped_lock const lock{mutex_};
        pending_.hold_dropped(std::move(hold));
    }

    [[nodiscard]] bool any() const noexcept { return pending_.any(); }

    /// Turns dropped holds into writes: `write_of(hold)`, called without the lock. A hold stays in one of the two lists
    /// throughout, so that a thread never misses one that it dropped itself.
    template <typename WriteOf>
    void convert_dropped(WriteOf write_of) {
        std::vector<HoldState> dropped;
        std::uint64_t first = 0;
        {
            std::scoped_lock const lock{mutex_};
            dropped = pending_.dropped();
            first = converted_;
        }
        std::vector<SqlitePendingWrite> writes;
        writes.reserve(dropped.size());
        for (HoldState const& hold : dropped) {
            writes.push_back(write_of(hold));
        }
        std::scoped_lock const lock{mutex_};
        // Another thread may have converted some of them meanwhile.
        std::size_t const done = std::min(static_cast<std::size_t>(converted_ - first), writes.size());
        for (std::size_t i = done; i < writes.size(); ++i) {
            count(writes[i], 1);
            pending_.push(std::move(writes[i]));
        }
        pending_.pop_dropped(writes.size() - done);
        converted_ += writes.size() - done;
    }

    void push(SqlitePendingWrite write) {
        std::scoped_lock const lock{mutex_};
        count(write, 1);
        pending_.push(std::move(write));
    }

    [[nodiscard]] std::size_t size() {
        std::scoped_lock const lock{mutex_};
        return pending_.writes().size();
    }

    /// The first writes, at most `max`. They stay valid until written(), which only the caller whose turn it is calls.
    [[nodiscard]] std::vector<SqlitePendingWrite const*> first(std::size_t max) {
        std::scoped_lock const lock{mutex_};
        std::vector<SqlitePendingWrite const*> first;
        auto& writes = pending_.writes();
        for (std::size_t i = 0; i < std::min(max, writes.size()); ++i) {
            first.push_back(&writes[i]);
        }
        return first;
    }

    /// The money of a hold while its transaction is under way: reservations that another thread makes without the
    /// database must count it.
    class InFlight {
    public:
        explicit InFlight(SqlitePendingWrites& pending) noexcept : pending_{&pending} {}
        InFlight(InFlight const&) = delete;
        InFlight& operator=(InFlight const&) = delete;
        ~InFlight() {
            std::scoped_lock const lock{pending_->mutex_};
            end();
        }

    private:
        friend class SqlitePendingWrites;

        void end() { pending_->release(counters_, std::exchange(amount_, Usd{})); }

        SqlitePendingWrites* pending_;
        View<SqliteCounter> counters_ = {};
        Usd amount_ = {};
    };

    /// Removes the first `writes`, which were committed together with `figures` and the hold in flight, if any.
    void written(std::size_t writes, View<SqliteSeen> figures, InFlight* in_flight) {
        std::scoped_lock const lock{mutex_};
        if (in_flight != nullptr) {
            in_flight->end();
        }
        for (std::size_t i = 0; i < writes; ++i) {
            SqlitePendingWrite const& write = pending_.writes()[i];
            count(write, -1);
            release(write.counters, write.releases_unstored);
        }
        pending_.pop_writes(writes);
        for (SqliteSeen const& seen : figures) {
            remember(seen.name, seen.figures);
        }
    }

    /// Decides by the stored figures, in the order of the counters, and the unstored holds.
    [[nodiscard]] std::optional<BudgetDenial>
    admit(SqliteCounterSet const& touched, View<SqliteFigures> stored, Usd amount, InFlight& in_flight) {
        std::scoped_lock const lock{mutex_};
        Admission admission{amount};
        for (std::size_t i = 0; i < stored.size(); ++i) {
            SqliteCounter const& counter = touched.counters[i];
            auto const local = local_.find(counter.name);
            Usd const unstored = local != local_.end() ? local->second.held : Usd{};
            admission.check(*counter.budget, counter.value, counter.window,
                            {counter.budget->limit, stored[i].spent, stored[i].held + unstored});
        }
        for (Budget const* const budget : touched.per_request) {
            admission.check(*budget);
        }
        if (admission.admitted() && remembers_) {
            hold(touched.counters, amount);
            in_flight.counters_ = touched.counters;
            in_flight.amount_ = amount;
        }
        return admission.denial();
    }

    /// Makes a hold without the database, decided by the figures last read.
    [[nodiscard]] std::optional<BudgetDenial> admit_unstored(SqliteCounterSet const& touched, Usd amount) {
        std::scoped_lock const lock{mutex_};
        Admission admission{amount};
        for (SqliteCounter const& counter : touched.counters) {
            auto const figures = last_seen_locked(counter);
            admission.check(*counter.budget, counter.value, counter.window,
                            {counter.budget->limit, figures.spent, figures.held});
        }
        for (Budget const* const budget : touched.per_request) {
            admission.check(*budget);
        }
        if (admission.admitted()) {
            hold(touched.counters, amount);
        }
        return admission.denial();
    }
    void release_unstored(View<SqliteCounter> counters, Usd amount) {
        if (amount != Usd{}) {
            std::scoped_lock const lock{mutex_};
            release(counters, amount);
        }
    }

    /// The figures to report: the stored ones, the pending writes and the unstored holds.
    [[nodiscard]] SqliteFigures with_pending(SqliteCounter const& counter, SqliteFigures stored) {
        std::scoped_lock const lock{mutex_};
        remember(counter.name, stored);
        return with_local(counter, std::move(stored));
    }
    /// The same for the stored figures that were last read.
    [[nodiscard]] SqliteFigures last_seen(SqliteCounter const& counter) const {
        std::scoped_lock const lock{mutex_};
        return last_seen_locked(counter);
    }

private:
    struct Local {
        Usd held = {};              // by unstored holds
        Usd pending_spent = {};     // by pending writes
        Usd pending_released = {};  // by pending writes, of stored and unstored holds
    };

    void count(SqlitePendingWrite const& write, int sign) {
        Usd const released = write.releases + write.releases_unstored;
        for (SqliteCounter const& counter : write.counters) {
            Local& local = local_[counter.name];
            local.pending_spent += sign > 0 ? write.charges : -write.charges;
            local.pending_released += sign > 0 ? released : -released;
            erase_if_empty(counter.name, local);
        }
    }
    void hold(View<SqliteCounter> counters, Usd amount) {
        for (SqliteCounter const& counter : counters) {
            local_[counter.name].held += amount;
        }
    }
    void release(View<SqliteCounter> counters, Usd amount) {
        if (amount == Usd{}) {
            return;
        }
        for (SqliteCounter const& counter : counters) {
            Local& local = local_[counter.name];
            local.held -= amount;
            erase_if_empty(counter.name, local);
        }
    }
    void erase_if_empty(std::string const& name, Local const& local) {
        if (local.held == Usd{} && local.pending_spent == Usd{} && local.pending_released == Usd{}) {
            local_.erase(name);
        }
    }

    [[nodiscard]] SqliteFigures with_local(SqliteCounter const& counter, SqliteFigures figures) const {
        if (auto const local = local_.find(counter.name); local != local_.end()) {
            figures.spent += local->second.pending_spent;
            figures.held += local->second.held - local->second.pending_released;
        }
        return figures;
    }
    void remember(std::string const& name, SqliteFigures const& figures) {
        if (remembers_) {
            if (seen_.size() >= max_counters_) {
                seen_.clear();
            }
            seen_.insert_or_assign(name, figures);
        }
    }
    [[nodiscard]] SqliteFigures last_seen_locked(SqliteCounter const& counter) const {
        auto const found = seen_.find(counter.name);
        return with_local(counter, found != seen_.end() ? found->second : SqliteFigures{});
    }

    bool const remembers_;
    std::size_t const max_counters_;
    mutable std::mutex mutex_;
    PendingWrites<SqlitePendingWrite> pending_;
    std::uint64_t converted_ = 0;  // dropped holds that were turned into writes
    std::unordered_map<std::string, Local> local_;
    std::unordered_map<std::string, SqliteFigures> seen_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
