// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/adapters/lender.hpp>
#include <centavo/adapters/redis_connection.hpp>
#include <centavo/adapters/redis_counters.hpp>
#include <centavo/adapters/redis_pool.hpp>
#include <centavo/adapters/redis_scripts.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/budgeting/alert_rules.hpp>
#include <centavo/budgeting/book.hpp>
#include <centavo/budgeting/counter_table.hpp>
#include <centavo/budgeting/hold.hpp>
#include <centavo/budgeting/pace.hpp>
#include <centavo/budgeting/recent_ids.hpp>
#include <centavo/budgeting/record_codec.hpp>
#include <centavo/budgeting/replay.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace centavo::inline v0 {

/// Which server, and what its keys are called.
struct RedisBookOptions {
    RedisOptions redis = {};
    std::string monitor = "default";  ///< books of one name share their counters
    std::chrono::seconds late_settles =
        std::chrono::hours{24 * 7};  ///< how long ended windows are kept for them
};

/// What a RedisBook's handles share. Its lock is held over memory only, never over the network, an alert or a zone.
class RedisState {
public:
    RedisState(BookOptions options, RedisBookOptions redis, Clock source)
        : budgets{checked(std::move(options.budgets))}, when_store_fails_{options.when_store_fails},
          most_values_{options.most_values}, late_settles_{redis.late_settles}, names_{redis.monitor},
          pool_{std::move(redis.redis)}, clock_{source}, values_(budgets.size()) {
        std::random_device seed;
        std::seed_seq words{seed(), seed(), seed(), seed()};
        random_.seed(words);
    }

    /// Tells the server the limits.
    void open() {
        std::vector<std::string> arguments{names_.counter("")};
        for (Budget const& budget : budgets) {
            auto const name = to_string(CounterKey{budget.name});
            arguments.insert(arguments.end(), {budget.name, std::to_string(redis_limit(budget.limit)),
                                               name.substr(0, name.find('/') + 1)});
        }
        auto const session = pool_.session();
        run(*session, scripts_.open, {names_("limits"), names_("index")}, arguments);
    }

    [[nodiscard]] Instant now() {
        Instant const read = clock_.now();
        std::scoped_lock const lock{mutex_};
        return latest_ = std::max(latest_, read);
    }

    [[nodiscard]] std::uint64_t new_ticket() {
        std::scoped_lock const lock{mutex_};
        return random_();
    }

    [[nodiscard]] Account account(Tags const& tags) {
        auto touched = touched_by(budgets, tags);
        for (Touched& one : touched) {
            if (!one.value.empty()) {
                one.value = value_with_room(one.budget, std::move(one.value));
            }
        }
        return Account{tags, std::move(touched), identity_};
    }

    void require_own(Account const& account) const {
        if (account.resolved() && account.of_book() != identity_.get()) {
            throw std::invalid_argument("centavo: an account of another book");
        }
    }

    /// Raises the counters; or says why not.
    [[nodiscard]] std::optional<Refusal> set_aside(Held const& held) {
        auto const uses = uses_of(held.account, held.at);
        RedisAmount const amount{held.amount};
        auto const session = pool_.session();
        try {
            pay(*session);
            if (uses.request_exceeds(held.amount)) {
                auto const reply = look(*session, uses);
                return uses.refusal(*reply, held.amount);
            }
            keep_room_for_drop();
            auto refusal = raise(*session, uses, held, amount);
            if (refusal) {
                forget_room();
                auto const view = view_of(*refusal);
                tell(*session, uses, [&](CounterUse const& use, std::size_t) {
                    return use.budget->name == refusal->budget ? view : std::nullopt;
                });
            }
            return refusal;
        } catch (RedisError const& failure) {
            return Refusal{.needed = held.amount, .reason = RefusalReason::store, .detail = failure.what()};
        }
    }

