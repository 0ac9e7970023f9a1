// SPDX-License-Identifier: MIT
#include <centavo/prompt_cache.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::chrono_literals;

namespace {

RequestKey const key = request_key(Scope::shared(), {"openai"}, R"({"model":"m"})");
CacheFacts const whole{.input = 500, .output = 300, .cost = Usd::parse("0.00425"), .complete = true};
constexpr auto fixed = Sampling::deterministic;

FetchedResponse never() { throw std::logic_error("called"); }

struct BrokenStore {
    LookupResult find(RequestKey const&) { throw std::runtime_error("disk"); }
    bool put(SharedEntry) { throw std::runtime_error("disk"); }
    void erase(RequestKey const&) {}
    void clear() {}
    std::size_t bytes() const { return 0; }
    std::size_t size() const { return 0; }
};

}  // namespace

TEST_CASE("a request asked again is answered without a call, and the saving is counted exactly") {
    PromptCache<> cache{{.ttl = 1h, .capacity_bytes = 1 << 20}};
    auto const first = cache.get_or_call(key, fixed, [] { return FetchedResponse{"answer", whole}; });
    CHECK(first.how == CacheStatus::called);
    CHECK(first.why == MissReason::absent);
    auto const second = cache.get_or_call(key, fixed, never);
    CHECK(second.how == CacheStatus::hit);
    CHECK(second.value->bytes == "answer");
    static_cast<void>(cache.get_or_call(key, fixed, never));
    auto const saved = cache.savings();
    CHECK(saved.hits == 2);
    CHECK(saved.misses() == 1);
    CHECK(saved.input == Tokens{1'000});
    CHECK(saved.output == Tokens{600});
    CHECK(saved.dollars == Usd::parse("0.0085"));
    CHECK(saved.hit_rate() == 2.0 / 3.0);
}

TEST_CASE("an answer is forgotten at the end of its life time") {
    ManualClock time;
    PromptCache<> cache{{.ttl = 10s}, time.clock()};
    cache.begin(key, fixed).lead()->store("answer", whole);
    time.advance(10s - 1ns);
    CHECK(cache.begin(key, fixed).hit());
    time.advance(1ns);
    auto turn = cache.begin(key, fixed);
    REQUIRE(turn.lead());
    CHECK(turn.lead()->why() == MissReason::expired);
    CHECK(cache.savings().expired == 1);
}

TEST_CASE("requests with a temperature above zero or none are neither read nor stored, unless asked for") {
    auto const request = Request::chat("m", {{"user", "a"}});
    auto const cold = request.with_temperature(0);
    PromptCache<> cache;
    for (auto const& random : {request, request.with_temperature(0.7)}) {
        for (int i = 0; i < 2; ++i) {
            auto const got = cache.get_or_call(random, Scope::shared(), {}, [] {
                return FetchedResponse{"answer", whole};
            });
            CHECK(got.how == CacheStatus::called);
            CHECK(got.why == MissReason::nondeterministic);
        }
    }
    CHECK(cache.savings().nondeterministic == 4);
    CHECK(cache.store().size() == 0);
    static_cast<void>(cache.get_or_call(cold, Scope::shared(), {}, [] { return FetchedResponse{"answer", whole}; }));
    CHECK(cache.begin(cold, Scope::shared(), {}).hit());
    CHECK_FALSE(cache.begin(cold, Scope::of("tenant"), {}).hit());

    PromptCache<> willing{{.nondeterministic = Nondeterministic::cache}};
    static_cast<void>(willing.get_or_call(request, Scope::shared(), {}, [] {
        return FetchedResponse{"answer", whole};
    }));
    CHECK(willing.begin(request, Scope::shared(), {}).hit());
}

TEST_CASE("a cut answer is never stored, and the lead passes on") {
    PromptCache<> cache;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    REQUIRE(follower.wait());
    lead.lead()->store("half an ans", {.input = 5, .output = 3});
    auto next = follower.wait()->turn();
    REQUIRE(next.lead());
    next.lead()->store("answer", whole);
    CHECK(cache.begin(key, fixed).hit()->entry->bytes == "answer");
    CHECK(cache.savings().incomplete == 1);
}

TEST_CASE("a leader that leaves makes a follower the leader, one after the other") {
    PromptCache<> cache;
    std::optional lead{cache.begin(key, fixed)};
    auto second = cache.begin(key, fixed);
    auto third = cache.begin(key, fixed);
    lead.reset();
    auto promoted = second.wait()->turn();
    REQUIRE(promoted.lead());
    promoted.lead()->store("answer", whole);
    auto const answered = third.wait()->turn().hit()->how;
    CHECK(answered == CacheStatus::joined);
}

TEST_CASE("a leader that leaves without followers leaves nothing behind") {
    PromptCache<> cache;
    { auto const dropped = cache.begin(key, fixed); }
    CHECK(cache.begin(key, fixed).lead());
    {
        auto lead = cache.begin(key, fixed);
        auto follower = cache.begin(key, fixed);
        lead.lead()->pass_on();
    }
    CHECK(cache.begin(key, fixed).lead());
}

TEST_CASE("a callback gets its turn from the one who calls, or leads in its place") {
    PromptCache<> cache;
    std::string got;
    auto lead = cache.begin(key, fixed);
    auto answered = cache.begin(key, fixed);
    answered.wait()->then([&](PromptCache<>::BeginResult turn) {
        REQUIRE(turn.lead());
        turn.lead()->store("from the callback", whole);
    });
    auto reader = cache.begin(key, fixed);
    reader.wait()->then(
        [&](PromptCache<>::BeginResult turn) { got += turn.lead() ? "led;" : turn.hit()->entry->bytes; });
    lead.lead()->pass_on();
    CHECK(got == "led;");
    CHECK(cache.begin(key, fixed).hit());
}

TEST_CASE("all who wait get the leader's error, and the next one calls again") {
    PromptCache<> cache;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    lead.lead()->fail("503");
    auto turn = follower.wait()->turn();
    REQUIRE(turn.failed());
    CHECK_THROWS_AS(std::rethrow_exception(turn.failed()->error), std::runtime_error);
    CHECK_THROWS_AS(cache.get_or_call(key, fixed, never), std::logic_error);
    CHECK(cache.begin(key, fixed).lead());
}

TEST_CASE("a follower waits no longer than its limit") {
    PromptCache<> cache;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    CHECK(follower.wait()->turn(1ms).timed_out());
    lead.lead()->store("answer", whole);
    CHECK(cache.begin(key, fixed).hit());
}

TEST_CASE("64 threads that ask the same at once make one call", "[threads]") {
    PromptCache<> cache;
    std::atomic<int> calls = 0;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 64; ++i) {
        threads.emplace_back([&] {
            auto const got = cache.get_or_call(key, fixed, [&] {
                ++calls;
                while (cache.savings().misses() == 0) {
                    std::this_thread::yield();
                }
                return FetchedResponse{"answer", whole};
            });
            wrong += got.value->bytes == "answer" ? 0 : 1;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(calls == 1);
    CHECK(wrong == 0);
    CHECK(cache.savings().answered() == 63);
}

TEST_CASE("leaders that give up pass on until one answers", "[threads]") {
    PromptCache<> cache;
    std::atomic<int> turns = 0;
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 32; ++i) {
        threads.emplace_back([&] {
            auto turn = cache.begin(key, fixed);
            if (turn.wait()) {
                turn = turn.wait()->turn();
            }
            if (turn.lead() && ++turns == 5) {
                turn.lead()->store("answer", whole);
            }
            answered += turn.hit() ? 1 : 0;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(turns == 5);
    CHECK(answered == 27);
}

TEST_CASE("a store that fails is a miss, counted, and never the caller's error") {
    PromptCache<BrokenStore> cache{{}, std::in_place};
    auto const got = cache.get_or_call(key, fixed, [] { return FetchedResponse{"answer", whole}; });
    CHECK(got.value->bytes == "answer");
    CHECK(got.why == MissReason::store_failed);
    CHECK(cache.savings().unreadable == 1);
    CHECK(cache.savings().unwritable == 1);
}

TEST_CASE("an answer too large to keep is still given to all") {
    PromptCache<> cache{{.capacity_bytes = 64 << 10}};
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    lead.lead()->store(std::string(32 << 10, 'x'), whole);
    CHECK(follower.wait()->turn().hit());
    CHECK(cache.begin(key, fixed).lead());
    CHECK(cache.savings().too_large == 1);
}

TEST_CASE("a life time of zero or less is refused") {
    CHECK_THROWS_AS(PromptCache<>(PromptCacheOptions{.ttl = 0s}), std::invalid_argument);
    CHECK_THROWS_AS(PromptCache<>(PromptCacheOptions{.ttl = -1s}), std::invalid_argument);
    CHECK_THROWS_AS(PromptCache<>(PromptCacheOptions{.capacity_bytes = 0}), std::invalid_argument);
}
