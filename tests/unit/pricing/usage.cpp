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

TEST_CASE("a part that was not said is not a part that was said to be 0") {
    Usage const silent{.input = 10};
    Usage const zero{.input = 10, .cache_read = 0};
    CHECK(!silent.find(units::cache_read));
    CHECK(zero.find(units::cache_read) == 0);
    CHECK(silent != zero);
    CHECK(silent.find(units::output) == 0);
}

TEST_CASE("every named unit can be set and found again") {
    Usage usage;
    std::vector<std::pair<Unit, std::int64_t>> said;
    std::int64_t count = 0;
    for (UnitName const& known : unit_names()) {
        if (said.size() == 8 + UnitCounts::capacity) {
            break;
        }
        usage.set(known.unit, ++count);
        said.emplace_back(known.unit, count);
    }
    for (auto const& [unit, expected] : said) {
        INFO(name_of(unit));
        CHECK(usage.find(unit) == expected);
    }
    std::size_t visited = 0;
    usage.for_each([&](Unit, std::int64_t) { ++visited; });
    CHECK(visited == said.size());
}

TEST_CASE("an everyday unit set by its name is the member") {
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

TEST_CASE("a negative count is refused and changes nothing") {
    Usage usage{.input = 5, .cache_read = 1};
    Usage const before = usage;
    CHECK_THROWS_AS(usage.set(units::input, -1), std::out_of_range);
    CHECK_THROWS_AS(usage.set(units::cache_read, -1), std::out_of_range);
    CHECK_THROWS_AS(usage.set(units::web_searches, -1), std::out_of_range);
    CHECK_THROWS_AS((Usage{.input = -500, .output = 300}), std::out_of_range);
    CHECK(usage == before);
}

TEST_CASE("more kinds of units than fit are refused, not dropped") {
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

TEST_CASE("usages are equal in whatever order their counts were said") {
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
