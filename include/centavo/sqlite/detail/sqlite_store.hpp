// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/sqlite/detail/sqlite_connection.hpp>
#include <centavo/sqlite/detail/sqlite_owners.hpp>
#include <centavo/sqlite/detail/sqlite_tables.hpp>
#include <centavo/sqlite/sqlite_options.hpp>

#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The connection of a store to its database, used by one thread at a time. Internally synchronized.
class SqliteStore {
public:
    /// Opens or creates the database at `path`, and `path`-owners beside it, which shows the stores that are alive.
    ///
    /// Throws SqliteError, MalformedLedger for another database or version, std::invalid_argument for a database in
    /// memory.
    SqliteStore(std::string const& path, SqliteOptions const& options, std::size_t max_values, Clock clock)
        : options_{options}, clock_{clock}, owners_{on_disk(path) + "-owners"}, connection_{path,
                                                                                            deadline()} {
        auto const until = deadline();
        while (!owners_.lock(opening)) {
            if (std::chrono::steady_clock::now() >= until) {
                throw SqliteError{path + ": another process is opening it", SQLITE_BUSY};
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        connection_.run("PRAGMA journal_mode = WAL");
        connection_.run("PRAGMA wal_autocheckpoint = 8000");  // pages, 32 MB: each checkpoint syncs twice
        tables_.emplace(connection_, max_values);
        connection_.run(options_.durability == Durability::each ? "PRAGMA synchronous = FULL"
                                                                : "PRAGMA synchronous = NORMAL");
        {
            SqliteTransaction transaction{connection_};
            owner_ = tables_->add_owner(::getpid());
            if (!owners_.lock(owner_)) {
                throw SqliteError{path + "-owners: cannot be locked", SQLITE_IOERR_LOCK};
            }
            transaction.commit();
        }
        owners_.unlock(opening);
    }

    /// Calls `act(tables)` in a transaction, then `committed()`, before another thread uses the connection: for memory
    /// that must change together with the database. Throws SqliteError and what `act` throws; nothing is written then.
    template <typename Act, typename Committed>
    void write(Act act, Committed committed) {
        auto const turn = take_turn();
        bool const sync = due();
        if (sync) {
            connection_.run("PRAGMA synchronous = FULL");
        }
        auto const before = sqlite3_total_changes64(connection_.get());
        {
            SqliteTransaction transaction{connection_};
            act(*tables_);
            if (++writes_ % cleanup_interval == 0) {
                tables_->delete_old_counters(clock_.now());
            }
            transaction.commit();
        }
        committed();
        if (sync) {
            connection_.run("PRAGMA synchronous = NORMAL");
        }
        if (sqlite3_total_changes64(connection_.get()) != before) {
            note(sync);
        }
    }

    /// Calls `act(tables)`, which must only read.
    template <typename Act>
    auto read(Act act) {
        auto const turn = take_turn();
        return act(*tables_);
    }

    /// The number of this store among all that ever opened the database.
    [[nodiscard]] std::int64_t owner() const noexcept { return owner_; }
    [[nodiscard]] bool dead(std::int64_t owner) const noexcept {
        return owner != owner_ && !owners_.alive(owner);
    }

private:
    static constexpr std::int64_t opening = 0;  // not the number of an owner
    static constexpr std::uint64_t cleanup_interval = 1'024;

    [[nodiscard]] static std::string on_disk(std::string const& path) {
        if (path.empty() || path == ":memory:") {
            throw std::invalid_argument("a SQLite budget store must be a file, not a database in memory");
        }
        return path;
    }

    [[nodiscard]] SqliteConnection::Deadline deadline() const {
        return std::chrono::steady_clock::now() + options_.timeout;
    }

    /// The right to use the connection, given up when destroyed.
    class Turn {
    public:
        explicit Turn(SqliteStore& store) : store_{&store} {}
        Turn(Turn const&) = delete;
        Turn& operator=(Turn const&) = delete;
        ~Turn() {
            {
                std::scoped_lock const lock{store_->mutex_};
                store_->taken_ = false;
            }
            store_->given_back_.notify_one();
        }

    private:
        SqliteStore* store_;
    };

    /// Waits for other threads of this process. The rest of the timeout is for other processes.
    [[nodiscard]] Turn take_turn() {
        if (process_ != ::getpid()) {
            throw std::logic_error("a forked process must open its own SQLite budget store");
        }
        auto const until = deadline();
        {
            std::unique_lock lock{mutex_};
            if (!given_back_.wait_until(lock, until, [&] { return !taken_; })) {
                throw SqliteError{"sqlite: other threads were writing for longer than the timeout",
                                  SQLITE_BUSY};
            }
            taken_ = true;
        }
        connection_.wait_until(until);
        return Turn{*this};
    }

    [[nodiscard]] bool due() const {
        return options_.durability == Durability::group && unsynced_ > 0 &&
               (unsynced_ + 1 >= options_.group_records ||
                clock_.monotonic() - first_unsynced_ >= options_.group_delay);
    }
    void note(bool synced) {
        unsynced_ = synced ? 0 : unsynced_ + 1;
        if (unsynced_ == 1 && options_.durability == Durability::group) {
            first_unsynced_ = clock_.monotonic();
        }
    }

    ::pid_t process_ = ::getpid();
    SqliteOptions options_;
    Clock clock_;
    std::mutex mutex_;  // protects taken_; not held while the connection is used
    std::condition_variable given_back_;
    bool taken_ = false;
    SqliteOwners owners_;
    SqliteConnection connection_;
    std::optional<SqliteTables> tables_;
    std::int64_t owner_ = 0;
    std::uint64_t writes_ = 0;
    std::size_t unsynced_ = 0;
    std::chrono::nanoseconds first_unsynced_{};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
