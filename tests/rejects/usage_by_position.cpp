// SPDX-License-Identifier: MIT
// rejected: could not convert .*500|no viable conversion|no matching constructor
#include <centavo/pricing/usage.hpp>

centavo::Usage used() {
#ifdef CENTAVO_CONTROL
    return centavo::Usage{.input = 500, .output = 300};
#else
    return centavo::Usage{500, 300};
#endif
}
