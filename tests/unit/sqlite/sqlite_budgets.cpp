// SPDX-License-Identifier: MIT
#include <centavo/sqlite/sqlite_budgets.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/cost_monitor.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <concepts>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

static_assert(std::derived_from<SqliteError, Error>);

namespace {

/// A folder that goes with the test.
struct Folder {
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo-sqlite-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path = name;
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }

    [[nodiscard]] std::string database() const { return (path / "spend.db").string(); }

    std::filesystem::path path;
};

/// What somebody else does with the database.
void run(std::string const& path, char const* statements) {
    SqliteConnection connection{path, std::chrono::steady_clock::now() + 1s};
    connection.run(statements);
}
std::int64_t number(std::string const& path, char const* question) {
    SqliteConnection connection{path, std::chrono::steady_clock::now() + 1s};
    SqliteStatement statement{connection, question};
    auto rows = statement.rows();
    REQUIRE(rows.next());
    return rows.number(0);
}

BudgetStoreOptions daily(Usd limit) { return {.budgets = {{.name = "daily", .limit = limit}}}; }

Instant const noon = parse_instant("2026-11-24T12:00:00Z");

}  // namespace

TEST_CASE("a monitor over SQLite shares its budget with whoever opens the same file") {
    Folder folder;
    CostMonitor<SqliteBudgets> one{SqliteBudgets{daily(1_usd), folder.database()}};
    CostMonitor<SqliteBudgets> other{SqliteBudgets{daily(1_usd), folder.database()}};
    auto held = one.reserve(Usd::parse("0.75"));
    REQUIRE(held);
    CHECK(other.held() == Usd::parse("0.75"));
    CHECK_FALSE(other.reserve(Usd::parse("0.5")));
    held->settle(Usd::parse("0.25"));
    CHECK(other.spent() == Usd::parse("0.25"));
    CHECK(other.report().total().cost == Usd::parse("0.25"));
}

