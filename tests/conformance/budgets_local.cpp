// SPDX-License-Identifier: MIT
#include <centavo/budget/file_ledger.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/local_budgets.hpp>
#include <centavo/budget/record.hpp>

#include <conformance/budget_store_laws.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

/// A ledger in memory that fails on demand, as a full disk does.
class FailingLedger {
public:
    std::uint64_t append(LedgerRecord const& record) {
        if (broken) {
            throw std::runtime_error("no space left");
        }
        return kept_.append(record);
    }
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        kept_.replay(std::move(visit));
    }

    std::atomic<bool> broken = false;

private:
    MemoryLedger kept_;
};

template <LedgerStore Ledger>
struct LocalFixture {
    static constexpr Usd grain = Usd::from_atto(1);

    [[nodiscard]] LocalBudgets<Ledger> open(BudgetStoreOptions options, Clock clock) {
        return LocalBudgets<Ledger>{std::move(options), ledger, clock};
    }

    template <typename Act>
    void in_a_process_that_dies(BudgetStoreOptions options, Clock clock, Act act) {
        auto store = open(std::move(options), clock);
        orphans = act(store);
    }

    void break_store() requires std::same_as<Ledger, FailingLedger> { ledger->broken = true; }
    void mend_store() requires std::same_as<Ledger, FailingLedger> { ledger->broken = false; }

    std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>();
    std::vector<Hold> orphans = {};
};

/// A ledger in a temporary folder, which is deleted with the fixture.
struct FileFixture {
    static constexpr Usd grain = Usd::from_atto(1);

    FileFixture() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo-budgets-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        folder = name;
    }
    FileFixture(FileFixture const&) = delete;
    FileFixture& operator=(FileFixture const&) = delete;
    ~FileFixture() { std::filesystem::remove_all(folder); }

    [[nodiscard]] LocalBudgets<FileLedger> open(BudgetStoreOptions options, Clock clock) const {
        return LocalBudgets<FileLedger>{std::move(options), FileLedger{(folder / "spend.ledger").string()},
                                        clock};
    }

    template <typename Act>
    void in_a_process_that_dies(BudgetStoreOptions options, Clock clock, Act act) const {
        auto const child = ::fork();
        if (child == 0) {
            try {
                auto store = open(std::move(options), clock);
                auto const holds = act(store);
                ::_exit(0);  // without any destructor
            } catch (std::exception const&) {
                ::_exit(1);
            }
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(status == 0);
    }

    std::filesystem::path folder;
};

}  // namespace

TEST_CASE("LocalBudgets over a MemoryLedger satisfies BudgetStore") {
    conformance::check_budget_store<LocalFixture<MemoryLedger>>();
}

TEST_CASE("LocalBudgets over a ledger that can fail satisfies BudgetStore") {
    conformance::check_budget_store<LocalFixture<FailingLedger>>();
}

TEST_CASE("LocalBudgets over a FileLedger satisfies BudgetStore") {
    conformance::check_budget_store<FileFixture>();
}

TEST_CASE("LocalBudgets without a ledger admits and denies as usual") {
    ManualClock time{conformance::nine_o_clock};
    LocalBudgets<NoLedger> store{conformance::one_dollar_a_day(), NoLedger{}, time.clock()};
    auto hold = store.reserve({}, {.amount = 1_usd});
    REQUIRE(hold);
    CHECK_FALSE(store.reserve({}, {.amount = 1_cent}));
    hold->settle(1_cent);
    CHECK(conformance::spent_of(store, "daily") == 1_cent);
    CHECK_FALSE(RecordSource<LocalBudgets<NoLedger>>);
}

TEST_CASE("threads that share LocalBudgets never exceed a limit", "[threads]") {
    conformance::check_budget_store_threads<LocalFixture<MemoryLedger>>(2'000);
    conformance::check_budget_store_threads<FileFixture>(500);
}
