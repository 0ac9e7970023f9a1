// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/adapters/sqlite_tables.hpp>
#include <centavo/base/money.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// A record that is not in the database yet, and what it will do there.
struct SqliteOwed {
    std::string record = {};   ///< encode_record()'s bytes
    Usd gives_back = {};       ///< to the database: of a hold that it knows
    Usd gives_back_here = {};  ///< of a hold that was made while the database could not be written
    Usd charges = {};
    std::vector<SqliteCounter> counters = {};
};

/// What this process knows of its counters and the database does not: it is added to every figure read. Not
/// synchronised.
class SqlitePending {
public:
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

    /// Counts a record that waits to be written, or that no longer does.
    void await(SqliteOwed const& owed) {
        add(owed.counters, owed.charges, -owed.gives_back - owed.gives_back_here);
    }
    void written(SqliteOwed const& owed) { add(owed.counters, -owed.charges, owed.gives_back); }

    /// The database's figures and what is pending.
    [[nodiscard]] SqliteFigures over(std::string_view name, SqliteFigures figures) const {
        if (!more_.empty()) {
            if (auto const more = more_.find(std::string{name}); more != more_.end()) {
                figures.spent += more->second.spent;
                figures.held += more->second.held;
            }
        }
        return figures;
    }

    /// Remembers the database's figures for when it cannot be read; at most `most` counters of them.
    void see(std::string const& name, SqliteFigures const& figures, std::size_t most) {
        if (seen_.size() >= most) {
            seen_.clear();
        }
        seen_.insert_or_assign(name, figures);
    }
    [[nodiscard]] SqliteFigures last_seen(std::string const& name) const {
        auto const seen = seen_.find(name);
        return over(name, seen != seen_.end() ? seen->second : SqliteFigures{});
    }

private:
    struct More {
        Usd spent = {};
        Usd held = {};
    };

    std::unordered_map<std::string, More> more_;
    std::unordered_map<std::string, SqliteFigures> seen_;
};

}  // namespace centavo::inline v0
