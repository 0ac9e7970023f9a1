// SPDX-License-Identifier: MIT
#include <centavo/pricing/detail/imported_decimal.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("a price of more than 15 significant digits is rounded half-even to 15") {
    CHECK(imported_decimal("0.1234567890123455")->value == Decimal::parse("0.123456789012346"));
    CHECK(imported_decimal("0.1234567890123445")->value == Decimal::parse("0.123456789012344"));
    CHECK(imported_decimal("0.12345678901234450000001")->value == Decimal::parse("0.123456789012345"));
    CHECK(imported_decimal("9999999999999999")->value == Decimal{1, 16});
    CHECK(imported_decimal("5e-06")->value == Decimal::parse("0.000005"));
    CHECK(!imported_decimal("5e-06")->rounded);
    CHECK(!imported_decimal("1e999999999999"));
    CHECK(imported_decimal("0e999")->value == Decimal{});
}
