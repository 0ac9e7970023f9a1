// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/alert_queue.hpp>
#include <centavo/budget/detail/alert_rules.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/record_codec.hpp>
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

/// The alerts of a RedisBudgets: the server remembers which were told, so that one process tells each. Synchronised.
class RedisAlerts {
public:
    void listen(std::function<void(Alert const&)> alert) { queue_.listen(std::move(alert)); }
    [[nodiscard]] bool listening() const noexcept { return queue_.listening(); }

    /// Calls what tell() kept, without a lock.
    void call() {
        queue_.raise([](Alert const&) {});  // the server wrote them when it gave the right to tell
    }

    [[nodiscard]] static AlertView view_of(BudgetState const& state) {
        return {.limit = state.limit, .spent = state.spent};
    }

    /// Asks the server for the right to tell what is due at a counter, and keeps it for call().
    template <typename Ticket>
    void tell(RedisStore& store, RedisConnection& connection, CounterRef const& use, AlertView view,
              Instant time, Ticket new_ticket) {
        if (!use.window.contains(time)) {
            return;
        }
        if (auto const forecast = BurnRate{}.forecast(use.window, time, view.spent)) {
            view.forecast = forecast->linear;
        }
        auto const name = use.key().name();
        std::uint32_t bits = told_of(name);
        for (AlertRule const& rule : fire_rules(rules_of(use.budget->alerts), view, bits)) {
            std::vector<Alert> alert{alert_of(rule, *use.budget, use.value, view, use.window)};
            auto const won = RedisStore::run(
                connection, store.scripts.tell, {store.names.counter(name), store.names("records")},
                {rule.name(), std::to_string(new_ticket()), bytes_of(alert[0], time)});
            if ((*won).integer() == 1) {
                queue_.push(alert);
            }
        }
        std::scoped_lock const lock{mutex_};
        if (told_.size() >= most_remembered) {
            told_.clear();  // the server knows
        }
        told_[name] |= bits;
    }

private:
    static constexpr std::size_t most_remembered = 10'000;

    [[nodiscard]] std::uint32_t told_of(std::string const& name) {
        std::scoped_lock const lock{mutex_};
        auto const found = told_.find(name);
        return found == told_.end() ? 0 : found->second;
    }

    [[nodiscard]] static std::string bytes_of(Alert const& alert, Instant time) {
        struct {
            void append(LedgerRecord const& record) { encode_record(record, bytes); }
            std::string bytes = {};
        } ledger;
        write_alert(ledger, alert, time);
        return std::move(ledger.bytes);
    }

    std::mutex mutex_;
    std::map<std::string, std::uint32_t>
        told_;  // by counter, a bit a rule: those that need not be asked for again
    AlertQueue queue_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
