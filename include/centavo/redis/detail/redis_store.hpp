// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/detail/record_frame.hpp>
#include <centavo/budget/window.hpp>
#include <centavo/redis/detail/redis_connection.hpp>
#include <centavo/redis/detail/redis_counters.hpp>
#include <centavo/redis/detail/redis_pool.hpp>
#include <centavo/redis/detail/redis_scripts.hpp>
#include <centavo/redis/redis_options.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A counter as rebuilt from the records, in picodollars.
struct RedisRebuilt {
    std::string name;
    std::int64_t limit = 0;
    std::int64_t left = 0;
    std::int64_t spent = 0;
    std::int64_t fine = 0;
    std::string score = {};  ///< when it may be deleted, by the clock of this process
};

/// The counters, holds and records of a monitor on a server, and the scripts that change them. Any thread may use it, with
/// a connection of its own.
class RedisStore {
public:
    static constexpr std::size_t min_record = 32;  // bytes; shorter values among the holds are marks

    /// Throws std::invalid_argument for a name that keys cannot have, and for late_settles out of range.
    explicit RedisStore(RedisBudgetsOptions options)
        : names{options.monitor},
          late_settles_{options.late_settles}, safety_{options.safety}, pool_{std::move(options.redis)} {
        if (late_settles_ < std::chrono::seconds{0} || late_settles_ > std::chrono::days{36'500}) {
            throw std::invalid_argument("late_settles must be between 0 and 36,500 days");
        }
    }

    [[nodiscard]] RedisPool::Session session() { return pool_.session(); }

    /// Adopts the generation of the data, `fresh` if there is none, and sets the limits. Throws RedisError if data was lost.
    void open(View<Budget> budgets, std::string const& fresh) {
        auto const connection = session();
        require_safe(*connection);
        auto const found =
            run(*connection, scripts.generation,
                {names("generation"), names("limits"), names("records"), names("holds")}, {fresh});
        if (found.text().empty() || found.text() == "lost") {
            throw_lost();
        }
        names.set_generation(std::string{found.text()});
        set_limits(*connection, budgets);
    }

    /// Replaces all counters by those that `sums` returns, which reads the records, under the generation `fresh`.
    template <typename Sums>
    void rebuild(View<Budget> budgets, std::string const& fresh, Sums sums) {
        auto const connection = session();
        require_safe(*connection);
        expect_ok(connection->command({"SET", names("generation"), "rebuilding"}));
        // From here on other processes find their counters missing, and the data lost.
        delete_all(*connection, names("counter:") + "*");
        delete_all(*connection, names("index:") + "*");
        names.set_generation(fresh);
        set_limits(*connection, budgets);
        for (RedisRebuilt const& counter : sums(*connection)) {
            connection->begin_call();
            write(*connection, counter);
        }
        connection->begin_call();
        expect_ok(connection->command({"SET", names("generation"), fresh}));
    }

    [[noreturn]] static void throw_lost() {
        throw RedisError{
            "the server lost data of this monitor, so that its counters cannot be relied on; open the store "
            "again with RedisOpen::rebuild to compute them from the records that are left",
            RedisError::Outcome::lost};
    }

    /// The reply, unless it is an error: RedisError, or std::overflow_error if 64 bits do not hold a sum.
    [[nodiscard]] static RedisReply checked(RedisReply reply) {
        if (reply.is_error()) {
            auto const text = reply.text();
            if (text.starts_with("OVERFLOW")) {
                throw std::overflow_error("a counter in Redis would exceed 9.22 million USD");
            }
            throw RedisError{std::string{text}, RedisError::Outcome::not_run};
        }
        return reply;
    }

    static RedisReply run(RedisConnection& connection, RedisScript const& script,
                          std::vector<std::string> const& keys, std::vector<std::string> const& arguments) {
        return checked(connection.run(script, keys, arguments));
    }

    /// Runs a script that replies 'new' if a counter does not exist yet, which is then created.
    RedisReply run_on(RedisConnection& connection, RedisScript const& script, RedisCounterSet const& touched,
                      Instant time, std::vector<std::string> const& keys,
                      std::vector<std::string> const& arguments) {
        for (int attempt = 0; attempt < 3; ++attempt) {
            auto reply = run(connection, script, keys, arguments);
            if (reply.text() != "new") {
                return reply;
            }
            create(connection, touched, time);
        }
        throw_lost();
    }

    /// Creates the counters that do not exist. They are kept beyond their windows for late settles, by the server's clock.
    void create(RedisConnection& connection, RedisCounterSet const& touched, Instant time) {
        std::vector<std::string> arguments{names.generation(), names.counter("")};
        for (CounterRef const& ref : touched.counters) {
            arguments.insert(arguments.end(),
                             {ref.budget->name, ref.key().name(), needed_seconds(ref.window, time)});
        }
        auto const reply =
            run(connection, scripts.create,
                touched.keys(names, {names("generation"), names("limits"), names.index()}), arguments);
        if (reply.text() == "lost") {
            throw_lost();
        }
        if (!reply.is_integer()) {
            throw_unexpected_reply("to the creation of counters");
        }
    }

    [[nodiscard]] RedisReply look(RedisConnection& connection, RedisCounterSet const& touched) {
        auto figures = run(connection, scripts.look, touched.keys(names, {}), {});
        require_figures(figures, touched);
        return figures;
    }

    /// Throws RedisError unless a reply has the figures of these counters.
    static void require_figures(RedisReply const& reply, RedisCounterSet const& touched) {
        if (!reply.is_list() || reply.size() != touched.counters.size()) {
            throw_unexpected_reply("the figures of the counters are missing");
        }
        for (std::size_t i = 0; i < reply.size(); ++i) {
            for (std::size_t field = 0; field < 4; ++field) {
                if (!reply[i][field].is_nil()) {
                    static_cast<void>(reply[i][field].integer());
                }
            }
        }
    }

    /// Every counter of a window that contains `at`.
    [[nodiscard]] std::vector<BudgetState> states(RedisConnection& connection, View<Budget> budgets,
                                                  Instant at) {
        constexpr std::size_t at_once = 500;
        auto const index = checked(connection.command({"ZRANGE", names.index(), "0", "-1"}));
        std::vector<BudgetState> states;
        for (Budget const& budget : budgets) {
            auto const window = window_of(budget.period, at, budget.calendar);
            auto const values = values_in(index, CounterKey{budget.name, {}, window.begin}.name());
            for (std::size_t first = 0; first < values.size(); first += at_once) {
                RedisCounterSet touched;
                for (std::size_t i = first; i < std::min(values.size(), first + at_once); ++i) {
                    touched.counters.push_back({&budget, values[i], window});
                }
                connection.begin_call();
                auto const figures = look(connection, touched);
                for (std::size_t i = 0; i < touched.counters.size(); ++i) {
                    states.push_back(redis_figures(figures[i], touched.counters[i]));
                }
            }
        }
        return states;
    }

    /// The tickets of open holds and their records, in turn.
    [[nodiscard]] RedisReply holds(RedisConnection& connection) {
        return checked(connection.command({"HGETALL", names("holds")}));
    }

    /// Visits every record, then those of the holds that are open.
    template <typename Visit>
    void replay(RedisConnection& connection, Visit& visit) {
        auto const open = holds(connection);
        RecordReader reader;
        std::uint64_t seq = 0;
        std::uint64_t ticket = 0;
        std::set<std::uint64_t> settled;
        for (bool more = true; more;) {
            connection.begin_call();
            auto const page = checked(connection.command(
                {"LRANGE", names("records"), std::to_string(seq), std::to_string(seq + 999)}));
            more = page.size() > 0;
            for (std::size_t i = 0; i < page.size(); ++i) {
                LedgerRecord record = read_record(reader, page[i].text());
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
        for (std::size_t i = 1; i < open.size(); i += 2) {
            if (open[i].text().size() >= min_record) {
                LedgerRecord record = read_record(reader, open[i].text());
                if (!settled.contains(record.seq)) {
                    record.seq = ++seq;
                    visit(std::as_const(record));
                }
            }
        }
    }

    /// A record; refers to the reader. Throws MalformedLedger if it is damaged.
    [[nodiscard]] static LedgerRecord read_record(RecordReader& reader, std::string_view frame) {
        auto const payload = payload_of(frame);
        if (payload.empty() || payload.size() + frame_head_size != frame.size()) {
            throw MalformedLedger("a record in Redis is damaged: its checksum does not match");
        }
        return reader.read(payload);
    }

    RedisKeys names;  // constant once the store is open
    redis_scripts::Scripts const scripts = {};

    /// When the counter of a window may be deleted, in seconds since 1970; "+inf" if its window does not end.
    [[nodiscard]] std::string needed_until(Window const& window) const {
        if (window.end == Instant::max()) {
            return "+inf";
        }
        using std::chrono::ceil, std::chrono::seconds;
        return std::to_string((ceil<seconds>(window.end.time_since_epoch()) + late_settles_).count());
    }

    [[nodiscard]] RedisServerSettings const& settings() const noexcept { return settings_; }

private:
    /// Reads the settings of the server. Throws RedisError if they are less safe than required.
    void require_safe(RedisConnection& connection) {
        auto const info = [&](std::string_view section) {
            auto const reply = connection.command({"INFO", section});
            return reply.is_error() ? std::string{} : std::string{reply.text()};
        };
        std::string const memory = info("memory");
        std::string const persistence = info("persistence");
        settings_.eviction_policy = member(memory, "\nmaxmemory_policy:");
        if (auto const limit = member(memory, "\nmaxmemory:"); !limit.empty()) {
            settings_.evicts = limit != "0" && settings_.eviction_policy.starts_with("allkeys");
        }
        if (auto const enabled = member(persistence, "\naof_enabled:"); !enabled.empty()) {
            settings_.append_only = enabled == "1";
        }
        auto const fsync = connection.command({"CONFIG", "GET", "appendfsync"});  // not every account may ask
        settings_.fsync = fsync.size() == 2 ? std::string{fsync[1].text()} : std::string{};
        if (safety_ != RedisSafety::report && settings_.evicts == true) {
            throw RedisError{"the server may evict counters: its maxmemory-policy is " +
                                 settings_.eviction_policy +
                                 "; use noeviction or a volatile policy, or RedisSafety::report",
                             RedisError::Outcome::not_run};
        }
        if (safety_ == RedisSafety::durable &&
            (settings_.append_only != true || settings_.fsync != "always")) {
            throw RedisError{
                "the server may lose writes when it crashes; set appendonly yes and appendfsync always",
                RedisError::Outcome::not_run};
        }
    }

    [[nodiscard]] static std::string member(std::string_view info, std::string_view name) {
        auto const at = info.find(name);
        auto const rest = at == std::string_view::npos ? std::string_view{} : info.substr(at + name.size());
        return std::string{rest.substr(0, rest.find_first_of("\r\n"))};
    }

    void set_limits(RedisConnection& connection, View<Budget> budgets) {
        std::vector<std::string> arguments{names.counter("")};
        for (Budget const& budget : budgets) {
            auto const name = CounterKey{budget.name}.name();
            arguments.insert(arguments.end(), {budget.name, std::to_string(redis_limit(budget.limit)),
                                               name.substr(0, name.find('/') + 1)});
        }
        run(connection, scripts.open, {names("limits"), names.index()}, arguments);
    }

    static void expect_ok(RedisReply reply) {
        if (checked(std::move(reply)).text() != "OK") {
            throw_unexpected_reply("OK is missing");
        }
    }

    /// How long a counter is needed after `time`; empty if its window does not end.
    [[nodiscard]] std::string needed_seconds(Window const& window, Instant time) const {
        using std::chrono::ceil, std::chrono::seconds, std::chrono::nanoseconds;
        if (window.end == Instant::max()) {
            return {};
        }
        auto const rest = std::max(window.end - time, nanoseconds{0});
        return std::to_string((ceil<seconds>(rest) + late_settles_).count());
    }

    void write(RedisConnection& connection, RedisRebuilt const& counter) {
        auto const key = names.counter(counter.name);
        static_cast<void>(checked(connection.command(
            {"HSET", key, "left", std::to_string(counter.left), "spent", std::to_string(counter.spent),
             "fine", std::to_string(counter.fine), "limit", std::to_string(counter.limit)})));
        static_cast<void>(checked(connection.command({"ZADD", names.index(), counter.score, counter.name})));
    }

    static void delete_all(RedisConnection& connection, std::string const& pattern) {
        std::string escaped;  // braces and stars of names are literal in patterns but for these
        for (char const c : pattern.substr(0, pattern.size() - 1)) {
            escaped += c == '*' || c == '?' || c == '[' || c == '\\' ? "\\" + std::string{c} : std::string{c};
        }
        escaped += '*';
        std::string cursor = "0";
        do {
            connection.begin_call();
            auto const page =
                checked(connection.command({"SCAN", cursor, "MATCH", escaped, "COUNT", "1000"}));
            cursor = page[0].text();
            for (std::size_t i = 0; i < page[1].size(); ++i) {
                static_cast<void>(checked(connection.command({"DEL", page[1][i].text()})));
            }
        } while (cursor != "0");
    }

    /// The values of the counters' names that differ from `sample` in their value only.
    [[nodiscard]] static std::vector<std::string> values_in(RedisReply const& index,
                                                            std::string_view sample) {
        auto const slash = sample.find('/') + 1;
        auto const begin = sample.substr(0, slash);
        auto const end = sample.substr(slash);
        std::vector<std::string> values;
        for (std::size_t i = 0; i < index.size(); ++i) {
            auto const name = index[i].text();
            if (name.starts_with(begin) && name.ends_with(end)) {
                values.push_back(
                    unescaped(name.substr(begin.size(), name.size() - begin.size() - end.size())));
            }
        }
        return values;
    }

    [[nodiscard]] static std::string unescaped(std::string_view name) {
        std::string text;
        for (std::size_t i = 0; i < name.size(); ++i) {
            unsigned code = 0;
            char const* const digits = name.data() + i + 1;
            if (name[i] == '%' && i + 2 < name.size() &&
                std::from_chars(digits, digits + 2, code, 16).ec == std::errc{}) {
                text += static_cast<char>(code);
                i += 2;
            } else {
                text += name[i];
            }
        }
        return text;
    }

    std::chrono::seconds late_settles_;
    RedisSafety safety_;
    RedisServerSettings settings_ = {};
    RedisPool pool_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
