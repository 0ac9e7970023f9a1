// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/counter_table.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/record_frame.hpp>
#include <centavo/budget/detail/seen_keys.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>
#include <centavo/sqlite/detail/sqlite_connection.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A counter and its name in the database.
struct SqliteCounter {
    Budget const* budget;
    std::string value;
    Window window;
    std::string name;  ///< CounterKey::name()

    SqliteCounter(Budget const& of, std::string_view tag, Window span)
        : budget{&of}, value{tag}, window{span}, name{CounterKey{of.name, value, span.begin}.name()} {}
};

/// The figures of a counter.
struct SqliteFigures {
    Usd spent = {};
    Usd held = {};
    std::int64_t open = 0;   ///< holds
    std::string fired = {};  ///< the names of the alert rules that fired, between commas
};

/// The figures of a counter as a transaction left them.
struct SqliteSeen {
    std::string name;
    SqliteFigures figures;
};

/// The tables of a budget database and the statements on them. Not synchronized: for the thread that has the connection.
///
/// Amounts are decimal text, so that they are exact and SQLite never calculates with them. A record is a frame, whose
/// checksum covers its number too.
class SqliteTables {
public:
    static constexpr std::int64_t application = 0x43'4E'54'56;  // "CNTV"
    static constexpr std::int64_t version = 2;

    /// Creates the tables or checks the existing ones. Throws MalformedLedger for a database of something else, of
    /// another version, or of another currency.
    SqliteTables(SqliteConnection& connection, std::size_t max_values)
        : connection_{(make(connection), &connection)}, max_values_{max_values} {}

    /// Appends a record and returns its number.
    std::uint64_t append(LedgerRecord record) {
        record.seq = last_record() + 1;
        bytes_.clear();
        frame_record(record, bytes_);
        append_.run(record.seq, SqliteBytes{bytes_});
        return record.seq;
    }

    /// A row of the records: its number and its frame.
    struct StoredRecord {
        std::uint64_t seq;
        std::string frame;

        /// The record; refers to the reader. Throws MalformedLedger if the row is damaged.
        [[nodiscard]] LedgerRecord read(RecordReader& reader) const {
            auto const payload = payload_of(frame);
            if (payload.empty() || payload.size() + frame_head_size != frame.size()) {
                throw MalformedLedger("record " + std::to_string(seq) +
                                      " is damaged: its checksum does not match");
            }
            LedgerRecord const record = reader.read(payload);
            if (record.seq != seq) {
                throw MalformedLedger("record " + std::to_string(seq) + " is damaged: it is numbered " +
                                      std::to_string(record.seq));
            }
            return record;
        }
    };
    /// Up to `max` records after number `after`, up to number `last`.
    [[nodiscard]] std::vector<StoredRecord> records(std::uint64_t after, std::uint64_t last, int max) {
        std::vector<StoredRecord> records;
        auto rows = records_.rows(after, last, max);
        while (rows.next()) {
            records.push_back({static_cast<std::uint64_t>(rows.number(0)), std::string{rows.text(1)}});
        }
        return records;
    }
    [[nodiscard]] std::uint64_t last_record() {
        auto rows = last_.rows();
        return rows.next() ? static_cast<std::uint64_t>(rows.number(0)) : 0;
    }

    /// The figures of a counter; zeros if it does not exist yet. If its budget has max_values counters already, `counter`
    /// becomes the one that further values share.
    [[nodiscard]] SqliteFigures read(SqliteCounter& counter) {
        if (auto const found = find(counter.name)) {
            return *found;
        }
        if (counter.budget->scope.each() && values(counter) >= max_values_) {
            counter = SqliteCounter{*counter.budget, CounterTable::other, counter.window};
            return find(counter.name).value_or(SqliteFigures{});
        }
        return {};
    }

    void write(SqliteCounter const& counter, SqliteFigures const& figures) {
        auto const spent = figures.spent.to_string();
        auto const held = figures.held.to_string();
        update_.run(spent, held, figures.open, figures.fired, counter.name);
        if (!connection_->changed()) {
            auto const begins = counter.window.begin.time_since_epoch().count();
            auto const ends = counter.window.end.time_since_epoch().count();
            insert_.run(counter.name, counter.budget->name, counter.value, begins, ends, spent, held,
                        figures.open, figures.fired);
            if (counter.budget->scope.each()) {
                count_value_.run(counter.budget->name, begins, ends);
            }
        }
    }

