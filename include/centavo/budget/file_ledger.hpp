// SPDX-License-Identifier: MIT
#pragma once

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
#include <system_error>
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
    /// Opens the ledger, or makes it. Throws std::system_error, LedgerLocked, MalformedLedger.
    explicit FileLedger(std::string path, FileLedgerOptions options = {})
        : state_{new State{std::move(path), options}} {}

    /// Writes the record down; its number. Throws std::system_error, and then nothing of it is kept.
    std::uint64_t append(LedgerRecord record) { return state_->append(record); }

    /// Visits every record written so far.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->replay(visit);
    }

    /// Has all that was appended survive a crash of the machine. Throws std::system_error.
    void sync() { state_->sync(); }

    [[nodiscard]] Durable durable() const { return state_->durable(); }
    [[nodiscard]] LedgerRecovery recovery() const noexcept { return state_->recovery; }
    [[nodiscard]] std::string const& path() const noexcept { return state_->path; }

    /// Rewrites the file without what no total needs: holds that were settled or released, and releases. Charges,
    /// corrections, alerts and open holds stay, with their numbers.
    ///
    /// A new file that replaces the old one in one step, so that a crash leaves the one or the other; appending waits.
    /// Throws std::system_error, and then the old one stays.
    void compact() { state_->compact(); }

