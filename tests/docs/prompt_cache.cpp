// SPDX-License-Identifier: MIT
#include <centavo/prompt_cache.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace centavo;
using namespace std::chrono_literals;

namespace {

int calls = 0;

std::string ask_model(Request const&) {
    ++calls;
    return R"({"choices":[{"index":0,"message":{"content":"Paris."},"finish_reason":"stop"}],)"
           R"("usage":{"prompt_tokens":14,"completion_tokens":2}})";
}

}  // namespace

TEST_CASE("the cache of the documentation serves a repeated request") {
    calls = 0;
    PromptCache cache{{.ttl = 1h}};
    auto const request = Request::chat("gpt-4o", "What is the capital of France?").with_temperature(0);
    std::string used;
    auto const use = [&](std::string const& body) { used = body; };
    for (int i = 0; i < 2; ++i) {
        // [get and put]
        if (auto const hit = cache.get(request)) {
            use(hit->body);
        } else {
            cache.put(request, ask_model(request), 0.0001_usd);
        }
        // [get and put]
    }
    CHECK(calls == 1);
    CHECK(used == ask_model(request));
    std::string body;
    {
        // [one line]
        auto const hit = cache.get(request);
        // [one line]
        REQUIRE(hit);
        body = hit->body;
    }
    CHECK(body == used);
    // [savings]
    std::string const text = to_string(cache.savings());
    // [savings]
    CHECK(text.find("2 of 3 lookups served (66.7 %), $0.0002 saved") == 0);
    // [put result]
    auto const sampled = Request::chat("gpt-4o", "Write a poem.").with_temperature(0.8);
    PutResult const refused = cache.put(sampled, ask_model(sampled));
    // [put result]
    CHECK(refused == PutResult::nondeterministic);
}

TEST_CASE("concurrent callers of the documentation share one call") {
    calls = 0;
    auto const request = Request::chat("gpt-4o", "What is the capital of France?").with_temperature(0);
    // [single flight]
    PromptCache cache{{.ttl = 1h, .scope = Scope::of("tenant-7")},
                      MemoryCacheStore{{.capacity_bytes = 256 << 20}}};
    CacheResult const result = cache.get_or_call(request, [&] {
        return FetchedResponse{.body = ask_model(request), .facts = {.cost = 0.0001_usd, .complete = true}};
    });
    // [single flight]
    CHECK(result.status == CacheStatus::called);
    CHECK(cache.begin(request).hit() != nullptr);
    CHECK(calls == 1);
}
