// SPDX-License-Identifier: MIT
#include <centavo/metered.hpp>

#include <centavo/api/response_writer.hpp>
#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

/// A provider that answers the same to everyone and remembers what it was sent.
struct Provider {
    Response response = {.text = "Because of Rayleigh scattering.",
                         .finish = FinishReason::stop,
                         .usage = Usage{.input = 20, .output = 5},
                         .model = "gpt-4o-2024-08-06"};
    Reply reply = {.http_status = 200};
    std::vector<std::string> sent = {};
    std::size_t taken = 0;  // bytes until the sink said stop

    Reply operator()(OutgoingRequest const& request, Sink sink) {
        sent.push_back(request.body());
        std::string bytes = reply.http_status != 200     ? R"({"error":{"message":"slow down"}})"
                            : request.request().stream() ? write_stream(ApiFormat::openai_chat, response)
                                                         : write_body(ApiFormat::openai_chat, response);
        if (response.finish == FinishReason::none && !request.request().stream()) {
            bytes.resize(bytes.size() / 2);  // a body that broke off
        }
        for (taken = 0; taken < bytes.size(); taken += 16) {
            if (sink(std::string_view{bytes}.substr(taken, 16)) == Flow::stop) {
                break;
            }
        }
        return reply;
    }
};

struct Components {
    CostCalculator<> calculator{builtin_prices()};
    PromptCache<> cache{{}};
    ModelRouter<> router;
    CostMonitor<LocalBudgets<MemoryLedger>> monitor{{.daily_budget = 1_usd}, MemoryLedger{}};
    PromptOptimizer<> optimizer{Counter{o200k_base()}};
    Counters counters = builtin_counters();
    Origin origin = {};
};

Request asked() {
    return Request::chat("gpt-4o", {{"user", "Why is the sky blue?"}})
        .with_temperature(0)
        .with_max_tokens(100);
}

}  // namespace

TEST_CASE("a call reserves its worst case, settles at the reported cost and returns it") {
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Result const result = metered(asked(), provider);
    CHECK(result.outcome == Outcome::called);
    CHECK(result.response.text == "Because of Rayleigh scattering.");
    REQUIRE(result.cost);
    CHECK(result.cost->total() == Usd::parse("0.0001"));  // 20 x 2.50 + 5 x 10.00 for a million
    CHECK(components.monitor.spent() == Usd::parse("0.0001"));
    CHECK(components.monitor.held() == Usd{});
    REQUIRE(provider.sent.size() == 1);
    CHECK(provider.sent[0] == asked().body());
}

TEST_CASE("a repeated request is served from the cache at no cost") {
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Result const first = metered(asked(), provider);
    Result const second = metered(asked().with_stream(true), provider);  // a stream is the same question
    CHECK(provider.sent.size() == 1);
    CHECK(second.outcome == Outcome::cached);
    CHECK(second.response.text == first.response.text);
    CHECK(second.saved == first.cost->total());
    CHECK_FALSE(second.cost);
    CHECK(components.monitor.spent() == first.cost->total());
}

TEST_CASE("requests at a temperature above zero bypass the cache") {
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .origin = components.origin}};
    static_cast<void>(metered(asked().with_temperature(0.7), provider));
    static_cast<void>(metered(asked().with_temperature(0.7), provider));
    CHECK(provider.sent.size() == 2);
}

TEST_CASE("the request is sent to the routed model, and the choice gives the reason") {
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .router = components.router,
                     .origin = components.origin}};
    Result const result = metered(asked(), provider, {.task = "classification"});
    REQUIRE(result.choice);
    CHECK(result.choice->model == ModelId{"gpt-4o-mini"});
    CHECK(result.choice->evidence == Evidence::table);
    CHECK(Request::parse(provider.sent.at(0)).model() == ModelId{"gpt-4o-mini"});
}

TEST_CASE("the served model is billed, not the requested one") {
    Components components;
    Provider provider;
    provider.response.model = "gpt-4o-mini-2024-07-18";
    Metered metered{
        {.calculator = components.calculator, .counters = components.counters, .origin = components.origin}};
    Result const result = metered(asked(), provider);
    CHECK(result.cost->model() == ModelId{"gpt-4o-mini-2024-07-18"});
    CHECK(result.cost->total() == Usd::parse("0.000006"));
}

