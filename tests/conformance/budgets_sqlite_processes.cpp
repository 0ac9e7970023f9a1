// SPDX-License-Identifier: MIT
#include <centavo/sqlite/sqlite_budgets.hpp>

#include <conformance/budgets_drops.hpp>
#include <conformance/budgets_processes.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

using namespace centavo;
using namespace centavo::detail;

namespace {

constexpr int processes = 8;

std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// A temporary folder, removed at the end.
struct Folder {
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo-processes-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path = name;
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

/// One round of processes over a database of its own.
void round_of_processes(std::uint32_t seed, int to_kill) {
    INFO("seed " << seed);
    Folder const temporary;
    std::filesystem::path const& folder = temporary.path;
    auto const acknowledged = [&](int process) { return (folder / std::to_string(process)).string(); };
    ::setenv("CENTAVO_BOOK_FOLDER", folder.c_str(), 1);
    ::setenv("CENTAVO_BOOK_SEED", std::to_string(seed).c_str(), 1);
    conformance::run_processes(
        processes, to_kill, seed,
        [](int process) {
            ::setenv("CENTAVO_BOOK_PROCESS", std::to_string(process).c_str(), 1);
            return conformance::start_again("spends in a process of its own");
        },
        acknowledged);
    {
        std::map<std::string, Usd> all;
        for (int i = 0; i < processes; ++i) {
            all.merge(conformance::acknowledged_in(acknowledged(i)));
        }
        SqliteBudgets book{{.budgets = conformance::random_budgets(seed)}, (folder / "spend.db").string()};
        conformance::check_what_processes_left(book, all);
        CHECK(book.recovered().size() <= static_cast<std::size_t>(to_kill));  // one call each was under way
    }
}

}  // namespace

TEST_CASE("spends in a process of its own", "[.]") {
    auto const folder = environment("CENTAVO_BOOK_FOLDER");
    if (folder.empty()) {
        return;  // started by hand
    }
    auto const seed = static_cast<std::uint32_t>(std::stoul(environment("CENTAVO_BOOK_SEED")));
    auto const process = environment("CENTAVO_BOOK_PROCESS");
    SqliteBudgets book{{.budgets = conformance::random_budgets(seed)},
                       folder + "/spend.db",
                       {.timeout = std::chrono::seconds{60}}};
    CHECK(conformance::spend(book, folder + "/" + process,
                             seed * 100 + static_cast<std::uint32_t>(std::stoul(process)), 40) == 0);
}

// CENTAVO_BOOK_RUNS=100 is the whole of it.
TEST_CASE("processes that share a database keep within its limits") {
    int const runs = conformance::number_from_environment("CENTAVO_BOOK_RUNS", 3);
    for (int run = 0; run < runs; ++run) {
        round_of_processes(static_cast<std::uint32_t>(1'000 + run), 0);
    }
}

TEST_CASE("processes that are killed lose no acknowledged charge and double none") {
    int const runs = conformance::number_from_environment("CENTAVO_BOOK_RUNS", 3);
    for (int run = 0; run < runs; ++run) {
        round_of_processes(static_cast<std::uint32_t>(2'000 + run), 4);
    }
}

TEST_CASE("a process killed while its threads drop holds leaves no limit of the database exceeded") {
    for (std::uint32_t round = 0; round < conformance::kills(); ++round) {
        INFO("round " << round);
        Folder const folder;
        auto const open = [&] {
            return SqliteBudgets{{.budgets = conformance::budgets_for_drops()}, folder.path / "spend.db"};
        };
        conformance::kill_while_dropping(open, round);
        auto const store = open();
        CHECK(conformance::exceeded_limits(store) == 0);
    }
}

TEST_CASE("threads that drop holds over a database exceed no limit and get all of it back") {
    Folder const folder;
    SqliteBudgets store{{.budgets = conformance::budgets_for_drops()}, folder.path / "spend.db"};
    SqliteBudgets observer{{.budgets = conformance::budgets_for_drops()}, folder.path / "spend.db"};
    conformance::check_limits_while_dropping(store, observer, 1, 300);
}
