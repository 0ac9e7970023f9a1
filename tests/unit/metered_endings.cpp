// SPDX-License-Identifier: MIT
#include <centavo/metered.hpp>

#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace centavo;
using namespace std::chrono_literals;

namespace {

struct Setup {
    CostCalculator<> calculator{builtin_prices()};
    CostMonitor<> monitor{{.daily_budget = 1'000_usd}};
    PromptCache<> cache{{}};

    [[nodiscard]] Metered<> metered() {
        return Metered<>{{.calculator = calculator, .counters = builtin_counters(), .monitor = monitor}};
    }
    [[nodiscard]] Metered<> cached() {
        return Metered<>{
            {.calculator = calculator, .counters = builtin_counters(), .cache = cache, .monitor = monitor}};
    }
};

Request asked(std::string_view model = "gpt-4o") {
    return Request::chat(ModelId{std::string{model}}, "Tell me of the keeper.")
        .with_temperature(0)
        .with_max_tokens(2'000);
}

constexpr std::string_view word = " lighthouse keeper";  // two tokens of o200k_base

/// A stream of one API: the provider, a model of it, and the events from the first to the last.
struct Recorded {
    std::string provider;
    std::string model;
    std::vector<std::string> events;
    std::size_t final_after;  // the event with which the usage is final
    Usage usage;

    [[nodiscard]] std::string bytes() const {
        std::string all;
        for (std::string const& event : events) {
            all += event;
        }
        return all;
    }
};

std::string data(std::string json) { return "data: " + std::move(json) + "\n\n"; }

Recorded chat_stream(std::string provider, std::string model) {
    Recorded stream{std::move(provider), std::move(model), {}, 42, {.input = 25, .output = 80}};
    for (int i = 0; i < 40; ++i) {
        stream.events.push_back(data(R"({"choices":[{"index":0,"delta":{"content":")" + std::string{word} +
                                     R"("},"finish_reason":null}]})"));
    }
    stream.events.push_back(data(R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"));
    stream.events.push_back(data(R"({"choices":[],"usage":{"prompt_tokens":25,"completion_tokens":80}})"));
    stream.events.emplace_back("data: [DONE]\n\n");
    return stream;
}

Recorded messages() {
    Recorded stream{"anthropic", "claude-sonnet-4-5", {}, 42, {.input = 25, .output = 90}};
    stream.events.push_back(data(
        R"({"type":"message_start","message":{"type":"message","model":"claude-sonnet-4-5","content":[],"usage":{"input_tokens":25,"output_tokens":1}}})"));
    for (int i = 0; i < 40; ++i) {
        stream.events.push_back(
            data(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
                 std::string{word} + R"("}})"));
    }
    stream.events.push_back(
        data(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":90}})"));
    stream.events.push_back(data(R"({"type":"message_stop"})"));
    return stream;
}

Recorded gemini() {
    Recorded stream{"google", "gemini-2.5-flash", {}, 41, {.input = 25, .output = 85}};
    for (int i = 0; i < 40; ++i) {
        stream.events.push_back(data(R"({"candidates":[{"content":{"parts":[{"text":")" + std::string{word} +
                                     R"("}]}}],"usageMetadata":{"promptTokenCount":25}})"));
    }
    stream.events.push_back(data(
        R"({"candidates":[{"content":{"parts":[]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":25,"candidatesTokenCount":85}})"));
    return stream;
}

Recorded responses() {
    Recorded stream{"openai", "gpt-4.1", {}, 41, {.input = 25, .output = 80}};
    for (int i = 0; i < 40; ++i) {
        stream.events.push_back(data(R"({"type":"response.output_text.delta","output_index":0,"delta":")" +
                                     std::string{word} + R"("})"));
    }
    stream.events.push_back(data(
        R"({"type":"response.completed","response":{"status":"completed","model":"gpt-4.1","usage":{"input_tokens":25,"output_tokens":80}}})"));
    return stream;
}

std::vector<Recorded> recorded() {
    return {chat_stream("openai", "gpt-4o"), chat_stream("mistral", "mistral-small-latest"), messages(),
            gemini(), responses()};
}

