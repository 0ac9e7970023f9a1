// SPDX-License-Identifier: MIT
#include <centavo/centavo.hpp>
#include <centavo/builtin/prices.hpp>

centavo::Usd price_elsewhere() {
    return centavo::CostCalculator{centavo::builtin_prices()}.cost("gpt-4o", {.input = 500, .output = 300}).total();
}
