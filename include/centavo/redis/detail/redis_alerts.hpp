// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/alert_queue.hpp>
#include <centavo/budget/detail/alert_rules.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/record_frame.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/redis/detail/redis_store.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The alerts of RedisBudgets. The server remembers which have fired, so that one process raises each. Internally
/// synchronized.
class RedisAlerts {
public:
    void listen(std::function<void(Alert const&)> alert) { queue_.listen(std::move(alert)); }
    [[nodiscard]] bool listening() const noexcept { return queue_.listening(); }

    /// Calls the listener with the alerts that fire() queued, without a lock.
    void raise() {
        queue_.raise([](Alert const&) {});  // recorded by the server when they fired
    }

    [[nodiscard]] static AlertView view_of(BudgetState const& state) {
        return {.limit = state.limit, .spent = state.spent};
    }

    /// Queues the alerts of a counter that fire now, unless another process raises them.
    template <typename Ticket>
    void fire(RedisStore& store, RedisConnection& connection, CounterRef const& ref, AlertView view,
              Instant time, Ticket new_ticket) {
        if (!ref.window.contains(time)) {
            return;
        }
        if (auto const forecast = BurnRate{}.forecast(ref.window, time, view.spent)) {
            view.forecast = forecast->linear;
        }
        auto const name = ref.key().name();
        std::uint32_t bits = fired_at(name);
        for (AlertRule const& rule : fire_rules(rules_of(ref.budget->alerts), view, bits)) {
            std::vector<Alert> alert{alert_of(rule, *ref.budget, ref.value, view, ref.window)};
            auto const won = RedisStore::run(
                connection, store.scripts.fire, {store.names.counter(name), store.names("records")},
                {rule.name(), std::to_string(new_ticket()), bytes_of(alert[0], time)});
            if (won.integer() == 1) {
                queue_.push(alert);
            }
        }
        std::scoped_lock const lock{mutex_};
        if (fired_.size() >= max_remembered) {
            fired_.clear();  // the server remembers them
        }
        fired_[name] |= bits;
    }

private:
    static constexpr std::size_t max_remembered = 10'000;

    [[nodiscard]] std::uint32_t fired_at(std::string const& name) {
        std::scoped_lock const lock{mutex_};
        auto const found = fired_.find(name);
        return found == fired_.end() ? 0 : found->second;
    }

    [[nodiscard]] static std::string bytes_of(Alert const& alert, Instant time) {
        struct {
            void append(LedgerRecord const& record) { frame_record(record, bytes); }
            std::string bytes = {};
        } ledger;
        write_alert(ledger, alert, time);
        return std::move(ledger.bytes);
    }

    std::mutex mutex_;
    std::map<std::string, std::uint32_t> fired_;  // by counter, one bit per rule
    AlertQueue queue_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
