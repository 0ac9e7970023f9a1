// SPDX-License-Identifier: MIT
// LocalBudgets over a file ledger whose process is killed at random points, or whose machine loses unsynced writes.
// CENTAVO_CRASHES sets the number of rounds.
#include <centavo/budget/file_ledger.hpp>
#include <centavo/budget/local_budgets.hpp>

#include <conformance/budgets_drops.hpp>
#include <support/child_progress.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

constexpr int most_threads = 4;

/// The progress of the writer, in shared memory.
struct Acknowledged {
    std::array<std::atomic<std::uint64_t>, most_threads> operations{};  // settled, by thread
    std::atomic<std::uint64_t> durable_record = 0;
    std::atomic<std::uint64_t> durable_bytes = 0;
};

/// A temporary folder, removed at the end.
struct Folder {
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo_crash_XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

[[nodiscard]] Usd cost_of_operation(std::uint64_t number) {
    return Usd::from_atto(static_cast<Int128>(number * 2'654'435'761U % 1'000'003U + 1));
}

[[nodiscard]] BudgetStoreOptions budgets() {
    return {
        .budgets = {{.name = "all", .limit = 1'000'000_usd, .period = Period::total},
                    {.name = "team", .limit = 1'000'000_usd, .scope = {"team"}, .period = Period::total}}};
}

/// Reserves and settles until it is killed.
[[noreturn]] void write_until_killed(std::string const& path, FileLedgerOptions options, int threads,
                                     bool compacts, Acknowledged& fired, testing::ChildProgress& progress) {
    try {
        LocalBudgets<FileLedger> store{budgets(), FileLedger{path, options}};
        auto const work = [&](int thread) {
            auto const team = store.account({{"team", "t" + std::to_string(thread)}});
            for (std::uint64_t n = 1;; ++n) {
                auto held =
                    store.reserve(team, {.amount = 1_usd,
                                         .id = {"t" + std::to_string(thread) + "-" + std::to_string(n), 1}});
                held->dispatched();
                held->settle(cost_of_operation(n));
                auto const durable = store.ledger().durable();
                fired.durable_bytes = durable.bytes;
                fired.durable_record = durable.record;
                fired.operations[static_cast<std::size_t>(thread)] = n;
                if (thread == 0) {
                    progress.step();
                }
                if (compacts && n % 61 == 0) {
                    store.ledger().compact();
                }
            }
        };
        std::vector<std::thread> others;
        for (int t = 1; t < threads; ++t) {
            others.emplace_back(work, t);
        }
        work(0);
    } catch (...) {
        ::_exit(3);
    }
    ::_exit(4);
}

/// Runs the writer and kills it shortly after a random number of operations.
void run_and_kill(std::string const& path, FileLedgerOptions options, int threads, bool compacts,
                  Acknowledged& fired, std::mt19937& random) {
    std::uint64_t const target = random() % (options.durability == Durability::process ? 400 : 40);
    testing::ChildProgress progress;
    ::pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        write_until_killed(path, options, threads, compacts, fired, progress);
    }
    CHECK(progress.wait_for(target));
    testing::spin(random, 300'000);
    int status = 0;
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
}

/// Checks that every acknowledged operation is present once, that any other was in progress, and that three replays
/// agree.
void check(std::string const& path, std::vector<std::uint64_t> const& acknowledged,
           FileLedgerOptions const& options = {}) {
    std::vector<Usd> totals;
    for (int replay = 0; replay < 3; ++replay) {
        LocalBudgets<FileLedger> const store{budgets(), FileLedger{path, options}};
        Usd sum;
        std::map<std::string, int> times;
        std::map<std::string, Usd> amounts;
        std::uint64_t before = 0;
        bool ordered = true;
        store.replay([&](LedgerRecord const& record) {
            ordered = ordered && record.seq > before;
            before = record.seq;
            if (record.spends()) {
                sum += record.amount;
                ++times[std::string{record.operation}];
                amounts[std::string{record.operation}] = record.amount;
            }
        });
        REQUIRE(ordered);
        for (auto const& [operation, count] : times) {
            REQUIRE(count == 1);
        }
        for (std::size_t t = 0; t < acknowledged.size(); ++t) {
            for (std::uint64_t n = 1; n <= acknowledged[t]; ++n) {
                auto const operation = "t" + std::to_string(t) + "-" + std::to_string(n);
                REQUIRE(times[operation] == 1);
                REQUIRE(amounts[operation] == cost_of_operation(n));
            }
        }
        REQUIRE(store.find("all")->held == Usd{});
        REQUIRE(store.find("all")->spent == sum);
        if (replay == 0) {
            REQUIRE(store.recovered().size() <= acknowledged.size());
        } else {
            REQUIRE(store.recovered().empty());
        }
        totals.push_back(sum);
    }
    REQUIRE(totals[0] == totals[1]);
    REQUIRE(totals[1] == totals[2]);
}

struct Shared {
    Shared()
        : fired{new (::mmap(nullptr, sizeof(Acknowledged), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                            -1, 0)) Acknowledged} {}
    ~Shared() { ::munmap(fired, sizeof(Acknowledged)); }
    Acknowledged* fired;
};

[[nodiscard]] int crashes() {
    char const* const set = std::getenv("CENTAVO_CRASHES");
    return set == nullptr ? 25 : std::atoi(set);
}

}  // namespace

TEST_CASE("a process killed at any point neither loses nor repeats an acknowledged charge") {
    std::mt19937 random{20261124};
    for (int round = 0; round < crashes(); ++round) {
        Folder const folder;
        auto const path = (folder.path / "spend.ledger").string();
        Shared const shared;
        int const threads = 1 + round % most_threads;
        run_and_kill(path, {}, threads, round % 2 == 1, *shared.fired, random);
        std::vector<std::uint64_t> acknowledged;
        for (int t = 0; t < threads; ++t) {
            acknowledged.push_back(shared.fired->operations[static_cast<std::size_t>(t)]);
        }
        INFO("round " << round);
        check(path, acknowledged);
    }
}

TEST_CASE("a machine that crashes loses nothing that durable() reported") {
    std::mt19937 random{20261125};
    for (int round = 0; round < crashes(); ++round) {
        Folder const folder;
        auto const path = (folder.path / "spend.ledger").string();
        Shared const shared;
        bool const each = round % 2 == 0;
        run_and_kill(path,
                     {.durability = each ? Durability::each : Durability::group,
                      .group_records = 8,
                      .group_delay = std::chrono::milliseconds{2}},
                     1, false, *shared.fired, random);
        // Unsynced bytes are lost from any point on; the file may end with zeros, which is damage.
        std::uint64_t const synced = shared.fired->durable_bytes;
        if (synced > 0) {
            std::uint64_t const size = std::filesystem::file_size(path);
            REQUIRE(size >= synced);
            std::filesystem::resize_file(path, synced + random() % (size - synced + 1));
            if (round % 3 == 0) {
                std::filesystem::resize_file(path, std::filesystem::file_size(path) + random() % 600);
            }
        }
        // One thread, so that operation n's charge is record 2n.
        std::uint64_t const operations =
            each ? shared.fired->operations[0].load() : shared.fired->durable_record / 2;
        INFO("round " << round);
        check(path, {operations}, {.when_damaged = DamagedLedger::keep_sound});
    }
}

TEST_CASE("a process killed while its threads drop holds leaves no limit exceeded") {
    for (std::uint32_t round = 0; round < conformance::kills(); ++round) {
        INFO("round " << round);
        Folder const folder;
        auto const path = (folder.path / "spend.ledger").string();
        auto const open = [&] {
            return LocalBudgets<FileLedger>{{.budgets = conformance::budgets_for_drops()}, FileLedger{path}};
        };
        conformance::kill_while_dropping(open, round);
        auto const store = open();
        CHECK(conformance::exceeded_limits(store) == 0);
    }
}

TEST_CASE("threads that drop holds over a ledger exceed no limit and get all of it back") {
    LocalBudgets<MemoryLedger> store{{.budgets = conformance::budgets_for_drops()}};
    conformance::check_limits_while_dropping(store, store, 1, 20'000);
}
