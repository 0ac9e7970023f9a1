// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/alert.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The alerts that have fired and that the listener has not been called with. Internally synchronized; the listener is
/// called without a lock.
class AlertQueue {
public:
    void listen(std::function<void(Alert const&)> listener) {
        std::scoped_lock const lock{mutex_};
        listening_ = static_cast<bool>(listener);
        listener_ = std::move(listener);
    }

    /// Lets callers skip evaluating rules when no listener is installed.
    [[nodiscard]] bool listening() const noexcept { return listening_; }

    [[nodiscard]] bool empty() const noexcept { return !pending_.load(std::memory_order_acquire); }

    /// Moves the alerts into the queue, where they stay until raise().
    void push(std::vector<Alert>& alerts) {
        if (!alerts.empty()) {
            std::scoped_lock const lock{mutex_};
            for (Alert& alert : alerts) {
                alerts_.push_back(std::move(alert));
            }
            alerts.clear();
            pending_.store(true, std::memory_order_release);
        }
    }

    /// Calls `before` and then the listener with each alert. An exception of the listener reaches the caller; the
    /// remaining alerts stay in the queue for the next call.
    template <typename Before>
    void raise(Before before) {
        if (empty()) {
            return;
        }
        std::unique_lock lock{mutex_};
        if (!listener_) {
            return;
        }
        auto const listener = listener_;
        auto alerts = std::exchange(alerts_, {});
        pending_.store(false, std::memory_order_relaxed);
        lock.unlock();
        for (std::size_t i = 0; i < alerts.size(); ++i) {
            try {
                before(std::as_const(alerts[i]));
                listener(alerts[i]);
            } catch (...) {
                put_back(alerts, i + 1);
                throw;
            }
        }
    }

private:
    void put_back(std::vector<Alert>& alerts, std::size_t first) {
        std::vector<Alert> queue;
        for (std::size_t i = first; i < alerts.size(); ++i) {
            queue.push_back(std::move(alerts[i]));
        }
        std::scoped_lock const lock{mutex_};
        for (Alert& alert : alerts_) {
            queue.push_back(std::move(alert));
        }
        alerts_.swap(queue);
        pending_.store(!alerts_.empty(), std::memory_order_release);
    }

    std::mutex mutex_;
    std::vector<Alert> alerts_ = {};
    std::function<void(Alert const&)> listener_ = {};
    std::atomic<bool> listening_ = false;
    std::atomic<bool> pending_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
