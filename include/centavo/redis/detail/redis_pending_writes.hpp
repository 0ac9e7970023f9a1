// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/detail/pending_writes.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/redis/detail/redis_calls.hpp>

#include <atomic>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a store has not written yet: dropped holds, reservations without a reply, and calls that failed. Internally
/// synchronized.
class RedisPendingWrites {
public:
    struct Taken {
        std::vector<HoldState> dropped = {};
        std::vector<HoldState> doubtful = {};
        std::deque<RedisCall> calls = {};
    };

    [[nodiscard]] bool any() const noexcept { return pending_.any() || any_doubtful_; }

    void hold_opened() {
        std::scoped_lock const lock{mutex_};
        pending_.hold_opened();
    }
    void hold_closed() {
        std::scoped_lock const lock{mutex_};
        pending_.hold_closed();
    }
    void hold_dropped(HoldState&& hold) noexcept {
        std::scoped_lock const lock{mutex_};
        pending_.hold_dropped(std::move(hold));
    }

    /// Adds a reservation that the server may have made.
    void add_doubtful(HoldState const& hold) {
        std::scoped_lock const lock{mutex_};
        doubtful_.push_back(hold);
        any_doubtful_ = true;
    }

    [[nodiscard]] Taken take() {
        std::scoped_lock const lock{mutex_};
        any_doubtful_ = false;
        return {pending_.take_dropped(), std::exchange(doubtful_, {}), pending_.take_writes()};
    }
    void put_back(std::deque<RedisCall> calls) {
        std::scoped_lock const lock{mutex_};
        pending_.put_back(std::move(calls));
    }

private:
    std::mutex mutex_;
    PendingWrites<RedisCall> pending_;
    std::vector<HoldState> doubtful_;
    std::atomic<bool> any_doubtful_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
