// SPDX-License-Identifier: MIT
#include <centavo/builtin/prices.hpp>
#include <centavo/call/client.hpp>
#include <centavo/cost_calculator.hpp>
#include <centavo/cost_monitor.hpp>
#include <centavo/metered.hpp>
#include <centavo/prompt_cache.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::literals;
using namespace std::chrono_literals;

namespace {

Reply stand_in(OutgoingRequest const&, Sink sink) {
    sink(R"({"model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop",)"
         R"("message":{"role":"assistant","content":"4"}}],)"
         R"("usage":{"prompt_tokens":500,"completion_tokens":300,"total_tokens":800}})");
    return {.http_status = 200};
}

}  // namespace

TEST_CASE("a call reserves its worst case and settles what it cost") {
    // [reserve]
    CostCalculator calculator{builtin_prices()};
    CostMonitor monitor{{.daily_budget = 50_usd}};
    Quote quote = calculator.quote("gpt-4o", {.input = 500, .max_output = 400});
    if (auto held = monitor.reserve(quote)) {
        held->dispatched();                                                      // the request leaves
        held->settle(calculator.cost("gpt-4o", {.input = 500, .output = 300}));  // the response arrived
    }
    // [reserve]
    CHECK(monitor.spent() == 0.00425_usd);
}

TEST_CASE("one object makes the call, from the cache where the response was paid for") {
    auto const my_client = stand_in;
    // [metered]
    CostCalculator calculator{builtin_prices()};
    PromptCache cache{{.ttl = 1h}};
    CostMonitor monitor{{.daily_budget = 50_usd}};
    Metered metered{
        {.calculator = calculator, .counters = Counter::upper_bound(), .cache = cache, .monitor = monitor}};

    Request request = Request::chat("gpt-4o", {{"user", "2 + 2?"}}).with_temperature(0);
    Result first = metered(request, my_client);   // called: the cost is settled and the response stored
    Result second = metered(request, my_client);  // cached: nothing is spent
    // [metered]
    CHECK(first.outcome == Outcome::called);
    CHECK(second.outcome == Outcome::cached);
    CHECK(monitor.spent() == 0.00425_usd);
}
