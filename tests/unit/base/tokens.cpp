// SPDX-License-Identifier: MIT
#include <centavo/base/tokens.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <type_traits>

using namespace centavo;

static_assert(std::is_convertible_v<int, Tokens> && std::is_convertible_v<std::size_t, Tokens>);
static_assert(!std::is_constructible_v<Tokens, double> && !std::is_constructible_v<Tokens, bool>);
static_assert(!std::is_convertible_v<Tokens, std::int64_t>);
static_assert(Tokens{500} + 300 == Tokens{800} && Tokens{500} - 300 == Tokens{200} && Tokens{2} < 10);

TEST_CASE("a count of tokens is never negative") {
    CHECK_THROWS_AS(Tokens{-1}, std::out_of_range);
    CHECK_THROWS_AS(Tokens{std::numeric_limits<std::uint64_t>::max()}, std::out_of_range);
    CHECK_THROWS_AS(Tokens{3} - Tokens{4}, std::out_of_range);
    CHECK((Tokens{4} - Tokens{4}).value() == 0);
}

TEST_CASE("a sum beyond 63 bits throws and leaves the count as it was") {
    Tokens most = std::numeric_limits<std::int64_t>::max();
    CHECK_THROWS_AS(most += 1, std::overflow_error);
    CHECK(most.value() == std::numeric_limits<std::int64_t>::max());
    Tokens few = 3;
    CHECK_THROWS_AS(few -= 4, std::out_of_range);
    CHECK(few == Tokens{3});
}

TEST_CASE("counts of tokens stream and hash by value") {
    std::ostringstream out;
    out << Tokens{1'200};
    CHECK(out.str() == "1200");
    CHECK(std::hash<Tokens>{}(Tokens{7}) == std::hash<Tokens>{}(Tokens{3} + Tokens{4}));
}
