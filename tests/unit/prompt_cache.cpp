// SPDX-License-Identifier: MIT
#include <centavo/prompt_cache.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace centavo;
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

TEST_CASE("a repeated request is served without a call, and the saving is exact") {
    PromptCache cache{{.ttl = 1h}, MemoryCacheStore{{.capacity_bytes = 1 << 20}}};
    auto const first = cache.get_or_call(key, fixed, [] { return FetchedResponse{"response", whole}; });
    CHECK(first.status == CacheStatus::called);
    CHECK(first.reason == MissReason::absent);
    auto const second = cache.get_or_call(key, fixed, never);
    CHECK(second.status == CacheStatus::hit);
    CHECK(second.entry->body == "response");
    static_cast<void>(cache.get_or_call(key, fixed, never));
    auto const saved = cache.savings();
    CHECK(saved.hits == 2);
    CHECK(saved.misses() == 1);
    CHECK(saved.input == Tokens{1'000});
    CHECK(saved.output == Tokens{600});
    CHECK(saved.cost == Usd::parse("0.0085"));
    CHECK(saved.hit_rate() == 2.0 / 3.0);
}

TEST_CASE("an entry expires at the end of its time to live") {
    ManualClock time;
    PromptCache cache{{.ttl = 10s}, MemoryCacheStore{{.clock = time.clock()}}};
    cache.begin(key, fixed).leader()->store("response", whole);
    time.advance(10s - 1ns);
    CHECK(cache.begin(key, fixed).hit());
    time.advance(1ns);
    auto turn = cache.begin(key, fixed);
    REQUIRE(turn.leader());
    CHECK(turn.leader()->reason() == MissReason::expired);
    CHECK(cache.savings().expired == 1);
}

TEST_CASE("a request with a temperature above zero or none bypasses the cache by default") {
    auto const request = Request::chat("m", {{"user", "a"}});
    auto const cold = request.with_temperature(0);
    PromptCache cache;
    for (auto const& random : {request, request.with_temperature(0.7)}) {
        for (int i = 0; i < 2; ++i) {
            auto const got = cache.get_or_call(random, Scope::shared(), {}, [] {
                return FetchedResponse{"response", whole};
            });
            CHECK(got.status == CacheStatus::called);
            CHECK(got.reason == MissReason::nondeterministic);
        }
    }
    CHECK(cache.savings().nondeterministic == 4);
    CHECK(cache.store().size() == 0);
    static_cast<void>(cache.get_or_call(cold, Scope::shared(), {}, [] {
        return FetchedResponse{"response", whole};
    }));
    CHECK(cache.begin(cold, Scope::shared(), {}).hit());
    CHECK_FALSE(cache.begin(cold, Scope::of("tenant"), {}).hit());

    PromptCache willing{{.nondeterministic = Nondeterministic::cache}};
    static_cast<void>(willing.get_or_call(request, Scope::shared(), {}, [] {
        return FetchedResponse{"response", whole};
    }));
    CHECK(willing.begin(request, Scope::shared(), {}).hit());
}

TEST_CASE("an incomplete response is never stored, and a follower becomes the leader") {
    PromptCache cache;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    REQUIRE(follower.follower());
    lead.leader()->store("half a resp", {.input = 5, .output = 3});
    auto next = follower.follower()->wait();
    REQUIRE(next.leader());
    next.leader()->store("response", whole);
    CHECK(cache.begin(key, fixed).hit()->entry->body == "response");
    CHECK(cache.savings().incomplete == 1);
}

TEST_CASE("a dropped leader makes one follower the leader") {
    PromptCache cache;
    std::optional lead{cache.begin(key, fixed)};
    auto second = cache.begin(key, fixed);
    auto third = cache.begin(key, fixed);
    lead.reset();
    auto promoted = second.follower()->wait();
    REQUIRE(promoted.leader());
    promoted.leader()->store("response", whole);
    auto const answered = third.follower()->wait().hit()->status;
    CHECK(answered == CacheStatus::joined);
}

TEST_CASE("a dropped leader without followers removes the flight") {
    PromptCache cache;
    { auto const dropped = cache.begin(key, fixed); }
    CHECK(cache.begin(key, fixed).leader());
    {
        auto lead = cache.begin(key, fixed);
        auto follower = cache.begin(key, fixed);
        lead.leader()->pass_on();
    }
    CHECK(cache.begin(key, fixed).leader());
}

TEST_CASE("a callback receives a follower that is ready, to read the response or to lead") {
    PromptCache cache;
    std::string got;
    auto lead = cache.begin(key, fixed);
    auto answered = cache.begin(key, fixed);
    answered.follower()->then([&](Follower ready) {
        auto turn = ready.wait();
        REQUIRE(turn.leader());
        turn.leader()->store("from the callback", whole);
    });
    auto reader = cache.begin(key, fixed);
    reader.follower()->then([&](Follower ready) {
        auto turn = ready.wait();
        got += turn.leader() ? "led;" : turn.hit()->entry->body;
    });
    lead.leader()->pass_on();
    CHECK(got == "led;");
    CHECK(cache.begin(key, fixed).hit());
}

TEST_CASE("a callback receives the leader's error from wait()") {
    PromptCache cache;
    std::string error;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    follower.follower()->then([&](Follower ready) {
        try {
            static_cast<void>(ready.wait());
        } catch (std::runtime_error const& failure) {
            error = failure.what();
        }
    });
    lead.leader()->fail("503");
    CHECK(error == "503");
}

TEST_CASE("a callback that drops its follower passes the lead on") {
    PromptCache cache;
    auto lead = cache.begin(key, fixed);
    auto dropping = cache.begin(key, fixed);
    auto waiting = cache.begin(key, fixed);
    dropping.follower()->then([](Follower) {});
    lead.leader()->pass_on();
    lead = waiting.follower()->wait();
    CHECK(lead.leader());
}

TEST_CASE("a second wait of a follower throws") {
    PromptCache cache;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    lead.leader()->store("response", whole);
    CHECK(follower.follower()->wait().hit());
    CHECK_THROWS_AS(follower.follower()->wait(), std::logic_error);
    CHECK_THROWS_AS(follower.follower()->wait_for(1ms), std::logic_error);
}

TEST_CASE("match calls the function for the alternative that begin returned") {
    PromptCache cache;
    auto const name = [](BeginResult begun) {
        return begun.match([](CacheHit&) { return "hit"; }, [](Leader&) { return "leader"; },
                           [](Follower&) { return "follower"; });
    };
    auto lead = cache.begin(key, fixed);
    CHECK(name(cache.begin(key, fixed)) == std::string{"follower"});
    lead.leader()->store("response", whole);
    CHECK(name(cache.begin(key, fixed)) == std::string{"hit"});
    CHECK(name(cache.begin(request_key(Scope::shared(), {}, "{}"), fixed)) == std::string{"leader"});
}

TEST_CASE("followers receive the leader's error, and the next caller calls again") {
    PromptCache cache;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    lead.leader()->fail("503");
    CHECK_THROWS_AS(follower.follower()->wait(), std::runtime_error);
    CHECK_THROWS_AS(cache.get_or_call(key, fixed, never), std::logic_error);
    CHECK(cache.begin(key, fixed).leader());
}

TEST_CASE("an exception of the leader's call reaches only the leader, and a follower calls") {
    PromptCache cache;
    std::atomic<int> calls = 0;
    std::atomic<int> served = 0;
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            try {
                served += cache.get_or_call(
                                   key, fixed,
                                   [&] {
                                       if (++calls == 1) {
                                           throw std::runtime_error("cancelled");
                                       }
                                       return FetchedResponse{"response", whole};
                                   }).entry->body == "response"
                              ? 1
                              : 0;
            } catch (std::runtime_error const&) {
                ++failed;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(failed == 1);
    CHECK(served == 3);
}

TEST_CASE("a leader without a response to share lets all followers call at once") {
    PromptCache cache;
    auto lead = cache.begin(key, fixed);
    std::vector<BeginResult> waiting;
    for (int i = 0; i < 11; ++i) {
        waiting.push_back(cache.begin(key, fixed));
        REQUIRE(waiting.back().follower());
    }
    int called_back = 0;
    waiting.back().follower()->then([&](Follower ready) { called_back += ready.wait().leader() ? 1 : 0; });
    waiting.pop_back();
    SECTION("because its call failed") { lead.leader()->dismiss(); }
    SECTION("because its response is incomplete") { lead.leader()->store("half a resp", {}); }
    SECTION("because a second leader passed on") {
        auto other = cache.begin(key, fixed);
        lead.leader()->pass_on();
        auto second = other.follower()->wait();
        if (called_back == 0) {
            REQUIRE(second.leader());
            second.leader()->pass_on();
        }
    }
    for (BeginResult& one : waiting) {
        auto turn = one.follower()->wait();  // would block if any of them had to wait for another
        REQUIRE(turn.leader());
        one = std::move(turn);
    }
    CHECK(called_back == 1);
    waiting.front().leader()->store("response", whole);  // the key is known from then on
    CHECK(cache.begin(key, fixed).hit());
}

TEST_CASE("wait_for returns after its time limit") {
    PromptCache cache;
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    CHECK_FALSE(follower.follower()->wait_for(1ms).has_value());
    lead.leader()->store("response", whole);
    CHECK(cache.begin(key, fixed).hit());
}

TEST_CASE("64 concurrent requests of one key make one call", "[threads]") {
    PromptCache cache;
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
                return FetchedResponse{"response", whole};
            });
            wrong += got.entry->body == "response" ? 0 : 1;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(calls == 1);
    CHECK(wrong == 0);
    CHECK(cache.savings().served() == 63);
}

TEST_CASE("callers whose leaders pass on all end as leaders or with the stored response", "[threads]") {
    PromptCache cache;
    std::atomic<int> turns = 0;
    std::atomic<int> answered = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 32; ++i) {
        threads.emplace_back([&] {
            auto turn = cache.begin(key, fixed);
            if (turn.follower()) {
                turn = turn.follower()->wait();
            }
            if (turn.leader() && ++turns == 5) {
                turn.leader()->store("response", whole);
            }
            answered += turn.hit() ? 1 : 0;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(turns >= 5);
    CHECK(turns + answered == 32);
    CHECK(cache.begin(key, fixed).hit());
}

TEST_CASE("a failing store counts as a miss and never throws to the caller") {
    PromptCache cache{{}, BrokenStore{}};
    auto const got = cache.get_or_call(key, fixed, [] { return FetchedResponse{"response", whole}; });
    CHECK(got.entry->body == "response");
    CHECK(got.reason == MissReason::store_failed);
    CHECK(cache.savings().failed_reads == 1);
    CHECK(cache.savings().failed_writes == 1);
}

TEST_CASE("a response too large for the store is still handed to every follower") {
    PromptCache cache{{}, MemoryCacheStore{{.capacity_bytes = 64 << 10}}};
    auto lead = cache.begin(key, fixed);
    auto follower = cache.begin(key, fixed);
    lead.leader()->store(std::string(32 << 10, 'x'), whole);
    CHECK(follower.follower()->wait().hit());
    CHECK(cache.begin(key, fixed).leader());
    CHECK(cache.savings().too_large == 1);
}

TEST_CASE("a time to live of zero or less is refused") {
    CHECK_THROWS_AS(PromptCache<>(PromptCacheOptions{.ttl = 0s}), std::invalid_argument);
    CHECK_THROWS_AS(PromptCache<>(PromptCacheOptions{.ttl = -1s}), std::invalid_argument);
    CHECK_THROWS_AS(MemoryCacheStore{{.capacity_bytes = 0}}, std::invalid_argument);
}

namespace {

Request question(std::string_view extra = {}) {
    return Request::parse(R"({"model":"m","messages":[{"role":"user","content":"a"}],"temperature":0)" +
                          std::string{extra} + "}");
}

std::string body(std::string_view finish = "stop", std::string_view text = "b") {
    return R"({"choices":[{"index":0,"message":{"role":"assistant","content":")" + std::string{text} +
           R"("},"finish_reason":")" + std::string{finish} +
           R"("}],"usage":{"prompt_tokens":500,"completion_tokens":300,"total_tokens":800}})";
}

}  // namespace

