// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/new_hold.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/redis/detail/redis_state.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The budgets of a monitor that many processes and machines share, in a Redis server. A BudgetStore.
///
///     CostMonitor monitor{{.daily_budget = 50_usd},
///                         RedisBudgetsOptions{.redis = {.host = "10.0.0.7"}, .monitor = "chat"}};
///
/// Every reserve and settle is one script in one round trip, done whole or not at all. Needs Redis 6.2, one primary;
/// what it acknowledged survives its death with `appendonly yes` and `appendfsync always`. A failover to a replica is
/// outside the promise. Counters hold picodollars, each charge rounded up, up to 9.22 million USD (beyond:
/// std::overflow_error); the records are exact. Limits are those of whoever opened the book last.
///
/// A command whose answer is lost is repeated within options.command_timeout and counts once. A reserve without an
/// answer is a denial, and cancelled by the next call. record() and adjust() that throw RedisError of an unknown
/// outcome may have counted: give record() an id, and call it again. What dropped holds owe is
/// written by the next call that reaches the server.
///
/// While the server is away nothing is set aside, and a settle() that throws can be called again. StoreFailure::keep_counting
/// is not offered: what others spend is not known here, and each process alone could spend the whole limit. LeasedBudgets
/// goes on, within what it was lent.
///
/// A child of a fork may use its parent's book, with connections of its own, if no other thread was in a call then; the
/// holds that were open are the parent's alone, and the child is not to let go of its copies of them.
///
/// The holds of a process that died stay held until their windows end, or until reap() charges them.
class RedisBudgets {
public:
    /// Throws std::invalid_argument for invalid budgets, for StoreFailure::keep_counting and for anomaly alerts, since
    /// hours are not remembered; std::overflow_error for a limit beyond 9.22 million USD,
    /// RedisError where the server does not answer.
    RedisBudgets(BudgetStoreOptions options, RedisBudgetsOptions redis, Clock clock = {})
        : state_{std::make_shared<detail::RedisState>(std::move(options), std::move(redis), clock)} {}

    [[nodiscard]] Account account(Tags const& tags) { return state_->account(tags); }

    /// Sets need.amount aside in every budget that the account touches, or says which has not enough.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest need) {
        detail::HoldState held = detail::new_hold(account, std::move(need));
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

    /// Charges a call that was made without a hold; it may pass a limit, which is then told.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        detail::require_not_negative(charge);
        state_->charge_without_hold(account, RecordKind::settle, id, charge, std::nullopt);
    }

    /// Corrects what was charged, in the windows of `at` or of now; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->charge_without_hold(account, RecordKind::adjust, {}, charge, at);
    }

    /// What the hard budgets that the account touches have left: the least of them. Throws RedisError, as find() and
    /// states() do.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        state_->require_own(account);
        return state_->remaining(account);
    }

    /// A budget's figures in the window of now; nullopt for a name it does not have.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value = {}) const {
        return state_->find(name, value);
    }

    /// The figures of every counter of a window of now; budgets for each request have none.
    [[nodiscard]] std::vector<BudgetState> states() const { return state_->states(); }

    /// What a budget's window of now will come to; nullopt before an eighth of it is over. Reads every record: for a
    /// report, not for every call. Throws RedisError.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        return detail::forecast_of(*this, name, value, state_->now());
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return state_->budgets; }

    /// Visits every record that the server keeps, then those of the holds that are open.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->replay(visit);
    }

    /// Calls `alert` from now on: once for each counter, rule and window, whichever process is the first to see it.
    void on_alert(std::function<void(Alert const&)> alert) { state_->on_alert(std::move(alert)); }

    /// Charges, at their full amount, the holds that are older than `age`, whoever's they are: of processes that died.
    ///
    /// `age` is longer than any call takes: a hold that is settled after it was reaped counts nothing more.
    std::vector<OpenHold> reap(std::chrono::nanoseconds age) { return state_->reap(age); }

    /// Leases parts of the budgets, all or none, for LeasedBudgets.
    [[nodiscard]] LeaseGrant lease(std::span<LeaseRequest const> requests) { return state_->lease(requests); }

    /// Calls the listener with the alerts that lease() triggered.
    void raise_alerts() { state_->raise_alerts(); }

private:
    std::shared_ptr<detail::RedisState> state_;
};
static_assert(BudgetStore<RedisBudgets>);
static_assert(LeaseProvider<RedisBudgets>);

}  // namespace CENTAVO_ABI
}  // namespace centavo
