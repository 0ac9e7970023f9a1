// SPDX-License-Identifier: MIT
// rejected: use of deleted function .*clock\(\)|call to deleted member function 'clock'
#include <centavo/base/clock.hpp>

int main() {
    using namespace centavo;
#ifdef CENTAVO_CONTROL
    ManualClock const manual;
    Clock const clock = manual.clock();
#else
    Clock const clock = ManualClock{}.clock();
#endif
    return clock.now() == Instant{} ? 0 : 1;
}
