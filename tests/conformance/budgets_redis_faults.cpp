// SPDX-License-Identifier: MIT
#include <centavo/budget/leased_budgets.hpp>
#include <centavo/redis/redis_budgets.hpp>

#include <support/redis_server.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;
using testing::RedisServer;

namespace {

[[nodiscard]] bool skipped() {
    if (testing::redis_server_program().empty()) {
        std::cout << "skipped: CENTAVO_REDIS_SERVER is not set, and no redis-server is installed\n";
        return true;
    }
    return false;
}

constexpr Usd limit = 40_usd;

[[nodiscard]] RedisBudgets open(RedisServer const& server) {
    auto options = server.options();
    options.command_timeout = 400ms;
    return RedisBudgets{{.budgets = {{.name = "all", .limit = limit, .period = Period::total}}},
                        {.redis = options}};
}

/// What callers under load saw.
struct Load {
    std::mutex mutex = {};
    std::set<std::string> acknowledged = {};  // operations whose charge was acknowledged
    std::atomic<int> refused_by_store = 0;
    std::atomic<std::int64_t> slowest_ms = 0;
    std::atomic<bool> stop = false;

    /// Waits until callers have settled `calls` more holds.
    void wait_for_calls(std::size_t calls) {
        std::unique_lock lock{mutex};
        auto const target = acknowledged.size() + calls;
        CHECK(changed.wait_for(lock, 60s, [&] { return acknowledged.size() >= target; }));
    }
    void wait_for_failures(int count) {
        std::unique_lock lock{mutex};
        CHECK(changed.wait_for(lock, 60s, [&] { return failures >= count; }));
    }
    /// Counts a failure, and waits while the server is known to be down.
    void failed() {
        std::unique_lock lock{mutex};
        ++failures;
        changed.notify_all();
        changed.wait(lock, [&] { return !down; });
    }
    void set_down(bool now) {
        std::scoped_lock const lock{mutex};
        down = now;
        failures = 0;
        changed.notify_all();
    }