    /// Calls `visit(value, figures)` for each counter of a budget in one window.
    template <typename Visit>
    void for_each(Budget const& budget, Window const& window, Visit visit) {
        auto rows = of_budget_.rows(budget.name, window.begin.time_since_epoch().count());
        while (rows.next()) {
            visit(rows.text(0), SqliteFigures{.spent = money(rows.text(1)), .held = money(rows.text(2))});
        }
    }

    /// Deletes up to 256 counters without open holds whose windows have been over for a day.
    void delete_old_counters(Instant now) {
        auto const over = (now - std::chrono::hours{24}).time_since_epoch().count();
        delete_counters_.run(over);
        delete_value_counts_.run(over);
    }

    /// Inserts an idempotency key; false if it was seen before. An empty operation is not a key and is always new.
    [[nodiscard]] bool try_insert_key(std::string_view operation, int attempt) {
        if (operation.empty()) {
            return true;
        }
        insert_key_.run(operation, attempt);
        if (!connection_->changed()) {
            return false;
        }
        constexpr std::int64_t step = 1'024;
        if (auto const number = connection_->last_row(); number % step == 0) {
            delete_keys_.run(number - static_cast<std::int64_t>(SeenKeys::generation));
        }
        return true;
    }

    void open_hold(std::uint64_t seq, std::int64_t owner) { open_hold_.run(seq, owner); }
    /// Whether the hold was open.
    [[nodiscard]] bool close_hold(std::uint64_t seq) {
        close_hold_.run(seq);
        return connection_->changed();
    }
    /// The records of an owner's open holds.
    [[nodiscard]] std::vector<StoredRecord> holds_of(std::int64_t owner) {
        std::vector<StoredRecord> holds;
        auto rows = holds_.rows(owner);
        while (rows.next()) {
            holds.push_back({static_cast<std::uint64_t>(rows.number(0)), std::string{rows.text(1)}});
        }
        return holds;
    }

