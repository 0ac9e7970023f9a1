// SPDX-License-Identifier: MIT
#include <centavo/budget/file_ledger.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/local_budgets.hpp>

#include <conformance/book_laws.hpp>

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

/// A ledger in memory that can be made to fail, as a disk that is full does.
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
        auto book = open(std::move(options), clock);
        orphans = act(book);
    }

    void break_store() requires std::same_as<Ledger, FailingLedger> { ledger->broken = true; }
    void mend_store() requires std::same_as<Ledger, FailingLedger> { ledger->broken = false; }

    std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>();
    std::vector<Hold> orphans = {};
};

/// A ledger in a file, in a folder of its own, which goes with it.
struct FileFixture {
    static constexpr Usd grain = Usd::from_atto(1);

    FileFixture() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo-book-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        folder = name;
    }
    FileFixture(FileFixture const&) = delete;
    FileFixture& operator=(FileFixture const&) = delete;
    ~FileFixture() { std::filesystem::remove_all(folder); }

    [[nodiscard]] LocalBudgets<FileLedger> open(BudgetStoreOptions options, Clock clock) const {
        return LocalBudgets<FileLedger>{std::move(options), FileLedger{(folder / "book.ledger").string()},
                                     clock};
    }

    template <typename Act>
    void in_a_process_that_dies(BudgetStoreOptions options, Clock clock, Act act) const {
        auto const child = ::fork();
        if (child == 0) {
            try {
                auto book = open(std::move(options), clock);
                auto const holds = act(book);
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

TEST_CASE("a local book over the memory's ledger keeps the laws of a book") {
    conformance::check_book<LocalFixture<MemoryLedger>>();
}

TEST_CASE("a local book over a ledger that can fail keeps the laws of a book") {
    conformance::check_book<LocalFixture<FailingLedger>>();
}

TEST_CASE("a local book over a file keeps the laws of a book") { conformance::check_book<FileFixture>(); }

TEST_CASE("a local book without a ledger decides all the same, and keeps no record") {
    ManualClock time{conformance::nine_o_clock};
    LocalBudgets<NoLedger> book{conformance::one_dollar_a_day(), NoLedger{}, time.clock()};
    auto held = book.reserve({}, {.amount = 1_usd});
    REQUIRE(held);
    CHECK_FALSE(book.reserve({}, {.amount = 1_cent}));
    held->settle(1_cent);
    CHECK(conformance::spent_of(book, "daily") == 1_cent);
    CHECK(conformance::recorded(book) == Usd{});
}

TEST_CASE("threads that share a local book keep within its limits", "[threads]") {
    conformance::check_book_threads<LocalFixture<MemoryLedger>>(2'000);
    conformance::check_book_threads<FileFixture>(500);
}
