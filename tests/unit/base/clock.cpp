// SPDX-License-Identifier: MIT
#include <centavo/base/clock.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

using namespace centavo;
using namespace std::chrono_literals;

static_assert(std::is_trivially_copyable_v<Clock>);
static_assert(!std::is_copy_constructible_v<ManualClock>);  // clocks refer to it

TEST_CASE("the default clock is the system's") {
    Clock const clock;
    auto const before = std::chrono::system_clock::now();
    auto const now = clock.now();
    auto const after = std::chrono::system_clock::now();
    CHECK(before <= now);
    CHECK(now <= after);
    auto const first = clock.monotonic();
    CHECK(first <= clock.monotonic());
}

TEST_CASE("a manual clock stands still until it is advanced") {
    ManualClock manual{Instant{1'000s}};
    Clock const clock = manual.clock();
    CHECK(clock.now() == Instant{1'000s});
    CHECK(clock.monotonic() == 0ns);
    manual.advance(1h);
    CHECK(clock.now() == Instant{4'600s});
    CHECK(clock.monotonic() == 1h);
}

TEST_CASE("setting the wall clock back does not change monotonic time") {
    ManualClock manual{Instant{1'000s}};
    Clock const clock = manual.clock();
    manual.advance(10s);
    manual.set(Instant{5s});
    CHECK(clock.now() == Instant{5s});
    CHECK(clock.monotonic() == 10s);
}

TEST_CASE("a clock is built from two functions and their context") {
    std::int64_t const reading = 77;
    auto const read = [](void const* context) { return *static_cast<std::int64_t const*>(context); };
    Clock const clock{read, read, &reading};
    CHECK(clock.now() == Instant{77ns});
    CHECK(clock.monotonic() == 77ns);
}

TEST_CASE("a manual clock advanced from many threads loses no step", "[threads]") {
    ManualClock manual;
    Clock const clock = manual.clock();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            auto last = clock.monotonic();
            for (int step = 0; step < 1'000; ++step) {
                manual.advance(1ms);
                auto const now = clock.monotonic();
                if (now <= last) {
                    manual.advance(1h);  // checked by the sum below
                }
                last = now;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(clock.monotonic() == 4s);
    CHECK(clock.now() == Instant{4s});
}