TEST_CASE("get returns the bytes that put stored, and counts the tokens and the cost saved") {
    PromptCache cache{{.ttl = 1h}};
    CHECK(cache.get(question()) == nullptr);
    CHECK(cache.put(question(), body(), Usd::parse("0.00425")) == PutResult::stored);
    auto const hit = cache.get(question());
    REQUIRE(hit);
    CHECK(hit->body == body());
    CHECK(to_string(cache.savings()) ==
          "1 of 2 lookups served (50.0 %), $0.00425 saved, 500 input and 300 output tokens not used");
    std::ostringstream out;
    out << cache.savings();
    CHECK(out.str() == to_string(cache.savings()));
}

TEST_CASE("put says why it did not store a response") {
    PromptCache cache;
    CHECK(cache.put(question(), body("length")) == PutResult::incomplete);
    CHECK(cache.put(question(), body("content_filter")) == PutResult::incomplete);
    CHECK(cache.put(question(), body("stop", "")) == PutResult::incomplete);
    CHECK(cache.put(question(), R"({"error":{"message":"overloaded"}})") == PutResult::incomplete);
    CHECK(cache.put(question(), "<html>bad gateway</html>") == PutResult::incomplete);
    CHECK(cache.put(question(), body().substr(0, 40)) == PutResult::incomplete);
    CHECK(cache.put(question().with_temperature(1), body()) == PutResult::nondeterministic);
    CHECK(cache.store().size() == 0);
    CHECK(cache.get(question()) == nullptr);

    PromptCache small{{}, MemoryCacheStore{{.capacity_bytes = 64 << 10}}};
    CHECK(small.put(question(), body("stop", std::string(32 << 10, 'x'))) == PutResult::too_large);
    PromptCache broken{{}, BrokenStore{}};
    CHECK(broken.put(question(), body()) == PutResult::store_failed);
    CHECK(to_string(PutResult::store_failed) == "store_failed");
}