private:
    struct State {
        State(std::string file_path, FileLedgerOptions chosen) : path{std::move(file_path)}, options{chosen} {
            open_locked();
            recover();
            if (options.durability == Durability::group) {
                timer = std::thread{[this] { sync_in_time(); }};
            }
        }
        ~State() {
            if (timer.joinable()) {
                {
                    std::scoped_lock const lock{mutex};
                    ending = true;
                }
                wake_timer.notify_one();
                timer.join();
                static_cast<void>(::fdatasync(file.number()));
            }
        }
        State(State const&) = delete;
        State& operator=(State const&) = delete;

        void open_locked() {
            while (true) {
                file = detail::FileHandle{path, O_RDWR | O_CREAT | O_APPEND};
                file.lock(path);
                struct stat here {};
                struct stat there {};
                bool const same = ::fstat(file.number(), &here) == 0 && ::stat(path.c_str(), &there) == 0 &&
                                  here.st_ino == there.st_ino && here.st_dev == there.st_dev;
                if (same) {  // no compaction replaced it while it was being locked
                    return;
                }
            }
        }

        /// Reads all of it once: the last number, and where a torn end is cut.
        void recover() {
            std::uint64_t const found = file.size();
            std::string bytes;
            file.read(0, detail::ledger_file::head_size, bytes);
            if (detail::ledger_file::head().starts_with(bytes) && found < detail::ledger_file::head_size) {
                restart();  // new, or its maker ended before the head was whole
                return;
            }
            detail::ledger_file::require_head(bytes, path);
            detail::RecordReader reader;
            size = detail::ledger_file::scan(file, detail::ledger_file::head_size, found,
                                     [&](std::string_view payload, std::uint64_t) {
                                         last = std::max(last, reader.read(payload).seq);
                                         ++recovery.records;
                                     });
            recovery.cut_at = size;
            recovery.cut_bytes = found - size;
            if (size < found) {
                if (detail::ledger_file::goes_on(file, size, found)) {
                    throw detail::MalformedLedger(path + ": broken at byte " + std::to_string(size) +
                                          ", with sound records behind it; nothing was changed");
                }
                if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0) {
                    throw std::system_error(errno, std::generic_category(), path);
                }
            }
            // What is there may be the system's only; what is counted from here on must not stand on less.
            if (options.durability != Durability::process && ::fdatasync(file.number()) != 0) {
                throw std::system_error(errno, std::generic_category(), path);
            }
            next = handled = written = synced = last;
            synced_bytes = size;
        }

        void restart() {
            std::string const head = detail::ledger_file::head();
            int const failed = ::ftruncate(file.number(), 0) != 0 ? errno : file.append(head);
            if (failed != 0 || ::fsync(file.number()) != 0) {
                throw std::system_error(failed != 0 ? failed : errno, std::generic_category(), path);
            }
            sync_folder();
            size = synced_bytes = recovery.cut_at = head.size();
        }

        void sync_folder() const {
            auto const slash = path.find_last_of('/');
            detail::FileHandle const folder{
                slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1)),
                O_RDONLY | O_DIRECTORY};
            if (::fsync(folder.number()) != 0) {
                throw std::system_error(errno, std::generic_category(), path);
            }
        }

        std::uint64_t append(LedgerRecord& record) {
            require_own();
            std::unique_lock lock{mutex};
            require_sound();
            record.seq = next + 1;
            detail::ledger_file::frame(record, waiting);
            std::uint64_t const mine = ++next;
            wake_writer.wait(lock, [&] { return !busy || handled >= mine; });
            if (handled < mine) {
                write_waiting(lock);
            }
            for (std::size_t i = 0; i < failures.size(); ++i) {
                Failure& failure = failures[i];
                if (failure.first <= mine && mine <= failure.last) {
                    int const error = failure.error;
                    if (--failure.unheard == 0) {
                        failures.erase(failures.begin() + static_cast<std::ptrdiff_t>(i));
                    }
                    throw std::system_error(error, std::generic_category(), path);
                }
            }
            return mine;
        }

        /// Writes what all threads have waiting; this one alone is at the file, without the lock.
        void write_waiting(std::unique_lock<std::mutex>& lock) {
            busy = true;
            batch.clear();
            batch.swap(waiting);
            std::uint64_t const to = next;
            std::uint64_t const records = to - handled;
            bool const sync_now =
                options.durability == Durability::each ||
                (options.durability == Durability::group && unsynced + records >= options.group_records);
            lock.unlock();
            int error = file.append(batch);
            bool const failed_sync = error == 0 && sync_now && ::fdatasync(file.number()) != 0;
            error = failed_sync ? errno : error;
            bool const undone = error == 0 || ::ftruncate(file.number(), static_cast<off_t>(size)) == 0;
            lock.lock();
            if (error == 0) {
                size += batch.size();
                written = to;
                if (sync_now) {
                    synced = to;
                    synced_bytes = size;
                    unsynced = 0;
                } else if (options.durability == Durability::group) {
                    if (unsynced == 0) {
                        first_unsynced = std::chrono::steady_clock::now();
                        wake_timer.notify_one();
                    }
                    unsynced += static_cast<std::size_t>(records);
                }
            } else {
                failures.push_back({handled + 1, to, records, error});
                broken = failed_sync || !undone ? error
                                                : 0;  // after a failed sync nobody knows what the disk holds
            }
            handled = to;
            busy = false;
            wake_writer.notify_all();
        }

        void sync() {
            require_own();
            std::unique_lock lock{mutex};
            wake_writer.wait(lock, [&] { return !busy; });
            sync_written(lock);
            require_sound();
        }

        void sync_written(std::unique_lock<std::mutex>& lock) {
            busy = true;
            lock.unlock();
            int const error = ::fdatasync(file.number()) == 0 ? 0 : errno;
            lock.lock();
            if (error == 0) {
                synced = written;
                synced_bytes = size;
                unsynced = 0;
            } else {
                broken = error;
            }
            busy = false;
            wake_writer.notify_all();
        }

        /// The timer's thread: no record waits longer than the delay.
        void sync_in_time() {
            std::unique_lock lock{mutex};
            while (!ending) {
                if (unsynced == 0 || broken != 0) {
                    wake_timer.wait(lock);
                } else if (busy) {
                    wake_timer.wait_for(lock, options.group_delay);
                } else if (auto const due = first_unsynced + options.group_delay;
                           std::chrono::steady_clock::now() < due) {
                    wake_timer.wait_until(lock, due);
                } else {
                    sync_written(lock);
                }
            }
        }

        void require_own() const {
            if (process != ::getpid()) {
                throw detail::LedgerLocked(path + ": a process that forked opens a ledger of its own");
            }
        }

        void require_sound() const {
            if (broken != 0) {
                throw std::system_error(broken, std::generic_category(), path + ": not written to any more");
            }
        }

        [[nodiscard]] Durable durable() const {
            std::scoped_lock const lock{mutex};
            return {synced, synced_bytes};
        }

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
                throw detail::MalformedLedger(path + ": broken at byte " + std::to_string(end) +
                                      " since it was opened");
            }
        }

        void compact() {
            require_own();
            std::unique_lock lock{mutex};
            wake_writer.wait(lock, [&] { return !busy; });
            require_sound();
            busy = true;
            lock.unlock();
            std::string const beside = path + ".compact";
            try {
                detail::FileHandle made{beside, O_RDWR | O_CREAT | O_TRUNC | O_APPEND};
                made.lock(path);
                std::uint64_t const made_size = detail::ledger_file::compact(file, size, made);
                if (::fsync(made.number()) != 0 || ::rename(beside.c_str(), path.c_str()) != 0) {
                    throw std::system_error(errno, std::generic_category(), path);
                }
                lock.lock();
                file = std::move(made);
                size = synced_bytes = made_size;
                synced = written;
                unsynced = 0;
                lock.unlock();
                sync_folder();
            } catch (...) {
                ::unlink(beside.c_str());
                lock.lock();
                busy = false;
                wake_writer.notify_all();
                throw;
            }
            lock.lock();
            busy = false;
            wake_writer.notify_all();
        }

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
        void operator()(State* state) const noexcept {
            if (state->process == ::getpid()) {
                delete state;
            }
        }
    };

    std::unique_ptr<State, InItsProcess> state_;
};
static_assert(LedgerStore<FileLedger>);

}  // namespace CENTAVO_ABI
}  // namespace centavo
