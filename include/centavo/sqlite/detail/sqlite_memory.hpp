// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>
#include <centavo/sqlite/detail/sqlite_uses.hpp>

#include <atomic>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A record that is not in the database yet, and what it will do there.
struct SqlitePendingWrite {
    std::string record = {};   ///< encode_record()'s bytes
    Usd gives_back = {};       ///< to the database: of a hold that it knows
    Usd gives_back_here = {};  ///< of a hold that was made while the database could not be written
    Usd charges = {};
    std::vector<SqliteCounter> counters = {};
};

/// What one process knows and the database does not: holds that were dropped, records that could not be written, and
/// what they add to the figures read. Internally synchronised; every figure changes in one step.
class SqliteMemory {
public:
    /// Where the database may be gone on without, its figures are remembered, of at most `most_counters`.
    SqliteMemory(StoreFailure when_store_fails, std::size_t most_counters)
        : remembers_{when_store_fails == StoreFailure::keep_counting}, most_counters_{most_counters} {}

    /// A hold was made: should it be dropped, there must be room, since its destructor may not allocate.
    void opened() {
        std::scoped_lock const lock{mutex_};
        if (dropped_.capacity() < open_ + 1) {
            dropped_.reserve(2 * (open_ + 1));
        }
        ++open_;
    }
    void closed() {
        std::scoped_lock const lock{mutex_};
        --open_;
    }

    void drop(HoldState& held) noexcept {
        std::scoped_lock const lock{mutex_};
        dropped_.push_back(std::move(held));
        has_pending_ = true;
    }
    [[nodiscard]] std::vector<HoldState> take_dropped() {
        std::scoped_lock const lock{mutex_};
        std::vector<HoldState> taken{std::move_iterator{dropped_.begin()},
                                     std::move_iterator{dropped_.end()}};
        dropped_.clear();
        open_ -= taken.size();
        return taken;
    }

    /// Whether there is anything to be written.
    [[nodiscard]] bool has_pending() const noexcept { return has_pending_; }

    /// Keeps a record, and counts it in this process's figures.
    void keep(SqlitePendingWrite pending) {
        std::scoped_lock const lock{mutex_};
        add(pending.counters, pending.charges, -pending.gives_back - pending.gives_back_here);
        pending_.push_back(std::move(pending));
        has_pending_ = true;
    }
    /// Takes the records to write them; they go on counting until written().
    [[nodiscard]] std::vector<SqlitePendingWrite> take_pending() {
        std::scoped_lock const lock{mutex_};
        has_pending_ = !dropped_.empty();
        return std::exchange(pending_, {});
    }
    void put_back(std::vector<SqlitePendingWrite> pending) {
        std::scoped_lock const lock{mutex_};
        pending_.insert(pending_.begin(), std::move_iterator{pending.begin()},
                        std::move_iterator{pending.end()});
        has_pending_ = true;
    }
    void written(std::span<SqlitePendingWrite const> pending) {
        std::scoped_lock const lock{mutex_};
        for (SqlitePendingWrite const& one : pending) {
            add(one.counters, -one.charges, one.gives_back);
        }
    }

    /// Sets money aside by what was seen of the database last, or says why not.
    [[nodiscard]] std::optional<BudgetDenial> set_aside(SqliteUses const& uses, Usd amount) {
        std::scoped_lock const lock{mutex_};
        std::vector<SqliteReading> figures;
        for (SqliteCounter const& counter : uses.counters) {
            figures.emplace_back().known = seen(counter);
        }
        auto denial = uses.refuse(figures, amount);
        if (!denial) {
            add(uses.counters, Usd{}, amount);
        }
        return denial;
    }
    void give_back(std::span<SqliteCounter const> counters, Usd amount) {
        if (amount == Usd{}) {
            return;
        }
        std::scoped_lock const lock{mutex_};
        add(counters, Usd{}, -amount);
    }

    /// The database's figures, which are remembered, and what counts here besides.
    [[nodiscard]] SqliteFigures over(SqliteCounter const& counter, SqliteFigures figures) {
        std::scoped_lock const lock{mutex_};
        remember(counter, figures);
        return with_more(counter, std::move(figures));
    }
    void see(SqliteCounter const& counter, SqliteFigures const& figures) {
        std::scoped_lock const lock{mutex_};
        remember(counter, figures);
    }
    /// The same of the database's figures that were seen last.
    [[nodiscard]] SqliteFigures last_seen(SqliteCounter const& counter) const {
        std::scoped_lock const lock{mutex_};
        return seen(counter);
    }

private:
    struct More {
        Usd spent = {};
        Usd held = {};
    };

    void add(std::span<SqliteCounter const> counters, Usd spent, Usd held) {
        for (SqliteCounter const& counter : counters) {
            auto const at = more_.try_emplace(counter.name).first;
            at->second.spent += spent;
            at->second.held += held;
            if (at->second.spent == Usd{} && at->second.held == Usd{}) {
                more_.erase(at);
            }
        }
    }
    [[nodiscard]] SqliteFigures with_more(SqliteCounter const& counter, SqliteFigures figures) const {
        if (auto const more = more_.find(counter.name); more != more_.end()) {
            figures.spent += more->second.spent;
            figures.held += more->second.held;
        }
        return figures;
    }
    void remember(SqliteCounter const& counter, SqliteFigures const& figures) {
        if (remembers_) {
            if (seen_.size() >= most_counters_) {
                seen_.clear();
            }
            seen_.insert_or_assign(counter.name, figures);
        }
    }
    [[nodiscard]] SqliteFigures seen(SqliteCounter const& counter) const {
        auto const found = seen_.find(counter.name);
        return with_more(counter, found != seen_.end() ? found->second : SqliteFigures{});
    }

    bool const remembers_;
    std::size_t const most_counters_;
    mutable std::mutex mutex_;
    std::size_t open_ = 0;  // holds, dropped ones not yet taken included
    std::vector<HoldState> dropped_;
    std::vector<SqlitePendingWrite> pending_;
    std::unordered_map<std::string, More> more_;
    std::unordered_map<std::string, SqliteFigures> seen_;
    std::atomic<bool> has_pending_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