    [[nodiscard]] std::int64_t add_owner(std::int64_t process) {
        add_owner_.run(process);
        return connection_->last_row();
    }
    void remove_owner(std::int64_t owner) { remove_owner_.run(owner); }
    [[nodiscard]] std::vector<std::int64_t> owners() {
        std::vector<std::int64_t> owners;
        auto rows = owners_.rows();
        while (rows.next()) {
            owners.push_back(rows.number(0));
        }
        return owners;
    }

private:
    static void make(SqliteConnection& connection) {
        SqliteTransaction transaction{connection};
        auto const number = [&](std::string_view query) {
            SqliteStatement statement{connection, query};
            auto rows = statement.rows();
            return rows.next() ? rows.number(0) : 0;
        };
        if (number("SELECT count(*) FROM sqlite_schema") == 0) {
            connection.run(R"(
                PRAGMA application_id = 1129206870;
                PRAGMA user_version = 2;
                CREATE TABLE facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                INSERT INTO facts VALUES('currency', 'USD');
                CREATE TABLE records(seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
                CREATE TRIGGER records_are_kept BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'append-only'); END;
                CREATE TRIGGER records_are_constant BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'append-only'); END;
                CREATE TABLE counters(name TEXT PRIMARY KEY, budget TEXT NOT NULL, value TEXT NOT NULL,
                    begins INTEGER NOT NULL, ends INTEGER NOT NULL, spent TEXT NOT NULL, held TEXT NOT NULL,
                    open INTEGER NOT NULL, fired TEXT NOT NULL) WITHOUT ROWID;
                CREATE INDEX counters_by_window ON counters(budget, begins);
                CREATE INDEX counters_by_end ON counters(ends);
                CREATE TABLE value_counts(budget TEXT, begins INTEGER, ends INTEGER NOT NULL, counters INTEGER NOT NULL,
                    PRIMARY KEY(budget, begins)) WITHOUT ROWID;
                CREATE TABLE holds(seq INTEGER PRIMARY KEY, owner INTEGER NOT NULL);
                CREATE TABLE owners(id INTEGER PRIMARY KEY AUTOINCREMENT, process INTEGER NOT NULL);
                CREATE TABLE idempotency_keys(number INTEGER PRIMARY KEY, operation TEXT NOT NULL, attempt INTEGER NOT NULL,
                    UNIQUE(operation, attempt));)");
        }
        if (number("PRAGMA application_id") != application) {
            throw MalformedLedger{"the database is not a budget database of centavo"};
        }
        if (auto const found = number("PRAGMA user_version"); found != version) {
            throw MalformedLedger{"the budget database has schema version " + std::to_string(found) +
                                  "; this version reads " + std::to_string(version)};
        }
        if (number("SELECT count(*) FROM facts WHERE name = 'currency' AND value = 'USD'") != 1) {
            throw MalformedLedger{"the currency of the budget database is not USD"};
        }
        transaction.commit();
    }

    [[nodiscard]] std::optional<SqliteFigures> find(std::string_view name) {
        auto rows = read_.rows(name);
        if (!rows.next()) {
            return std::nullopt;
        }
        return SqliteFigures{money(rows.text(0)), money(rows.text(1)), rows.number(2),
                             std::string{rows.text(3)}};
    }

    [[nodiscard]] std::size_t values(SqliteCounter const& counter) {
        auto rows = values_.rows(counter.budget->name, counter.window.begin.time_since_epoch().count());
        return rows.next() ? static_cast<std::size_t>(rows.number(0)) : 0;
    }

    [[nodiscard]] static Usd money(std::string_view text) {
        try {
            return Usd::parse(text);
        } catch (Error const& malformed) {
            throw MalformedLedger{malformed.what()};
        }
    }

    SqliteConnection* connection_;
    std::size_t max_values_;
    std::string bytes_ = {};

    SqliteStatement append_{*connection_, "INSERT INTO records VALUES(?, ?)"};
    SqliteStatement records_{
        *connection_, "SELECT seq, bytes FROM records WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"};
    SqliteStatement last_{*connection_, "SELECT max(seq) FROM records"};
    SqliteStatement read_{*connection_, "SELECT spent, held, open, fired FROM counters WHERE name = ?"};
    SqliteStatement update_{*connection_,
                            "UPDATE counters SET spent = ?, held = ?, open = ?, fired = ? WHERE name = ?"};
    SqliteStatement insert_{*connection_, "INSERT INTO counters VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    SqliteStatement values_{*connection_,
                            "SELECT counters FROM value_counts WHERE budget = ? AND begins = ?"};
    SqliteStatement count_value_{*connection_,
                                 "INSERT INTO value_counts VALUES(?, ?, ?, 1) "
                                 "ON CONFLICT(budget, begins) DO UPDATE SET counters = counters + 1"};
    SqliteStatement of_budget_{
        *connection_,
        "SELECT value, spent, held FROM counters WHERE budget = ? AND begins = ? ORDER BY name"};
    SqliteStatement delete_counters_{*connection_,
                                     "DELETE FROM counters WHERE name IN "
                                     "(SELECT name FROM counters WHERE ends <= ? AND open = 0 LIMIT 256)"};
    SqliteStatement delete_value_counts_{*connection_, "DELETE FROM value_counts WHERE ends <= ?"};
    SqliteStatement insert_key_{
        *connection_, "INSERT INTO idempotency_keys(operation, attempt) VALUES(?, ?) ON CONFLICT DO NOTHING"};
    SqliteStatement delete_keys_{*connection_, "DELETE FROM idempotency_keys WHERE number <= ?"};
    SqliteStatement open_hold_{*connection_, "INSERT INTO holds VALUES(?, ?)"};
    SqliteStatement close_hold_{*connection_, "DELETE FROM holds WHERE seq = ?"};
    SqliteStatement holds_{
        *connection_, "SELECT seq, bytes FROM holds JOIN records USING(seq) WHERE owner = ? ORDER BY seq"};
    SqliteStatement add_owner_{*connection_, "INSERT INTO owners(process) VALUES(?)"};
    SqliteStatement remove_owner_{*connection_, "DELETE FROM owners WHERE id = ?"};
    SqliteStatement owners_{*connection_, "SELECT id FROM owners"};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
