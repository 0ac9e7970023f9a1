// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/budget_store.hpp>

#include <support/child_progress.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

/// Holds dropped by several threads: no limit is exceeded meanwhile, nor after the process is killed.
namespace centavo::conformance {

/// A limit that a single hold may reach, and one per user that two holds may reach.
[[nodiscard]] inline std::vector<Budget> budgets_for_drops() {
    return {{.name = "all", .limit = 1_usd, .period = Period::total},
            {.name = "user", .limit = Usd::parse("0.5"), .scope = {"user"}, .period = Period::total}};
}

inline constexpr int dropping_threads = 4;

/// Reserves `calls` times, and drops, releases or settles each hold at zero. `done` is called after each.
template <BudgetStore Store, typename Done>
void reserve_and_drop(Store& store, std::uint32_t seed, std::uint64_t calls, Done done) {
    std::mt19937 random{seed};
    std::array const amounts{Usd::parse("0.25"), Usd::parse("0.5"), 1_usd};
    auto const user = store.account({{"user", random() % 2 == 0 ? "ann" : "bob"}});
    for (std::uint64_t i = 0; i < calls; ++i) {
        {
            auto hold =
                store.reserve(random() % 3 == 0 ? Account{} : user, {.amount = amounts[random() % 3]});
            auto const end = random() % 8;
            if (hold && end == 0) {
                hold->release();
            } else if (hold && end == 1) {
                hold->dispatched();
                hold->settle(Usd{});
            }
        }
        done();
    }
}

template <BudgetStore Store>
[[nodiscard]] int exceeded_limits(Store const& store) {
    int exceeded = 0;
    for (BudgetState const& state : store.states()) {
        exceeded += state.spent + state.held > state.limit ? 1 : 0;
    }
    return exceeded;
}

/// Runs threads that drop holds while `observer`, which may be another handle of the same store, is read.
template <BudgetStore Store, BudgetStore Observer>
void check_limits_while_dropping(Store& store, Observer& observer, std::uint32_t seed, std::uint64_t calls) {
    std::atomic<int> running = dropping_threads;
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < dropping_threads; ++t) {
        threads.emplace_back([&, t] {
            reserve_and_drop(store, seed * 100 + t, calls, [] {});
            --running;
        });
    }
    int exceeded = 0;
    while (running > 0) {
        exceeded += exceeded_limits(observer);
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(exceeded == 0);
    for (BudgetState const& state : store.states()) {
        CHECK(state.held == Usd{});
        CHECK(state.spent == Usd{});
    }
}

/// Kills a process whose threads drop holds, after a random number of calls. `open()` opens the store.
template <typename Open>
void kill_while_dropping(Open open, std::uint32_t seed) {
    std::mt19937 random{seed};
    testing::ChildProgress calls;
    std::uint64_t const target = 1 + random() % 100;
    ::pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        try {
            auto store = open();
            std::vector<std::thread> threads;
            for (std::uint32_t t = 0; t < dropping_threads; ++t) {
                threads.emplace_back(
                    [&, t] { reserve_and_drop(store, seed * 100 + t, UINT64_MAX, [&] { calls.step(); }); });
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
        } catch (...) {
            ::_exit(3);
        }
        ::_exit(4);
    }
    CHECK(calls.wait_for(target));
    testing::spin(random, 2'000'000);
    int status = 0;
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
}

/// The number of rounds in tests of killed processes; CENTAVO_CRASHES overrides it.
[[nodiscard]] inline std::uint32_t kills() {
    char const* const text = std::getenv("CENTAVO_CRASHES");
    return text != nullptr ? static_cast<std::uint32_t>(std::atoi(text)) : 20;
}

}  // namespace centavo::conformance
