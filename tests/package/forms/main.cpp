// SPDX-License-Identifier: MIT
#include <centavo/base/money.hpp>

void spend(centavo::Usd amount);  // a parameter's type is part of the name that the linker sees

int main() { spend({}); }
