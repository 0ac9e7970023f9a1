// SPDX-License-Identifier: MIT
#include <centavo/budget/leased_budgets.hpp>
#include <centavo/redis/redis_budgets.hpp>

#include <conformance/budget_store_laws.hpp>
#include <conformance/budgets_drops.hpp>
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
using namespace centavo::detail;
using centavo::testing::RedisServer;

namespace {

[[nodiscard]] RedisServer* server_or_skipped() {
    auto* const server = centavo::testing::shared_redis_server();
    if (server == nullptr) {
        std::cout << "skipped: CENTAVO_REDIS_SERVER is not set, and no redis-server is installed\n";
    }
    return server;
}

/// A store whose fixture reaped the holds of dead processes.
struct ReapedBudgets : RedisBudgets {
    [[nodiscard]] std::vector<OpenHold> const& recovered() const noexcept { return reaped; }
    std::vector<OpenHold> reaped = {};
};

/// A monitor of its own on the shared server for each fixture.
struct RedisFixture {
    static constexpr Usd grain = Usd::from_atto(1);

    [[nodiscard]] ReapedBudgets open(BudgetStoreOptions options, Clock clock) {
        ReapedBudgets store{
            RedisBudgets{std::move(options), {.redis = server->options(), .monitor = monitor}, clock}};
        if (died) {  // only the operator knows which processes died
            store.reaped = store.reap(std::chrono::nanoseconds{0});
        }
        return store;
    }

    template <typename Act>
    void in_a_process_that_dies(BudgetStoreOptions options, Clock clock, Act act) {
        static auto& never_dropped = *new std::vector<Hold>;
        auto store = open(std::move(options), clock);
        for (Hold& hold : act(store)) {
            never_dropped.push_back(std::move(hold));
        }
        died = true;
    }

