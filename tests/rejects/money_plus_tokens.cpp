// SPDX-License-Identifier: MIT
// rejected: no match for .*operator\+|invalid operands to binary expression .*Usd.*Tokens
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>

int main() {
    using namespace centavo;
#ifdef CENTAVO_CONTROL
    [[maybe_unused]] auto const sum = 1_usd + 1_cent;
#else
    [[maybe_unused]] auto const sum = 1_usd + Tokens{1};
#endif
}
