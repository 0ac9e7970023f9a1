// SPDX-License-Identifier: MIT
#include <centavo/cost_monitor.hpp>
#include <centavo/redis/redis_budgets.hpp>

#include <support/redis_server.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <concepts>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

static_assert(std::derived_from<RedisError, Error>);

namespace {

testing::RedisServer* server_or_skipped() {
    auto* const server = testing::shared_redis_server();
    if (server == nullptr) {
        std::cout << "skipped: CENTAVO_REDIS_SERVER is not set, and no redis-server is installed\n";
    }
    return server;
}

std::vector<Budget> daily(Usd limit) { return {{.name = "daily", .limit = limit}}; }

}  // namespace

TEST_CASE("the error for a server that cannot be reached names Redis once, and the address") {
    std::string message;
    try {
        RedisBudgets const store{{.budgets = daily(1_usd)}, {.redis = {.port = 1, .connect_timeout = 100ms}}};
    } catch (RedisError const& error) {
        message = error.what();
    }
    CHECK(message.starts_with("redis: "));
    CHECK(message.find("redis: ", 1) == std::string::npos);
    CHECK(message.ends_with("(127.0.0.1:1)"));
}

TEST_CASE("two monitors on two machines share one budget") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    auto const monitor = [&] {
        return CostMonitor<RedisBudgets>{
            RedisBudgets{CostMonitor<RedisBudgets>::store_options({.daily_budget = 50_usd}),
                         {.redis = server->options(), .monitor = "chat"}}};
    };
    auto here = monitor();
    auto there = monitor();
    auto held = here.reserve(30_usd);
    REQUIRE(held);
    CHECK_FALSE(there.reserve(30_usd));
    CHECK(there.held() == 30_usd);
    held->settle(12_usd);
    CHECK(there.spent() == 12_usd);
    CHECK(there.reserve(30_usd));
}

TEST_CASE("money finer than a picodollar is exact in the figures and never above the limit") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets store{{.budgets = daily(Usd::parse("0.000000000002"))}, {.redis = server->options()}};
    Usd const atto = Usd::from_atto(1);
    store.record({}, {}, {.amount = atto});
    CHECK(store.find("daily")->spent == atto);
    CHECK(store.remaining({}) == Usd::parse("0.000000000001"));  // what was charged is rounded up
    CHECK(store.reserve({}, {.amount = atto * 1'000'000}));
    CHECK_FALSE(store.reserve({}, {.amount = atto * 1'000'001}));
}

TEST_CASE("sums beyond the doubles of Lua are exact") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Usd const limit =
        Usd::parse("9223372.036854775807");  // 2^63 - 1 picodollars; a double counts them by 1,024
    RedisBudgets store{{.budgets = daily(limit)}, {.redis = server->options()}};
    Usd const pico = Usd::parse("0.000000000001");
    auto most = store.reserve({}, {.amount = limit - pico});
    REQUIRE(most);
    CHECK_FALSE(store.reserve({}, {.amount = pico * 2}));
    CHECK(store.reserve({}, {.amount = pico}));  // given back at once
    most->settle(limit - pico * 3);
    CHECK(store.remaining({}) == pico * 3);
    CHECK(store.find("daily")->spent == limit - pico * 3);
}

