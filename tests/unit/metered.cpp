// SPDX-License-Identifier: MIT
#include <centavo/metered.hpp>

#include <centavo/data/o200k_base.hpp>
#include <centavo/data/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace centavo;

namespace {

/// A provider that answers the same to everyone and remembers what it was sent.
struct Provider {
    Answer answer = {.text = "Because of Rayleigh scattering.",
                     .finish = FinishReason::stop,
                     .usage = Usage{.input = 20, .output = 5},
                     .model = "gpt-4o-2024-08-06"};
    Reply reply = {.http_status = 200};
    std::vector<std::string> sent = {};
    std::size_t taken = 0;  // bytes until the sink said stop

    Reply operator()(Sent const& request, Sink sink) {
        sent.push_back(request.body());
        std::string const bytes = reply.http_status != 200     ? R"({"error":{"message":"slow down"}})"
                                  : request.request().stream() ? write_chat_stream(answer)
                                                               : write_chat_body(answer);
        for (taken = 0; taken < bytes.size(); taken += 16) {
            if (sink(std::string_view{bytes}.substr(taken, 16)) == Flow::stop) {
                break;
            }
        }
        return reply;
    }
};

struct Doors {
    CostCalculator<> calculator{builtin_prices()};
    PromptCache<> cache{{}};
    ModelRouter<> router;
    CostMonitor<> monitor{{.daily_budget = 1_usd}};
    PromptOptimizer<> optimizer{Counter{o200k_base()}};
    MeteredSetup setup{.counter = Counter{o200k_base()}, .scope = Scope::shared()};
};

Request asked() {
    return Request::chat("gpt-4o", {{"user", "Why is the sky blue?"}})
        .with_temperature(0)
        .with_max_tokens(100);
}

}  // namespace

TEST_CASE("a call is reserved at its worst, settled at what the provider reports, and its cost comes back") {
    Doors doors;
    Provider provider;
    Metered metered{doors.setup, doors.calculator, doors.monitor};
    Result const result = metered(asked(), provider);
    CHECK(result.ending == Ending::called);
    CHECK(result.answer.text == "Because of Rayleigh scattering.");
    REQUIRE(result.cost);
    CHECK(result.cost->total() == Usd::parse("0.0001"));  // 20 x 2.50 + 5 x 10.00 for a million
    CHECK(doors.monitor.spent() == Usd::parse("0.0001"));
    CHECK(doors.monitor.held() == Usd{});
    REQUIRE(provider.sent.size() == 1);
    CHECK(provider.sent[0] == asked().body());
}

TEST_CASE("an answer that was paid for is not paid for again") {
    Doors doors;
    Provider provider;
    Metered metered{doors.setup, doors.calculator, doors.cache, doors.monitor};
    Result const first = metered(asked(), provider);
    Result const second = metered(asked().with_stream(true), provider);  // a stream is the same question
    CHECK(provider.sent.size() == 1);
    CHECK(second.ending == Ending::cached);
    CHECK(second.answer.text == first.answer.text);
    CHECK(second.saved == first.cost->total());
    CHECK_FALSE(second.cost);
    CHECK(doors.monitor.spent() == first.cost->total());
}

TEST_CASE("requests at a temperature above zero are asked every time") {
    Doors doors;
    Provider provider;
    Metered metered{doors.setup, doors.calculator, doors.cache};
    static_cast<void>(metered(asked().with_temperature(0.7), provider));
    static_cast<void>(metered(asked().with_temperature(0.7), provider));
    CHECK(provider.sent.size() == 2);
}

TEST_CASE("the router's model is sent, and the choice says why") {
    Doors doors;
    Provider provider;
    Metered metered{doors.setup, doors.calculator, doors.router};
    Result const result = metered(asked(), provider, {.task = "classification"});
    REQUIRE(result.choice);
    CHECK(result.choice->model == ModelId{"gpt-4o-mini"});
    CHECK(result.choice->evidence == Evidence::table);
    CHECK(Request::parse(provider.sent.at(0)).model() == ModelId{"gpt-4o-mini"});
}

TEST_CASE("the model that served is billed, not the one that was asked for") {
    Doors doors;
    Provider provider;
    provider.answer.model = "gpt-4o-mini-2024-07-18";
    Metered metered{doors.setup, doors.calculator};
    Result const result = metered(asked(), provider);
    CHECK(result.cost->model() == ModelId{"gpt-4o-mini"});
    CHECK(result.cost->total() == Usd::parse("0.000006"));
}

TEST_CASE("the optimizer shortens what is sent, and the key stays that of what was asked") {
    Doors doors;
    Provider provider;
    Metered metered{doors.setup, doors.calculator, doors.cache, doors.optimizer};
    Request const request =
        asked().with_message_text(0, "Why  is   the sky blue?   \n\n\n\nAnswer   briefly.");
    Result const result = metered(request, provider);
    CHECK(result.optimized > Tokens{0});
    CHECK(provider.sent.at(0).size() < request.body().size());
    CHECK(metered(request, provider).ending == Ending::cached);
}

