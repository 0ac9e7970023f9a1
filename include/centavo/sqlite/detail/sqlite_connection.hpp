// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>
#include <centavo/sqlite/sqlite_options.hpp>

#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A connection to a database file that several processes write. Not synchronized; not movable.
class SqliteConnection {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// Opens or creates the file. Throws SqliteError.
    SqliteConnection(std::string const& path, Deadline deadline) : deadline_{deadline} {
        sqlite3* opened = nullptr;
        int const code = sqlite3_open_v2(
            path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
        database_.reset(opened);
        if (code != SQLITE_OK) {
            throw SqliteError{
                path + ": " + (opened != nullptr ? sqlite3_errmsg(opened) : sqlite3_errstr(code)), code};
        }
        sqlite3_extended_result_codes(opened, 1);
        sqlite3_busy_handler(opened, &wait, this);
    }
    SqliteConnection(SqliteConnection const&) = delete;
    SqliteConnection& operator=(SqliteConnection const&) = delete;

    /// Sets until when to wait for a lock of another process.
    void wait_until(Deadline deadline) noexcept { deadline_ = deadline; }

    /// Runs statements without results.
    void run(char const* statements) {
        if (int const code = sqlite3_exec(get(), statements, nullptr, nullptr, nullptr); code != SQLITE_OK) {
            fail(code);
        }
    }

    [[nodiscard]] sqlite3* get() const noexcept { return database_.get(); }
    [[nodiscard]] std::int64_t last_row() const noexcept { return sqlite3_last_insert_rowid(get()); }
    [[nodiscard]] bool changed() const noexcept { return sqlite3_changes(get()) > 0; }

    [[noreturn]] void fail(int code) const {
        throw SqliteError{std::string{"sqlite: "} + sqlite3_errmsg(get()), code};
    }

private:
    /// A child of a fork must not close a connection of its parent either (sqlite.org/howtocorrupt.html).
    struct Close {
        void operator()(sqlite3* database) const noexcept {
            if (process == ::getpid()) {
                sqlite3_close_v2(database);
            }
        }
        ::pid_t process;
    };

    /// Transactions of other processes take some tens of microseconds. SQLite's own handler sleeps for 1 to 100
    /// milliseconds, which is too long.
    static int wait(void* self, int times) noexcept {
        using namespace std::chrono_literals;
        if (std::chrono::steady_clock::now() >= static_cast<SqliteConnection*>(self)->deadline_) {
            return 0;
        }
        std::this_thread::sleep_for(times < 20 ? 50us : times < 60 ? 200us : 2ms);
        return 1;
    }

    Deadline deadline_;
    std::unique_ptr<sqlite3, Close> database_{nullptr, Close{::getpid()}};
};

/// The rows of a running statement. Resets the statement when it is destroyed.
class SqliteRows {
public:
    SqliteRows(SqliteConnection const& connection, sqlite3_stmt* statement)
        : connection_{&connection}, statement_{statement} {}
    SqliteRows(SqliteRows const&) = delete;
    SqliteRows& operator=(SqliteRows const&) = delete;
    ~SqliteRows() { sqlite3_reset(statement_); }

    /// Moves to the next row; false after the last.
    [[nodiscard]] bool next() {
        int const code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            connection_->fail(code);
        }
        return code == SQLITE_ROW;
    }

    [[nodiscard]] std::int64_t number(int column) const noexcept {
        return sqlite3_column_int64(statement_, column);
    }

    /// Text or bytes, until the next row.
    [[nodiscard]] std::string_view text(int column) const noexcept {
        auto const* const bytes = static_cast<char const*>(sqlite3_column_blob(statement_, column));
        auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        return bytes != nullptr ? std::string_view{bytes, size} : std::string_view{};
    }

private:
    SqliteConnection const* connection_;
    sqlite3_stmt* statement_;
};

/// Bytes to bind as a blob.
struct SqliteBytes {
    std::string_view bytes;
};

/// A statement, compiled once.
class SqliteStatement {
public:
    SqliteStatement(SqliteConnection const& connection, std::string_view text) : connection_{&connection} {
        sqlite3_stmt* made = nullptr;
        int const code = sqlite3_prepare_v3(connection.get(), text.data(), static_cast<int>(text.size()),
                                            SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        statement_.reset(made);
        if (code != SQLITE_OK) {
            connection.fail(code);
        }
    }

    /// Starts the statement with these values, which must outlive the rows: integers, texts, SqliteBytes.
    template <typename... Values>
    [[nodiscard]] SqliteRows rows(Values const&... values) {
        int place = 0;
        (bind(++place, values), ...);
        return {*connection_, statement_.get()};
    }

    /// Runs the statement to completion.
    template <typename... Values>
    void run(Values const&... values) {
        auto all = rows(values...);
        while (all.next()) {
        }
    }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };

    template <std::integral Number>
    void bind(int place, Number number) {
        check(sqlite3_bind_int64(statement_.get(), place, static_cast<std::int64_t>(number)));
    }
    void bind(int place, std::string_view text) {
        check(sqlite3_bind_text64(statement_.get(), place, text.data() != nullptr ? text.data() : "",
                                  text.size(), SQLITE_STATIC, SQLITE_UTF8));
    }
    void bind(int place, SqliteBytes value) {
        check(sqlite3_bind_blob64(statement_.get(), place, value.bytes.data(), value.bytes.size(),
                                  SQLITE_STATIC));
    }
    void check(int code) const {
        if (code != SQLITE_OK) {
            connection_->fail(code);
        }
    }

    SqliteConnection const* connection_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A write transaction: rolled back when destroyed unless commit() was called.
class SqliteTransaction {
public:
    explicit SqliteTransaction(SqliteConnection& connection) : connection_{&connection} {
        connection.run("BEGIN IMMEDIATE");
    }
    SqliteTransaction(SqliteTransaction const&) = delete;
    SqliteTransaction& operator=(SqliteTransaction const&) = delete;
    ~SqliteTransaction() {
        if (sqlite3_get_autocommit(connection_->get()) == 0) {
            sqlite3_exec(connection_->get(), "ROLLBACK", nullptr, nullptr, nullptr);
        }
    }

    void commit() { connection_->run("COMMIT"); }

private:
    SqliteConnection* connection_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