TEST_CASE("the optimizer shortens the outgoing request, and the cache key stays that of the original") {
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .optimizer = components.optimizer,
                     .origin = components.origin}};
    Request const request = asked().with_message_text(0, "What is the mean?\n\n[\n  1,\n  2,\n  3\n]\n");
    Result const result = metered(request, provider);
    CHECK(result.optimized > Tokens{0});
    CHECK(provider.sent.at(0).size() < request.body().size());
    CHECK(metered(request, provider).outcome == Outcome::cached);
}

TEST_CASE("a denied call sends nothing and names the budget") {
    Components components;
    Provider provider;
    CostMonitor<> poor{{.daily_budget = 0_usd}};
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = poor,
                     .origin = components.origin}};
    Result const result = metered(asked(), provider);
    CHECK(result.outcome == Outcome::refused);
    REQUIRE(result.denial);
    CHECK(result.denial->budget == "daily");
    CHECK(provider.sent.empty());
}

TEST_CASE("a limit for one call caps the request, stops a stream that exceeds it, and the partial response "
          "is not cached") {
    Components components;
    Provider provider;
    provider.response.text =
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
    provider.response.usage.reset();
    provider.response.finish = FinishReason::none;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Quote const quote = components.calculator.quote(
        "gpt-4o", {.input = count_request(asked(), components.counters.of("gpt-4o")).tokens});
    Usd const limit = quote.input_cost() + 0.00003_usd;  // three tokens of output
    Result const result = metered(asked().with_stream(true), provider, {.max_cost = limit});
    CHECK(Request::parse(provider.sent.at(0)).max_tokens() == Tokens{3});
    CHECK(result.outcome == Outcome::stopped);
    CHECK(result.cost->quality == UsageQuality::partial);
    CHECK(components.monitor.held() == Usd{});
    CHECK(components.cache.savings().incomplete == 0);
    static_cast<void>(metered(asked().with_stream(true), provider));
    CHECK(provider.sent.size() == 2);
}

TEST_CASE("a call whose input alone exceeds its limit is refused") {
    Components components;
    Provider provider;
    Metered metered{
        {.calculator = components.calculator, .counters = components.counters, .origin = components.origin}};
    CHECK(metered(asked(), provider, {.max_cost = 0.000001_usd}).outcome == Outcome::refused);
    CHECK(provider.sent.empty());
}

TEST_CASE("an error of the provider costs nothing and is not cached") {
    Components components;
    Provider provider;
    provider.reply.http_status = 429;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Result const result = metered(asked(), provider);
    CHECK(result.outcome == Outcome::failed);
    CHECK(result.why == "status 429: slow down");
    CHECK(components.monitor.spent() == Usd{});
    CHECK(components.monitor.held() == Usd{});
    provider.reply.http_status = 200;
    CHECK(metered(asked(), provider).outcome == Outcome::called);
}

TEST_CASE("a request that was not dispatched is released, and one that may have been is charged") {
    Components components;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    auto const unplugged = [](OutgoingRequest const&, Sink) {
        return Reply{.transport_error = "no route", .dispatched = false};
    };
    CHECK(metered(asked(), unplugged).outcome == Outcome::failed);
    CHECK(components.monitor.spent() == Usd{});
    auto const throwing = [](OutgoingRequest const&, Sink) -> Reply {
        throw std::runtime_error("connection lost");
    };
    CHECK_THROWS_AS(metered(asked(), throwing), std::runtime_error);
    CHECK(components.monitor.spent() > Usd{});
    CHECK(components.monitor.held() == Usd{});
}

TEST_CASE(
    "bytes that are no response end in a failed call that is charged in full, and not in an exception") {
    Components components;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    bool returned = false;
    auto const garbled = [&](OutgoingRequest const&, Sink sink) {
        returned = sink("data: {\"choices\":[}\n\n") == Flow::stop;
        return Reply{.http_status = 200};
    };
    Result const result = metered(asked(), garbled);
    CHECK(result.outcome == Outcome::failed);
    CHECK(result.why.starts_with("the response cannot be read: malformed JSON at byte"));
    CHECK(result.warnings.at(0).code == "unknown_charge");
    CHECK(returned);
    CHECK(components.monitor.held() == Usd{});
    CHECK(components.monitor.spent() == *result.charged);
    CHECK(components.monitor.spent() > Usd{});
}

TEST_CASE("a model without a price is an error, and nothing is sent") {
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    CHECK_THROWS_AS(metered(asked().with_model("my-gpt-4o-clone"), provider), UnknownModel);
    CHECK(provider.sent.empty());
    CHECK(components.monitor.held() == Usd{});
}

