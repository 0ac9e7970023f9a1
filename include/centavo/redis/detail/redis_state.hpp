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
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
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

/// The state that RedisBudgets shares with its holds. Internally synchronized; the lock protects memory only, and is not
/// held over the network, a listener or a zone function.
class RedisState final : public StoreState {
public:
    RedisState(BudgetStoreOptions options, RedisBudgetsOptions redis, Clock source)
        : budgets{std::move(options.budgets)}, opening_{redis.open},
          max_values_{options.max_values}, store_{std::move(redis)}, clock_{source}, values_(budgets.size()) {
        require_valid(budgets);
        require_no_anomaly_alerts(budgets);
        if (options.when_store_fails == StoreFailure::keep_counting) {
            throw std::invalid_argument(
                "RedisBudgets cannot keep counting without the server, because the spending of "
                "other processes is unknown; use LeasedBudgets, which continue within their leases");
        }
        seed();
        std::string const fresh = std::to_string(new_ticket());
        if (opening_ == RedisOpen::rebuild) {
            store_.rebuild(budgets, fresh,
                           [&](RedisConnection& connection) { return sums_of_records(connection); });
        } else {
            store_.open(budgets, fresh);
        }
    }

    [[nodiscard]] RedisServerSettings const& server() const noexcept { return store_.settings(); }

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

    /// Reserves the amount of a hold, or returns the denial.
    [[nodiscard]] std::optional<BudgetDenial> set_aside(HoldState const& held) {
        auto const touched = counters_at(held.account, held.at);
        RedisAmount const amount{held.amount};
        auto const session = store_.session();
        try {
            flush(*session);
            if (touched.request_exceeds(held.amount)) {
                auto const reply = store_.look(*session, touched);
                return touched.denial(reply, held.amount);
            }
            auto denial = raise(*session, touched, held, amount);
            if (denial) {
                fire_denied(*session, touched, *denial);
            } else {
                pending_.hold_opened();
            }
            return denial;
        } catch (RedisError const& failure) {
            return BudgetDenial{
                .needed = held.amount, .reason = DenialReason::store, .detail = failure.what()};
        }
    }

    /// Throws RedisError with Outcome::reaped or lost if the charge does not count.
    void settle(HoldState const& held, Charge const& charge) override {
        auto const call = finish(held, record_of(RecordKind::settle, held, now()).charging(charge), "settle");
        auto const session = store_.session();
        flush(*session);
        require_counted(perform(*session, call));
        pending_.hold_closed();
    }

    void release(HoldState& held) override {
        drop(held);
        try {
            auto const session = store_.session();
            flush(*session);
        } catch (RedisError const&) {
            return;  // the next call tries again
        }
    }

    void drop(HoldState& held) noexcept override { pending_.hold_dropped(std::move(held)); }