/// The tokens of a part of the streamed text: half of o200k_base's, since other vocabularies may make fewer.
Tokens least_tokens(std::string_view text) { return Tokens{o200k_base().count(text).value() / 2}; }

}  // namespace

TEST_CASE("a stream cut after any byte costs its input and what arrived, at most the worst case, and is "
          "reported only at its end") {
    for (Recorded const& stream : recorded()) {
        std::string const bytes = stream.bytes();
        std::size_t final_bytes = 0;
        for (std::size_t i = 0; i < stream.final_after && i < stream.events.size(); ++i) {
            final_bytes += stream.events[i].size();
        }
        Setup setup;
        Metered<> const metered = setup.metered();
        Usd spent;
        for (std::size_t cut = 1; cut < bytes.size(); cut += 7) {
            Usd worst;
            auto const client = [&](OutgoingRequest const&, Sink sink) {
                worst = setup.monitor.held();
                sink(std::string_view{bytes}.substr(0, cut));
                return Reply{.http_status = 200, .transport_error = "connection reset"};
            };
            Result const result =
                metered(asked(stream.model).with_stream(true), client, {.provider = stream.provider});
            INFO(stream.provider << ", " << cut << " of " << bytes.size() << " bytes");
            Usd const least = setup.calculator
                                  .cost(ModelId{stream.model}, {.output = least_tokens(result.response.text)},
                                        {.provider = stream.provider})
                                  .total();
            REQUIRE(result.charged);
            CHECK(*result.charged >= least);
            CHECK(*result.charged <= worst);
            bool const reported = result.cost && result.cost->quality == UsageQuality::reported;
            CHECK(reported == (cut + 2 >= final_bytes));
            if (result.outcome == Outcome::failed &&
                disconnect_billing(stream.provider) == DisconnectBilling::continues) {
                CHECK(*result.charged == worst);
            }
            CHECK((result.outcome == Outcome::called) == result.why.empty());
            spent += *result.charged;
            CHECK(setup.monitor.spent() == spent);
            CHECK(setup.monitor.held() == Usd{});
        }
    }
}

TEST_CASE("a stream stopped at a cost or by its listener is charged for all that it delivered, and is never "
          "reported") {
    for (Recorded const& stream : recorded()) {
        for (int const pieces : {0, 1, 7}) {
            Setup setup;
            std::string heard;
            int deltas = 0;
            auto const client = [&](OutgoingRequest const&, Sink sink) {
                for (std::string const& event : stream.events) {
                    if (sink(event) == Flow::stop) {
                        return Reply{.http_status = 200, .transport_error = "aborted"};
                    }
                }
                return Reply{.http_status = 200};
            };
            CallOptions<> options{.provider = stream.provider};
            if (pieces == 0) {  // half of the output
                Call const probe = setup.metered().begin(asked(stream.model), options);
                options.max_cost = probe.quote()->with_max_output(40).worst_case();
            }
            options.on_delta = [&](StreamProgress const& now) {
                heard += now.delta.text;
                return pieces > 0 && ++deltas == pieces ? Flow::stop : Flow::keep_going;
            };
            Result const result = setup.metered()(asked(stream.model).with_stream(true), client, options);
            INFO(stream.provider << ", stopped after " << pieces);
            CHECK(result.outcome == Outcome::stopped);
            CHECK_FALSE(result.why.empty());
            CHECK(result.response.text == heard);
            CHECK(result.cost->quality == UsageQuality::partial);
            Usd const least = setup.calculator
                                  .cost(ModelId{stream.model}, {.output = least_tokens(heard)},
                                        {.provider = stream.provider})
                                  .total();
            CHECK(*result.charged >= least);
            if (options.max_cost) {
                CHECK(*result.charged <= *options.max_cost);
            }
            CHECK(setup.monitor.spent() == *result.charged);
        }
    }
}

