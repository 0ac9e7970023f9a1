// SPDX-License-Identifier: MIT
#include <centavo/builtin/prices.hpp>
#include <centavo/centavo.hpp>

#include <cstdio>

centavo::Usd price_elsewhere();

int main() {
    centavo::CostCalculator const calculator{centavo::builtin_prices()};
    auto const cost = calculator.cost("gpt-4o", {.input = 500, .output = 300});
    if (cost.total() != price_elsewhere()) {
        return 1;
    }
    std::printf("%s: %s\n", cost.model().text().c_str(), cost.total().to_string().c_str());
}
