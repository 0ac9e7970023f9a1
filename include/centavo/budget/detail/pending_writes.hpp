// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/detail/hold_state.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <iterator>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a store has not written yet, in order: holds that were dropped, and writes that failed.
///
/// Only any() may be called without the owner's lock.
template <typename Write>
class PendingWrites {
public:
    /// Whether there is anything to write.
    [[nodiscard]] bool any() const noexcept { return any_.load(std::memory_order_acquire); }

    /// Counts an open hold and makes room for dropping it, since its destructor must not allocate.
    void hold_opened() {
        if (dropped_.capacity() <= dropped_.size() + open_) {
            dropped_.reserve(2 * (dropped_.size() + open_ + 1));
        }
        ++open_;
    }
    void hold_closed() noexcept { --open_; }
    void hold_dropped(HoldState&& hold) noexcept {
        dropped_.push_back(std::move(hold));
        --open_;
        any_.store(true, std::memory_order_release);
    }

    [[nodiscard]] std::vector<HoldState> const& dropped() const noexcept { return dropped_; }
    [[nodiscard]] std::deque<Write>& writes() noexcept { return writes_; }

    /// Moves the dropped holds out. Keeps the room for those that are open, at the cost of the dropped ones only.
    [[nodiscard]] std::vector<HoldState> take_dropped() {
        std::vector<HoldState> taken{std::move_iterator{dropped_.begin()},
                                     std::move_iterator{dropped_.end()}};
        pop_dropped(dropped_.size());
        return taken;
    }
    void pop_dropped(std::size_t count) noexcept {
        dropped_.erase(dropped_.begin(), dropped_.begin() + static_cast<std::ptrdiff_t>(count));
        update();
    }

    void push(Write write) {
        writes_.push_back(std::move(write));
        update();
    }
    [[nodiscard]] std::deque<Write> take_writes() noexcept {
        auto taken = std::exchange(writes_, {});
        update();
        return taken;
    }
    /// Puts writes that failed back, before those that came since.
    void put_back(std::deque<Write> writes) {
        for (Write& write : writes_) {
            writes.push_back(std::move(write));
        }
        writes_ = std::move(writes);
        update();
    }
    void pop_writes(std::size_t count) noexcept {
        writes_.erase(writes_.begin(), writes_.begin() + static_cast<std::ptrdiff_t>(count));
        update();
    }

private:
    void update() noexcept { any_.store(!dropped_.empty() || !writes_.empty(), std::memory_order_release); }

    std::size_t open_ = 0;  // holds
    std::vector<HoldState> dropped_;
    std::deque<Write> writes_;
    std::atomic<bool> any_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
