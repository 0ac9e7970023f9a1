// SPDX-License-Identifier: MIT
// rejected: could not convert .*Tokens.* to .*Usd|no (viable conversion|matching function).*
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>

void pay(centavo::Usd);

void call() {
#ifdef CENTAVO_CONTROL
    pay(centavo::Usd::parse("300"));
#else
    pay(centavo::Tokens{300});
#endif
}