    RedisServer* server = centavo::testing::shared_redis_server();
    std::string monitor = "laws-" + std::to_string(++made);
    bool died = false;
    inline static int made = 0;
};

/// The same, over a server that is away and comes back.
struct BreakableFixture : RedisFixture {
    BreakableFixture() { server = &own; }
    void break_store() { own.kill(); }
    void mend_store() { own.start(); }
    RedisServer own;
};

/// Figures shared by the processes.
struct Shared {
    std::int64_t picodollars = 0;
    int wrong = 0;
};

template <typename Count>
[[nodiscard]] Count from_environment(char const* name, Count otherwise) {
    char const* const text = std::getenv(name);
    return text != nullptr ? static_cast<Count>(std::stoll(text)) : otherwise;
}

/// Random calls until the money is gone; returns what was settled, in picodollars.
template <BudgetStore Store>
[[nodiscard]] Shared spend_at_random(Store& store, std::uint32_t seed, int calls, Usd limit) {
    std::mt19937_64 random{seed};
    Shared seen;
    auto const account = store.account({{"team", seed % 2 == 0 ? "search" : "mail"}});
    for (int i = 0; i < calls; ++i) {
        auto const most = static_cast<std::int64_t>(1 + random() % 90'000'000'000U);
        auto hold = store.reserve(account, {.amount = Usd::from_atto(Int128{most} * 1'000'000)});
        if (!hold) {
            seen.wrong += hold.denial().reason == DenialReason::no_money ? 0 : 1;
            continue;
        }
        if (i % 16 == 0) {
            auto const state = store.find("all", "").value();
            seen.wrong += state.spent + state.held > limit ? 1 : 0;
        }
        auto const cost = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
        switch (random() % 8) {
        case 0: hold->release(); break;
        case 1: break;  // dropped before it was sent
        default: hold->settle(Usd::from_atto(Int128{cost} * 1'000'000)); seen.picodollars += cost;
        }
    }
    return seen;
}

/// Calls `act(number) -> Shared` in processes of their own, and adds up what they tell.
template <typename Act>
[[nodiscard]] Shared in_processes(int count, Act act) {
    auto const size = sizeof(Shared) * static_cast<std::size_t>(count);
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    auto* const fired = static_cast<Shared*>(memory);
    std::vector<pid_t> children;
    for (int n = 0; n < count; ++n) {
        pid_t const child = ::fork();
        if (child == 0) {
            try {
                fired[n] = act(n);
            } catch (...) {
                fired[n].wrong = 1'000;
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    Shared sum;
    for (std::size_t n = 0; n < children.size(); ++n) {
        int status = 0;
        ::waitpid(children[n], &status, 0);
        sum.wrong += fired[n].wrong + (status == 0 ? 0 : 1'000);
        sum.picodollars += fired[n].picodollars;
    }
    ::munmap(memory, size);
    return sum;
}

}  // namespace

TEST_CASE("RedisBudgets meets the requirements of BudgetStore") {
    if (server_or_skipped() != nullptr) {
        conformance::check_budget_store<RedisFixture>();
    }
}

TEST_CASE("RedisBudgets without its server denies and changes nothing") {
    if (server_or_skipped() != nullptr) {
        conformance::a_failing_store_denies_and_changes_nothing<BreakableFixture>();
    }
}

TEST_CASE("threads that share RedisBudgets stay within its limits", "[threads]") {
    if (server_or_skipped() != nullptr) {
        conformance::check_budget_store_threads<RedisFixture>(200);
    }
}

TEST_CASE("eight processes that share RedisBudgets stay within its limits, and its sums are exact") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    auto const runs = from_environment("CENTAVO_REDIS_RUNS", 2);
    auto const calls = from_environment("CENTAVO_REDIS_CALLS", 100);
    for (int run = 0; run < runs; ++run) {
        auto const seed = static_cast<std::uint32_t>(20'261'124 + 1'000 * run);
        INFO("seed " << seed);
        std::mt19937 random{seed};
        Usd const limit = Usd::from_atto(Int128{1'000'000} * (1 + random() % 2'000'000'000U) * 7'000);
        std::vector<Budget> const budgets{
            {.name = "all", .limit = limit, .period = Period::total},
            {.name = "team", .limit = limit * 2, .scope = {"team"}, .period = Period::total}};
        auto const open = [&] {
            return RedisBudgets{{.budgets = budgets},
                                {.redis = server->options(), .monitor = "processes-" + std::to_string(run)}};
        };
        auto const fired = in_processes(8, [&](int n) {
            auto store = open();
            auto const seen = spend_at_random(store, seed + static_cast<std::uint32_t>(n), calls, limit);
            static_cast<void>(store.remaining({}));  // flushes the last dropped hold
            return seen;
        });
        CHECK(fired.wrong == 0);
        auto const store = open();
        auto const all = store.find("all").value();
        Usd const settled = Usd::from_atto(Int128{fired.picodollars} * 1'000'000);
        CHECK(all.spent <= limit);
        CHECK(all.held == Usd{});
        CHECK(all.spent == settled);
        CHECK(conformance::recorded(store) == settled);
        CHECK(store.find("team", "search")->spent + store.find("team", "mail")->spent == settled);
        CHECK(store.find("team", "search")->held == Usd{});
    }
}

TEST_CASE("eight processes with leases stay within the limits of their store") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    auto const runs = from_environment("CENTAVO_REDIS_RUNS", 2);
    for (int run = 0; run < runs; ++run) {
        auto const seed = static_cast<std::uint32_t>(7'261'124 + 1'000 * run);
        INFO("seed " << seed);
        Usd const limit = Usd::parse("12.000000000007");
        auto const open = [&] {
            return RedisBudgets{{.budgets = {{.name = "all", .limit = limit, .period = Period::total},
                                             {.name = "seen",
                                              .limit = 1_usd,
                                              .period = Period::total,
                                              .enforcement = Enforcement::soft}}},
                                {.redis = server->options(), .monitor = "leases-" + std::to_string(run)}};
        };
        auto const fired = in_processes(8, [&](int n) {
            LeasedBudgets<RedisBudgets> store{open(), {.slices = 40}};
            auto const seen = spend_at_random(store, seed + static_cast<std::uint32_t>(n), 300, limit);
            static_cast<void>(store.find("all"));  // reports what was spent
            return seen;
        });
        CHECK(fired.wrong == 0);
        auto const store = open();
        auto const all = store.find("all").value();
        Usd const settled = Usd::from_atto(Int128{fired.picodollars} * 1'000'000);
        CHECK(settled <= limit);
        CHECK(all.spent == settled);
        CHECK(all.held >= Usd{});
        CHECK(all.spent + all.held <= limit);
        CHECK(store.find("seen")->spent == settled);
    }
}

TEST_CASE("a process killed while its threads drop holds leaves no limit on the server exceeded") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    for (std::uint32_t round = 0; round < conformance::kills(); ++round) {
        INFO("round " << round);
        auto const open = [&] {
            return RedisBudgets{{.budgets = conformance::budgets_for_drops()},
                                {.redis = server->options(), .monitor = "drops-" + std::to_string(round)}};
        };
        conformance::kill_while_dropping(open, round);
        auto store = open();
        CHECK(conformance::exceeded_limits(store) == 0);
        static_cast<void>(store.reap(std::chrono::nanoseconds{0}));
        CHECK(conformance::exceeded_limits(store) == 0);
        for (BudgetState const& state : store.states()) {
            CHECK(state.held == Usd{});
        }
    }
}

TEST_CASE("threads that drop holds over a server exceed no limit and get all of it back") {
    auto* const server = server_or_skipped();
    if (server == nullptr) {
        return;
    }
    auto const open = [&] {
        return RedisBudgets{{.budgets = conformance::budgets_for_drops()},
                            {.redis = server->options(), .monitor = "drops"}};
    };
    auto store = open();
    auto observer = open();
    conformance::check_limits_while_dropping(store, observer, 1, 300);
}
