// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/budget/detail/ledger_compaction.hpp>
#include <centavo/budget/detail/ledger_format.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A ledger in a file: append-only, with a checksum for each record. Internally synchronized; move-only.
///
///     FileLedger ledger{"spend.ledger", {.durability = Durability::group}};
///
/// Opening cuts off a torn end after the last intact record, which recovery() reports. A file that is damaged before its
/// end is not changed and throws MalformedLedger. Records appended by several threads at once are written together by
/// one of them, without a lock. The file is locked: another process, or the child of a fork, throws LedgerLocked.
class FileLedger {
public:
    /// Opens or creates the ledger. Throws FileError, LedgerLocked, MalformedLedger.
    explicit FileLedger(std::string path, FileLedgerOptions options = {})
        : state_{new State{std::move(path), options}} {}

    /// Writes the record down; its number. Throws FileError, and then nothing of it is kept.
    std::uint64_t append(LedgerRecord record) { return state_->append(record); }

    /// Visits every record written so far.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->replay(visit);
    }

    /// Has all that was appended survive a crash of the machine. Throws FileError.
    void sync() { state_->sync(); }

    [[nodiscard]] Durable durable() const { return state_->durable(); }
    [[nodiscard]] LedgerRecovery recovery() const noexcept { return state_->recovery; }
    [[nodiscard]] std::string const& path() const noexcept { return state_->path; }

    /// Rewrites the file without the records that no total needs: closed holds and releases. Charges, corrections, alerts
    /// and open holds stay, with their numbers.
    ///
    /// The new file replaces the old one atomically, so that a crash leaves one of them; appends wait. Throws
    /// std::system_error, and then the old file stays.
    void compact() { state_->compact(); }

private:
    struct State {
        State(std::string file_path, FileLedgerOptions chosen);
        ~State();
        State(State const&) = delete;
        State& operator=(State const&) = delete;

        void open_locked();

        /// Reads the whole file: finds the last number, and cuts off a torn end.
        void recover();

        void restart();

        void sync_folder() const;

        std::uint64_t append(LedgerRecord& record);

        /// Writes the waiting records of all threads. Only one thread writes at a time, without the lock.
        void write_waiting(std::unique_lock<std::mutex>& lock);

        void sync();

        void sync_written(std::unique_lock<std::mutex>& lock);

        /// The timer thread: syncs before a record has waited longer than the delay.
        void sync_in_time();

        void require_own() const;

        void require_sound() const;

        [[nodiscard]] Durable durable() const;

        template <typename Visit>
        void replay(Visit& visit) {
            detail::FileHandle reading{path, O_RDONLY};
            std::uint64_t until = 0;
            while (true) {
                {
                    std::scoped_lock const lock{mutex};
                    until = size;
                    if (reading.inode() == file.inode()) {
                        break;
                    }
                }
                reading = detail::FileHandle{path, O_RDONLY};  // replaced by a compaction in between
            }
            detail::RecordReader reader;
            std::uint64_t const end = detail::ledger_file::scan(
                reading, detail::ledger_file::head_size, until, [&](std::string_view payload, std::uint64_t) {
                    LedgerRecord const record = reader.read(payload);
                    visit(record);
                });
            if (end != until) {
                throw MalformedLedger(path + ": broken at byte " + std::to_string(end) +
                                      " since it was opened");
            }
        }

        void compact();

        struct Failure {
            std::uint64_t first;
            std::uint64_t last;
            std::uint64_t unheard;  // by so many of the threads whose records these were
            int error;
        };

        ::pid_t process = ::getpid();
        std::string path;
        FileLedgerOptions options;
        detail::FileHandle file;
        LedgerRecovery recovery;
        mutable std::mutex mutex;
        std::condition_variable wake_writer;
        std::condition_variable wake_timer;
        std::string waiting;        // frames not yet being written
        std::string batch;          // those being written
        bool busy = false;          // a thread is writing
        std::uint64_t last = 0;     // number found when it was opened
        std::uint64_t next = 0;     // number given last
        std::uint64_t handled = 0;  // up to here written or failed
        std::uint64_t written = 0;
        std::uint64_t synced = 0;
        std::uint64_t size = 0;
        std::uint64_t synced_bytes = 0;
        std::size_t unsynced = 0;
        std::chrono::steady_clock::time_point first_unsynced = {};
        std::vector<Failure> failures;
        int broken = 0;
        bool ending = false;
        std::thread timer;
    };

    /// Leaks the state in the child of a fork, which has no timer thread to join and where the mutex may stay locked.
    struct InItsProcess {
        void operator()(State* state) const noexcept;
    };

    std::unique_ptr<State, InItsProcess> state_;
};
static_assert(LedgerStore<FileLedger>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/file_ledger.ipp>
#endif
