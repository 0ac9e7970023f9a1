// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/budget_store.hpp>

#include <support/child_progress.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// Processes that share a store: their total spending, and the state that killed ones leave.
///
/// A test program starts itself again with the name of a hidden test case that calls spend(), and with its parameters
/// in the environment.
namespace centavo::conformance {

using namespace centavo::detail;

/// A number from the environment, for longer runs than the default.
[[nodiscard]] inline int number_from_environment(char const* name, int otherwise) {
    char const* const text = std::getenv(name);
    return text != nullptr ? std::stoi(text) : otherwise;
}

/// Random limits, the same in each process of a run.
[[nodiscard]] inline std::vector<Budget> random_budgets(std::uint32_t seed) {
    std::mt19937 random{seed};
    auto const limit = [&] {
        return Usd::from_atto(Int128{1'000'000'000'000'000} * (200 + random() % 2'000));
    };
    return {{.name = "total", .limit = limit() * 3, .period = Period::total},
            {.name = "user", .limit = limit(), .scope = {"user"}, .period = Period::total},
            {.name = "seen", .limit = limit(), .period = Period::total, .enforcement = Enforcement::soft}};
}

/// Makes random calls, and appends a line to `acknowledged` for each charge whose call has returned. Returns the
/// number of times that a limit was exceeded.
template <BudgetStore Books>
int spend(Books& store, std::string const& acknowledged, std::uint32_t seed, int calls) {
    int const file = ::open(acknowledged.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) {
        throw std::runtime_error("cannot write " + acknowledged);
    }
    auto const acknowledge = [&](std::string const& operation, Usd amount) {
        auto const line = operation + " " + amount.to_string() + "\n";
        if (::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
            throw std::runtime_error("cannot write " + acknowledged);
        }
    };
    std::mt19937 random{seed};
    int passed = 0;
    for (int i = 0; i < calls; ++i) {
        std::string const operation = "op-" + std::to_string(seed) + "-" + std::to_string(i);
        Account const account = store.account({{"user", std::array{"ann", "bob", "eve"}[random() % 3]}});
        Usd const amount = Usd::from_atto(Int128{1'000'000'000'000} * (1 + random() % 90'000));
        Usd const cost = Usd::from_atto(amount.atto() / static_cast<int>(1 + random() % 3));
        auto const how = random() % 8;
        if (how == 0) {  // calls without a hold are free, so that limits hold
            store.record(account, {operation, 1}, {.amount = Usd{}});
            acknowledge(operation, Usd{});
            continue;
        }
        auto held = store.reserve(account, {.amount = amount, .input_cost = cost, .id = {operation, 1}});
        for (BudgetState const& state : store.states()) {
            passed += state.budget != "seen" && state.spent + state.held > state.limit ? 1 : 0;
        }
        if (!held) {
            continue;
        }
        if (how == 1) {
            held->release();
        } else if (how == 2) {
            held->dispatched();  // and dropped: charged in full
        } else if (how > 3) {
            held->dispatched();
            held->settle(cost);
            acknowledge(operation, cost);
        }
    }
    ::close(file);
    return passed;
}

/// The lines of a file of acknowledgments, without one cut off by the end of its process.
inline std::map<std::string, Usd> acknowledged_in(std::string const& path) {
    std::map<std::string, Usd> all;
    std::ifstream file{path};
    std::string line;
    while (std::getline(file, line) && !file.eof()) {
        auto const space = line.find(' ');
        all.emplace(line.substr(0, space), Usd::parse(line.substr(space + 1)));
    }
    return all;
}

/// Starts this program again for one test case.
[[nodiscard]] inline pid_t start_again(std::string test) {
    std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    std::array<char*, 3> arguments{program.data(), test.data(), nullptr};
    pid_t process = 0;
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int const failed = ::posix_spawn(&process, program.c_str(), &quiet, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (failed != 0) {
        throw std::runtime_error("cannot start " + program);
    }
    return process;
}

/// Runs the processes of one round, and kills the first `to_kill` of them, each after a random number of acknowledged
/// bytes. `start(number)` starts one, `acknowledged(number)` is its file.
template <typename Start, typename Acknowledged>
void run_processes(int processes, int to_kill, std::uint32_t seed, Start start, Acknowledged acknowledged) {
    std::mt19937 random{seed};
    std::vector<pid_t> started;
    for (int i = 0; i < processes; ++i) {
        started.push_back(start(i));
    }
    for (int i = 0; i < to_kill; ++i) {
        auto const bytes = random() % 400;
        int status = 0;
        ::pid_t const process = started[static_cast<std::size_t>(i)];
        if (testing::wait_for_size(acknowledged(i), bytes, process)) {
            ::kill(process, SIGKILL);
        }
        ::waitpid(process, &status, 0);
    }
    for (int i = to_kill; i < processes; ++i) {
        int status = 0;
        while (::waitpid(started[static_cast<std::size_t>(i)], &status, 0) < 0 && errno == EINTR) {
        }
        CHECK(status == 0);  // no limit was exceeded
    }
}

/// Checks the final state: nothing held, no limit exceeded, no acknowledged charge lost or doubled, sums exact.
template <BudgetStore Books>
void check_what_processes_left(Books& store, std::map<std::string, Usd> const& acknowledged) {
    std::map<std::string, Usd> charged;
    std::map<std::string, Usd> by_user;
    Usd sum;
    int doubled = 0;
    store.replay([&](LedgerRecord const& record) {
        if (record.spends()) {
            doubled += charged.emplace(record.operation, record.amount).second ? 0 : 1;
            sum += record.amount;
            by_user[record.tags[0].value] += record.amount;
        }
    });
    CHECK(doubled == 0);
    int lost = 0;
    for (auto const& [operation, amount] : acknowledged) {
        auto const found = charged.find(operation);
        lost += found == charged.end() || found->second != amount ? 1 : 0;
    }
    CHECK(lost == 0);
    int users = 0;
    for (BudgetState const& state : store.states()) {
        INFO(state.budget << " " << state.value << ": " << state.spent.to_string() << " of "
                          << state.limit.to_string());
        CHECK(state.held == Usd{});
        CHECK(state.spent == (state.budget == "user" ? by_user[state.value] : sum));
        if (state.budget != "seen") {
            CHECK(state.spent <= state.limit);
        }
        users += state.budget == "user" ? 1 : 0;
    }
    CHECK(users == 3);
    CHECK(sum > Usd{});
}

}  // namespace centavo::conformance
