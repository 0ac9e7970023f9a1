// SPDX-License-Identifier: MIT
#include <centavo/base/money.hpp>

void spend(centavo::Usd) {}
