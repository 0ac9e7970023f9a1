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

/// A ledger in a file: append-only, every record with its checksum. Internally synchronised; move-only.
///
///     FileLedger ledger{"spend.ledger", {.durability = Durability::group}};
///
/// A torn end is cut at the last sound record when the file is opened, and told (recovery()); a file that is broken
/// before its end is not touched and throws MalformedLedger. Threads that append at one time are written in one go:
/// one of them writes for all, and no lock is held over it. One process at a time: a lock on the file says so, and a
/// child of a fork is another process, to which the ledger of its parent throws LedgerLocked.
class FileLedger {
public:
    /// Opens the ledger, or makes it. Throws FileError, LedgerLocked, MalformedLedger.
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

    /// Rewrites the file without what no total needs: holds that were settled or released, and releases. Charges,
    /// corrections, alerts and open holds stay, with their numbers.
    ///
    /// A new file that replaces the old one in one step, so that a crash leaves the one or the other; appending waits.
    /// Throws FileError, and then the old one stays.
    void compact() { state_->compact(); }

private:
    struct State {
        State(std::string file_path, FileLedgerOptions chosen);
        ~State();
        State(State const&) = delete;
        State& operator=(State const&) = delete;

        void open_locked();

        /// Reads all of it once: the last number, and where a torn end is cut.
        void recover();

        void restart();

        void sync_folder() const;

        std::uint64_t append(LedgerRecord& record);

        /// Writes what all threads have waiting; this one alone is at the file, without the lock.
        void write_waiting(std::unique_lock<std::mutex>& lock);

        void sync();

        void sync_written(std::unique_lock<std::mutex>& lock);

        /// The timer's thread: no record waits longer than the delay.
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
                reading = detail::FileHandle{path, O_RDONLY};  // a compaction replaced the file in between
            }
            detail::RecordReader reader;
            std::uint64_t const end = detail::ledger_file::scan(reading, detail::ledger_file::head_size, until,
                                                        [&](std::string_view payload, std::uint64_t) {
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
        std::string waiting;        // frames that nobody writes yet
        std::string batch;          // those being written
        bool busy = false;          // somebody is at the file
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

    /// In the child of a fork there is no timer to be joined, and the lock may be somebody's for ever: it is left there.
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