TEST_CASE(
    "an input that the provider reports as larger than expected stops a stream whose money it uses up") {
    Setup setup;
    Recorded stream = messages();
    stream.events[0] = data(
        R"({"type":"message_start","message":{"type":"message","model":"claude-sonnet-4-5","usage":{"input_tokens":2000000,"output_tokens":1}}})");
    std::size_t taken = 0;
    auto const client = [&](OutgoingRequest const&, Sink sink) {
        for (std::string const& event : stream.events) {
            ++taken;
            if (sink(event) == Flow::stop) {
                break;
            }
        }
        return Reply{.http_status = 200};
    };
    Result const result = setup.metered()(asked("claude-sonnet-4-5").with_stream(true), client,
                                          {.provider = "anthropic", .max_cost = 0.02_usd});
    CHECK(result.outcome == Outcome::stopped);
    CHECK(taken == 1);
}

TEST_CASE("a status without work costs nothing, and any other end without a response costs the worst case") {
    struct Case {
        int status;
        bool billed;
    };
    for (auto const& [status, billed] : {Case{400, false},
                                         {401, false},
                                         {403, false},
                                         {404, false},
                                         {408, true},
                                         {413, false},
                                         {422, false},
                                         {429, false},
                                         {499, true},
                                         {500, false},
                                         {502, true},
                                         {503, false},
                                         {504, true},
                                         {520, true},
                                         {524, true},
                                         {529, false},
                                         {0, true},
                                         {200, true}}) {
        for (std::string const body : {"", "<html><body>nginx</body></html>", R"({"error":{"message":"no"}})",
                                       "null", "[]", "{}", R"({"id":"x","choi)"}) {
            Setup setup;
            Usd worst;
            auto const client = [&, status = status](OutgoingRequest const&, Sink sink) {
                worst = setup.monitor.held();
                sink(body);
                return Reply{.http_status = status};
            };
            Result const result = setup.metered()(asked(), client);
            INFO(status << ' ' << body << ": " << result.why);
            CHECK(result.outcome == Outcome::failed);
            CHECK_FALSE(result.why.empty());
            CHECK(*result.charged == (billed ? worst : Usd{}));
            CHECK(setup.monitor.spent() == *result.charged);
            CHECK(setup.monitor.held() == Usd{});
            CHECK((result.warnings.empty() ? std::string{} : result.warnings[0].code) ==
                  (billed ? "unknown_charge" : ""));
        }
    }
}

TEST_CASE("an error status with the usage of a response is charged for what it reports") {
    Setup setup;
    auto const client = [&](OutgoingRequest const&, Sink sink) {
        sink(
            R"({"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":5}})");
        return Reply{.http_status = 500};
    };
    Result const result = setup.metered()(asked(), client);
    CHECK(result.outcome == Outcome::failed);
    CHECK(*result.charged == setup.calculator.cost("gpt-4o", {.input = 25, .output = 5}).total());
}

TEST_CASE("a whole body under a cost limit is charged by its usage, also if it counts as more than the limit "
          "pays for") {
    Setup setup;
    auto const client = [](OutgoingRequest const&, Sink sink) {
        std::string text;
        for (int i = 0; i < 300; ++i) {
            text += word;
        }
        sink(R"({"choices":[{"index":0,"message":{"content":")" + text +
             R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":5}})");
        return Reply{.http_status = 200};
    };
    Result const result = setup.metered()(asked(), client, {.max_cost = 0.001_usd});
    CHECK(result.outcome == Outcome::called);
    CHECK(result.cost->quality == UsageQuality::reported);
    CHECK(*result.charged == setup.calculator.cost("gpt-4o", {.input = 25, .output = 5}).total());
}

TEST_CASE("a client that throws because its stream was stopped ends in a stopped call") {
    Setup setup;
    auto const client = [&](OutgoingRequest const&, Sink sink) -> Reply {
        for (std::string const& event : chat_stream("openai", "gpt-4o").events) {
            if (sink(event) == Flow::stop) {
                throw std::runtime_error("aborted by callback");
            }
        }
        return {.http_status = 200};
    };
    Result const result = setup.metered()(asked().with_stream(true), client,
                                          {.on_delta = [](StreamProgress const&) { return Flow::stop; }});
    CHECK(result.outcome == Outcome::stopped);
    CHECK(setup.monitor.held() == Usd{});
    CHECK(setup.monitor.spent() > Usd{});
}