TEST_CASE("a broken stream is charged for the observed part if a disconnect stops billing") {
    Components components;
    Provider provider;
    provider.response.usage.reset();
    provider.response.finish = FinishReason::none;
    provider.reply.transport_error = "connection reset";
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Result const result = metered(asked().with_stream(true), provider);
    Usd const seen =
        components.calculator
            .cost("gpt-4o", {.input = count_request(asked(), components.counters.of("gpt-4o")).tokens,
                             .output = o200k_base().count(provider.response.text)})
            .total();
    CHECK(result.cost->total() == seen);
    CHECK(result.cost->quality == UsageQuality::partial);
    CHECK(result.charged == seen);
    CHECK(components.monitor.spent() == seen);
    CHECK(components.monitor.held() == Usd{});
}

TEST_CASE("a broken stream is charged its worst case if the provider continues or may continue") {
    Provider provider;
    provider.response.usage.reset();
    provider.response.finish = FinishReason::none;
    provider.response.model.clear();
    auto const is_worst = [&](std::string const& at, ModelId const& model, bool streamed) {
        Components components;
        components.origin.provider = at;
        Usd worst;
        auto const client = [&](OutgoingRequest const& outgoing, Sink sink) {
            worst = components.monitor.held();
            return provider(outgoing, sink);
        };
        Metered metered{{.calculator = components.calculator,
                         .counters = components.counters,
                         .monitor = components.monitor,
                         .origin = components.origin}};
        Result const result = metered(asked().with_model(model).with_stream(streamed), client);
        CHECK(result.outcome == Outcome::failed);
        CHECK(*result.charged >= result.total());
        CHECK(components.monitor.spent() == *result.charged);
        CHECK(components.monitor.held() == Usd{});
        return components.monitor.spent() == worst;
    };
    CHECK(is_worst("groq", "llama-3.3-70b-versatile", true));
    CHECK(is_worst("mistral", "mistral-small-latest", true));
    CHECK(is_worst("openai", "gpt-4o", false));  // without streaming it is generated to its end
    CHECK_FALSE(is_worst("openai", "gpt-4o", true));
}

TEST_CASE(
    "a listener that returns stop closes the stream, and the partial response is charged and not cached") {
    Components components;
    Provider provider;
    provider.response.text = std::string(400, 'x');
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    std::string heard;
    Result const result =
        metered(asked().with_stream(true), provider, {.on_delta = [&](StreamProgress const& now) {
                    heard += now.delta.text;
                    CHECK(now.budget->cost().total() > Usd{});
                    return Flow::stop;
                }});
    CHECK(result.outcome == Outcome::stopped);
    CHECK(result.why == "the listener stopped the stream");
    CHECK(heard == provider.response.text);
    CHECK(provider.taken < write_stream(ApiFormat::openai_chat, provider.response).size());
    CHECK(result.charged == result.cost->total());
    CHECK(components.monitor.spent() == *result.charged);
    static_cast<void>(metered(asked().with_stream(true), provider));
    CHECK(provider.sent.size() == 2);
}

TEST_CASE("an exception of a listener reaches the caller, not the client, and the call is charged") {
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    CHECK_THROWS_AS(static_cast<void>(metered(asked().with_stream(true), provider,
                                              {.on_delta = [](StreamProgress const&) -> Flow {
                                                  throw std::runtime_error("broken pipe");
                                              }})),
                    std::runtime_error);
    CHECK(components.monitor.spent() > Usd{});
    CHECK(components.monitor.held() == Usd{});
}

TEST_CASE("a drained stream is read to its usage, billed by it, and keeps the affordable text") {
    Components components;
    Provider provider;
    provider.response.text = "one two three four five six";
    provider.response.usage = Usage{.input = 13, .output = 6};
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Quote const quote = components.calculator.quote(
        "gpt-4o", {.input = count_request(asked(), components.counters.of("gpt-4o")).tokens});
    Result const result =
        metered(asked().with_stream(true), provider,
                {.max_cost = quote.input_cost() + 0.00003_usd, .stop_mode = StopMode::drain});
    CHECK(result.outcome == Outcome::stopped);
    CHECK(result.response.text == "one two three");
    CHECK(provider.taken >= write_stream(ApiFormat::openai_chat, provider.response).size());
    CHECK(result.cost->quality == UsageQuality::reported);
    CHECK(result.cost->usage().output == Tokens{6});
    CHECK(components.monitor.spent() == result.cost->total());
    static_cast<void>(metered(asked().with_stream(true), provider));
    CHECK(provider.sent.size() == 2);  // a part is not cached
}

