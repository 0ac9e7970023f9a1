// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/detail/counter_table.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/replay.hpp>
#include <centavo/budget/detail/seen_keys.hpp>
#include <centavo/budget/detail/store_state.hpp>
#include <centavo/budget/detail/validation.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/redis/detail/redis_alerts.hpp>
#include <centavo/redis/detail/redis_calls.hpp>
#include <centavo/redis/detail/redis_connection.hpp>
#include <centavo/redis/detail/redis_counters.hpp>
#include <centavo/redis/detail/redis_pending_writes.hpp>
#include <centavo/redis/detail/redis_store.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a RedisBudgets's handles share. Its lock is held over memory only, never over the network, an alert or a zone.
class RedisState final : public StoreState {
public:
    RedisState(BudgetStoreOptions options, RedisBudgetsOptions redis, Clock source)
        : budgets{std::move(options.budgets)},
          max_values_{options.max_values}, store_{std::move(redis)}, clock_{source}, values_(budgets.size()) {
        require_valid(budgets);
        require_no_anomaly_alerts(budgets);
        if (options.when_store_fails == StoreFailure::keep_counting) {
            throw std::invalid_argument(
                "RedisBudgets cannot keep counting without the server, because the spending of "
                "other processes is unknown; use LeasedBudgets, which continue within their leases");
        }
        seed();
        store_.open(budgets);
    }

    [[nodiscard]] Instant now() {
        Instant const read = clock_.now();
        std::scoped_lock const lock{mutex_};
        return latest_ = std::max(latest_, read);
    }

    [[nodiscard]] std::uint64_t new_ticket() {
        std::scoped_lock const lock{mutex_};
        if (process_ != ::getpid()) {  // parent and child must not draw the same
            process_ = ::getpid();
            seed();
        }
        return random_();
    }

    [[nodiscard]] Account account(Tags const& tags) {
        AccountState account{.tags = tags, .budgets = budgets_for(budgets, tags)};
        for (BudgetRef& ref : account.budgets) {
            if (!ref.value.empty()) {
                ref.value = value_with_room(ref.budget, std::move(ref.value));
            }
        }
        return make_account(std::move(account));
    }

    /// Raises the counters; or says why not.
    [[nodiscard]] std::optional<BudgetDenial> set_aside(HoldState const& held) {
        auto const uses = uses_of(held.account, held.at);
        RedisAmount const amount{held.amount};
        auto const session = store_.session();
        try {
            pay(*session);
            if (uses.request_exceeds(held.amount)) {
                auto const reply = store_.look(*session, uses);
                return uses.denial(*reply, held.amount);
            }
            auto denial = raise(*session, uses, held, amount);
            if (denial) {
                tell_denied(*session, uses, *denial);
            } else {
                dues_.hold_opened();
            }
            return denial;
        } catch (RedisError const& failure) {
            return BudgetDenial{
                .needed = held.amount, .reason = DenialReason::store, .detail = failure.what()};
        }
    }

    void settle(HoldState const& held, Charge const& charge) override {
        perform(finish(held, record_of(RecordKind::settle, held, now()).charging(charge), "settle"));
        dues_.hold_closed();
    }

    void release(HoldState& held) override {
        drop(held);
        try {
            auto const session = store_.session();
            pay(*session);
        } catch (RedisError const&) {
            return;  // the next call tries again
        }
    }

    void drop(HoldState& held) noexcept override { dues_.hold_dropped(std::move(held)); }