TEST_CASE("a client that returns a response as a value is charged by its usage") {
    Setup setup;
    auto const client = [](OutgoingRequest const&) {
        return Response{.text = "Hi", .finish = FinishReason::stop, .usage = Usage{.input = 25, .output = 5}};
    };
    Result const result = setup.metered()(asked(), client);
    CHECK(result.outcome == Outcome::called);
    CHECK(*result.charged == setup.calculator.cost("gpt-4o", {.input = 25, .output = 5}).total());
    auto const silent = [](OutgoingRequest const&) {
        return Response{.text = "Hi there", .finish = FinishReason::stop};
    };
    CHECK(setup.metered()(asked(), silent).cost->quality == UsageQuality::estimated);
}

TEST_CASE("a listener hears a cached response as it heard the first one, and a body becomes a stream") {
    Setup setup;
    Metered<> const metered = setup.cached();
    int calls = 0;
    auto const client = [&](OutgoingRequest const& outgoing, Sink sink) {
        ++calls;
        if (outgoing.request().stream()) {
            for (std::string const& event : chat_stream("openai", "gpt-4o").events) {
                sink(event);
            }
        } else {
            sink(
                R"({"id":"c1","choices":[{"index":0,"message":{"content":"It is Paris."},"logprobs":{"x":1},"finish_reason":"stop"}],"usage":{"prompt_tokens":25,"completion_tokens":5}})");
        }
        return Reply{.http_status = 200};
    };
    auto const heard = [&](bool streamed, std::string_view question) {
        std::string text;
        Request const request = Request::chat("gpt-4o", question).with_temperature(0).with_stream(streamed);
        Result result = metered(request, client, {.on_text = [&](std::string_view piece) { text += piece; }});
        CHECK(text == result.response.text);
        return result;
    };
    Result const first = heard(true, "streamed");
    Result const again = heard(true, "streamed");
    CHECK(again.outcome == Outcome::cached);
    CHECK(again.response.text == first.response.text);
    CHECK(again.body == first.body);  // the provider's bytes
    CHECK(heard(false, "streamed").response.text == first.response.text);
    Result const whole = heard(false, "whole");
    CHECK(heard(false, "whole").body == whole.body);
    Result const streamed = heard(true, "whole");
    CHECK(streamed.outcome == Outcome::cached);
    CHECK(streamed.response.text == "It is Paris.");
    CHECK(streamed.body.starts_with("data: "));
    CHECK(calls == 2);
}

TEST_CASE(
    "responses that are partial, empty, cut in their arguments or incomplete in a choice are not cached") {
    for (
        std::string const choices :
        {R"([{"index":0,"message":{"content":"Half"},"finish_reason":"length"}])",
         R"([{"index":0,"message":{"content":""},"finish_reason":"stop"}])",
         R"([{"index":0,"message":{"refusal":"no"},"finish_reason":"stop"}])",
         R"([{"index":0,"message":{"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\": 1"}}]},"finish_reason":"tool_calls"}])",
         R"([{"index":0,"message":{"content":"One"},"finish_reason":"stop"},{"index":1,"message":{"content":"Tw"},"finish_reason":"length"}])"}) {
        Setup setup;
        Metered<> const metered = setup.cached();
        int calls = 0;
        auto const client = [&](OutgoingRequest const&, Sink sink) {
            ++calls;
            sink(R"({"choices":)" + choices + R"(,"usage":{"prompt_tokens":25,"completion_tokens":5}})");
            return Reply{.http_status = 200};
        };
        static_cast<void>(metered(asked(), client));
        static_cast<void>(metered(asked(), client));
        INFO(choices);
        CHECK(calls == 2);
    }
}