TEST_CASE("a response without usage is billed by a count marked as an estimate") {
    for (bool const streamed : {false, true}) {
        Components components;
        Provider provider;
        provider.response.usage.reset();
        Metered metered{{.calculator = components.calculator,
                         .counters = components.counters,
                         .monitor = components.monitor,
                         .origin = components.origin}};
        Result const result = metered(asked().with_stream(streamed), provider);
        CHECK(result.outcome == Outcome::called);
        CHECK(result.cost->quality == UsageQuality::estimated);
        CHECK(result.cost->usage().output == o200k_base().count(provider.response.text));
        CHECK(components.monitor.spent() == result.cost->total());
    }
}

TEST_CASE("a cached stream replays in any API format and reads as the original") {
    Components components;
    Provider provider;
    provider.response.tool_calls = {{.id = "call_1", .name = "f", .arguments = R"({"a":1})"}};
    provider.response.finish = FinishReason::tool_calls;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .origin = components.origin}};
    Result const first = metered(asked().with_stream(true), provider);
    Result const again = metered(asked().with_stream(true), provider);
    REQUIRE(again.outcome == Outcome::cached);
    std::string const replayed = write_stream(ApiFormat::openai_chat, again.response);
    CHECK(replayed == write_stream(ApiFormat::openai_chat, first.response));
    ResponseReader reader{{.format = ApiFormat::openai_chat}};
    reader.feed(replayed, [](Delta const&) {});
    Response const read = reader.finish();
    CHECK(read.text == provider.response.text);
    CHECK(read.tool_calls.at(0).arguments == provider.response.tool_calls[0].arguments);
    CHECK(read.usage == provider.response.usage);
    CHECK(write_stream(ApiFormat::anthropic_messages, again.response)
              .ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"));
}

TEST_CASE("the tier that served the call is billed at its price") {
    // OpenAI's price list: gpt-5 at 1.25 and 10.00 for a million, as priority at 2.50 and 20.00.
    Components components;
    std::string tier = "priority";
    auto const client = [&](OutgoingRequest const&, Sink sink) {
        sink(R"({"model":"gpt-5-2025-08-07","service_tier":")" + tier +
             R"(","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],)"
             R"("usage":{"prompt_tokens":1000,"completion_tokens":100}})");
        return Reply{.http_status = 200};
    };
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Request const request = asked().with_model("gpt-5");
    CHECK(metered(request, client).cost->total() == Usd::parse("0.0045"));
    CHECK(components.monitor.spent() == Usd::parse("0.0045"));
    tier = "default";
    CHECK(metered(request, client).cost->total() == Usd::parse("0.00225"));
}

TEST_CASE("a call that requests a more expensive tier is reserved at its price") {
    // OpenAI's price list: gpt-5 at 1.25 and 10.00 for a million, as priority at 2.50 and 20.00.
    Components components;
    std::vector<Usd> held;
    auto const client = [&](OutgoingRequest const&, Sink sink) {
        held.push_back(components.monitor.held());
        sink(write_body(ApiFormat::openai_chat,
                        {.text = "Hi", .usage = Usage{.input = 20, .output = 5}, .model = "gpt-5"}));
        return Reply{.http_status = 200};
    };
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Request const request = asked().with_model("gpt-5");
    auto const quoted = [&](Request const& call, ServiceTier tier) {
        CallShape const shape = shape_of(call, components.counters.of("gpt-4o"), 0);
        return components.calculator.quote("gpt-5", shape, {.service = {.tier = tier}}).worst_case();
    };
    Request const priority = request.with_member("service_tier", R"("priority")");
    Request const flex = request.with_member("service_tier", R"("flex")");
    Result const dear = metered(priority, client);
    static_cast<void>(metered(flex, client));
    CHECK(held.at(0) == quoted(priority, ServiceTier::priority));
    CHECK(held.at(0) == quoted(priority, ServiceTier::standard) * 2);
    CHECK(held.at(1) == quoted(flex, ServiceTier::standard));  // what the provider may serve instead
    CHECK(dear.cost->total() ==
          Usd::parse("0.00015"));  // the response names no tier: the one that was asked for
    auto const unpriced = asked().with_model("gpt-4").with_member("service_tier", R"("priority")");
    CHECK_THROWS_AS(metered(unpriced, client), UnpricedUsage);
    CHECK(held.size() == 2);
}