    void charge_without_hold(Account const& account, RecordKind kind, IdempotencyKey const& id,
                             Charge const& charge, std::optional<Instant> when) {
        require_own(account);
        LedgerRecord const record = record_of(kind, id, account.tags().all(), charge, {now(), when});
        auto const call = redis_calls::charge(store_, counters_at(account, record.at), account, record,
                                              std::to_string(new_ticket()));
        {
            auto const session = store_.session();
            flush(*session);
            static_cast<void>(perform(*session, call));
        }
        raise_alerts();
    }

    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        auto const touched = counters_at(account, now());
        auto const session = store_.session();
        flush(*session);
        return touched.remaining(store_.look(*session, touched));
    }

    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value) {
        for (Budget const& budget : budgets) {
            if (budget.name == name) {
                RedisCounterSet touched;
                touched.counters = {{&budget, value, window_of(budget.period, now(), budget.calendar)}};
                auto const session = store_.session();
                flush(*session);
                return redis_figures(store_.look(*session, touched)[0], touched.counters[0]);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<BudgetState> states() {
        auto const session = store_.session();
        flush(*session);
        return store_.states(*session, budgets, now());
    }

    template <typename Visit>
    void replay(Visit& visit) {
        auto const session = store_.session();
        flush(*session);
        store_.replay(*session, visit);
    }

    [[nodiscard]] std::vector<OpenHold> reap(std::chrono::nanoseconds age) {
        Instant const time = now();
        auto const session = store_.session();
        flush(*session);
        auto const open = store_.holds(*session);
        std::vector<OpenHold> reaped;
        for (std::size_t i = 1; i < open.size(); i += 2) {
            auto const bytes = open[i].text();
            session->begin_call();
            if (bytes.size() < RedisStore::min_record) {  // a mark: of a ticket that is not used any more
                if (time - marked_at(bytes) >= age) {
                    static_cast<void>(session->command({"HDEL", store_.names("holds"), open[i - 1].text()}));
                }
                continue;
            }
            RecordReader reader;
            LedgerRecord record = RedisStore::read_record(reader, bytes);
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
            if (perform(*session, finish(held, record, "reap")) == Applied::now) {
                reaped.push_back(std::move(hold));
            }
        }
        return reaped;
    }

    [[nodiscard]] LeaseGrant lease(View<LeaseRequest> requests) {
        RedisCounterSet touched;
        std::vector<std::string> arguments{redis_calls::operation_lifetime};
        for (LeaseRequest const& request : requests) {
            touched.counters.push_back({request.budget, {}, request.window});
            RedisAmount const spent{request.spent};
            arguments.insert(arguments.end(),
                             {RedisAmount{request.preferred}.plus(), RedisAmount{request.minimum}.plus(),
                              spent.plus(), spent.excess(), request.forced ? "1" : "0"});
        }
        auto const session = store_.session();
        flush(*session);
        auto const keys = touched.keys(store_.names, {store_.names.operation(std::to_string(new_ticket()))});
        auto const reply = store_.run_on(*session, store_.scripts.lease, touched, now(), keys, arguments);
        LeaseGrant grant;
        if (reply.is_list()) {
            RedisStore::require_figures(reply, touched);
            for (std::size_t i = 0; i < requests.size(); ++i) {
                auto const* const tightest = std::get_if<BudgetDenial>(&grant);
                auto denial = requests[i].forced ? std::nullopt
                                                 : RedisCounterSet::denial_of(reply[i], touched.counters[i],
                                                                              requests[i].minimum);
                if (denial && (tightest == nullptr || denial->remaining() < tightest->remaining())) {
                    grant = *std::move(denial);
                }
            }
        } else {
            if (reply.text().size() != requests.size() + 1 || reply.text().front() != 'L') {
                throw_unexpected_reply("to a lease");
            }
            std::vector<Usd> amounts;
            for (std::size_t i = 0; i < requests.size(); ++i) {
                bool const preferred = reply.text()[i + 1] == '1';
                amounts.push_back(preferred ? requests[i].preferred : requests[i].minimum);
            }
            grant = std::move(amounts);
        }
        if (alerts_.listening()) {
            auto const figures = store_.look(*session, touched);
            auto const* const denial = std::get_if<BudgetDenial>(&grant);
            fire(*session, touched, figures, denial != nullptr ? denial->budget : std::string_view{});
        }
        return grant;
    }

    void on_alert(std::function<void(Alert const&)> alert) { alerts_.listen(std::move(alert)); }
    void raise_alerts() override { alerts_.raise(); }

    std::vector<Budget> const budgets;

private:
    RedisOpen const opening_;

    void seed() {
        std::random_device source;
        std::seed_seq words{source(), source(), source(), source()};
        random_.seed(words);
    }

    [[nodiscard]] RedisCounterSet counters_at(Account const& account, Instant at) const {
        return RedisCounterSet{StoreState::counters_of(budgets, account, at)};
    }

    [[nodiscard]] std::optional<BudgetDenial> raise(RedisConnection& connection,
                                                    RedisCounterSet const& touched, HoldState const& held,
                                                    RedisAmount const& amount) {
        if (amount.up == 0) {  // adding nothing does not show whether a counter is there
            store_.create(connection, touched, held.at);
        }
        auto const hard = [](CounterRef const& ref) { return ref.budget->enforcement == Enforcement::hard; };
        std::vector<std::string> const arguments{
            std::to_string(held.ticket), redis_calls::bytes_of(record_of(RecordKind::hold, held, held.at)),
            amount.minus(), amount.plus(), touched.digits(hard)};
        try {
            auto const reply = store_.run_on(connection, store_.scripts.reserve, touched, held.at,
                                             touched.keys(store_.names, {store_.names("holds")}), arguments);
            if (reply.is_integer() && reply.integer() == 1) {
                return std::nullopt;
            }
            RedisStore::require_figures(reply, touched);
            auto denial = touched.denial(reply, held.amount);
            if (!denial) {
                throw_unexpected_reply("a denial although the amount is left");
            }
            return denial;
        } catch (RedisError const& failure) {
            if (failure.outcome() == RedisError::Outcome::unknown) {
                pending_.add_doubtful(held);
            }
            throw;
        }
    }

    [[nodiscard]] RedisCall finish(HoldState const& held, LedgerRecord const& record, std::string end) const {
        return redis_calls::finish(store_, counters_at(held.account, held.at), held, record, std::move(end));
    }

    /// Whether a call has taken effect: now, before, or not and never.
    enum class Applied : std::uint8_t { now, before, reaped, lost };

    static void require_counted(Applied applied) {
        if (applied == Applied::reaped) {
            throw RedisError{
                "the hold was reaped and is charged at its full amount; this charge does not count",
                RedisError::Outcome::reaped};
        }
        if (applied == Applied::lost) {
            RedisStore::throw_lost();
        }
    }

    [[nodiscard]] Applied perform(RedisConnection& connection, RedisCall const& call) {
        auto const reply =
            store_.run_on(connection, *call.script, call.touched, now(), call.keys, call.arguments);
        if (reply.is_list()) {
            RedisStore::require_figures(reply, call.touched);
            fire(connection, call.touched, reply);
            return Applied::now;
        }
        if (reply.text() == "again") {
            return Applied::before;
        }
        if (reply.text() == "reaped") {
            return Applied::reaped;
        }
        if (reply.text() == "lost") {
            return Applied::lost;
        }
        throw_unexpected_reply("to the end of a hold or a charge");
    }

    /// Writes what is pending. Throws RedisError; what was not written stays pending, except for holds that the server has
    /// lost.
    void flush(RedisConnection& connection) {
        if (!pending_.any()) {
            return;
        }
        auto [dropped, doubtful, calls] = pending_.take();
        for (HoldState const& held : dropped) {
            calls.push_back(
                finish(held, record_of_dropped(held, now()), held.dispatched ? "settle" : "release"));
        }
        for (HoldState const& held : doubtful) {
            calls.push_back(finish(held, record_of(RecordKind::release, held, now()), "cancel"));
        }
        while (!calls.empty()) {
            Applied applied = Applied::now;
            try {
                applied = perform(connection, calls.front());
            } catch (std::exception const&) {
                pending_.put_back(std::move(calls));
                throw;
            }
            calls.pop_front();
            if (applied == Applied::lost) {
                pending_.put_back(std::move(calls));
                RedisStore::throw_lost();
            }
        }
    }

    /// When a mark was set that took the place of a hold.
    [[nodiscard]] static Instant marked_at(std::string_view mark) {
        mark.remove_prefix(mark.starts_with('r') ? 1 : 0);
        std::int64_t nanoseconds = 0;
        std::from_chars(mark.data(), mark.data() + mark.size(), nanoseconds);
        return Instant{std::chrono::nanoseconds{nanoseconds}};
    }

    /// The counters that the records and open holds add up to: those of current windows, and of past ones with open holds.
    [[nodiscard]] std::vector<RedisRebuilt> sums_of_records(RedisConnection& connection) {
        struct Sum {
            Budget const* budget = nullptr;
            Window window = {};
            Int128 spent = 0;
            Int128 fine = 0;
            Int128 held = 0;
        };
        Instant const time = now();
        std::map<std::string, Sum> sums;
        auto const add = [&](LedgerRecord const& record, bool held) {
            Account const touched = account(Tags::from({record.tags.begin(), record.tags.end()}));
            RedisAmount const amount{record.amount};
            for (CounterRef const& ref : counters_at(touched, record.at).counters) {
                Sum& sum = sums[ref.key().name()];
                sum.budget = ref.budget;
                sum.window = ref.window;
                (held ? sum.held : sum.spent) += amount.up;
                sum.fine += held ? 0 : amount.fine;
            }
        };
        auto visit = [&](LedgerRecord const& record) {
            if (record.spends()) {
                add(record, false);
            }
        };
        store_.replay(connection, visit);
        auto const open = store_.holds(connection);
        RecordReader reader;
        for (std::size_t i = 1; i < open.size(); i += 2) {
            if (open[i].text().size() >= RedisStore::min_record) {
                add(RedisStore::read_record(reader, open[i].text()), true);
            }
        }
        std::vector<RedisRebuilt> counters;
        for (auto const& [name, sum] : sums) {
            if (sum.window.end <= time && sum.held == 0) {
                continue;
            }
            Int128 const limit = redis_limit(sum.budget->limit);
            counters.push_back({.name = name,
                                .limit = static_cast<std::int64_t>(limit),
                                .left = static_cast<std::int64_t>(limit - sum.spent - sum.held),
                                .spent = static_cast<std::int64_t>(sum.spent),
                                .fine = static_cast<std::int64_t>(sum.fine),
                                .score = store_.needed_until(sum.window)});
        }
        return counters;
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

    /// Queues the alerts that fire by these figures; `denied_by` names the budget that has just denied a call.
    void fire(RedisConnection& connection, RedisCounterSet const& touched, RedisReply const& figures,
              std::string_view denied_by = {}) {
        for (std::size_t i = 0; alerts_.listening() && i < touched.counters.size(); ++i) {
            auto view = RedisAlerts::view_of(redis_figures(figures[i], touched.counters[i]));
            view.denied = touched.counters[i].budget->name == denied_by;
            fire(connection, touched.counters[i], view);
        }
    }
    void fire_denied(RedisConnection& connection, RedisCounterSet const& touched,
                     BudgetDenial const& denial) {
        for (CounterRef const& ref : touched.counters) {
            if (alerts_.listening() && ref.budget->name == denial.budget) {
                fire(connection, ref, {.limit = denial.limit, .spent = denial.spent, .denied = true});
            }
        }
    }
    void fire(RedisConnection& connection, CounterRef const& ref, AlertView const& view) {
        try {
            alerts_.fire(store_, connection, ref, view, now(), [&] { return new_ticket(); });
        } catch (RedisError const&) {
            return;  // the next charge fires it
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
    RedisPendingWrites pending_;
    RedisAlerts alerts_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