TEST_CASE("by default no entry is shared between the end users that requests name") {
    PromptCache cache;
    for (auto const member : {R"(,"user":"NAME")", R"(,"safety_identifier":"NAME")",
                              R"(,"metadata":{"user_id":"NAME","trace":"t"})"}) {
        auto const of = [&](std::string_view name) {
            std::string text{member};
            return question(text.replace(text.find("NAME"), 4, name));
        };
        CHECK(cache.put(of("ann"), body()) == PutResult::stored);
        CHECK(cache.get(of("ann")));
        CHECK_FALSE(cache.get(of("bob")));
        CHECK_FALSE(cache.get(question()));
        CHECK(cache.get(of("bob"), Scope::shared()) == nullptr);
    }
    CHECK(cache.put(question(), body()) == PutResult::stored);
    CHECK(cache.get(question(R"(,"metadata":{"trace":"another"})")));

    PromptCache shared{{.scope = Scope::shared()}};
    CHECK(shared.put(question(R"(,"user":"ann")"), body()) == PutResult::stored);
    CHECK(shared.get(question(R"(,"user":"bob")")));
    CHECK_FALSE(shared.get(question(), Scope::of("tenant")));
}

TEST_CASE("a streamed body is never returned for a request that does not stream") {
    PromptCache cache;
    std::string const events =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        "data: [DONE]\n\n";
    CHECK(cache.put(question().with_stream(true), events) == PutResult::stored);
    CHECK_FALSE(cache.get(question()));
    CHECK(cache.get(question().with_stream(true))->body == events);
}
