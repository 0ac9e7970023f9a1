// SPDX-License-Identifier: MIT
#include <centavo/sqlite/sqlite_budgets.hpp>

#include <conformance/budget_store_laws.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

/// A database in a folder of its own, which goes with it.
struct SqliteFixture {
    static constexpr Usd grain = Usd::from_atto(1);

    SqliteFixture() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo-book-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        folder = name;
    }
    SqliteFixture(SqliteFixture const&) = delete;
    SqliteFixture& operator=(SqliteFixture const&) = delete;
    ~SqliteFixture() { std::filesystem::remove_all(folder); }

    [[nodiscard]] std::string path() const { return (folder / "spend.db").string(); }

    [[nodiscard]] SqliteBudgets open(BudgetStoreOptions options, Clock clock) const {
        return SqliteBudgets{
            std::move(options), path(), {.timeout = std::chrono::milliseconds{timeout_ms}}, clock};
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

    /// Another connection that writes and does not end.
    void break_store() {
        timeout_ms = 5;
        blocker.emplace(path(), std::chrono::steady_clock::now());
        blocker->run("BEGIN IMMEDIATE");
    }
    void mend_store() { blocker.reset(); }

    std::filesystem::path folder;
    int timeout_ms = 20;
    std::optional<SqliteConnection> blocker = {};
};

}  // namespace

TEST_CASE("a book in SQLite keeps the laws of a book") { conformance::check_budget_store<SqliteFixture>(); }

TEST_CASE("threads that share a book in SQLite keep within its limits", "[threads]") {
    struct Patient : SqliteFixture {
        Patient() { timeout_ms = 30'000; }
    };
    conformance::check_budget_store_threads<Patient>(100);
}
