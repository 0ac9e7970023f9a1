// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/file_ledger.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE FileLedger::State::State(std::string file_path, FileLedgerOptions chosen)
    : path{std::move(file_path)}, options{chosen} {
    open_locked();
    recover();
    if (options.durability == Durability::group) {
        timer = std::thread{[this] { sync_in_time(); }};
    }
}

CENTAVO_INLINE FileLedger::State::~State() {
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

CENTAVO_INLINE void FileLedger::State::open_locked() {
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

CENTAVO_INLINE void FileLedger::State::recover() {
    std::uint64_t const found = file.size();
    std::string bytes;
    file.read(0, detail::ledger_file::head_size, bytes);
    if (found == 0) {
        restart();
        return;
    }
    detail::ledger_file::require_head(bytes, path);
    auto const check =
        detail::scan_ledger(file, detail::ledger_file::head_size, found,
                            [&](LedgerRecord const& record, std::string_view) { last = record.seq; });
    if (!check.sound() && options.when_damaged == DamagedLedger::refuse) {
        throw MalformedLedger(path + ": " + to_string(check) + "; the file was not changed");
    }
    recovery.records = check.records;
    recovery.cut_at = size = found - check.torn_bytes;
    recovery.cut_bytes = check.torn_bytes;
    if (check.torn_bytes > 0) {
        cut_torn_end();
    }
    if (!check.sound()) {
        keep_sound();
    }
    // What is there may be the system's only; what is counted from here on must not stand on less.
    if (options.durability != Durability::process && ::fdatasync(file.number()) != 0) {
        throw FileError(path, errno);
    }
    next = handled = written = synced = last;
    synced_bytes = size;
}

CENTAVO_INLINE void FileLedger::State::cut_torn_end() {
    std::string bytes;
    file.read(size, recovery.cut_bytes, bytes);
    detail::FileHandle const beside{path + ".torn", O_WRONLY | O_CREAT | O_APPEND};
    int const failed = beside.append(bytes);
    if (failed != 0 || ::fsync(beside.number()) != 0 ||
        ::ftruncate(file.number(), static_cast<off_t>(size)) != 0) {
        throw FileError(path + ".torn", failed != 0 ? failed : errno);
    }
}

CENTAVO_INLINE void FileLedger::State::keep_sound() {
    std::string const beside = path + ".damaged";
    if (::link(path.c_str(), beside.c_str()) != 0) {
        throw FileError(beside, errno);
    }
    replace(
        [&](detail::FileHandle const& made) { return detail::ledger_file::copy_sound(file, size, made); });
    recovery.cut_at = size;
}

CENTAVO_INLINE void FileLedger::State::restart() {
    std::string const head = detail::ledger_file::head();
    int const failed = ::ftruncate(file.number(), 0) != 0 ? errno : file.append(head);
    if (failed != 0 || ::fsync(file.number()) != 0) {
        throw FileError(path, failed != 0 ? failed : errno);
    }
    sync_folder();
    size = synced_bytes = recovery.cut_at = head.size();
}

CENTAVO_INLINE void FileLedger::State::sync_folder() const {
    auto const slash = path.find_last_of('/');
    detail::FileHandle const folder{
        slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1)),
        O_RDONLY | O_DIRECTORY};
    if (::fsync(folder.number()) != 0) {
        throw FileError(path, errno);
    }
}

CENTAVO_INLINE std::uint64_t FileLedger::State::append(LedgerRecord& record) {
    require_own();
    std::unique_lock lock{mutex};
    require_sound();
    record.seq = next + 1;
    detail::frame_record(record, waiting);
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
            throw FileError(path, error);
        }
    }
    return mine;
}

CENTAVO_INLINE void FileLedger::State::write_waiting(std::unique_lock<std::mutex>& lock) {
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
        broken =
            failed_sync || !undone ? error : 0;  // after a failed sync the content of the disk is unknown
    }
    handled = to;
    busy = false;
    wake_writer.notify_all();
}

CENTAVO_INLINE void FileLedger::State::sync() {
    require_own();
    std::unique_lock lock{mutex};
    wake_writer.wait(lock, [&] { return !busy; });
    sync_written(lock);
    require_sound();
}

CENTAVO_INLINE void FileLedger::State::sync_written(std::unique_lock<std::mutex>& lock) {
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

CENTAVO_INLINE void FileLedger::State::sync_in_time() {
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

CENTAVO_INLINE void FileLedger::State::require_own() const {
    if (process != ::getpid()) {
        throw LedgerLocked(path + ": opened before a fork; open the ledger in the child process");
    }
}

CENTAVO_INLINE void FileLedger::State::require_sound() const {
    if (broken != 0) {
        throw FileError(path + ": not written to any more", broken);
    }
}

CENTAVO_INLINE Durable FileLedger::State::durable() const {
    std::scoped_lock const lock{mutex};
    return {synced, synced_bytes};
}

CENTAVO_INLINE void FileLedger::State::compact() {
    require_own();
    std::unique_lock lock{mutex};
    wake_writer.wait(lock, [&] { return !busy; });
    require_sound();
    busy = true;
    lock.unlock();
    try {
        replace([&](detail::FileHandle const& made) {
            return detail::ledger_file::compact(file, size, written, made);
        });
    } catch (...) {
        lock.lock();
        busy = false;
        wake_writer.notify_all();
        throw;
    }
    lock.lock();
    busy = false;
    wake_writer.notify_all();
}

template <typename Write>
void FileLedger::State::replace(Write write) {
    std::string const beside = path + ".compact";
    try {
        detail::FileHandle made{beside, O_RDWR | O_CREAT | O_TRUNC | O_APPEND};
        made.lock(path);
        std::uint64_t const made_size = write(made);
        if (::fsync(made.number()) != 0 || ::rename(beside.c_str(), path.c_str()) != 0) {
            throw FileError(path, errno);
        }
        std::scoped_lock const lock{mutex};
        file = std::move(made);
        size = synced_bytes = made_size;
        synced = written;
        unsynced = 0;
    } catch (...) {
        ::unlink(beside.c_str());
        throw;
    }
    sync_folder();
}

CENTAVO_INLINE LedgerFileView::LedgerFileView(std::string path)
    : path_{std::move(path)}, file_{path_, O_RDONLY}, size_{file_.size()} {
    if (size_ == 0) {
        return;  // a new ledger
    }
    std::string head;
    file_.read(0, detail::ledger_file::head_size, head);
    try {
        detail::ledger_file::require_head(head, path_);
    } catch (MalformedLedger const&) {
        // A damaged header is damage like any other if the file has records; else the file is no ledger.
        auto const check = detail::scan_ledger(file_, 0, size_, [](LedgerRecord const&, std::string_view) {});
        if (check.records == 0 || detail::ledger_file::is_head(head)) {
            throw;
        }
        begin_ = 0;
    }
}

CENTAVO_INLINE void FileLedger::InItsProcess::operator()(State* state) const noexcept {
    if (state->process == ::getpid()) {
        delete state;
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
