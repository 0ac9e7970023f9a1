// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/hold.hpp>
#include <centavo/redis/detail/redis_calls.hpp>

#include <atomic>
#include <cstddef>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a book owes its server: what dropped holds came to, and reserves without an answer.
/// Synchronised.
class RedisPendingWrites {
public:
    struct Dues {
        std::vector<HoldState> dropped = {};
        std::vector<HoldState> doubtful = {};
        std::vector<RedisCall> calls = {};
    };

    [[nodiscard]] bool any() const noexcept { return any_.load(std::memory_order_acquire); }

    /// A hold is open: when it is dropped it must find room, since its destructor may not allocate.
    void hold_opened() {
        std::scoped_lock const lock{mutex_};
        ++open_;
        make_room();
    }
    void hold_closed() noexcept {
        std::scoped_lock const lock{mutex_};
        --open_;
    }
    void hold_dropped(HoldState&& held) noexcept {
        std::scoped_lock const lock{mutex_};
        dues_.dropped.push_back(std::move(held));
        --open_;
        any_.store(true, std::memory_order_release);
    }

    void doubt(HoldState const& held) {
        std::scoped_lock const lock{mutex_};
        dues_.doubtful.push_back(held);
        any_.store(true, std::memory_order_release);
    }
    /// What could not be written, from `first` on: again.
    void owe(std::vector<RedisCall>& calls, std::size_t first) {
        std::scoped_lock const lock{mutex_};
        std::move(calls.begin() + static_cast<std::ptrdiff_t>(first), calls.end(),
                  std::back_inserter(dues_.calls));
        any_.store(true, std::memory_order_release);
    }

    [[nodiscard]] Dues take() {
        std::scoped_lock const lock{mutex_};
        Dues taken = std::exchange(dues_, {});
        make_room();
        any_.store(false, std::memory_order_relaxed);
        return taken;
    }

private:
    void make_room() {
        if (dues_.dropped.capacity() < dues_.dropped.size() + open_) {
            dues_.dropped.reserve(2 * (dues_.dropped.size() + open_));
        }
    }

    std::mutex mutex_;
    std::size_t open_ = 0;  // holds
    Dues dues_;
    std::atomic<bool> any_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
