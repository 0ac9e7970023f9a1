// SPDX-License-Identifier: MIT
// rejected: could not convert .*double.* to .*Usd|no (viable conversion|matching function).*
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
