// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>
#include <centavo/budget/ledger.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A failed call of SQLite, with SQLite's message.
class CENTAVO_VISIBLE SqliteError : public Error {
public:
    SqliteError(std::string const& what, int result_code)
        : Error{ErrorCode::unavailable, what}, result_code_{result_code} {}

    /// SQLite's extended result code: SQLITE_BUSY, SQLITE_FULL, ….
    [[nodiscard]] int result_code() const noexcept { return result_code_; }

private:
    int result_code_;
};

/// Durability and timeout of a SQLite database.
///
/// A call never takes effect in part, whatever the durability. With `process`, returned calls survive the end of any
/// process, kill -9 included; with `each`, also a crash of the machine. With `group`, this process syncs every
/// `group_records` writes, or at the first write `group_delay` after an unsynced one; a crash of the machine may lose
/// the writes since.
struct SqliteOptions {
    Durability durability = Durability::process;
    std::size_t group_records = 64;
    std::chrono::milliseconds group_delay{20};
    std::chrono::milliseconds timeout{
        5'000};  ///< how long a call waits for other threads and processes that write
};

class SqliteBudgets;

/// The database of SqliteBudgets. As second argument of CostMonitor it selects that store.
struct SqliteBudgetsOptions {
    using Store = SqliteBudgets;

    std::string path;
    SqliteOptions sqlite = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
