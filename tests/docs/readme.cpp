// SPDX-License-Identifier: MIT
#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/cost_calculator.hpp>
#include <centavo/cost_monitor.hpp>
#include <centavo/metered.hpp>
#include <centavo/model_router.hpp>
#include <centavo/prompt_cache.hpp>
#include <centavo/prompt_optimizer.hpp>
#include <centavo/stream_budget.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string_view>

using namespace centavo;
using namespace centavo::literals;
using namespace std::chrono_literals;

namespace {

Reply my_client(OutgoingRequest const&, Sink sink) {
    sink(R"({"model":"gpt-4o-mini","choices":[{"index":0,"finish_reason":"stop",)"
         R"("message":{"role":"assistant","content":"4"}}],)"
         R"("usage":{"prompt_tokens":500,"completion_tokens":300,"total_tokens":800}})");
    return {.http_status = 200};
}

}  // namespace

TEST_CASE("each component is one line, and Metered composes them around one call") {
    // clang-format off
    // [components]
    CostCalculator calculator{builtin_prices()};                       // what does it cost?
    Estimate estimate = calculator.estimate("gpt-4o", {.input = 500, .output = 300}, {.per_day = 10'000});

    ModelRouter router;                                                // can a cheaper model do it?
    ModelId model = router.select("code", "low");

    PromptCache cache{{.ttl = 1h}};                                    // has this response been paid for?
    Request request = Request::chat(model, {{"user", "2   +   2?"}}).with_temperature(0);
    auto hit = cache.get(request);

    PromptOptimizer optimizer{Counter{o200k_base()}};                  // can the prompt be shorter?
    Optimized shorter = optimizer.optimize("Which city?\n\n[ {\"city\": \"Lima\", \"sales\": 12} ]");

    CostMonitor monitor{{.daily_budget = 50_usd}};                     // is there money left?
    monitor.record(calculator.cost("gpt-4o", {.input = 500, .output = 300}));

    Quote quote = calculator.quote("gpt-4o", {.input = 500, .max_output = 400});
    StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = 1_cent}};
    Flow flow = stream.feed("The sky is blue");                        // must this stream stop?

    Metered metered{{.calculator = calculator, .counters = builtin_counters(), .cache = cache,
                     .monitor = monitor, .router = router, .optimizer = optimizer}};
    Result result = metered(request, my_client);                       // all of it around one call
    // [components]
    // clang-format on
    CHECK(estimate.monthly == 1'275_usd);
    CHECK_FALSE(hit);
    CHECK(shorter.after < shorter.before);
    CHECK(flow == Flow::keep_going);
    CHECK(result.outcome == Outcome::called);
    CHECK(monitor.spent() == 0.00425_usd + result.total());
}