    std::condition_variable changed = {};
    int failures = 0;
    bool down = false;
};

/// Reserves a cent and settles it, over and over, until it is stopped; tries a settle that failed again.
void call_until_stopped(RedisServer const& server, int thread, Load& load) {
    auto book = open(server);
    for (int i = 0; !load.stop; ++i) {
        auto const timed = [&](auto act) {
            auto const start = std::chrono::steady_clock::now();
            act();
            auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(
                std::chrono::steady_clock::now() - start);
            for (auto seen = load.slowest_ms.load();
                 took.count() > seen && !load.slowest_ms.compare_exchange_weak(seen, took.count());) {
            }
        };
        std::string const operation = std::to_string(thread) + "-" + std::to_string(i);
        std::optional<Reservation> hold;
        timed([&] { hold = book.reserve({}, {.amount = 1_cent, .id = {operation, 1}}); });
        if (!*hold) {
            load.refused_by_store += hold->denial().reason == DenialReason::store ? 1 : 0;
            load.failed();
            continue;
        }
        for (bool done = false; !done;) {
            bool failed = false;
            timed([&] {
                try {
                    (*hold)->settle(1_cent);
                    done = true;
                } catch (RedisError const&) {
                    failed = true;
                }
            });
            if (failed) {
                load.failed();
            }
        }
        std::scoped_lock const lock{load.mutex};
        load.acknowledged.insert(operation);
        load.changed.notify_all();
    }
    for (bool paid = false; !paid;) {  // reserves that were never answered are cancelled by the next call
        try {
            static_cast<void>(book.remaining({}));
            paid = true;
        } catch (RedisError const&) {
            continue;
        }
    }
}

/// Four callers while `harm` does something to the server, which runs again when it returns.
template <typename Harm>
void survives(Harm harm) {
    RedisServer server;
    Load load;
    {
        auto const first = open(server);
        CHECK(first.find("all")->spent == Usd{});
    }
    std::vector<std::thread> callers;
    for (int thread = 0; thread < 4; ++thread) {
        callers.emplace_back([&, thread] { call_until_stopped(server, thread, load); });
    }
    for (int round = 0; round < 3; ++round) {
        load.wait_for_calls(20);
        harm(server, load);
    }
    load.wait_for_calls(20);
    load.stop = true;
    for (auto& caller : callers) {
        caller.join();
    }
    auto const book = open(server);
    std::map<std::string, int> charged;
    Usd recorded;
    book.replay([&](LedgerRecord const& record) {
        if (record.spends()) {
            ++charged[std::string{record.operation}];
            recorded += record.amount;
        }
    });
    auto const all = book.find("all").value();
    CHECK(all.spent == recorded);
    CHECK(all.held == Usd{});
    CHECK(all.spent <= limit);
    CHECK(load.acknowledged.size() > 10);
    CHECK(std::ranges::all_of(load.acknowledged, [&](std::string const& one) { return charged[one] == 1; }));
    CHECK(charged.size() == load.acknowledged.size());
    CHECK(load.slowest_ms < 3'000);  // each has 400 ms, on a machine that may be busy
}

}  // namespace

TEST_CASE("a server that is killed and started again under load loses and doubles nothing") {
    if (!skipped()) {
        survives([](RedisServer& server, Load& load) {
            load.set_down(true);
            server.kill();
            load.wait_for_failures(4);
            server.start();
            load.set_down(false);
        });
    }
}

TEST_CASE("a server that stops answering for a while under load loses and doubles nothing, and no call waits "
          "for it") {
    if (!skipped()) {
        survives([](RedisServer& server, Load& load) {
            load.set_down(false);  // counts failures from here on
            server.pause();
            load.wait_for_failures(8);  // each caller has given up, while the server is still paused
            server.resume();
        });
    }
}

TEST_CASE("a server that is paused for less than a call may take is waited for, and the call counts once") {
    if (!skipped()) {
        survives([](RedisServer& server, Load&) {
            server.pause();
            server.wait_for_connection();  // the first try is over, the second has begun
            server.resume();
        });
    }
}

TEST_CASE("while its server is away a book sets nothing aside, and a hold can be settled when it is back") {
    if (skipped()) {
        return;
    }
    RedisServer server;
    auto book = open(server);
    auto settled = book.reserve({}, {.amount = 3_usd});
    REQUIRE(settled);
    {
        auto dropped = book.reserve({}, {.amount = 2_usd});
        REQUIRE(dropped);
        dropped->dispatched();
        server.kill();
    }
    auto const refused = book.reserve({}, {.amount = 1_cent});
    REQUIRE_FALSE(refused);
    CHECK(refused.denial().reason == DenialReason::store);
    CHECK_THROWS_AS(settled->settle(1_usd), RedisError);
    CHECK(settled->open());
    CHECK_THROWS_AS(book.record({}, {"op", 1}, {.amount = 1_usd}), RedisError);

    server.start();
    settled->settle(1_usd);
    book.record({}, {"op", 1}, {.amount = 1_usd});  // the failed one has not used the id up
    CHECK(book.find("all")->spent == 4_usd);        // the dropped one at its full amount
    CHECK(book.find("all")->held == Usd{});
}

TEST_CASE("a lease goes on without its server, or does not, as it was named") {
    if (skipped()) {
        return;
    }
    RedisServer server;
    ManualClock time{Instant{std::chrono::hours{24 * 365 * 56}}};
    std::vector<Budget> const budgets{{.name = "all", .limit = limit, .period = Period::total}};
    auto const lender = [&] {
        return RedisBudgets{{.budgets = budgets}, {.redis = server.options()}, time.clock()};
    };
    LeasedBudgets<RedisBudgets, MemoryLedger> steady{
        lender(),
        {.slices = 10, .when_store_fails = StoreFailure::keep_counting},
        std::make_shared<MemoryLedger>(),
        time.clock()};
    LeasedBudgets<RedisBudgets, MemoryLedger> careful{
        lender(), {.slices = 10, .max_staleness = 10s}, std::make_shared<MemoryLedger>(), time.clock()};
    auto one = steady.reserve({}, {.amount = 1_usd});
    auto two = careful.reserve({}, {.amount = 1_usd});
    REQUIRE(one);
    REQUIRE(two);
    server.kill();
    time.advance(11s);

    one->settle(1_usd);
    two->settle(1_usd);
    auto within = steady.reserve({}, {.amount = 3_usd});  // a lease is 4 USD
    CHECK(within);
    auto const beyond = steady.reserve({}, {.amount = 1_usd});
    REQUIRE_FALSE(beyond);
    CHECK(beyond.denial().reason == DenialReason::store);
    auto const silent = careful.reserve({}, {.amount = 1_usd});
    REQUIRE_FALSE(silent);
    CHECK(silent.denial().reason == DenialReason::store);

    server.start();
    CHECK(careful.reserve({}, {.amount = 1_usd}));
    CHECK(steady.reserve({}, {.amount = 1_usd}));
    auto const all = steady.find("all").value();
    CHECK(all.spent + all.held <= limit);
}