    void charge_without_hold(Account const& account, RecordKind kind, IdempotencyKey const& id,
                             Charge const& charge, std::optional<Instant> when) {
        require_own(account);
        LedgerRecord const record = record_of(kind, id, account.tags().all(), charge, {now(), when});
        perform(redis_calls::charge(store_, uses_of(account, record.at), account, record,
                                    std::to_string(new_ticket())));
        raise_alerts();
    }

    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        auto const uses = uses_of(account, now());
        auto const session = store_.session();
        pay(*session);
        return uses.remaining(*store_.look(*session, uses));
    }

    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value) {
        for (Budget const& budget : budgets) {
            if (budget.name == name) {
                RedisUses uses;
                uses.counted = {{&budget, value, window_of(budget.period, now(), budget.calendar)}};
                auto const session = store_.session();
                pay(*session);
                return redis_figures((*store_.look(*session, uses))[0], uses.counted[0]);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<BudgetState> states() {
        auto const session = store_.session();
        pay(*session);
        return store_.states(*session, budgets, now());
    }

    template <typename Visit>
    void replay(Visit& visit) {
        auto const session = store_.session();
        pay(*session);
        store_.replay(*session, visit);
    }

    [[nodiscard]] std::vector<OpenHold> reap(std::chrono::nanoseconds age) {
        Instant const time = now();
        auto const session = store_.session();
        pay(*session);
        auto const open = store_.holds(*session);
        std::vector<OpenHold> reaped;
        for (std::size_t i = 1; i < (*open).size(); i += 2) {
            auto const bytes = (*open)[i].text();
            session->begin_call();
            if (bytes.size() < RedisStore::shortest_record) {  // a ticket that nobody may use any more
                if (time - Instant{std::chrono::nanoseconds{(*open)[i].integer()}} >= age) {
                    static_cast<void>(
                        session->command({"HDEL", store_.names("holds"), (*open)[i - 1].text()}));
                }
                continue;
            }
            RecordReader reader;
            LedgerRecord record = reader.read(bytes);
            if (time - record.at < age) {
                continue;
            }
            OpenHold hold = open_hold_of(record, record.seq);
            HoldState const held{.id = hold.id,
                                 .account = account(hold.tags),
                                 .amount = hold.amount,
                                 .at = hold.at,
                                 .ticket = record.seq};
            record.kind = RecordKind::settle;
            record.hold = std::exchange(record.seq, 0);
            record.time = time;
            record.quality = UsageQuality::estimated;
            if (perform(*session, finish(held, record, "settle"))) {
                reaped.push_back(std::move(hold));
            }
        }
        return reaped;
    }

    [[nodiscard]] LeaseGrant lease(View<LeaseRequest> requests) {
        RedisUses uses;
        std::vector<std::string> arguments{redis_calls::operation_life};
        for (LeaseRequest const& request : requests) {
            uses.counted.push_back({request.budget, {}, request.window});
            RedisAmount const spent{request.spent};
            arguments.insert(arguments.end(),
                             {RedisAmount{request.preferred}.plus(), RedisAmount{request.minimum}.plus(),
                              spent.plus(), spent.excess(), request.forced ? "1" : "0"});
        }
        auto const session = store_.session();
        pay(*session);
        auto const keys = uses.keys(store_.names, {store_.names.operation(std::to_string(new_ticket()))});
        auto const reply = store_.run_on(*session, store_.scripts.lease, uses, now(), keys, arguments);
        LeaseGrant grant;
        if ((*reply).is_list()) {
            for (std::size_t i = 0; i < requests.size(); ++i) {
                auto const* const tightest = std::get_if<BudgetDenial>(&grant);
                auto denial = requests[i].forced
                                  ? std::nullopt
                                  : RedisUses::denial_of((*reply)[i], uses.counted[i], requests[i].minimum);
                if (denial && (tightest == nullptr || denial->remaining() < tightest->remaining())) {
                    grant = *std::move(denial);
                }
            }
        } else {
            std::vector<Usd> amounts;
            for (std::size_t i = 0; i < requests.size(); ++i) {
                bool const preferred = (*reply).text()[i + 1] == '1';
                amounts.push_back(preferred ? requests[i].preferred : requests[i].minimum);
            }
            grant = std::move(amounts);
        }
        if (alerts_.listening()) {
            auto const figures = store_.look(*session, uses);
            auto const* const denial = std::get_if<BudgetDenial>(&grant);
            tell(*session, uses, *figures, denial != nullptr ? denial->budget : std::string_view{});
        }
        return grant;
    }

    void on_alert(std::function<void(Alert const&)> alert) { alerts_.listen(std::move(alert)); }
    void raise_alerts() override { alerts_.call(); }

    std::vector<Budget> const budgets;

private:
    void seed() {
        std::random_device source;
        std::seed_seq words{source(), source(), source(), source()};
        random_.seed(words);
    }

    [[nodiscard]] RedisUses uses_of(Account const& account, Instant at) const {
        return RedisUses{StoreState::counters_of(budgets, account, at)};
    }

    [[nodiscard]] std::optional<BudgetDenial> raise(RedisConnection& connection, RedisUses const& uses,
                                                    HoldState const& held, RedisAmount const& amount) {
        if (amount.up == 0) {  // adding nothing does not show whether a counter is there
            store_.create(connection, uses, held.at);
        }
        auto const hard = [](CounterRef const& use) { return use.budget->enforcement == Enforcement::hard; };
        std::vector<std::string> const arguments{
            std::to_string(held.ticket), redis_calls::bytes_of(record_of(RecordKind::hold, held, held.at)),
            amount.minus(), amount.plus(), uses.digits(hard)};
        try {
            auto const reply = store_.run_on(connection, store_.scripts.reserve, uses, held.at,
                                             uses.keys(store_.names, {store_.names("holds")}), arguments);
            return (*reply).is_list() ? uses.denial(*reply, held.amount) : std::nullopt;
        } catch (RedisError const& failure) {
            if (failure.outcome() == RedisError::Outcome::unknown) {
                dues_.doubt(held);
            }
            throw;
        }
    }

    [[nodiscard]] RedisCall finish(HoldState const& held, LedgerRecord const& record,
                                   std::string what) const {
        return redis_calls::finish(store_, uses_of(held.account, held.at), held, record, std::move(what));
    }

    void perform(RedisCall const& call) {
        auto const session = store_.session();
        pay(*session);
        perform(*session, call);
    }

    /// Whether it changed anything: the first time.
    bool perform(RedisConnection& connection, RedisCall const& call) {
        auto const reply =
            store_.run_on(connection, *call.script, call.uses, now(), call.keys, call.arguments);
        if (!(*reply).is_list()) {
            return false;
        }
        tell(connection, call.uses, *reply);
        return true;
    }

    /// Writes what dropped holds, failed charges and reserves without an answer left behind.
    void pay(RedisConnection& connection) {
        if (!dues_.any()) {
            return;
        }
        auto [dropped, doubtful, calls] = dues_.take();
        for (HoldState const& held : dropped) {
            calls.push_back(
                finish(held, record_of_dropped(held, now()), held.dispatched ? "settle" : "release"));
        }
        for (HoldState const& held : doubtful) {
            calls.push_back(finish(held, record_of(RecordKind::release, held, now()), "cancel"));
        }
        for (std::size_t i = 0; i < calls.size(); ++i) {
            try {
                perform(connection, calls[i]);
            } catch (std::exception const&) {
                dues_.owe(calls, i);
                throw;
            }
        }
    }

    [[nodiscard]] std::string value_with_room(std::size_t budget, std::string value) {
        auto const window = window_of(budgets[budget].period, now(), budgets[budget].calendar);
        std::scoped_lock const lock{mutex_};
        Values& values = values_[budget];
        if (values.begin != window.begin) {
            values = {.begin = window.begin};
        }
        if (values.seen.size() >= max_values_ && !values.seen.contains(value)) {
            return std::string{CounterTable::other};
        }
        values.seen.insert(value);
        return value;
    }

    /// Notes the alerts that these figures make due; `refused` names the budget that refused just now.
    void tell(RedisConnection& connection, RedisUses const& uses, RedisValue figures,
              std::string_view refused = {}) {
        for (std::size_t i = 0; alerts_.listening() && i < uses.counted.size(); ++i) {
            auto view = RedisAlerts::view_of(redis_figures(figures[i], uses.counted[i]));
            view.denied = uses.counted[i].budget->name == refused;
            tell(connection, uses.counted[i], view);
        }
    }
    void tell_denied(RedisConnection& connection, RedisUses const& uses, BudgetDenial const& denial) {
        for (CounterRef const& use : uses.counted) {
            if (alerts_.listening() && use.budget->name == denial.budget) {
                tell(connection, use, {.limit = denial.limit, .spent = denial.spent, .denied = true});
            }
        }
    }
    void tell(RedisConnection& connection, CounterRef const& use, AlertView const& view) {
        try {
            alerts_.tell(store_, connection, use, view, now(), [&] { return new_ticket(); });
        } catch (RedisError const&) {
            return;  // it stays due: the next charge tells it
        }
    }

    struct Values {
        Instant begin = Instant::max();
        std::unordered_set<std::string> seen = {};
    };

    std::size_t max_values_;
    RedisStore store_;
    Clock clock_;
    std::mutex mutex_;
    std::mt19937_64 random_;
    ::pid_t process_ = ::getpid();
    Instant latest_ = Instant::min();
    std::vector<Values> values_;
    RedisPendingWrites dues_;
    RedisAlerts alerts_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