TEST_CASE("a file that is no book says what it is") {
    Folder folder;
    SECTION("text") {
        std::ofstream{folder.database()} << std::string(8'192, 'x');
        try {
            SqliteBudgets book{daily(1_usd), folder.database()};
            FAIL("opened");
        } catch (SqliteError const& failure) {
            CHECK(failure.result_code() == SQLITE_NOTADB);
        }
    }
    SECTION("a database of something else") {
        run(folder.database(), "CREATE TABLE songs(title TEXT)");
        CHECK_THROWS_AS(SqliteBudgets(daily(1_usd), folder.database()), MalformedLedger);
        CHECK(number(folder.database(), "SELECT count(*) FROM sqlite_schema") == 1);  // and is left alone
    }
    SECTION("a book of a later version") {
        { SqliteBudgets const made{daily(1_usd), folder.database()}; }
        run(folder.database(), "PRAGMA user_version = 3");
        CHECK_THROWS_AS(SqliteBudgets(daily(1_usd), folder.database()), MalformedLedger);
    }
    SECTION("a book in another currency") {
        { SqliteBudgets const made{daily(1_usd), folder.database()}; }
        run(folder.database(), "UPDATE facts SET value = 'EUR' WHERE name = 'currency'");
        CHECK_THROWS_AS(SqliteBudgets(daily(1_usd), folder.database()), MalformedLedger);
    }
    SECTION("figures that are no amounts") {
        SqliteBudgets book{daily(1_usd), folder.database()};
        book.record({}, {}, {.amount = 1_cent});
        run(folder.database(), "UPDATE counters SET spent = 'much'");
        CHECK_THROWS_AS(book.reserve({}, {.amount = 1_cent}), MalformedLedger);
    }
    SECTION("a folder that is not there") {
        CHECK_THROWS_AS(SqliteBudgets(daily(1_usd), (folder.path / "no" / "spend.db").string()), SqliteError);
    }
    SECTION("a database in memory") {
        CHECK_THROWS_AS(SqliteBudgets(daily(1_usd), ":memory:"), std::invalid_argument);
        CHECK_THROWS_AS(SqliteBudgets(daily(1_usd), ""), std::invalid_argument);
    }
}

TEST_CASE("records can be added to the database and nothing else") {
    Folder folder;
    SqliteBudgets book{daily(1_usd), folder.database()};
    book.record({}, {}, {.amount = 1_cent});
    CHECK_THROWS_AS(run(folder.database(), "DELETE FROM records"), SqliteError);
    CHECK_THROWS_AS(run(folder.database(), "UPDATE records SET bytes = x'00'"), SqliteError);
    CHECK(number(folder.database(), "SELECT count(*) FROM records") == 1);
}

TEST_CASE("amounts keep every digit, where doubles keep 16") {
    Folder folder;
    auto const limit = Usd::parse("98765432109876.000000000000000002");
    auto const most = Usd::parse("98765432109876.000000000000000001");
    {
        SqliteBudgets book{daily(limit), folder.database()};
        auto held = book.reserve({}, {.amount = most});
        REQUIRE(held);
        held->settle(most);
        CHECK(book.remaining({}) == Usd::from_atto(1));
        CHECK_FALSE(book.reserve({}, {.amount = Usd::from_atto(2)}));
    }
    SqliteBudgets again{daily(limit), folder.database()};
    CHECK(again.find("daily")->spent == most);
}

TEST_CASE("of all processes that listen one tells an alert, and those that do not leave it to them") {
    Folder folder;
    ManualClock time{noon};
    SqliteBudgets deaf{daily(1_usd), folder.database(), {}, time.clock()};
    SqliteBudgets one{daily(1_usd), folder.database(), {}, time.clock()};
    SqliteBudgets other{daily(1_usd), folder.database(), {}, time.clock()};
    std::vector<std::string> fired;
    one.on_alert([&](Alert const& alert) { fired.push_back("one: " + std::string{to_string(alert.kind)}); });
    other.on_alert(
        [&](Alert const& alert) { fired.push_back("other: " + std::string{to_string(alert.kind)}); });
    deaf.record({}, {}, {.amount = Usd::parse("0.95")});
    CHECK(fired.empty());
    other.record({}, {}, {.amount = 1_cent});
    one.record({}, {}, {.amount = 1_cent});
    CHECK(fired == std::vector<std::string>{"other: low"});
    one.record({}, {}, {.amount = 1_usd});
    other.record({}, {}, {.amount = 1_usd});
    CHECK(fired == std::vector<std::string>{"other: low", "one: exceeded"});
    int written = 0;
    deaf.replay([&](LedgerRecord const& record) { written += record.kind == RecordKind::alert ? 1 : 0; });
    CHECK(written == 2);
}

TEST_CASE("a forecast alert comes when the pace of the window leads above the limit") {
    Folder folder;
    ManualClock time{noon};  // half of the day is over
    auto options = daily(1_usd);
    options.budgets[0].alerts.forecast_percent = {100};
    SqliteBudgets book{options, folder.database(), {}, time.clock()};
    std::vector<Alert> fired;
    book.on_alert([&](Alert const& alert) { fired.push_back(alert); });
    book.record({}, {}, {.amount = Usd::parse("0.5")});
    CHECK(fired.empty());  // twice 0.50 is the limit, not above it
    book.record({}, {}, {.amount = 1_cent});
    REQUIRE(fired.size() == 1);
    CHECK(fired[0].kind == AlertKind::forecast);
    CHECK(fired[0].forecast == Usd::parse("1.02"));
}

TEST_CASE(
    "values beyond the most that a budget counts share one counter, and are refused early rather than late") {
    Folder folder;
    SqliteBudgets book{{.budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}, .max_values = 2},
                       folder.database()};
    auto const of = [&](char const* user) { return book.account({{"user", user}}); };
    book.record(of("ann"), {}, {.amount = 1_usd});
    book.record(of("bob"), {}, {.amount = 1_cent});
    auto held = book.reserve(of("eve"), {.amount = 1_usd});
    REQUIRE(held);
    CHECK_FALSE(book.reserve(of("zoe"), {.amount = 1_cent}));
    CHECK(book.reserve(of("bob"), {.amount = 1_cent}));
    held->settle(Usd::parse("0.5"));
    CHECK(book.find("user", CounterTable::other)->spent == Usd::parse("0.5"));
    CHECK(number(folder.database(), "SELECT count(*) FROM counters") == 3);
}

