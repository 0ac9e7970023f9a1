// SPDX-License-Identifier: MIT
#include <centavo/metered.hpp>

#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace centavo;

namespace {

constexpr std::string_view body =
    R"({"id":"c1","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Paris."},)"
    R"("finish_reason":"stop"}],"usage":{"prompt_tokens":14,"completion_tokens":2}})";

Reply client(OutgoingRequest const&, Sink sink) {
    sink(body);
    return {.http_status = 200};
}

// [typed]
Response typed_client(OutgoingRequest const& outgoing) {
    std::string const text = "An answer to " + outgoing.body();  // by the SDK that the application uses
    return {.text = text, .finish = FinishReason::stop, .usage = Usage{.input = 14, .output = 2}};
}
// [typed]

// [write]
std::size_t write(char* data, std::size_t size, std::size_t count, void* sink) {  // CURLOPT_WRITEFUNCTION
    Flow const flow = (*static_cast<Sink*>(sink))(std::string_view{data, size * count});
    return flow == Flow::stop ? 0 : size * count;  // fewer bytes than it was passed close the connection
}
// [write]

}  // namespace

TEST_CASE("Metered caches, routes, optimizes, reserves, calls and settles") {
    // [setup]
    CostCalculator calculator{builtin_prices()};
    PromptCache cache;
    CostMonitor monitor{{.daily_budget = 20_usd}};
    ModelRouter router;
    PromptOptimizer const optimizer{Counter{o200k_base()}};
    Metered metered{{.calculator = calculator,
                     .counters = builtin_counters(),
                     .cache = cache,
                     .monitor = monitor,
                     .router = router,
                     .optimizer = optimizer}};
    // [setup]
    auto const request = Request::chat("gpt-4o", "What is the capital of France?").with_temperature(0);
    // [one line]
    Result const result = metered(request, client);
    // [one line]
    CHECK(result.outcome == Outcome::called);
    CHECK(result.charged == calculator.cost("gpt-4o", {.input = 14, .output = 2}).total());

    // [options]
    Result const limited = metered(request, client,
                                   {.task = "reasoning",
                                    .account = monitor.account({{"team", "search"}}),
                                    .id = {.operation = "order-17", .attempt = 1},
                                    .when_short = WhenShort::shorten,
                                    .max_cost = 1_cent});
    // [options]
    CHECK(limited.outcome == Outcome::called);
    CHECK(limited.choice);
    CHECK(metered(request, client).outcome == Outcome::cached);

    Result const typed = metered(request, typed_client, {.cache = CacheUse::refresh});
    CHECK(typed.outcome == Outcome::called);
    CHECK(typed.charged == result.charged);
}

TEST_CASE("a listener hears the text as it arrives and can stop the call") {
    CostCalculator const calculator{builtin_prices()};
    Metered<> const metered{{.calculator = calculator, .counters = builtin_counters()}};
    auto const request = Request::chat("gpt-4o", "What is the capital of France?");
    std::string shown;
    auto const show = [&](std::string_view text) { shown += text; };
    bool cancelled = false;
    // [listeners]
    Result const result = metered(request, client, {.on_text = show, .on_delta = [&](StreamProgress const&) {
                                                        return cancelled ? Flow::stop : Flow::keep_going;
                                                    }});
    // [listeners]
    CHECK(result.outcome == Outcome::called);
    CHECK(shown == "Paris.");
}

TEST_CASE("a write function of libcurl passes its bytes to the sink") {
    std::string received;
    auto take = [&](std::string_view bytes) {
        received += bytes;
        return received.size() > 5 ? Flow::stop : Flow::keep_going;
    };
    Sink sink{take};
    std::string piece = "abcd";
    CHECK(write(piece.data(), 1, 4, &sink) == 4);
    CHECK(write(piece.data(), 1, 4, &sink) == 0);
    CHECK(received == "abcdabcd");
}

TEST_CASE("a client that throws when it is stopped needs no handler") {
    CostCalculator const calculator{builtin_prices()};
    Metered<> const metered{{.calculator = calculator, .counters = builtin_counters()}};
    // [throwing]
    auto const throwing = [](OutgoingRequest const&, Sink sink) -> Reply {
        if (sink("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Paris\"}}]}\n\n") == Flow::stop) {
            throw std::runtime_error{"aborted by the callback"};
        }
        return {.http_status = 200};
    };
    auto const stop = [](StreamProgress const&) { return Flow::stop; };
    Result const result =
        metered(Request::chat("gpt-4o", "Hello").with_stream(true), throwing, {.on_delta = stop});
    // [throwing]
    CHECK(result.outcome == Outcome::stopped);
    CHECK(result.response.text == "Paris");
}
