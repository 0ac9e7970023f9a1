// SPDX-License-Identifier: MIT
#include <centavo/base/money.hpp>

void pay(centavo::Usd);

void call() {
    using namespace centavo::literals;
#ifdef CENTAVO_CONTROL
    pay(0.1_usd);
#else
    pay(0.1);
#endif
}
