// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/record_codec.hpp>
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

/// A monitor's counters, holds and records in a server, and the scripts that change them. Any thread may use it, each
/// with a connection of its own.
class RedisStore {
public:
    static constexpr std::size_t shortest_record = 32;  // what is shorter among the holds is a mark

    /// Throws std::invalid_argument for a name that no keys can have, and for a time for late settles that is none.
    explicit RedisStore(RedisBudgetsOptions options)
        : names{options.monitor}, late_settles_{options.late_settles}, pool_{std::move(options.redis)} {
        if (late_settles_ < std::chrono::seconds{0} || late_settles_ > std::chrono::days{36'500}) {
            throw std::invalid_argument("late_settles must be between 0 and 36,500 days");
        }
    }

    [[nodiscard]] RedisPool::Session session() { return pool_.session(); }

    /// Tells the server the limits.
    void open(View<Budget> budgets) {
        std::vector<std::string> arguments{names.counter("")};
        for (Budget const& budget : budgets) {
            auto const name = CounterKey{budget.name}.name();
            arguments.insert(arguments.end(), {budget.name, std::to_string(redis_limit(budget.limit)),
                                               name.substr(0, name.find('/') + 1)});
        }
        run(*session(), scripts.open, {names("limits"), names("index")}, arguments);
    }

    /// The reply, unless it is an error: RedisError, or std::overflow_error where 64 bits do not hold a sum.
    [[nodiscard]] static RedisReply checked(RedisReply reply) {
        if ((*reply).is_error()) {
            auto const text = (*reply).text();
            if (text.find("OVERFLOW") != std::string_view::npos) {
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

    /// Runs a script that says 'new' where a counter is not there yet, which is then made.
    RedisReply run_on(RedisConnection& connection, RedisScript const& script, RedisUses const& uses,
                      Instant time, std::vector<std::string> const& keys,
                      std::vector<std::string> const& arguments) {
        for (int attempt = 0; attempt < 3; ++attempt) {
            auto reply = run(connection, script, keys, arguments);
            if ((*reply).text() != "new") {
                return reply;
            }
            create(connection, uses, time);
        }
        throw RedisError{"the counters of this monitor vanish", RedisError::Outcome::not_run};
    }

    /// Makes the counters that are not there. They outlive their windows by what late settles need, by the server's
    /// clock.
    void create(RedisConnection& connection, RedisUses const& uses, Instant time) {
        using std::chrono::ceil, std::chrono::seconds, std::chrono::nanoseconds;
        std::vector<std::string> arguments{std::to_string(ceil<seconds>(time.time_since_epoch()).count())};
        for (CounterRef const& use : uses.counted) {
            bool const ends = use.window.end != Instant::max();
            auto const rest = ends ? std::max(use.window.end - time, nanoseconds{0}) : nanoseconds{0};
            arguments.insert(arguments.end(),
                             {use.budget->name, use.key().name(),
                              ends ? std::to_string((ceil<seconds>(rest) + late_settles_).count()) : ""});
        }
        run(connection, scripts.create, uses.keys(names, {names("limits"), names("index")}), arguments);
    }

    [[nodiscard]] RedisReply look(RedisConnection& connection, RedisUses const& uses) {
        return run(connection, scripts.look, uses.keys(names, {}), {});
    }

    /// Every counter of a window that contains `at`.
    [[nodiscard]] std::vector<BudgetState> states(RedisConnection& connection, View<Budget> budgets,
                                                  Instant at) {
        constexpr std::size_t at_once = 500;
        auto const index = checked(connection.command({"ZRANGE", names("index"), "0", "-1"}));
        std::vector<BudgetState> states;
        for (Budget const& budget : budgets) {
            auto const window = window_of(budget.period, at, budget.calendar);
            auto const values = values_in(*index, CounterKey{budget.name, {}, window.begin}.name());
            for (std::size_t first = 0; first < values.size(); first += at_once) {
                RedisUses uses;
                for (std::size_t i = first; i < std::min(values.size(), first + at_once); ++i) {
                    uses.counted.push_back({&budget, values[i], window});
                }
                connection.begin_call();
                auto const figures = look(connection, uses);
                for (std::size_t i = 0; i < uses.counted.size(); ++i) {
                    states.push_back(redis_figures((*figures)[i], uses.counted[i]));
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

    RedisKeys const names;
    redis_scripts::Scripts const scripts = {};

private:
    /// The values of the counters' names that differ from `sample` in their value only.
    [[nodiscard]] static std::vector<std::string> values_in(RedisValue index, std::string_view sample) {
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
    RedisPool pool_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