    void settle(Held const& held, Charge const& charge) {
        LedgerRecord record = record_of(RecordKind::settle, held);
        fill(record, charge);
        finish(held, record, "settle");
        forget_room();
    }

    void release(Held& held) {
        held.dispatched = false;
        drop(held);
        try {
            auto const session = pool_.session();
            pay(*session);
        } catch (RedisError const&) {
            return;  // the next call tries again
        }
    }

    void drop(Held& held) noexcept {
        std::scoped_lock const lock{mutex_};
        dropped_.push_back(std::move(held));
        --open_;
        owes_.store(true, std::memory_order_release);
    }

    void charge_without_hold(Account const& account, RecordKind kind, RecordId const& id,
                             Charge const& charge, std::optional<Instant> when) {
        require_own(account);
        Instant const time = now();
        Instant const at = when ? std::min(*when, time) : time;
        LedgerRecord record{.kind = kind,
                            .time = time,
                            .at = at,
                            .operation = id.operation,
                            .attempt = id.attempt,
                            .tags = account.all_tags()};
        fill(record, charge);
        auto const uses = uses_of(account, at);
        auto const ticket = std::to_string(new_ticket());
        Call call{.script = &scripts_.charge,
                  .keys = uses.keys(names_, {names_.operation(ticket), names_("records"), names_("ids"),
                                             names_("ids:old")}),
                  .arguments = {bytes_of(record)},
                  .uses = uses,
                  .at = at};
        RedisAmount const amount{charge.amount};
        call.arguments.insert(call.arguments.end(), {amount.plus(), amount.excess(), name_of(id), generation,
                                                     operation_life, uses.digits([&](CounterUse const& use) {
                                                         return use.window.contains(time);
                                                     })});
        perform(std::move(call));
        call_alerts();
    }