TEST_CASE("ids and counters that are long over are forgotten") {
    Folder folder;
    ManualClock time{noon};
    SqliteBudgets book{{.budgets = {{.name = "minute", .limit = 1'000_usd, .period = Period::minute}}},
                       folder.database(),
                       {},
                       time.clock()};
    book.record({}, {"old", 1}, {.amount = 1_cent});
    run(folder.database(),
        "INSERT INTO idempotency_keys VALUES(614398, 'young', 1)");  // a multiple of 1,024 is next but one
    book.record({}, {"younger", 1}, {.amount = 1_cent});
    book.record({}, {"youngest", 1}, {.amount = 1_cent});
    book.record({}, {"young", 1}, {.amount = 1_cent});
    CHECK(book.find("minute")->spent == 3_cent);
    book.record({}, {"old", 1}, {.amount = 1_cent});
    CHECK(book.find("minute")->spent == 4_cent);

    time.advance(25h);
    for (int i = 0; i < 1'024; ++i) {
        book.record({}, {}, {.amount = 1_cent});
    }
    CHECK(number(folder.database(), "SELECT count(*) FROM counters") == 1);
    CHECK(book.find("minute")->spent == 1'024 * 1_cent);
}

TEST_CASE("the holds of a process are its own while it lives, and charged when it was killed") {
    Folder folder;
    std::array<int, 2> ready{};
    REQUIRE(::pipe(ready.data()) == 0);
    auto const child = ::fork();
    if (child == 0) {
        SqliteBudgets book{daily(1_usd), folder.database()};
        auto const held = book.reserve({}, {.amount = Usd::parse("0.5"), .id = {"under way", 2}});
        char const sign = held ? 'y' : 'n';
        static_cast<void>(::write(ready[1], &sign, 1));
        ::pause();
        ::_exit(0);
    }
    char sign = 0;
    REQUIRE(::read(ready[0], &sign, 1) == 1);
    CHECK(sign == 'y');
    SqliteBudgets book{daily(1_usd), folder.database()};
    CHECK(book.recovered().empty());
    CHECK(book.recover().empty());
    CHECK(book.find("daily")->held == Usd::parse("0.5"));
    ::kill(child, SIGKILL);
    REQUIRE(::waitpid(child, nullptr, 0) == child);
    auto const found = book.recover();
    REQUIRE(found.size() == 1);
    CHECK(found[0].id == IdempotencyKey{"under way", 2});
    CHECK(found[0].amount == Usd::parse("0.5"));
    CHECK(book.find("daily")->held == Usd{});
    CHECK(book.find("daily")->spent == Usd::parse("0.5"));
    CHECK(book.recover().empty());
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_CASE("a disk without room refuses, and nothing is half written") {
    Folder folder;
    SqliteBudgets book{daily(1_usd), folder.database()};
    book.record({}, {}, {.amount = 1_cent});
    auto const before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
    rlimit none = limit;
    none.rlim_cur = 4'096;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    auto const refused = book.reserve({}, {.amount = 1_cent});
    bool const thrown = [&] {
        try {
            book.record({}, {"op", 1}, {.amount = 1_cent});
            return false;
        } catch (SqliteError const&) {
            return true;
        }
    }();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    std::signal(SIGXFSZ, before);
    CHECK(thrown);
    REQUIRE_FALSE(refused);
    CHECK(refused.denial().reason == DenialReason::store);
    CHECK(book.find("daily")->spent == 1_cent);
    CHECK(book.find("daily")->held == Usd{});
    book.record({}, {"op", 1}, {.amount = 1_cent});
    CHECK(book.find("daily")->spent == 2_cent);
}

TEST_CASE("a call waits for a writer that has stopped no longer than the timeout") {
    Folder folder;
    SqliteBudgets book{daily(1_usd), folder.database(), {.timeout = 10ms}};
    SqliteConnection stopped{folder.database(), std::chrono::steady_clock::now()};
    stopped.run("BEGIN IMMEDIATE");
    std::vector<std::thread> threads;  // each waits for itself, not one after the other for all
    std::array<DenialReason, 4> reasons{};
    for (auto& reason : reasons) {
        threads.emplace_back([&] { reason = book.reserve({}, {.amount = 1_cent}).denial().reason; });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(reasons ==
          std::array{DenialReason::store, DenialReason::store, DenialReason::store, DenialReason::store});
    CHECK(book.find("daily")->held == Usd{});  // reading goes on
    stopped.run("ROLLBACK");
    CHECK(book.reserve({}, {.amount = 1_cent}));
}

TEST_CASE("figures do not depend on the durability") {
    for (auto const durability : {Durability::process, Durability::group, Durability::each}) {
        Folder folder;
        ManualClock time{noon};
        SqliteBudgets book{
            daily(10_usd), folder.database(), {.durability = durability, .group_records = 4}, time.clock()};
        for (int i = 0; i < 10; ++i) {
            auto held = book.reserve({}, {.amount = 1_usd});
            REQUIRE(held);
            held->settle(1_cent);
            time.advance(7ms);
        }
        CHECK(book.find("daily")->spent == 10_cent);
        CHECK(number(folder.database(), "SELECT count(*) FROM records") == 20);
    }
}

TEST_CASE(
    "alerts of unusual hours, which the database does not remember, are refused when the book is made") {
    Folder folder;
    CHECK_THROWS_AS(
        (SqliteBudgets{{.budgets = {{.name = "daily", .limit = 1_usd, .alerts = {.anomaly_deviations = 4}}}},
                       folder.database()}),
        std::invalid_argument);
}

TEST_CASE("to a child of a fork its parent's book is closed, and what happens to it there leaves the "
          "parent's alone") {
    Folder folder;
    std::optional<SqliteBudgets> book{
        std::in_place, BudgetStoreOptions{.budgets = {{.name = "daily", .limit = 1_usd}}}, folder.database()};
    auto hold = book->reserve({}, {.amount = 0.25_usd});
    REQUIRE(hold);
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int wrong = 1;
        try {
            static_cast<void>(book->reserve({}, {.amount = 0.25_usd}));
        } catch (std::logic_error const&) {
            wrong = 0;
        }
        { auto const dropped = std::move(hold); }
        book.reset();
        ::_exit(wrong);
    }
    int status = 1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    SqliteBudgets other{{.budgets = {{.name = "daily", .limit = 1_usd}}}, folder.database()};
    CHECK(other.recovered().empty());  // the parent's hold is the parent's still
    CHECK(other.find("daily")->held == 0.25_usd);
    hold->settle(0.125_usd);
    CHECK(other.find("daily")->spent == 0.125_usd);
    CHECK(number(folder.database(), "SELECT count(*) FROM owners") == 2);
}

TEST_CASE("counters are compared with the records, and damaged records are reported") {
    Folder folder;
    SqliteBudgets store{{.budgets = {{.name = "all", .limit = 10_usd, .period = Period::total},
                                     {.name = "user", .limit = 10_usd, .scope = {"user"}}}},
                        folder.database()};
    auto const ann = store.account({{"user", "ann"}});
    auto held = store.reserve(ann, {.amount = 2_usd});
    REQUIRE(held);
    store.reserve(ann, {.amount = 2_usd})->settle(1_usd);
    store.record({}, {}, {.amount = 3_usd});
    CHECK(check_counters(store).empty());
    SECTION("a changed sum") {
        run(folder.database(), "UPDATE counters SET spent = '2' WHERE value = 'ann'");
        auto const mismatches = check_counters(store);
        REQUIRE(mismatches.size() == 1);
        CHECK(mismatches[0].budget == "user");
        CHECK(mismatches[0].value == "ann");
        CHECK(mismatches[0].spent == 2_usd);
        CHECK(mismatches[0].recorded_spent == 1_usd);
        CHECK(mismatches[0].recorded_held == 2_usd);
    }
    SECTION("a deleted counter") {
        run(folder.database(), "DELETE FROM counters WHERE budget = 'all'");
        auto const mismatches = check_counters(store);
        REQUIRE(mismatches.size() == 1);
        CHECK(mismatches[0].recorded_spent == 4_usd);
    }
    SECTION("a changed record") {
        run(folder.database(),
            "DROP TRIGGER records_are_constant;"
            "UPDATE records SET bytes = substr(bytes, 1, 60) || x'7F' || substr(bytes, 62)");
        CHECK_THROWS_AS(check_counters(store), MalformedLedger);
    }
    SECTION("records in another order") {
        run(folder.database(),
            "DROP TRIGGER records_are_constant;"
            "UPDATE records SET seq = -1 WHERE seq = 2; UPDATE records SET seq = 2 WHERE seq = 3;"
            "UPDATE records SET seq = 3 WHERE seq = -1");
        CHECK_THROWS_AS(check_counters(store), MalformedLedger);
    }
}
