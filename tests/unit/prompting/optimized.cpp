// SPDX-License-Identifier: MIT
#include <centavo/prompting/optimized.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace centavo;
using namespace centavo::literals;

TEST_CASE("the cost reduction is the saved tokens at the input rate, exactly") {
    Optimized done;
    done.before = 1'000;
    done.after = 600;
    CHECK(done.saved() == Tokens{400});
    // gpt-4o: 2.50 USD per million.
    CHECK(done.cost_reduction(2.50_usd) == 0.001_usd);
    done.after = done.before;
    CHECK(done.cost_reduction(2.50_usd) == Usd{});
}
