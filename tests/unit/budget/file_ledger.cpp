// SPDX-License-Identifier: MIT
#include <centavo/budget/file_ledger.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/crc32.hpp>
#include <centavo/budget/local_budgets.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/cost_monitor.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

namespace {

struct Scratch {
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "centavo_ledger_XXXXXX").string();
        folder = ::mkdtemp(name.data());
        path = (folder / "spend.ledger").string();
    }
    ~Scratch() { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
    std::string path;
};

[[nodiscard]] std::string bytes_of(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void put(std::string const& path, std::string const& bytes) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}

void append_some(std::string const& path, int count) {
    FileLedger ledger{path};
    for (int i = 1; i <= count; ++i) {
        CHECK(ledger.append({.at = Instant{1h}, .operation = "op", .attempt = i, .amount = 1_cent * i}) > 0);
    }
}

[[nodiscard]] std::vector<int> attempts_in(std::string const& path) {
    std::vector<int> attempts;
    FileLedger{path}.replay([&](LedgerRecord const& record) { attempts.push_back(record.attempt); });
    return attempts;
}

}  // namespace

TEST_CASE("crc32 is the one of IEEE 802.3") {
    CHECK(crc32("123456789") == 0xCBF43926U);
    CHECK(crc32("The quick brown fox jumps over the lazy dog") == 0x414FA339U);
    CHECK(crc32("") == 0U);
}

TEST_CASE("a record comes back whole, its lines with their published rates") {
    Scratch const scratch;
    Cost const cost = cost_of(builtin_prices().at("gpt-4o"), {.input = 500, .output = 300, .cache_read = 128},
                              parse_instant("2026-10-01T00:00:00Z"));
    std::vector<Tag> const tags{{"team", "search"}, {"user", "ann"}};
    Charge const charge = charge_of(cost);
    {
        FileLedger ledger{scratch.path};
        CHECK(ledger.append({.hold = 7,
                             .time = Instant{2h},
                             .at = Instant{1h},
                             .operation = "op-7",
                             .attempt = 2,
                             .amount = charge.amount,
                             .category = charge.category,
                             .quality = UsageQuality::partial,
                             .model = charge.model,
                             .provider = charge.provider,
                             .tags = tags,
                             .lines = charge.lines,
                             .reported_cost = 1_cent,
                             .note = "why"}) == 1);
    }
    int seen = 0;
    FileLedger{scratch.path}.replay([&](LedgerRecord const& record) {
        ++seen;
        CHECK(record.seq == 1);
        CHECK(record.hold == 7);
        CHECK(record.time == Instant{2h});
        CHECK(record.operation == "op-7");
        CHECK(record.amount == cost.total());
        CHECK(record.quality == UsageQuality::partial);
        CHECK(record.model == "gpt-4o");
        CHECK(record.provider == "openai");
        CHECK(std::vector<Tag>{record.tags.begin(), record.tags.end()} == tags);
        CHECK(record.reported_cost == 1_cent);
        CHECK(record.note == "why");
        REQUIRE(record.lines.size() == cost.lines().size());
        Usd sum;
        for (std::size_t i = 0; i < record.lines.size(); ++i) {
            CHECK(record.lines[i].rate.unit() == cost.lines()[i].rate.unit());
            CHECK(record.lines[i].rate.usd() == cost.lines()[i].rate.usd());
            CHECK(record.lines[i].rate.cost(record.lines[i].count) == record.lines[i].cost);
            sum += record.lines[i].cost;
        }
        CHECK(sum == record.amount);
    });
    CHECK(seen == 1);
}

TEST_CASE("a ledger cut within its last record opens with the others and keeps the cut bytes beside it") {
    Scratch const scratch;
    append_some(scratch.path, 2);
    std::uint64_t const two = std::filesystem::file_size(scratch.path);
    append_some(scratch.path, 1);
    std::string const whole = bytes_of(scratch.path);
    for (std::size_t size = two; size < whole.size(); ++size) {
        put(scratch.path, whole.substr(0, size));
        FileLedger ledger{scratch.path};
        REQUIRE(ledger.recovery().records == 2);
        REQUIRE(ledger.recovery().cut_at == two);
        REQUIRE(ledger.recovery().cut_bytes == size - two);
        REQUIRE(ledger.append({.attempt = 9}) == 3);
        bool const cut = size > two;
        REQUIRE(std::filesystem::exists(scratch.path + ".torn") == cut);
        if (cut) {
            REQUIRE(bytes_of(scratch.path + ".torn") == whole.substr(two, size - two));
            std::filesystem::remove(scratch.path + ".torn");
        }
    }
    CHECK(attempts_in(scratch.path) == std::vector{1, 2, 9});
}