TEST_CASE("each call chooses what it does with the cache") {
    Setup setup;
    Metered<> const metered = setup.cached();
    int calls = 0;
    auto const client = [&](OutgoingRequest const&) {
        ++calls;
        return Response{
            .text = std::to_string(calls), .finish = FinishReason::stop, .usage = Usage{.input = 9}};
    };
    auto const text = [&](CacheUse use) { return metered(asked(), client, {.cache = use}).response.text; };
    Result const missing = metered(asked(), client, {.cache = CacheUse::only});
    CHECK(missing.outcome == Outcome::refused);
    CHECK(missing.why == "the cache has no response to this request");
    CHECK(text(CacheUse::no_store) == "1");
    CHECK(text(CacheUse::look_up_and_store) == "2");
    CHECK(text(CacheUse::only) == "2");
    CHECK(text(CacheUse::refresh) == "3");
    CHECK(text(CacheUse::no_store) == "3");
    CHECK(calls == 3);
}

TEST_CASE("the task that chooses the model is part of the key") {
    Setup setup;
    ModelRouter<> const router;
    Metered<> const metered{{.calculator = setup.calculator,
                             .counters = builtin_counters(),
                             .cache = setup.cache,
                             .router = router}};
    std::vector<std::string> models;
    auto const client = [&](OutgoingRequest const& outgoing) {
        models.emplace_back(outgoing.request().model().text());
        return Response{.text = "x", .finish = FinishReason::stop, .usage = Usage{.input = 9}};
    };
    static_cast<void>(metered(asked(), client, {.task = "classification"}));
    static_cast<void>(metered(asked(), client, {.task = "reasoning"}));
    CHECK(models.size() == 2);
    CHECK(metered(asked(), client, {.task = "classification"}).outcome == Outcome::cached);
}

TEST_CASE("a model that is requested is called, unless the caller asks to route") {
    Setup setup;
    ModelRouter<> const router;
    Metered<> const metered{
        {.calculator = setup.calculator, .counters = builtin_counters(), .router = router}};
    std::string model;
    auto const client = [&](OutgoingRequest const& outgoing) {
        model = outgoing.request().model().text();
        return Response{.text = "x", .finish = FinishReason::stop, .usage = Usage{.input = 9}};
    };
    CHECK_FALSE(metered(asked("gpt-4.1"), client).choice);
    CHECK(model == "gpt-4.1");
    CHECK(metered(asked("gpt-4.1"), client, {.route = true}).choice);
    CHECK(metered(asked("gpt-4.1"), client, {.task = "classification"}).choice);
    CHECK(model == "gpt-4o-mini");
}

TEST_CASE("a call is routed by its conversation, not by its instructions") {
    Setup setup;
    ModelRouter<> const router;
    Metered<> const metered{
        {.calculator = setup.calculator, .counters = builtin_counters(), .router = router}};
    std::string hard;
    for (int i = 0; i < 60; ++i) {
        hard += "Explain step by step why this concurrent algorithm is correct, and prove it. ";
    }
    auto const model_for = [&](std::vector<Message> const& messages) {
        Call const call = metered.begin(Request::chat("gpt-4.1", messages), {.task = "code"});
        return call.quote()->model();
    };
    REQUIRE(router.select("code", "low") != router.select("code", "high"));
    CHECK(model_for({{"system", hard}, {"user", "Rename x."}}) == router.select("code", "low"));
    CHECK(model_for({{"user", hard}, {"assistant", "Done."}, {"user", "Commit it."}}) ==
          router.select("code", "high"));
}

TEST_CASE("a model without a price is charged the cost that the monitor assumes, if it assumes one") {
    Setup setup;
    CostMonitor<> assuming{{.daily_budget = 1_usd, .assume_when_unpriced = 0.25_usd}};
    Metered<> const metered{
        {.calculator = setup.calculator, .counters = builtin_counters(), .monitor = assuming}};
    auto const client = [&](OutgoingRequest const&) {
        CHECK(assuming.held() == 0.25_usd);
        return Response{.text = "x", .finish = FinishReason::stop, .usage = Usage{.input = 9, .output = 9}};
    };
    Result const result = metered(asked("my-own-model"), client);
    CHECK(result.outcome == Outcome::called);
    CHECK(result.charged == 0.25_usd);
    CHECK(result.warnings.at(0).code == "unpriced_model");
    CHECK(assuming.spent() == 0.25_usd);
}

