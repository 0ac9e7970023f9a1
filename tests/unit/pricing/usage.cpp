// SPDX-License-Identifier: MIT
#include <centavo/pricing/usage.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

template <typename... Counts>
concept by_position = requires(Counts... counts) {
    Usage{counts...};
};
static_assert(!by_position<int, int> && !by_position<int> && !by_position<Tokens, Tokens>);
static_assert(Usage{.input = 500, .output = 300}.input == Tokens{500});

TEST_CASE("a part that was not reported differs from a part of 0") {
    Usage const silent{.input = 10};
    Usage const zero{.input = 10, .cache_read = 0};
    CHECK(!silent.find(units::cache_read));
    CHECK(zero.find(units::cache_read) == 0);
    CHECK(silent != zero);
    CHECK(silent.find(units::output) == 0);
}

TEST_CASE("every named unit can be set and found") {
    Usage usage;
    std::vector<std::pair<Unit, std::int64_t>> counts;
    std::int64_t count = 0;
    for (UnitName const& known : unit_names()) {
        if (counts.size() == 8 + UnitCounts::capacity) {
            break;
        }
        usage.set(known.unit, ++count);
        counts.emplace_back(known.unit, count);
    }
    for (auto const& [unit, expected] : counts) {
        INFO(name_of(unit));
        CHECK(usage.find(unit) == expected);
    }
    std::size_t visited = 0;
    usage.for_each([&](Unit, std::int64_t) { ++visited; });
    CHECK(visited == counts.size());
}

TEST_CASE("setting a common unit sets its member") {
    Usage usage;
    usage.set(units::input, 9);
    usage.set(units::cache_write_1h, 3);
    usage.set(units::web_searches, 2);
    usage.set(units::web_searches, 4);
    CHECK(usage.input == Tokens{9});
    CHECK(usage.cache_write_1h == Tokens{3});
    CHECK(usage.others.all().size() == 1);
    CHECK(usage.find(units::web_searches) == 4);
}

TEST_CASE("a negative count is rejected and changes nothing") {
    Usage usage{.input = 5, .cache_read = 1};
    Usage const before = usage;
    CHECK_THROWS_AS(usage.set(units::input, -1), std::out_of_range);
    CHECK_THROWS_AS(usage.set(units::cache_read, -1), std::out_of_range);
    CHECK_THROWS_AS(usage.set(units::web_searches, -1), std::out_of_range);
    CHECK_THROWS_AS((Usage{.input = -500, .output = 300}), std::out_of_range);
    CHECK(usage == before);
}

TEST_CASE("units beyond the capacity are rejected, not dropped") {
    UnitCounts counts;
    std::size_t set = 0;
    for (UnitName const& known : unit_names()) {
        if (set == UnitCounts::capacity) {
            CHECK_THROWS_AS(counts.set(known.unit, 1), std::length_error);
            break;
        }
        counts.set(known.unit, 1);
        ++set;
    }
    CHECK(counts.all().size() == UnitCounts::capacity);
}

TEST_CASE("equality of usages does not depend on the order of counts") {
    Usage a;
    Usage b;
    a.set(units::web_searches, 1);
    a.set(units::requests, 2);
    b.set(units::requests, 2);
    b.set(units::web_searches, 1);
    CHECK(a == b);
    b.set(units::requests, 3);
    CHECK(a != b);
}