TEST_CASE("a refused call sends nothing and says which budget") {
    Doors doors;
    Provider provider;
    CostMonitor<> poor{{.daily_budget = 0_usd}};
    Metered metered{doors.setup, doors.calculator, doors.cache, poor};
    Result const result = metered(asked(), provider);
    CHECK(result.ending == Ending::refused);
    REQUIRE(result.refusal);
    CHECK(result.refusal->budget == "daily");
    CHECK(provider.sent.empty());
}

TEST_CASE("a limit for one call caps what is sent; a provider that goes on is stopped, and the part is not "
          "cached") {
    Doors doors;
    Provider provider;
    provider.answer.text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
    provider.answer.usage.reset();
    provider.answer.finish = FinishReason::none;
    Metered metered{doors.setup, doors.calculator, doors.cache, doors.monitor};
    Quote const quote =
        doors.calculator.quote("gpt-4o", {.input = count_request(asked(), doors.setup.counter).tokens});
    Usd const limit = quote.input_cost() + 0.00003_usd;  // three tokens of output
    Result const result = metered(asked().with_stream(true), provider, {.max_cost = limit});
    CHECK(Request::parse(provider.sent.at(0)).max_tokens() == Tokens{3});
    CHECK(result.ending == Ending::stopped);
    CHECK(result.cost->quality == UsageQuality::partial);
    CHECK(doors.monitor.held() == Usd{});
    CHECK(doors.cache.savings().incomplete == 0);
    static_cast<void>(metered(asked().with_stream(true), provider));
    CHECK(provider.sent.size() == 2);
}

TEST_CASE("a call whose input alone costs more than it may is refused") {
    Doors doors;
    Provider provider;
    Metered metered{doors.setup, doors.calculator};
    CHECK(metered(asked(), provider, {.max_cost = 0.000001_usd}).ending == Ending::refused);
    CHECK(provider.sent.empty());
}

TEST_CASE("an error of the provider costs nothing and is not cached") {
    Doors doors;
    Provider provider;
    provider.reply.http_status = 429;
    Metered metered{doors.setup, doors.calculator, doors.cache, doors.monitor};
    Result const result = metered(asked(), provider);
    CHECK(result.ending == Ending::failed);
    CHECK(result.why == "status 429: slow down");
    CHECK(doors.monitor.spent() == Usd{});
    CHECK(doors.monitor.held() == Usd{});
    provider.reply.http_status = 200;
    CHECK(metered(asked(), provider).ending == Ending::called);
}

TEST_CASE("a request that surely never left is given back; one that may have is charged") {
    Doors doors;
    Metered metered{doors.setup, doors.calculator, doors.monitor};
    auto const unplugged = [](Sent const&, Sink) {
        return Reply{.transport_error = "no route", .dispatched = false};
    };
    CHECK(metered(asked(), unplugged).ending == Ending::failed);
    CHECK(doors.monitor.spent() == Usd{});
    auto const throwing = [](Sent const&, Sink) -> Reply { throw std::runtime_error("connection lost"); };
    CHECK_THROWS_AS(metered(asked(), throwing), std::runtime_error);
    CHECK(doors.monitor.spent() > Usd{});
    CHECK(doors.monitor.held() == Usd{});
}

TEST_CASE("an answer that is no answer is an error, but not one that passes through the client") {
    Doors doors;
    Metered metered{doors.setup, doors.calculator, doors.cache, doors.monitor};
    bool returned = false;
    auto const garbled = [&](Sent const&, Sink sink) {
        returned = sink("data: {\"choices\":[}\n\n") == Flow::stop;
        return Reply{.http_status = 200};
    };
    CHECK_THROWS_AS(metered(asked(), garbled), MalformedJson);
    CHECK(returned);
    CHECK(doors.monitor.held() == Usd{});
    CHECK(doors.monitor.spent() > Usd{});  // it was sent, and is billed as far as anyone knows
}

TEST_CASE("a model without a price is an error, never free, and nothing is sent") {
    Doors doors;
    Provider provider;
    Metered metered{doors.setup, doors.calculator, doors.monitor};
    CHECK_THROWS_AS(metered(asked().with_model("my-gpt-4o-clone"), provider), UnknownModel);
    CHECK(provider.sent.empty());
    CHECK(doors.monitor.held() == Usd{});
}

TEST_CASE("many threads that ask the same at once pay for one call", "[threads]") {
    Doors doors;
    Metered metered{doors.setup, doors.calculator, doors.cache, doors.router, doors.monitor, doors.optimizer};
    std::atomic<int> calls = 0;
    auto const client = [&](Sent const& sent, Sink sink) {
        ++calls;
        return Provider{}(sent, sink);
    };
    std::vector<std::thread> threads;
    std::atomic<int> answered = 0;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] { answered += metered(asked(), client).answer.complete() ? 1 : 0; });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(calls == 1);
    CHECK(answered == 16);
    CHECK(doors.monitor.held() == Usd{});
}