TEST_CASE("a call in progress is sent, fed and finished by its caller, on any thread") {
    Setup setup;
    Metered<> const metered = setup.cached();
    Call call = metered.begin(asked().with_stream(true));
    REQUIRE(call.state() == CallState::send);
    CHECK(call.quote()->worst_case() == setup.monitor.held());
    CHECK_FALSE(call.outgoing().body().empty());
    Call other = metered.begin(asked().with_stream(true));
    REQUIRE(other.state() == CallState::waiting);
    bool ready = false;
    other.on_ready([&] { ready = true; });
    for (std::string const& event : chat_stream("openai", "gpt-4o").events) {
        CHECK(call.feed(event) == Flow::keep_going);
    }
    CHECK_FALSE(ready);
    Result const result = std::move(call).finish({.http_status = 200});
    CHECK(result.outcome == Outcome::called);
    CHECK(ready);
    REQUIRE(other.state() == CallState::done);
    Result const joined = std::move(other).result();
    CHECK(joined.outcome == Outcome::joined);
    CHECK(joined.response.text == result.response.text);
    CHECK(setup.monitor.spent() == *result.charged);
}

TEST_CASE("a call that is dropped before it was sent costs nothing, and afterwards what it may cost") {
    Setup setup;
    Metered<> const metered = setup.cached();
    { Call const unsent = metered.begin(asked()); }
    CHECK(setup.monitor.spent() == Usd{});
    CHECK(setup.monitor.held() == Usd{});
    {
        Call call = metered.begin(asked());
        static_cast<void>(call.outgoing());
        Call waiting = metered.begin(asked());
        REQUIRE(waiting.state() == CallState::waiting);
    }
    CHECK(setup.monitor.spent() > Usd{});
    CHECK(setup.monitor.held() == Usd{});
    Call next = metered.begin(asked());
    CHECK(next.state() == CallState::send);  // nothing waits for the dropped call
    CHECK_THROWS_AS(std::move(next).result(), std::logic_error);
}

TEST_CASE("a waiting call gives up after its limit and is sent") {
    Setup setup;
    Metered<> const metered = setup.cached();
    Call leader = metered.begin(asked());
    static_cast<void>(leader.outgoing());
    auto const client = [](OutgoingRequest const&) {
        return Response{.text = "x", .finish = FinishReason::stop, .usage = Usage{.input = 9}};
    };
    CHECK(metered(asked(), client, {.wait = 1ms}).outcome == Outcome::called);
}

TEST_CASE("callers of a failing call all go on at once", "[threads]") {
    Setup setup;
    Metered<> const metered = setup.cached();
    std::mutex mutex;
    std::condition_variable all_inside;
    bool leads = false;
    int inside = 0;
    int waiting = 11;
    std::atomic<int> failed = 0;
    auto const client = [&](OutgoingRequest const&, Sink) {
        std::unique_lock lock{mutex};
        if (!leads) {
            leads = true;  // the leader, which fails once the others wait for it
            all_inside.wait(lock, [&] { return waiting == 0; });
            return Reply{.http_status = 503};
        }
        ++inside;
        all_inside.notify_all();
        all_inside.wait(lock,
                        [&] { return inside == 11; });  // would never end if they went one after another
        return Reply{.http_status = 503};
    };
    std::vector<std::thread> threads;
    threads.emplace_back([&] { static_cast<void>(metered(asked(), client)); });
    while (true) {
        std::lock_guard const lock{mutex};
        if (leads) {
            break;
        }
    }
    for (int i = 0; i < 11; ++i) {
        threads.emplace_back([&] {
            Call call = metered.begin(asked());
            {
                std::lock_guard const lock{mutex};
                --waiting;
                all_inside.notify_all();
            }
            call.wait();
            auto const take = [&](std::string_view bytes) { return call.feed(bytes); };
            Reply const reply = client(call.outgoing(), Sink{take});
            failed += std::move(call).finish(reply).outcome == Outcome::failed ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(failed == 11);
    CHECK(setup.monitor.held() == Usd{});
}