TEST_CASE("usage of other models is billed in the same record, each at its own price") {
    // Anthropic's references of the advisor tool and of inference_geo, and its price list: Opus 4.6 at 5 and 25 for a
    // million, times 1.1 in the US; Haiku 4.5, which has no such factor, at 1 and 5.
    Components components;
    components.origin.provider = "anthropic";
    auto const client = [](OutgoingRequest const&, Sink sink) {
        sink(R"({"type":"message","role":"assistant","model":"claude-opus-4-6","stop_reason":"end_turn",
            "content":[{"type":"text","text":"Hi"}],"usage":{"input_tokens":412,"output_tokens":531,
            "inference_geo":"us","iterations":[{"type":"message","input_tokens":412,"output_tokens":89},
            {"type":"advisor_message","model":"claude-haiku-4-5","input_tokens":823,"output_tokens":1612}]}})");
        return Reply{.http_status = 200};
    };
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Request const request = asked().with_model("claude-opus-4-6");
    Result const result = metered(request, client);
    CHECK(result.cost->total() == Usd::parse("0.0168685"));
    REQUIRE(result.others.size() == 1);
    CHECK(result.others[0].model() == ModelId{"claude-haiku-4-5"});
    CHECK(result.others[0].total() == Usd::parse("0.008883"));
    CHECK(result.total() == Usd::parse("0.0257515"));
    CHECK(components.monitor.spent() == result.total());
    CHECK(metered(request, client).saved == result.total());
    int settled = 0;
    components.monitor.store().replay([&](LedgerRecord const& record) {
        if (record.spends()) {
            ++settled;
            CHECK(record.model == "claude-opus-4-6");
            CHECK(record.note == "with claude-haiku-4-5");
            Usd lines;
            for (CostLine const& line : record.lines) {
                lines += line.cost;
            }
            CHECK(lines == record.amount);
        }
    });
    CHECK(settled == 1);
}

TEST_CASE("a provider's own prices are quoted and billed if it has any") {
    ModelPrice hosted = ModelPrice::per_million("gpt-4o", {.input = "5", .output = "20"});
    hosted.provider = "azure";
    CostCalculator<> const calculator{builtin_prices().with(hosted)};
    auto const charged_at = [&](std::string const& name) {
        Components components;
        components.origin.provider = name;
        Provider provider;
        provider.response.model = "gpt-4o";
        Metered metered{{.calculator = calculator,
                         .counters = components.counters,
                         .monitor = components.monitor,
                         .origin = components.origin}};
        return *metered(asked(), provider).charged;
    };
    CHECK(charged_at("azure") == Usd::parse("0.0002"));
    CHECK(charged_at("openai") == Usd::parse("0.0001"));
    CHECK(charged_at("") == Usd::parse("0.0001"));
}

TEST_CASE("a call is charged to its account, once for each idempotency key") {
    CostMonitor<> monitor{{.budgets = {{.name = "search", .limit = 1_usd, .scope = {"team", "search"}}}}};
    Components components;
    Provider provider;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = monitor,
                     .origin = components.origin}};
    CallOptions<> const options{.account = monitor.account({{"team", "search"}}), .id = {"op-7", 1}};
    Usd const cost = metered(asked(), provider, options).cost->total();
    CHECK(monitor.budget("search")->spent == cost);
    static_cast<void>(metered(asked(), provider, options));  // the same attempt again
    CHECK(monitor.budget("search")->spent == cost);
    static_cast<void>(metered(asked(), provider));  // no idempotency key
    CHECK(monitor.budget("search")->spent == cost);
    CHECK(monitor.report().total().cost > cost);
}

TEST_CASE("the ledger records the quality of a charge") {
    Provider provider;
    auto const quality_of = [&](bool streamed) {
        Components components;
        Metered metered{{.calculator = components.calculator,
                         .counters = components.counters,
                         .monitor = components.monitor,
                         .origin = components.origin}};
        static_cast<void>(metered(asked().with_stream(streamed), provider));
        std::optional<UsageQuality> quality;
        components.monitor.store().replay([&](LedgerRecord const& record) {
            if (record.spends()) {
                quality = record.quality;
                CHECK(record.model.starts_with("gpt-4o"));
            }
        });
        return quality;
    };
    CHECK(quality_of(true) == UsageQuality::reported);
    provider.response.usage.reset();
    CHECK(quality_of(true) == UsageQuality::estimated);  // by our count
    provider.response.finish = FinishReason::none;       // it broke off
    CHECK(quality_of(true) == UsageQuality::partial);
    CHECK(quality_of(false) == UsageQuality::estimated);  // made to its end, at most for the worst case
}

