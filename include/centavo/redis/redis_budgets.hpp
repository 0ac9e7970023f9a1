// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/new_hold.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/redis/detail/redis_state.hpp>
#include <centavo/redis/redis_options.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Budgets that many processes and machines share in a Redis server. A BudgetStore.
///
///     CostMonitor monitor{{.daily_budget = 50_usd},
///                         RedisBudgetsOptions{.redis = {.host = "10.0.0.7"}, .monitor = "chat"}};
///
/// Every reservation and settlement is one script: one round trip, applied completely or not at all. Requires Redis 6.2
/// and a single primary. With `appendonly yes` and `appendfsync always`, acknowledged calls survive a crash of the
/// server; a failover to a replica may lose some. Counters hold picodollars, each charge rounded up, up to 9.22 million
/// USD (std::overflow_error beyond); the records are exact. The limits are those of the process that connected last.
///
/// A command whose reply is lost is sent again within RedisOptions::command_timeout and counts once. A reservation
/// without a reply is denied, and the next call cancels it. If record() or adjust() throws RedisError with
/// Outcome::unknown, the charge may have been counted: give record() an idempotency key and repeat it. Holds that were
/// dropped are written by the next call that reaches the server.
///
/// While the server is unavailable, reservations are denied, and settle() throws and can be repeated.
/// StoreFailure::keep_counting is not supported, because each process could spend the whole limit. LeasedBudgets keeps
/// working within its leases.
///
/// A child of a fork may use its parent's RedisBudgets, over connections of its own, if no other thread was in a call
/// at the time of the fork. Open holds belong to the parent: the child must not destroy its copies of them.
///
/// The holds of a process that has died stay held until reap() charges them.
///
/// Data that the server loses is detected: by FLUSHALL, by a restart without its files, by eviction. From then on
/// reservations are denied with DenialReason::store, and settle() throws RedisError with Outcome::lost. A process that
/// opens the store again starts from what is left; RedisOpen::rebuild computes the counters from the records. Counters
/// have no expiry, so that a volatile-* eviction policy never removes them.
class RedisBudgets {
public:
    /// Throws std::invalid_argument for invalid budgets, StoreFailure::keep_counting and anomaly
    /// alerts; std::overflow_error for a limit beyond 9.22 million USD; RedisError if the server does not respond, has
    /// lost data, or is less safe than the options require.
    RedisBudgets(BudgetStoreOptions options, RedisBudgetsOptions redis, Clock clock = {})
        : state_{std::make_shared<detail::RedisState>(std::move(options), std::move(redis), clock)} {}

    [[nodiscard]] Account account(Tags const& tags) { return state_->account(tags); }

    /// Sets request.amount aside in every budget that the account touches, or returns the denial of the tightest one.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest request) {
        detail::HoldState held = detail::new_hold(account, std::move(request));
        state_->require_own(account);
        held.at = state_->now();
        held.ticket = state_->new_ticket();
        auto denial = state_->set_aside(held);
        if (denial) {
            state_->raise_alerts();
            return *std::move(denial);
        }
        return Hold{state_, std::move(held)};
    }

    /// Charges a call that was made without a hold. The charge may exceed a limit, which raises an alert.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        detail::require_not_negative(charge);
        state_->charge_without_hold(account, RecordKind::settle, id, charge, std::nullopt);
    }

    /// Corrects earlier charges, in the windows of `at` or in the current ones; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->charge_without_hold(account, RecordKind::adjust, {}, charge, at);
    }

    /// What the account's hard budgets have left: the minimum; nullopt without a hard budget. Throws RedisError, as
    /// find() and states() do.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        state_->require_own(account);
        return state_->remaining(account);
    }

    /// A budget's figures in the current window; nullopt if no budget has that name.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value = {}) const {
        return state_->find(name, value);
    }

    /// The figures of every counter in its current window; budgets per request have none.
    [[nodiscard]] std::vector<BudgetState> states() const { return state_->states(); }

    /// The forecast for a budget's current window; nullopt before an eighth of it has passed. Reads every record, so it
    /// suits reports rather than each call. Throws RedisError.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        return detail::forecast_of(*this, name, value, state_->now());
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return state_->budgets; }

    /// Visits every record on the server, then those of the open holds.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->replay(visit);
    }

    /// Installs the alert listener. An alert fires in the first process that detects it, once for each counter, rule and
    /// window.
    void on_alert(std::function<void(Alert const&)> alert) { state_->on_alert(std::move(alert)); }

    /// Charges the holds of all processes that are older than `age` at their full amount, and returns them.
    ///
    /// `age` should exceed the duration of any call: settling a hold after it was reaped throws RedisError with
    /// Outcome::reaped, and has no effect.
    std::vector<OpenHold> reap(std::chrono::nanoseconds age) { return state_->reap(age); }

    /// The settings of the server that decide whether it may lose data, as they were when the store was opened.
    [[nodiscard]] RedisServerSettings const& server() const noexcept { return state_->server(); }

    /// Leases parts of the budgets, all or none, for LeasedBudgets.
    [[nodiscard]] LeaseGrant lease(View<LeaseRequest> requests) { return state_->lease(requests); }

    /// Calls the listener with the alerts that lease() triggered.
    void raise_alerts() { state_->raise_alerts(); }

private:
    std::shared_ptr<detail::RedisState> state_;
};
static_assert(BudgetStore<RedisBudgets>);
static_assert(LeaseProvider<RedisBudgets>);

}  // namespace CENTAVO_ABI
}  // namespace centavo
