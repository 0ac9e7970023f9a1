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
    RedisBudgets book{{.budgets = daily(Usd::parse("0.000000000002"))}, {.redis = server->options()}};
    Usd const atto = Usd::from_atto(1);
    book.record({}, {}, {.amount = atto});
    CHECK(book.find("daily")->spent == atto);
    CHECK(book.remaining({}) == Usd::parse("0.000000000001"));  // what was charged is rounded up
    CHECK(book.reserve({}, {.amount = atto * 1'000'000}));
    CHECK_FALSE(book.reserve({}, {.amount = atto * 1'000'001}));
}

TEST_CASE("sums beyond the doubles of Lua are exact") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    Usd const limit =
        Usd::parse("9223372.036854775807");  // 2^63 - 1 picodollars; a double counts them by 1,024
    RedisBudgets book{{.budgets = daily(limit)}, {.redis = server->options()}};
    Usd const pico = Usd::parse("0.000000000001");
    auto most = book.reserve({}, {.amount = limit - pico});
    REQUIRE(most);
    CHECK_FALSE(book.reserve({}, {.amount = pico * 2}));
    CHECK(book.reserve({}, {.amount = pico}));  // given back at once
    most->settle(limit - pico * 3);
    CHECK(book.remaining({}) == pico * 3);
    CHECK(book.find("daily")->spent == limit - pico * 3);
}

