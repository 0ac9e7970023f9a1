// SPDX-License-Identifier: MIT
#include <centavo/builtin/prices.hpp>
#include <centavo/centavo.hpp>

centavo::Usd price_elsewhere() {
    return centavo::CostCalculator{centavo::builtin_prices()}
        .cost("gpt-4o", {.input = 500, .output = 300})
        .total();
}