TEST_CASE(
    "a stream that ends in an exception is charged for the observed part if a disconnect stops billing") {
    auto const spent_at = [](std::string const& name) {
        Components components;
        components.origin.provider = name;
        Metered metered{{.calculator = components.calculator,
                         .counters = components.counters,
                         .monitor = components.monitor,
                         .origin = components.origin}};
        auto const breaking = [](OutgoingRequest const& sent, Sink sink) -> Reply {
            Response const part{.text = "Because of", .model = "gpt-4o"};
            REQUIRE(sent.request().stream());
            sink(write_stream(ApiFormat::openai_chat, part));
            throw std::runtime_error("connection lost");
        };
        CHECK_THROWS_AS(metered(asked().with_stream(true), breaking), std::runtime_error);
        CHECK(components.monitor.held() == Usd{});
        return components.monitor.spent();
    };
    Components const components;
    Tokens const input = count_request(asked(), components.counters.of("gpt-4o")).tokens;
    Usd const seen = components.calculator.cost("gpt-4o", {.input = input, .output = 2}).total();
    CHECK(spent_at("openai") == seen);
    CHECK(spent_at("azure") == seen);
}

TEST_CASE("a part of a response without a price is named, and the rest is charged") {
    Components components;
    components.origin.provider = "anthropic";
    auto const client = [](OutgoingRequest const&, Sink sink) {
        sink(R"({"type":"message","role":"assistant","model":"claude-sonnet-4-6","stop_reason":"end_turn",
            "content":[],"usage":{"input_tokens":4,"output_tokens":5,"iterations":[
            {"type":"advisor_message","model":"unheard-of","input_tokens":8,"output_tokens":1}]}})");
        return Reply{.http_status = 200};
    };
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .monitor = components.monitor,
                     .origin = components.origin}};
    Request const request = asked().with_model("claude-sonnet-4-6");
    Result const result = metered(request, client);
    CHECK_FALSE(result.cost->complete());
    CHECK(*result.charged == Usd::parse("0.000087"));  // 4 tokens at 3 and 5 at 15 per million
    CHECK(components.monitor.spent() == *result.charged);
    CHECK(components.monitor.held() == Usd{});
}

TEST_CASE("a call that may be shortened is sent with the output cap that the remaining money pays for") {
    Components components;
    Provider provider;
    provider.response.finish = FinishReason::length;
    provider.response.usage->output = 3;
    Quote const quote = components.calculator.quote(
        "gpt-4o", {.input = count_request(asked(), components.counters.of("gpt-4o")).tokens});
    provider.response.usage->input = quote.shape().input;
    CostMonitor<> poor{{.daily_budget = quote.input_cost() + 0.00003_usd}};  // three tokens of output
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = poor,
                     .origin = components.origin}};
    CHECK(metered(asked(), provider).outcome == Outcome::refused);
    CHECK(provider.sent.empty());
    Result const result = metered(asked(), provider, {.when_short = WhenShort::shorten});
    REQUIRE(provider.sent.size() == 1);
    CHECK(Request::parse(provider.sent[0]).max_tokens() == Tokens{3});
    CHECK(result.outcome == Outcome::stopped);  // a part, which is not cached
    CHECK(poor.remaining() == Usd{});
    CHECK(metered(asked(), provider, {.when_short = WhenShort::shorten}).outcome == Outcome::refused);
    CHECK(provider.sent.size() == 1);
}

TEST_CASE("concurrent identical requests pay for one call", "[threads]") {
    Components components;
    Metered metered{{.calculator = components.calculator,
                     .counters = components.counters,
                     .cache = components.cache,
                     .monitor = components.monitor,
                     .router = components.router,
                     .optimizer = components.optimizer,
                     .origin = components.origin}};
    std::atomic<int> calls = 0;
    auto const client = [&](OutgoingRequest const& sent, Sink sink) {
        ++calls;
        return Provider{}(sent, sink);
    };
    std::vector<std::thread> threads;
    std::atomic<int> answered = 0;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] { answered += metered(asked(), client).response.complete() ? 1 : 0; });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(calls == 1);
    CHECK(answered == 16);
    CHECK(components.monitor.held() == Usd{});
}