TEST_CASE("an amount beyond 64 bits of picodollars is rejected and changes nothing") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    CHECK_THROWS_AS((RedisBudgets{{.budgets = daily(9'300'000_usd)}, {.redis = server->options()}}),
                    std::overflow_error);
    RedisBudgets store{{.budgets = {{.name = "soft", .limit = 1_usd, .enforcement = Enforcement::soft},
                                    {.name = "other", .limit = 2_usd, .enforcement = Enforcement::soft}}},
                       {.redis = server->options()}};
    CHECK_THROWS_AS(store.reserve({}, {.amount = 9'300'000_usd}), std::overflow_error);
    store.record({}, {}, {.amount = 9'000'000_usd});
    CHECK_THROWS_AS(store.record({}, {}, {.amount = 300'000_usd}), std::overflow_error);
    CHECK_THROWS_AS(store.reserve({}, {.amount = 300'000_usd}), std::overflow_error);
    CHECK(store.find("soft")->spent == 9'000'000_usd);
    CHECK(store.find("other")->spent == 9'000'000_usd);
    CHECK(store.find("other")->held == Usd{});
}

TEST_CASE("the limit is that of the process that opened the store last, in current windows too") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets before{{.budgets = daily(10_usd)}, {.redis = server->options()}};
    before.record({}, {}, {.amount = 4_usd});
    RedisBudgets after{{.budgets = daily(5_usd)}, {.redis = server->options()}};
    CHECK(after.remaining({}) == 1_usd);
    CHECK_FALSE(before.reserve({}, {.amount = 2_usd}));
    CHECK(before.find("daily")->limit == 5_usd);
}

TEST_CASE("a hold of a dead process stays held until it is reaped") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    ManualClock time{Instant{std::chrono::hours{24 * 365 * 56}}};
    RedisBudgets store{{.budgets = daily(10_usd)}, {.redis = server->options()}, time.clock()};
    auto lost = store.reserve({}, {.amount = 3_usd, .id = {"op-7", 1}});
    REQUIRE(lost);
    time.advance(1h);
    auto recent = store.reserve({}, {.amount = 2_usd});
    REQUIRE(recent);
    auto const reaped = store.reap(30min);
    REQUIRE(reaped.size() == 1);
    CHECK(reaped[0].id == IdempotencyKey{"op-7", 1});
    CHECK(store.find("daily")->spent == 3_usd);
    CHECK(store.find("daily")->held == 2_usd);
    try {
        lost->settle(1_usd);
        FAIL("settled");
    } catch (RedisError const& failure) {
        CHECK(failure.outcome() == RedisError::Outcome::reaped);
    }
    CHECK(store.find("daily")->spent == 3_usd);
    CHECK(store.reap(30min).empty());
    CHECK(store.reap(std::chrono::nanoseconds::max()).empty());
}

TEST_CASE("every key of a monitor has one hash tag, and counters have no expiry") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets store{{.budgets = {{.name = "minute", .limit = 1_usd, .period = Period::minute}}},
                       {.redis = server->options(), .monitor = "tagged", .late_settles = 100s}};
    store.record({}, {"op", 1}, {.amount = 1_cent});
    auto held = store.reserve({}, {.amount = 1_cent});
    RedisConnection connection{server->options()};
    auto const keys = connection.command({"KEYS", "*"});
    CHECK(keys.size() >= 5);
    int counters = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto const key = keys[i].text();
        CHECK(key.starts_with("{centavo:tagged}:"));
        if (key.starts_with("{centavo:tagged}:counter:")) {
            ++counters;
            CHECK(connection.command({"TTL", key}).integer() == -1);
        }
    }
    CHECK(counters >= 1);
    CHECK_THROWS_AS((RedisBudgets{{.budgets = daily(1_usd)}, {.redis = server->options(), .monitor = "a}b"}}),
                    std::invalid_argument);
}

TEST_CASE("a counter is deleted once its window and the time for late settles are over") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets store{{.budgets = {{.name = "minute", .limit = 1_usd, .period = Period::minute}}},
                       {.redis = server->options(), .monitor = "old"}};
    store.record({}, {}, {.amount = 1_cent});
    RedisConnection connection{server->options()};
    auto const indexes = connection.command({"KEYS", "{centavo:old}:index:*"});
    REQUIRE(indexes.size() == 1);
    auto const names = connection.command({"ZRANGE", indexes[0].text(), "0", "-1"});
    static_cast<void>(
        connection.command({"ZADD", indexes[0].text(), "1", names[0].text()}));  // over since 1970
    RedisBudgets{{.budgets = {{.name = "other", .limit = 1_usd}}},
                 {.redis = server->options(), .monitor = "old"}}
        .record({}, {}, {.amount = 1_cent});
    auto const counters = connection.command({"KEYS", "{centavo:old}:counter:*"});
    REQUIRE(counters.size() == 1);
    CHECK(counters[0].text().find("/other") == std::string_view::npos);
    CHECK(counters[0].text().find("other/") != std::string_view::npos);
}