TEST_CASE("a flipped bit anywhere in a ledger is damage, in its last record too") {
    Scratch const scratch;
    append_some(scratch.path, 3);
    std::string const sound = bytes_of(scratch.path);
    std::size_t const record = (sound.size() - ledger_file::head_size) / 3;
    for (std::size_t bit = 0; bit < 8 * sound.size(); bit += bit < 400 ? 1 : 7) {
        std::string bytes = sound;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        put(scratch.path, bytes);
        INFO("bit " << bit);
        REQUIRE_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
        REQUIRE(bytes_of(scratch.path) == bytes);
        if (bit / 8 < 8) {
            continue;
        }
        if (bit / 8 >= ledger_file::head_size) {
            auto const check = LedgerFileView{scratch.path}.check();
            std::size_t const damaged = (bit / 8 - ledger_file::head_size) / record;
            REQUIRE(check.records == 2);
            REQUIRE(check.damage ==
                    std::vector{LedgerDamage{ledger_file::head_size + damaged * record, record}});
            REQUIRE(check.sound_after == 2 - damaged);
            REQUIRE(check.torn_bytes == 0);
        }
    }
}

TEST_CASE("damage of any size and kind is reported with the sound records after it") {
    Scratch const scratch;
    constexpr int count = 2'500;  // of 1 KB
    static std::string const sound = [&] {
        FileLedger ledger{scratch.path};
        std::string const note(900, 'n');
        for (int i = 0; i < count; ++i) {
            ledger.append({.at = Instant{1h}, .attempt = i, .amount = 1_cent, .note = note});
        }
        return bytes_of(scratch.path);
    }();
    std::size_t const record = (sound.size() - ledger_file::head_size) / count;
    std::mt19937 random{20261128};
    for (std::size_t const size : {100U, 1'100'000U}) {
        std::size_t const begin = ledger_file::head_size + 1'000 * record + random() % record;
        std::string bytes = sound;
        SECTION("zeros of " + std::to_string(size)) { bytes.replace(begin, size, size, '\0'); }
        SECTION("random bytes of " + std::to_string(size)) {
            for (std::size_t i = begin; i < begin + size; ++i) {
                bytes[i] = static_cast<char>(static_cast<unsigned>(~bytes[i]) ^ (random() & 0x7FU));
            }
        }
        SECTION("missing " + std::to_string(size)) {
            bytes.erase(begin, size / record == 0 ? size : size | 1U);
        }
        SECTION("records in another order " + std::to_string(size)) {
            std::size_t const at = ledger_file::head_size + 1'000 * record;
            std::string const first = bytes.substr(at, record);
            std::size_t const far = at + (1 + size / record) * record;
            bytes.replace(at, record, bytes.substr(far, record));
            bytes.replace(far, record, first);
        }
        if (bytes == sound) {
            continue;  // not this section
        }
        put(scratch.path, bytes);
        CHECK_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
        CHECK(std::filesystem::file_size(scratch.path) == bytes.size());
        LedgerFileView const view{scratch.path};
        std::uint64_t visited = 0;
        auto const check = view.read([&](LedgerRecord const&) { ++visited; });
        CHECK_FALSE(check.sound());
        CHECK(check.records == visited);
        CHECK(check.records >= count - size / record - 3);
        CHECK(check.records < count);
        CHECK(check.records - check.sound_after <= 1'001);
        CHECK(check.torn_bytes == 0);

        FileLedger const kept{scratch.path, {.when_damaged = DamagedLedger::keep_sound}};
        CHECK(kept.recovery().records == check.records);
        CHECK(bytes_of(scratch.path + ".damaged") == bytes);
        auto const now = LedgerFileView{scratch.path}.check();
        CHECK(now.sound());
        CHECK(now.records == check.records);
    }
}

TEST_CASE("a damaged record of more than a mebibyte hides none of the records after it") {
    Scratch const scratch;
    {
        FileLedger ledger{scratch.path};
        std::string const text(1'200'000, 't');
        for (int i = 0; i < 20; ++i) {
            ledger.append({.attempt = i, .amount = 1_usd, .note = i == 5 ? std::string_view{text} : "n"});
        }
    }
    std::string bytes = bytes_of(scratch.path);
    bytes[600'000] ^= 1;
    put(scratch.path, bytes);
    CHECK_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
    auto const check = LedgerFileView{scratch.path}.check();
    CHECK(check.records == 19);
    CHECK(check.sound_after == 14);
    CHECK(check.damage.size() == 1);
}

TEST_CASE("a tail made of overlapping frames is read in linear time") {
    Scratch const scratch;
    auto const milliseconds = [&](std::size_t size) {
        append_some(scratch.path, 2);
        std::string bytes = bytes_of(scratch.path);
        std::string const pattern{"\0\1\0\0",
                                  4};  // a size of 65,536 and a plausible payload at every fourth byte
        while (bytes.size() < size) {
            bytes += pattern;
        }
        put(scratch.path, bytes);
        auto const begin = std::chrono::steady_clock::now();
        CHECK_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
        auto const end = std::chrono::steady_clock::now();
        std::filesystem::remove(scratch.path);
        return std::chrono::duration<double, std::milli>{end - begin}.count();
    };
    double const one = milliseconds(500'000);
    CHECK(milliseconds(2'000'000) < 8 * one + 50);
}

TEST_CASE("a ledger cut within its header is damaged, an empty file is a new ledger") {
    Scratch const scratch;
    append_some(scratch.path, 1);
    std::string const whole = bytes_of(scratch.path);
    for (std::size_t size = 1; size < ledger_file::head_size; ++size) {
        put(scratch.path, whole.substr(0, size));
        CHECK_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
        CHECK_THROWS_AS(LedgerFileView{scratch.path}, MalformedLedger);
    }
    put(scratch.path, "");
    CHECK(LedgerFileView{scratch.path}.check().sound());
    append_some(scratch.path, 1);
    CHECK(LedgerFileView{scratch.path}.check().records == 1);
}

TEST_CASE("record numbers continue after a compaction that removes the last records") {
    Scratch const scratch;
    {
        LocalBudgets<FileLedger> store{{.budgets = {{.name = "all", .limit = 1_usd}}},
                                       FileLedger{scratch.path}};
        for (int i = 0; i < 3; ++i) {
            store.reserve({}, {.amount = 1_cent})->release();
        }
        store.ledger().compact();
    }
    CHECK(FileLedger{scratch.path}.append({.amount = 1_cent}) == 7);
}

TEST_CASE("what is no ledger of this version is refused: other files, versions, currencies") {
    Scratch const scratch;
    put(scratch.path, "{\"this\": \"is something else entirely\"}");
    CHECK_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
    auto const with = [&](std::size_t at, char value) {
        std::string head = ledger_file::head();
        head[at] = value;
        head.resize(20);
        put32(head, crc32(head));
        put(scratch.path, head);
    };
    with(8, 2);
    CHECK_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
    with(12, 'E');
    CHECK_THROWS_AS(FileLedger{scratch.path}, MalformedLedger);
    CHECK_THROWS_AS(FileLedger{(scratch.folder / "no" / "folder").string()}, FileError);
}

TEST_CASE("random bytes behind a sound head never crash the reader") {
    Scratch const scratch;
    append_some(scratch.path, 2);
    std::string const sound = bytes_of(scratch.path);
    std::mt19937 random{20261124};
    RecordReader reader;
    for (int i = 0; i < 2'000; ++i) {
        std::string payload = sound.substr(ledger_file::head_size + frame_head_size);
        for (int change = 0; change < 4; ++change) {
            payload[random() % payload.size()] = static_cast<char>(random());
        }
        try {
            static_cast<void>(reader.read(payload));
        } catch (MalformedLedger const&) {
            continue;
        }
    }
    SUCCEED();
}

TEST_CASE("a ledger is open in one place at a time") {
    Scratch const scratch;
    {
        FileLedger const first{scratch.path};
        CHECK_THROWS_AS(FileLedger{scratch.path}, LedgerLocked);
    }
    FileLedger{scratch.path};
}

TEST_CASE("to a child of a fork its parent's ledger is another process's, and can be let go of there") {
    Scratch const scratch;
    std::optional<FileLedger> ledger{std::in_place, scratch.path,
                                     FileLedgerOptions{.durability = Durability::group}};
    ledger->append({.amount = 1_cent});
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(20);  // its timer's thread is not there to be joined
        int wrong = 1;
        try {
            ledger->append({.amount = 2_cent});
        } catch (LedgerLocked const&) {
            wrong = 0;
        }
        ledger.reset();
        ::_exit(wrong);
    }
    int status = 1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(ledger->append({.amount = 3_cent}) == 2);
    int records = 0;
    ledger->replay([&](LedgerRecord const&) { ++records; });
    CHECK(records == 2);
}

TEST_CASE("threads that append together lose and double nothing, at every level", "[threads]") {
    for (Durability const level : {Durability::process, Durability::group, Durability::each}) {
        Scratch const scratch;
        int const each = level == Durability::process ? 500 : 20;
        {
            FileLedger ledger{scratch.path, {.durability = level, .group_records = 16, .group_delay = 1ms}};
            std::vector<std::thread> threads;
            for (int t = 0; t < 4; ++t) {
                threads.emplace_back([&, t] {
                    for (int i = 0; i < each; ++i) {
                        ledger.append({.attempt = t * each + i});
                    }
                });
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
            ledger.sync();
            CHECK(ledger.durable().record == static_cast<std::uint64_t>(4 * each));
            CHECK(ledger.durable().bytes == std::filesystem::file_size(scratch.path));
        }
        auto const attempts = attempts_in(scratch.path);
        CHECK(attempts.size() == static_cast<std::size_t>(4 * each));
        CHECK(std::set<int>{attempts.begin(), attempts.end()}.size() == attempts.size());
    }
}

TEST_CASE("a monitor over a file goes on where its last process ended: sums, ids, alerts, open holds") {
    Scratch const scratch;
    ManualClock clock{parse_instant("2026-11-24T12:00:00Z")};
    MonitorOptions const options{.daily_budget = 1_usd,
                                 .budgets = {{.name = "user", .limit = 1_usd, .scope = {"user"}}}};
    std::vector<AlertKind> fired;
    auto const listen = [&](Alert const& alert) { fired.push_back(alert.kind); };
    {
        CostMonitor monitor{options, FileLedger{scratch.path}, clock.clock()};
        monitor.on_alert(listen);
        Account const ann = monitor.account({{"user", "ann"}});
        monitor.reserve(0.5_usd, {.account = ann, .id = {"op-1", 1}})->settle(0.3_usd);
        monitor.reserve(0.65_usd)->settle(0.61_usd);
        CHECK(fired == std::vector{AlertKind::low});
        auto const dropped = monitor.reserve(0.01_usd);
        auto left = monitor.reserve(0.02_usd, {.account = ann, .id = {"op-2", 1}});
        std::filesystem::copy_file(scratch.path, scratch.path + ".killed");
    }
    std::filesystem::rename(scratch.path + ".killed", scratch.path);  // as if the process had ended there
    for (int time = 0; time < 3; ++time) {
        CostMonitor monitor{options, FileLedger{scratch.path}, clock.clock()};
        monitor.on_alert(listen);
        CHECK(monitor.store().recovered().size() == (time == 0 ? 2U : 0U));
        if (time == 0) {
            CHECK(monitor.store().recovered()[1].id.operation == "op-2");
            CHECK(monitor.store().recovered()[1].amount == 0.02_usd);
        }
        CHECK(monitor.spent() == 0.94_usd);
        CHECK(monitor.held() == Usd{});
        CHECK(monitor.budget("user", "ann")->spent == 0.32_usd);
        monitor.record(0.3_usd, CostCategory::tokens, {.id = {"op-1", 1}});
        CHECK(monitor.spent() == 0.94_usd);
        CHECK(fired == std::vector{AlertKind::low});
        CHECK(monitor.report().total().cost == 0.94_usd);
    }
}

TEST_CASE("compaction drops what no total needs and changes no total") {
    Scratch const scratch;
    MonitorOptions const options{.daily_budget = 1'000_usd};
    {
        CostMonitor monitor{options, FileLedger{scratch.path}};
        for (int i = 0; i < 100; ++i) {
            monitor.reserve(2_usd)->settle(1_usd);
            monitor.reserve(2_usd)->release();
        }
        auto open = monitor.reserve(3_usd);
        auto const before = std::filesystem::file_size(scratch.path);
        monitor.store().ledger().compact();
        CHECK(std::filesystem::file_size(scratch.path) < before / 2);
        CHECK_FALSE(std::filesystem::exists(scratch.path + ".compact"));
        CHECK(monitor.report().total().cost == 100_usd);
        open->settle(2.5_usd);
        CHECK_THROWS_AS(FileLedger{scratch.path}, LedgerLocked);
    }
    CostMonitor monitor{options, FileLedger{scratch.path}};
    CHECK(monitor.spent() == 102.5_usd);
    CHECK(monitor.store().recovered().empty());
    CHECK(monitor.report().total().cost == 102.5_usd);
}