    [[nodiscard]] std::optional<Usd> left(Account const& account) {
        auto const uses = uses_of(account, now());
        auto const session = pool_.session();
        pay(*session);
        auto const reply = look(*session, uses);
        std::optional<Usd> least;
        for (std::size_t i = 0; i < uses.counted.size(); ++i) {
            if (uses.counted[i].budget->enforcement == Enforcement::hard) {
                Usd const rest = redis_figures((*reply)[i], uses.counted[i]).remaining();
                least = least ? std::min(*least, rest) : rest;
            }
        }
        for (Budget const* const budget : uses.each_request) {
            if (budget->enforcement == Enforcement::hard) {
                least = least ? std::min(*least, budget->limit) : budget->limit;
            }
        }
        return least;
    }

    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value) {
        for (Budget const& budget : budgets) {
            if (budget.name == name) {
                RedisUses uses;
                uses.counted = {{&budget, value, window_of(budget.period, now(), budget.calendar)}};
                auto const session = pool_.session();
                pay(*session);
                return redis_figures((*look(*session, uses))[0], uses.counted[0]);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<BudgetState> states() {
        Instant const at = now();
        auto const session = pool_.session();
        pay(*session);
        auto const index = checked(session->command({"ZRANGE", names_("index"), "0", "-1"}));
        std::vector<BudgetState> states;
        for (Budget const& budget : budgets) {
            auto const window = window_of(budget.period, at, budget.calendar);
            auto const sample = to_string(CounterKey{budget.name, {}, window.begin});
            auto const slash = sample.find('/');
            auto const begin = std::string_view{sample}.substr(0, slash + 1);
            auto const end = std::string_view{sample}.substr(slash + 1);
            for (std::size_t i = 0; i < (*index).size(); ++i) {
                auto const name = (*index)[i].text();
                if (name.starts_with(begin) && name.ends_with(end)) {
                    auto const value =
                        unescaped(name.substr(begin.size(), name.size() - begin.size() - end.size()));
                    RedisUses uses;
                    uses.counted = {{&budget, value, window}};
                    states.push_back(redis_figures((*look(*session, uses))[0], uses.counted[0]));
                }
            }
        }
        return states;
    }

    template <typename Visit>
    void replay(Visit& visit) {
        auto const session = pool_.session();
        pay(*session);
        auto const open = checked(session->command({"HGETALL", names_("holds")}));
        RecordReader reader;
        std::uint64_t seq = 0;
        std::uint64_t ticket = 0;
        std::set<std::uint64_t> settled;
        for (bool more = true; more;) {
            session->begin_call();
            auto const page = checked(session->command(
                {"LRANGE", names_("records"), std::to_string(seq), std::to_string(seq + 999)}));
            more = (*page).size() > 0;
            for (std::size_t i = 0; i < (*page).size(); ++i) {
                LedgerRecord record = reader.read((*page)[i].text());
                if (record.kind == RecordKind::hold) {
                    ticket = record.seq;
                    settled.insert(ticket);
                } else if (record.hold != 0 && record.hold == ticket) {
                    record.hold = seq;  // its hold is the one before it
                }
                record.seq = ++seq;
                visit(std::as_const(record));
            }
        }
        for (std::size_t i = 1; i < (*open).size(); i += 2) {
            if ((*open)[i].text().size() >= shortest_record) {
                LedgerRecord record = reader.read((*open)[i].text());
                if (!settled.contains(record.seq)) {
                    record.seq = ++seq;
                    visit(std::as_const(record));
                }
            }
        }
    }

    [[nodiscard]] std::vector<OpenHold> reap(std::chrono::nanoseconds age) {
        Instant const time = now();
        auto const session = pool_.session();
        pay(*session);
        auto const open = checked(session->command({"HGETALL", names_("holds")}));
        std::vector<OpenHold> reaped;
        for (std::size_t i = 1; i < (*open).size(); i += 2) {
            auto const bytes = (*open)[i].text();
            session->begin_call();
            if (bytes.size() < shortest_record) {  // a ticket that nobody may use any more
                if (Instant{std::chrono::nanoseconds{(*open)[i].integer()}} + age <= time) {
                    static_cast<void>(session->command({"HDEL", names_("holds"), (*open)[i - 1].text()}));
                }
                continue;
            }
            RecordReader reader;
            LedgerRecord record = reader.read(bytes);
            if (record.at + age > time) {
                continue;
            }
            OpenHold hold{.record = record.seq,
                          .id = {std::string{record.operation}, record.attempt},
                          .tags = Tags::from({record.tags.begin(), record.tags.end()}),
                          .model = std::string{record.model},
                          .provider = std::string{record.provider},
                          .category = record.category,
                          .amount = record.amount,
                          .at = record.at};
            Held const held{.id = hold.id,
                            .account = account(hold.tags),
                            .amount = hold.amount,
                            .at = hold.at,
                            .ticket = record.seq};
            record.kind = RecordKind::settle;
            record.hold = std::exchange(record.seq, 0);
            record.time = time;
            record.quality = UsageQuality::estimated;
            if (perform(*session, finish_call(held, record, "settle"))) {
                reaped.push_back(std::move(hold));
            }
        }
        return reaped;
    }

    [[nodiscard]] Loan lend(std::span<LoanAsk const> asks) {
        RedisUses uses;
        std::vector<std::string> arguments{operation_life};
        for (LoanAsk const& ask : asks) {
            uses.counted.push_back(ask.use);
            RedisAmount const spent{ask.spent};
            arguments.insert(arguments.end(), {RedisAmount{ask.most}.plus(), RedisAmount{ask.least}.plus(),
                                               spent.plus(), spent.excess(), ask.forced ? "1" : "0"});
        }
        auto const session = pool_.session();
        pay(*session);
        auto const keys = uses.keys(names_, {names_.operation(std::to_string(new_ticket()))});
        auto const reply = run_on_counters(*session, scripts_.lend, uses, keys, arguments);
        Loan loan;
        if ((*reply).is_list()) {
            for (std::size_t i = 0; i < asks.size(); ++i) {
                auto const* const tightest = std::get_if<Refusal>(&loan);
                auto refusal = asks[i].forced
                                   ? std::nullopt
                                   : RedisUses::refusal_of((*reply)[i], asks[i].use, asks[i].least);
                if (refusal && (tightest == nullptr || refusal->left() < tightest->left())) {
                    loan = *std::move(refusal);
                }
            }
        } else {
            std::vector<Usd> given;
            for (std::size_t i = 0; i < asks.size(); ++i) {
                given.push_back((*reply).text()[i + 1] == '1' ? asks[i].most : asks[i].least);
            }
            loan = std::move(given);
        }
        if (listening_) {
            auto const figures = look(*session, uses);
            auto const* const refusal = std::get_if<Refusal>(&loan);
            tell(*session, uses, [&](CounterUse const& use, std::size_t i) {
                auto view = view_of(redis_figures((*figures)[i], use));
                view->refused = refusal != nullptr && refusal->budget == use.budget->name;
                return view;
            });
        }
        return loan;
    }

    void on_alert(std::function<void(Alert const&)> alert) {
        std::scoped_lock const lock{mutex_};
        listening_ = static_cast<bool>(alert);
        listener_ = std::move(alert);
    }

    void call_alerts() {
        if (!due_.load(std::memory_order_acquire)) {
            return;
        }
        std::unique_lock lock{mutex_};
        auto const alerts = std::exchange(alerts_, {});
        due_.store(false, std::memory_order_relaxed);
        auto const call = listener_;
        lock.unlock();
        for (Alert const& alert : alerts) {
            if (call) {
                call(alert);
            }
        }
    }

    std::vector<Budget> const budgets;

private:
    static constexpr std::size_t shortest_record = 32;      // what is shorter in `holds` is a mark
    static constexpr char const* operation_life = "86400";  // seconds in which a command may be repeated
    inline static std::string const generation = std::to_string(RecentIds::generation);

    /// A script with all that it needs, so that it can be run later.
    struct Call {
        RedisScript const* script;
        std::vector<std::string> keys;
        std::vector<std::string> arguments;
        RedisUses uses;
        Instant at = {};
    };

    [[nodiscard]] static std::vector<Budget> checked(std::vector<Budget> budgets) {
        require_budgets(budgets);
        return budgets;
    }

    [[nodiscard]] static RedisReply checked(RedisReply reply) {
        if ((*reply).is_error()) {
            auto const text = (*reply).text();
            if (text.find("OVERFLOW") != std::string_view::npos) {
                throw std::overflow_error("centavo: a counter in Redis beyond 9.22 million USD");
            }
            throw RedisError{std::string{text}, RedisError::Outcome::not_run};
        }
        return reply;
    }

    static RedisReply run(RedisConnection& connection, RedisScript const& script,
                          std::vector<std::string> const& keys, std::vector<std::string> const& arguments) {
        return checked(connection.run(script, keys, arguments));
    }

    [[nodiscard]] RedisUses uses_of(Account const& account, Instant at) const {
        return RedisUses{counters_of(budgets, account, at)};
    }

    [[nodiscard]] RedisReply look(RedisConnection& connection, RedisUses const& uses) {
        return run(connection, scripts_.look, uses.keys(names_, {}), {});
    }

    /// Runs a script that says 'new' where a counter is not there yet, which is then made.
    RedisReply run_on_counters(RedisConnection& connection, RedisScript const& script, RedisUses const& uses,
                               std::vector<std::string> const& keys,
                               std::vector<std::string> const& arguments) {
        for (int attempt = 0; attempt < 3; ++attempt) {
            auto reply = run(connection, script, keys, arguments);
            if ((*reply).text() != "new") {
                return reply;
            }
            create(connection, uses);
        }
        throw RedisError{"the counters of this monitor vanish", RedisError::Outcome::not_run};
    }

    void create(RedisConnection& connection, RedisUses const& uses) {
        using std::chrono::ceil, std::chrono::seconds;
        Instant const time = now();
        std::vector<std::string> arguments{std::to_string(ceil<seconds>(time.time_since_epoch()).count())};
        for (CounterUse const& use : uses.counted) {
            auto const kept =
                ceil<seconds>(std::max(use.window.end - time, std::chrono::nanoseconds{0})) + late_settles_;
            arguments.insert(
                arguments.end(),
                {use.budget->name, to_string(use.key()),
                 use.window.end == Instant::max() ? std::string{} : std::to_string(kept.count())});
        }
        run(connection, scripts_.create, uses.keys(names_, {names_("limits"), names_("index")}), arguments);
    }

    [[nodiscard]] std::optional<Refusal> raise(RedisConnection& connection, RedisUses const& uses,
                                               Held const& held, RedisAmount const& amount) {
        if (amount.up == 0) {
            create(connection, uses);  // adding nothing does not show whether a counter is there
        }
        auto const keys = uses.keys(names_, {names_("holds")});
        LedgerRecord record = record_of(RecordKind::hold, held);
        record.time = held.at;
        std::vector<std::string> const arguments{
            std::to_string(held.ticket), bytes_of(record), amount.minus(), amount.plus(),
            uses.digits([](CounterUse const& use) { return use.budget->enforcement == Enforcement::hard; })};
        try {
            auto const reply = run_on_counters(connection, scripts_.reserve, uses, keys, arguments);
            return (*reply).is_list() ? uses.refusal(*reply, held.amount) : std::nullopt;
        } catch (RedisError const& failure) {
            std::scoped_lock const lock{mutex_};
            --open_;
            if (failure.outcome() == RedisError::Outcome::unknown) {
                doubtful_.push_back(held);
                owes_.store(true, std::memory_order_release);
            }
            throw;
        }
    }

    [[nodiscard]] Call finish_call(Held const& held, LedgerRecord const& record, std::string what) {
        Call call{.script = &scripts_.settle,
                  .keys = {},
                  .arguments = {},
                  .uses = uses_of(held.account, held.at),
                  .at = held.at};
        call.keys =
            call.uses.keys(names_, {names_("holds"), names_("records"), names_("ids"), names_("ids:old")});
        LedgerRecord back = record_of(RecordKind::release, held);
        back.time = record.time;
        RedisAmount const charge{record.amount};
        call.arguments = {std::to_string(held.ticket),
                          std::move(what),
                          bytes_of(record),
                          bytes_of(back),
                          RedisAmount{held.amount}.plus(),
                          charge.plus(),
                          charge.excess(),
                          name_of(held.id),
                          generation,
                          std::to_string(held.at.time_since_epoch().count())};
        return call;
    }

    void finish(Held const& held, LedgerRecord const& record, std::string what) {
        perform(finish_call(held, record, std::move(what)));
    }

    /// Runs a charge now; or, where that was named, owes it.
    void perform(Call call) {
        try {
            auto const session = pool_.session();
            pay(*session);
            perform(*session, call);
        } catch (RedisError const&) {
            if (when_store_fails_ == StoreFailure::refuse) {
                throw;
            }
            std::scoped_lock const lock{mutex_};
            owed_.push_back(std::move(call));
            owes_.store(true, std::memory_order_release);
        }
    }

    /// Whether it changed anything: the first time.
    bool perform(RedisConnection& connection, Call const& call) {
        auto const reply = run_on_counters(connection, *call.script, call.uses, call.keys, call.arguments);
        if (!(*reply).is_list()) {
            return false;
        }
        if (listening_) {
            tell(connection, call.uses, [&](CounterUse const& use, std::size_t i) {
                return view_of(redis_figures((*reply)[i], use));
            });
        }
        return true;
    }

    /// Writes what dropped holds, failed charges and reserves without an answer left behind.
    void pay(RedisConnection& connection) {
        if (!owes_.load(std::memory_order_acquire)) {
            return;
        }
        std::vector<Held> dropped;
        std::vector<Held> doubtful;
        std::vector<Call> calls;
        {
            std::scoped_lock const lock{mutex_};
            dropped.swap(dropped_);
            dropped_.reserve(2 * open_ + 2);
            doubtful.swap(doubtful_);
            calls.swap(owed_);
            owes_.store(false, std::memory_order_relaxed);
        }
        for (Held const& held : dropped) {
            LedgerRecord record = record_of(RecordKind::settle, held);
            record.amount = held.due_when_dropped();
            calls.push_back(finish_call(held, record, held.dispatched ? "settle" : "release"));
        }
        for (Held const& held : doubtful) {
            calls.push_back(finish_call(held, record_of(RecordKind::release, held), "cancel"));
        }
        for (std::size_t i = 0; i < calls.size(); ++i) {
            try {
                perform(connection, calls[i]);
            } catch (std::exception const&) {
                std::scoped_lock const lock{mutex_};
                std::move(calls.begin() + static_cast<std::ptrdiff_t>(i), calls.end(),
                          std::back_inserter(owed_));
                owes_.store(true, std::memory_order_release);
                throw;
            }
        }
    }

    /// A dropped hold must find room where it can be kept, since its destructor may not allocate.
    void keep_room_for_drop() {
        std::scoped_lock const lock{mutex_};
        ++open_;
        if (dropped_.capacity() < dropped_.size() + open_) {
            dropped_.reserve(2 * (dropped_.size() + open_));
        }
    }
    void forget_room() {
        std::scoped_lock const lock{mutex_};
        --open_;
    }

    [[nodiscard]] LedgerRecord record_of(RecordKind kind, Held const& held) {
        return {.kind = kind,
                .seq = kind == RecordKind::hold ? held.ticket : 0,
                .hold = kind == RecordKind::hold ? 0 : held.ticket,
                .time = now(),
                .at = held.at,
                .operation = held.id.operation,
                .attempt = held.id.attempt,
                .amount = held.amount,
                .category = held.category(),
                .quality = UsageQuality::estimated,
                .model = held.model(),
                .provider = held.provider(),
                .tags = held.account.all_tags()};
    }

    static void fill(LedgerRecord& record, Charge const& charge) {
        record.amount = charge.amount;
        record.category = charge.category;
        record.quality = charge.quality;
        record.model = charge.model;
        record.provider = charge.provider;
        record.lines = charge.lines;
        record.reported_cost = charge.reported_cost;
        record.note = charge.note;
    }

    [[nodiscard]] static std::string bytes_of(LedgerRecord const& record) {
        std::string bytes;
        encode_record(record, bytes);
        return bytes;
    }

    [[nodiscard]] static std::string name_of(RecordId const& id) {
        return id.operation.empty() ? std::string{} : std::to_string(id.attempt) + "/" + id.operation;
    }

    [[nodiscard]] std::string value_with_room(std::size_t budget, std::string value) {
        auto const window = window_of(budgets[budget].period, now(), budgets[budget].calendar);
        std::scoped_lock const lock{mutex_};
        Values& values = values_[budget];
        if (values.begin != window.begin) {
            values = {.begin = window.begin};
        }
        if (values.seen.size() >= most_values_ && !values.seen.contains(value)) {
            return std::string{CounterTable::other};
        }
        values.seen.insert(value);
        return value;
    }

    [[nodiscard]] static std::string unescaped(std::string_view name) {
        std::string text;
        for (std::size_t i = 0; i < name.size(); ++i) {
            unsigned code = 0;
            if (name[i] == '%' && i + 2 < name.size() &&
                std::from_chars(name.data() + i + 1, name.data() + std::min(i + 3, name.size()), code, 16)
                        .ec == std::errc{}) {
                text += static_cast<char>(code);
                i += 2;
            } else {
                text += name[i];
            }
        }
        return text;
    }

    [[nodiscard]] static std::optional<AlertView> view_of(BudgetState const& state) {
        return AlertView{.limit = state.limit, .spent = state.spent};
    }
    [[nodiscard]] static std::optional<AlertView> view_of(Refusal const& refusal) {
        return AlertView{.limit = refusal.limit, .spent = refusal.spent, .refused = true};
    }

    /// Asks the server for the right to tell what is due, and keeps it to be told without a lock.
    template <typename View>
    void tell(RedisConnection& connection, RedisUses const& uses, View view_at) {
        if (!listening_) {
            return;
        }
        Instant const time = now();
        for (std::size_t i = 0; i < uses.counted.size(); ++i) {
            CounterUse const& use = uses.counted[i];
            std::optional<AlertView> view = view_at(use, i);
            if (!view || !use.window.contains(time)) {
                continue;
            }
            if (auto const forecast = Pace{}.forecast(use.window, time, view->spent)) {
                view->forecast = forecast->even;
            }
            auto const rules = rules_of(use.budget->alerts);
            auto const name = to_string(use.key());
            std::uint32_t bits = told_of(name);
            for (AlertRule const& rule : due_rules(rules, *view, bits)) {
                auto const ticket = std::to_string(new_ticket());
                auto const alert = alert_of(rule, *use.budget, use.value, *view, use.window);
                auto const won = run(connection, scripts_.tell, {names_.counter(name), names_("records")},
                                     {rule.name(), ticket, bytes_of(alert, rule, time)});
                if ((*won).integer() == 1) {
                    std::scoped_lock const lock{mutex_};
                    alerts_.push_back(alert);
                    due_.store(true, std::memory_order_release);
                }
            }
            std::scoped_lock const lock{mutex_};
            if (told_.size() >= 10'000) {
                told_.clear();  // the server remembers
            }
            told_[name] |= bits;
        }
    }

    [[nodiscard]] std::uint32_t told_of(std::string const& name) {
        std::scoped_lock const lock{mutex_};
        auto const found = told_.find(name);
        return found == told_.end() ? 0 : found->second;
    }

    [[nodiscard]] static std::string bytes_of(Alert const& alert, AlertRule const& rule, Instant time) {
        std::vector<Tag> tags{{"budget", alert.budget}};
        if (!alert.value.empty()) {
            tags.push_back({"value", alert.value});
        }
        auto const note = rule.name();
        return bytes_of(LedgerRecord{.kind = RecordKind::alert,
                                     .time = time,
                                     .at = time,
                                     .amount = alert.spent,
                                     .tags = tags,
                                     .note = note});
    }

    struct Values {
        Instant begin = Instant::max();
        std::unordered_set<std::string> seen = {};
    };

    StoreFailure when_store_fails_;
    std::size_t most_values_;
    std::chrono::seconds late_settles_;
    RedisKeys names_;
    redis_scripts::Scripts scripts_;
    RedisPool pool_;
    Clock clock_;
    std::shared_ptr<char> identity_ = std::make_shared<char>();
    std::mutex mutex_;
    std::mt19937_64 random_;
    Instant latest_ = Instant::min();
    std::vector<Values> values_;
    std::size_t open_ = 0;        // holds
    std::vector<Held> dropped_;   // holds that owe the server what they come to
    std::vector<Held> doubtful_;  // that were never acknowledged
    std::vector<Call> owed_;      // charges that could not be written
    std::vector<Alert> alerts_;   // not yet told
    std::map<std::string, std::uint32_t> told_;
    std::function<void(Alert const&)> listener_;
    std::atomic<bool> listening_ = false;
    std::atomic<bool> owes_ = false;
    std::atomic<bool> due_ = false;
};

}  // namespace centavo::inline v0