TEST_CASE("what 64 bits of picodollars do not hold is refused, and changes nothing") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    CHECK_THROWS_AS((RedisBudgets{{.budgets = daily(9'300'000_usd)}, {.redis = server->options()}}),
                    std::overflow_error);
    RedisBudgets book{{.budgets = {{.name = "soft", .limit = 1_usd, .enforcement = Enforcement::soft},
                                   {.name = "other", .limit = 2_usd, .enforcement = Enforcement::soft}}},
                      {.redis = server->options()}};
    CHECK_THROWS_AS(book.reserve({}, {.amount = 9'300'000_usd}), std::overflow_error);
    book.record({}, {}, {.amount = 9'000'000_usd});
    CHECK_THROWS_AS(book.record({}, {}, {.amount = 300'000_usd}), std::overflow_error);
    CHECK_THROWS_AS(book.reserve({}, {.amount = 300'000_usd}), std::overflow_error);
    CHECK(book.find("soft")->spent == 9'000'000_usd);
    CHECK(book.find("other")->spent == 9'000'000_usd);
    CHECK(book.find("other")->held == Usd{});
}

TEST_CASE("the limit is that of whoever opened the book last, in windows under way too") {
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

TEST_CASE("a hold whose process is gone stays held until it is reaped") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    ManualClock time{Instant{std::chrono::hours{24 * 365 * 56}}};
    RedisBudgets book{{.budgets = daily(10_usd)}, {.redis = server->options()}, time.clock()};
    auto lost = book.reserve({}, {.amount = 3_usd, .id = {"op-7", 1}});
    REQUIRE(lost);
    time.advance(1h);
    auto recent = book.reserve({}, {.amount = 2_usd});
    REQUIRE(recent);
    auto const reaped = book.reap(30min);
    REQUIRE(reaped.size() == 1);
    CHECK(reaped[0].id == IdempotencyKey{"op-7", 1});
    CHECK(book.find("daily")->spent == 3_usd);
    CHECK(book.find("daily")->held == 2_usd);
    lost->settle(1_usd);  // it was only asleep: it is charged already
    CHECK(book.find("daily")->spent == 3_usd);
    CHECK(book.reap(30min).empty());
    CHECK(book.reap(std::chrono::nanoseconds::max()).empty());
}

TEST_CASE("every key of a monitor has one hash tag, and those of windows end after them") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets book{{.budgets = {{.name = "minute", .limit = 1_usd, .period = Period::minute}}},
                      {.redis = server->options(), .monitor = "tagged", .late_settles = 100s}};
    book.record({}, {"op", 1}, {.amount = 1_cent});
    auto held = book.reserve({}, {.amount = 1_cent});
    RedisConnection connection{server->options()};
    auto const keys = connection.command({"KEYS", "*"});
    CHECK((*keys).size() >= 5);
    int counters = 0;
    for (std::size_t i = 0; i < (*keys).size(); ++i) {
        auto const key = (*keys)[i].text();
        CHECK(key.starts_with("{centavo:tagged}:"));
        if (key.starts_with("{centavo:tagged}:counter:")) {
            ++counters;
            auto const rest = (*connection.command({"TTL", key})).integer();
            CHECK(rest > 90);
            CHECK(rest <= 161);
        }
    }
    CHECK(counters >= 1);
    CHECK_THROWS_AS((RedisBudgets{{.budgets = daily(1_usd)}, {.redis = server->options(), .monitor = "a}b"}}),
                    std::invalid_argument);
}

TEST_CASE("beyond the most values of a tag the rest share one counter") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets book{{.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}, .max_values = 2},
                      {.redis = server->options()}};
    for (char const* const user : {"ann", "bob", "eve", "joe"}) {
        book.record(book.account({{"user", user}}), {}, {.amount = 1_cent});
    }
    CHECK(book.find("user", "ann")->spent == 1_cent);
    CHECK(book.find("user", "eve")->spent == Usd{});
    CHECK(book.find("user", CounterTable::other)->spent == 2_cent);
}

TEST_CASE("a child of a fork shares its parent's book and counts for itself") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    RedisBudgets book{{.budgets = daily(10_usd)}, {.redis = server->options(), .monitor = "forked"}};
    auto const spend = [&] {
        for (int call = 0; call < 50; ++call) {
            auto hold = book.reserve({}, {.amount = 2_cent});
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
    CHECK(book.find("daily")->spent == 1.5_usd);
    CHECK(book.find("daily")->held == Usd{});
    int charges = 0;
    book.replay([&](LedgerRecord const& record) { charges += record.spends() ? 1 : 0; });
    CHECK(charges == 150);
}

TEST_CASE("a book that is to go on without its server is refused when it is made, with what to use instead") {
    auto const gone = RedisOptions{.port = 1, .connect_timeout = 200ms};
    try {
        RedisBudgets const book{{.budgets = daily(1_usd), .when_store_fails = StoreFailure::keep_counting},
                                {.redis = gone}};
        FAIL("it would refuse all the same");
    } catch (std::invalid_argument const& refused) {
        CHECK(std::string{refused.what()}.find("LeasedBudgets") != std::string::npos);
    }
}

TEST_CASE("alerts of unusual hours, which the server does not remember, are refused when the book is made") {
    auto watched = daily(1_usd);
    watched[0].alerts.anomaly_deviations = 4;
    CHECK_THROWS_AS((RedisBudgets{{.budgets = watched}, {.redis = {.port = 1}}}), std::invalid_argument);
}

TEST_CASE("windows that ended are kept for no negative time and not for ever") {
    for (auto const wrong : {std::chrono::seconds{-1}, std::chrono::seconds::max()}) {
        CHECK_THROWS_AS(
            (RedisBudgets{{.budgets = daily(1_usd)}, {.redis = {.port = 1}, .late_settles = wrong}}),
            std::invalid_argument);
    }
}

TEST_CASE("a server that is not there is an error that says where") {
    auto const gone = RedisOptions{.port = 1, .connect_timeout = 200ms};
    try {
        RedisBudgets const book{{.budgets = daily(1_usd)}, {.redis = gone}};
        FAIL("nobody listens there");
    } catch (RedisError const& error) {
        CHECK(error.outcome() == RedisError::Outcome::not_run);
        CHECK(std::string{error.what()}.find("127.0.0.1:1") != std::string::npos);
    }
}
