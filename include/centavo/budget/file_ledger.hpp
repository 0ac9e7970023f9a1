// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/error.hpp>
#include <centavo/budget/detail/ledger_compaction.hpp>
#include <centavo/budget/detail/ledger_format.hpp>
#include <centavo/budget/detail/ledger_scan.hpp>
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
/// Opening cuts off a last record whose append was not finished, keeps its bytes in PATH.torn and reports them in
/// recovery(). Anything else that is wrong is damage: the file is not changed and throws MalformedLedger, unless the
/// options say DamagedLedger::keep_sound. Records appended by several threads at once are written together by
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

        /// Reads the whole file: finds the last number, cuts off a torn end, and applies the policy for damage.
        void recover();

        void cut_torn_end();

        void keep_sound();

        /// Replaces the file by the one that `write(file)` writes; it returns the number of bytes.
        template <typename Write>
        void replace(Write write);

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
            auto const check =
                detail::scan_ledger(reading, detail::ledger_file::head_size, until,
                                    [&](LedgerRecord const& record, std::string_view) { visit(record); });
            if (!check.sound() || check.torn_bytes > 0) {
                throw MalformedLedger(path + ": damaged since it was opened: " +
                                      (check.sound() ? "its end is missing" : to_string(check)));
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

/// A ledger file as it is, for checks and exports: read without a lock, never changed. A RecordSource.
///
/// Sees what the file held when it was opened; another process may append to it meanwhile.
class LedgerFileView {
public:
    /// Throws FileError, and MalformedLedger if the file is not a ledger that this version reads.
    explicit LedgerFileView(std::string path);

    /// Visits every sound record, those after damage included. Linear in the size of the file.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        static_cast<void>(read(visit));
    }

    /// Reads every record and reports what is damaged.
    [[nodiscard]] LedgerCheck check() const {
        return read([](LedgerRecord const&) {});
    }

    /// Both at once.
    template <std::invocable<LedgerRecord const&> Visit>
    LedgerCheck read(Visit visit) const {
        return detail::scan_ledger(file_, std::min(begin_, size_), size_,
                                   [&](LedgerRecord const& record, std::string_view) { visit(record); });
    }

    [[nodiscard]] std::string const& path() const noexcept { return path_; }

private:
    std::string path_;
    detail::FileHandle file_;
    std::uint64_t size_;
    std::uint64_t begin_ = detail::ledger_file::head_size;
};
static_assert(RecordSource<LedgerFileView>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/file_ledger.ipp>
#endif
