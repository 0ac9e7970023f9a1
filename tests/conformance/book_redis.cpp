// SPDX-License-Identifier: MIT
#include <centavo/adapters/leased_book.hpp>
#include <centavo/adapters/redis_book.hpp>

#include <conformance/book_laws.hpp>
#include <support/redis_server.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace centavo;
using testing::RedisServer;

namespace {

[[nodiscard]] RedisServer* server_or_skipped() {
    auto* const server = testing::shared_redis_server();
    if (server == nullptr) {
        std::cout << "skipped: CENTAVO_REDIS_SERVER is not set, and no redis-server is installed\n";
    }
    return server;
}

/// A monitor of its own on the shared server for each fixture.
struct RedisFixture {
    static constexpr Usd grain = Usd::from_atto(1);

    [[nodiscard]] RedisBook open(BookOptions options, Clock clock) {
        RedisBook book{std::move(options), {.redis = server->options(), .monitor = monitor}, clock};
        if (!orphans.empty()) {  // nobody but the operator knows who died: he reaps
            reaped = book.reap(std::chrono::nanoseconds{0});
        }
        return book;
    }

    template <typename Act>
    void in_a_process_that_dies(BookOptions options, Clock clock, Act act) {
        auto book = open(std::move(options), clock);
        for (Hold& hold : act(book)) {
            orphans.push_back(new Hold{std::move(hold)});
        }
    }

    RedisServer* server = testing::shared_redis_server();
    std::string monitor = "laws-" + std::to_string(++made);
    std::vector<Hold*> orphans = {};  // never dropped
    std::vector<OpenHold> reaped = {};
    inline static int made = 0;
};

/// The same, over a server that is away and comes back.
struct BreakableFixture : RedisFixture {
    BreakableFixture() { server = &own; }
    void break_store() { own.kill(); }
    void mend_store() { own.start(); }
    RedisServer own;
};

}  // namespace