TEST_CASE("data that the server loses is detected and never counts as settled") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisConnection connection{server->options()};
    static_cast<void>(connection.command({"FLUSHALL"}));
    auto const open = [&](RedisOpen how = RedisOpen::existing) {
        return RedisBudgets{{.budgets = {{.name = "all", .limit = 10_usd, .period = Period::total},
                                         {.name = "user", .limit = 10_usd, .scope = {"user"}}}},
                            {.redis = server->options(), .monitor = "loss", .open = how}};
    };
    auto const outcome_of = [](auto act) -> std::optional<RedisError::Outcome> {
        try {
            act();
        } catch (RedisError const& failure) {
            return failure.outcome();
        }
        return std::nullopt;
    };
    auto store = open();
    auto const ann = store.account({{"user", "ann"}});
    auto held = store.reserve(ann, {.amount = 4_usd});
    REQUIRE(held);
    store.record(ann, {}, {.amount = Usd::parse("2.5000000000001")});

    CHECK(check_counters(store).empty());

    SECTION("a sum") {
        auto const counters = connection.command({"KEYS", "{centavo:loss}:counter:*:user/*"});
        REQUIRE(counters.size() == 1);
        static_cast<void>(connection.command({"HINCRBY", counters[0].text(), "spent", "1000000"}));
        CHECK(check_counters(store).size() == 1);
    }
    SECTION("everything") {
        static_cast<void>(connection.command({"FLUSHALL"}));
        CHECK(outcome_of([&] { held->settle(3_usd); }) == RedisError::Outcome::lost);
        auto const denied = store.reserve({}, {.amount = 1_usd});
        REQUIRE_FALSE(denied);
        CHECK(denied.denial().reason == DenialReason::store);
        CHECK(outcome_of([&] { store.record({}, {}, {.amount = 1_usd}); }) == RedisError::Outcome::lost);
        auto again = open();  // starts from what is left, which is nothing
        CHECK(again.reserve({}, {.amount = 1_usd}));
        CHECK_FALSE(store.reserve({}, {.amount = 1_usd}));  // the old generation stays lost
    }
    SECTION("the counters") {
        auto const counters = connection.command({"KEYS", "{centavo:loss}:counter:*"});
        for (std::size_t i = 0; i < counters.size(); ++i) {
            static_cast<void>(connection.command({"DEL", counters[i].text()}));
        }
        CHECK_FALSE(store.reserve({}, {.amount = 1_usd}));
        CHECK_FALSE(open().reserve({}, {.amount = 1_usd}));
        auto rebuilt = open(RedisOpen::rebuild);
        CHECK(rebuilt.find("all")->spent == Usd::parse("2.5000000000001"));
        CHECK(rebuilt.find("all")->held == 4_usd);
        CHECK(rebuilt.find("user", "ann")->held == 4_usd);
        CHECK_FALSE(rebuilt.reserve({}, {.amount = 4_usd}));
        rebuilt.reserve({}, {.amount = 3_usd})->release();
        CHECK_FALSE(store.reserve({}, {.amount = 1_usd}));
        CHECK(open().reserve({}, {.amount = 3_usd}));
    }
    SECTION("the generation") {
        static_cast<void>(connection.command({"DEL", "{centavo:loss}:generation"}));
        CHECK(outcome_of([&] { open(); }) == RedisError::Outcome::lost);
        CHECK(open(RedisOpen::rebuild).find("all")->held == 4_usd);
    }
    SECTION("a record") {
        static_cast<void>(connection.command({"LSET", "{centavo:loss}:records", "0", "damaged"}));
        CHECK_THROWS_AS(store.replay([](LedgerRecord const&) {}), MalformedLedger);
    }
    SECTION("the type of the records") {
        static_cast<void>(connection.command({"DEL", "{centavo:loss}:records"}));
        static_cast<void>(connection.command({"SET", "{centavo:loss}:records", "text"}));
        auto const before = *store.find("all");
        for (int i = 0; i < 2; ++i) {
            CHECK(outcome_of([&] { held->settle(3_usd); }) == RedisError::Outcome::not_run);
            CHECK(store.find("all")->spent == before.spent);
            CHECK(store.find("all")->held == 4_usd);
        }
        CHECK(outcome_of([&] { store.record({}, {}, {.amount = 1_usd}); }) == RedisError::Outcome::not_run);
        CHECK(store.find("all")->spent == before.spent);
        static_cast<void>(connection.command({"DEL", "{centavo:loss}:records"}));
        held->settle(3_usd);
        CHECK(store.find("all")->held == Usd{});
    }
    SECTION("the type of the seen keys") {
        static_cast<void>(connection.command({"SET", "{centavo:loss}:ids:old", "text"}));
        auto keyed = store.reserve(ann, {.amount = 1_usd, .id = {"op", 1}});
        REQUIRE(keyed);
        CHECK(outcome_of([&] { keyed->settle(1_usd); }) == RedisError::Outcome::not_run);
        CHECK(store.find("all")->held == 5_usd);
        static_cast<void>(connection.command({"DEL", "{centavo:loss}:ids:old"}));
        keyed->settle(1_usd);
        CHECK(store.find("all")->held == 4_usd);
    }
}

