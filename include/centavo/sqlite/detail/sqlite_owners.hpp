// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/sqlite/detail/sqlite_connection.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Which of the stores that share a database are alive: each locks a byte of one file during its lifetime.
///
/// The system releases the lock when the process ends, kill -9 included, so that neither process ids, which are reused,
/// nor heartbeats are needed. Locks belong to the open file, not to the process (F_OFD_SETLK, Linux and macOS): two
/// stores of one process do not release each other's. Removing the file while a store is open makes it appear dead.
class SqliteOwners {
public:
    /// Throws SqliteError if the file cannot be opened.
    explicit SqliteOwners(std::string const& path)
        : file_{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)} {
        if (file_ < 0) {
            throw SqliteError{path + ": " + std::generic_category().message(errno), SQLITE_CANTOPEN};
        }
    }
    SqliteOwners(SqliteOwners&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
    SqliteOwners& operator=(SqliteOwners&&) = delete;
    ~SqliteOwners() {
        if (file_ >= 0) {
            ::close(file_);
        }
    }

    /// Locks the byte of a number; false if another store holds it.
    [[nodiscard]] bool lock(std::int64_t number) {
        auto range = byte(number, F_WRLCK);
        return ::fcntl(file_, F_OFD_SETLK, &range) == 0;
    }
    void unlock(std::int64_t number) noexcept {
        auto range = byte(number, F_UNLCK);
        ::fcntl(file_, F_OFD_SETLK, &range);
    }

    /// Whether another store holds the byte of this number, or that cannot be determined.
    [[nodiscard]] bool alive(std::int64_t number) const noexcept {
        auto range = byte(number, F_WRLCK);
        return ::fcntl(file_, F_OFD_GETLK, &range) != 0 || range.l_type != F_UNLCK;
    }

private:
    [[nodiscard]] static struct flock byte(std::int64_t number, short type) noexcept {
        struct flock range {};
        range.l_type = type;
        range.l_whence = SEEK_SET;
        range.l_start = static_cast<off_t>(number);
        range.l_len = 1;
        return range;
    }

    int file_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
