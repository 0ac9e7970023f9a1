// SPDX-License-Identifier: MIT
#include <centavo/export/detail/exact_quotient.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <optional>

using namespace centavo::detail;

TEST_CASE("a quotient is exact decimal text, or nullopt if it is not a finite decimal") {
    CHECK(exact_quotient(372, 1'000'000) == "0.000372");
    CHECK(exact_quotient(5, 1) == "5");
    CHECK(exact_quotient(0, 1'000) == "0");
    CHECK(exact_quotient(3, 8) == "0.375");
    CHECK(exact_quotient(3'600, 3'600) == "1");
    CHECK(exact_quotient(1, 3) == std::nullopt);
    CHECK(exact_quotient(-5, 2) == "-2.5");
    CHECK(exact_quotient(INT64_MAX, 1'000'000) == "9223372036854.775807");
}