TEST_CASE("a server that may evict counters is refused unless the options accept it") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisConnection connection{server->options()};
    auto const set = [&](std::string_view name, std::string_view value) {
        REQUIRE(connection.command({"CONFIG", "SET", name, value}).text() == "OK");
    };
    auto const open = [&](RedisSafety safety) {
        return RedisBudgets{{.budgets = daily(1_usd)}, {.redis = server->options(), .safety = safety}};
    };
    set("maxmemory", "100mb");
    set("maxmemory-policy", "allkeys-lru");
    CHECK_THROWS_AS(open(RedisSafety::no_eviction), RedisError);
    CHECK(open(RedisSafety::report).server().evicts == true);
    set("maxmemory-policy", "volatile-lru");
    CHECK(open(RedisSafety::no_eviction).server().eviction_policy == "volatile-lru");
    set("maxmemory", "0");
    set("maxmemory-policy", "noeviction");
}

TEST_CASE("tag values beyond max_values share one counter") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets store{{.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}, .max_values = 2},
                       {.redis = server->options()}};
    for (char const* const user : {"ann", "bob", "eve", "joe"}) {
        store.record(store.account({{"user", user}}), {}, {.amount = 1_cent});
    }
    CHECK(store.find("user", "ann")->spent == 1_cent);
    CHECK(store.find("user", "eve")->spent == Usd{});
    CHECK(store.find("user", CounterTable::other)->spent == 2_cent);
}

TEST_CASE("a child of a fork shares the store of its parent over its own connection") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets store{{.budgets = daily(10_usd)}, {.redis = server->options(), .monitor = "forked"}};
    auto const spend = [&] {
        for (int call = 0; call < 50; ++call) {
            auto hold = store.reserve({}, {.amount = 2_cent});
            if (!hold) {
                return 1;
            }
            hold->settle(1_cent);
        }
        return 0;
    };
    CHECK(spend() == 0);  // which leaves a connection in the pool
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::_exit(spend());
    }
    CHECK(spend() == 0);
    int status = 1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(store.find("daily")->spent == 1.5_usd);
    CHECK(store.find("daily")->held == Usd{});
    int charges = 0;
    store.replay([&](LedgerRecord const& record) { charges += record.spends() ? 1 : 0; });
    CHECK(charges == 150);
}

TEST_CASE("StoreFailure::keep_counting is rejected, with a message that names LeasedBudgets") {
    auto const gone = RedisOptions{.port = 1, .connect_timeout = 200ms};
    try {
        RedisBudgets const store{{.budgets = daily(1_usd), .when_store_fails = StoreFailure::keep_counting},
                                 {.redis = gone}};
        FAIL("it would refuse all the same");
    } catch (std::invalid_argument const& refused) {
        CHECK(std::string{refused.what()}.find("LeasedBudgets") != std::string::npos);
    }
}

TEST_CASE("anomaly alerts are rejected") {
    auto watched = daily(1_usd);
    watched[0].alerts.anomaly_deviations = 4;
    CHECK_THROWS_AS((RedisBudgets{{.budgets = watched}, {.redis = {.port = 1}}}), std::invalid_argument);
}

TEST_CASE("late_settles must be between 0 and 36,500 days") {
    for (auto const wrong : {std::chrono::seconds{-1}, std::chrono::seconds::max()}) {
        CHECK_THROWS_AS(
            (RedisBudgets{{.budgets = daily(1_usd)}, {.redis = {.port = 1}, .late_settles = wrong}}),
            std::invalid_argument);
    }
}

TEST_CASE("an unreachable server is reported with its address") {
    auto const gone = RedisOptions{.port = 1, .connect_timeout = 200ms};
    try {
        RedisBudgets const store{{.budgets = daily(1_usd)}, {.redis = gone}};
        FAIL("nobody listens there");
    } catch (RedisError const& error) {
        CHECK(error.outcome() == RedisError::Outcome::not_run);
        CHECK(std::string{error.what()}.find("127.0.0.1:1") != std::string::npos);
    }
}
