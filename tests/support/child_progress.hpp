// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>

namespace testing {

/// Counts the steps of a forked child over a pipe, so that the parent blocks until a number of them is done.
class ChildProgress {
public:
    ChildProgress() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0 || ::fcntl(ends_[1], F_SETFL, O_NONBLOCK) != 0) {
            throw std::system_error(errno, std::generic_category(), "cannot create a pipe");
        }
    }
    ChildProgress(ChildProgress const&) = delete;
    ChildProgress& operator=(ChildProgress const&) = delete;
    ~ChildProgress() {
        close(0);
        close(1);
    }

    /// In the child: reports a step. Never blocks; steps that exceed the pipe's buffer are not counted.
    void step() noexcept {
        char const one = 0;
        static_cast<void>(!::write(ends_[1], &one, 1));
    }

    /// In the parent, once: blocks until the child has reported `steps`; false if it ends before.
    [[nodiscard]] bool wait_for(std::uint64_t steps) noexcept {
        close(1);
        for (std::array<char, 64> some; steps > 0;) {
            auto const size = ::read(ends_[0], some.data(), steps < some.size() ? steps : some.size());
            if (size > 0) {
                steps -= static_cast<std::uint64_t>(size);
            } else if (size == 0 || errno != EINTR) {
                return false;
            }
        }
        return true;
    }

private:
    void close(std::size_t end) noexcept {
        if (ends_[end] >= 0) {
            ::close(ends_[end]);
            ends_[end] = -1;
        }
    }

    std::array<int, 2> ends_{-1, -1};
};

/// Blocks until the file has at least `size` bytes; false if `process` ends before.
[[nodiscard]] inline bool wait_for_size(std::filesystem::path const& file, std::uintmax_t size,
                                        ::pid_t process) {
    int const changes = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    int const ends = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    if (changes < 0 || ends < 0 ||
        ::inotify_add_watch(changes, file.parent_path().c_str(), IN_MODIFY | IN_CREATE) < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot watch " + file.string());
    }
    auto const reached = [&] {
        std::error_code missing;
        auto const now = std::filesystem::file_size(file, missing);
        return !missing && now >= size;
    };
    std::array<::pollfd, 2> events{{{changes, POLLIN, 0}, {ends, POLLIN, 0}}};
    bool done = reached();
    while (!done && (events[1].revents & POLLIN) == 0) {
        ::poll(events.data(), events.size(), -1);
        std::array<char, 4096> drained;
        while (::read(changes, drained.data(), drained.size()) > 0) {
        }
        done = reached();
    }
    ::close(changes);
    ::close(ends);
    return done;
}

/// Runs for a random number of instructions, so that a signal arrives at any point of what another process does.
template <typename Random>
void spin(Random& random, std::uint32_t most) {
    for (auto left = random() % most; left > 0; --left) {
        std::atomic_signal_fence(std::memory_order_seq_cst);
    }
}

}  // namespace testing
