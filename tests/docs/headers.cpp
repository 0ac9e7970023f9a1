// SPDX-License-Identifier: MIT
// The examples in the comments of the public headers; snippets.cpp compares them.
#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/centavo.hpp>

#include <docs/scratch_folder.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::literals;
using namespace std::chrono_literals;

namespace {

std::string const response_body =
    R"({"model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"4"}}],)"
    R"("usage":{"prompt_tokens":500,"completion_tokens":300,"total_tokens":800}})";

CacheFacts const facts{.complete = true};

Request question() { return Request::chat("gpt-4o", "2 + 2?").with_temperature(0); }

}  // namespace

TEST_CASE("the examples of the cache's headers") {
    Request const request = question();
    std::string used;
    auto const use = [&](std::string const& body) { used = body; };
    auto const call = [](Request const&) { return response_body; };

    PromptCache cache{{.ttl = 1h}};
    if (auto hit = cache.get(request)) {
        use(hit->body);
    } else {
        cache.put(request, call(request));
    }
    CHECK(used.empty());
    CHECK(cache.get(request));

    PromptCache large{{.ttl = 1h}, MemoryCacheStore{{.capacity_bytes = 256 << 20}}};  // or any CacheStore
    CHECK_FALSE(large.get(request));

    SharedEntry entry =
        cache.begin(request).match([](CacheHit& hit) { return hit.entry; },
                                   [&](Leader& leader) { return leader.store(call(request), facts); },
                                   [](Follower& follower) { return follower.wait().hit()->entry; });
    CHECK(entry->body == response_body);
}

TEST_CASE("the examples of the cost headers") {
    CostCalculator calculator{builtin_prices()};
    Cost cost = calculator.cost("gpt-4o", {.input = 500, .output = 300});  // $0.00425
    CHECK(cost.total() == 0.00425_usd);

    std::string_view const text =
        R"([{"id":"my-model","as_of":"2026-01-01","rates":{"input":"1","output":"2"}}])";
    ImportedPrices const mine = read_prices(text, {.name = "prices.json"});
    PriceTable const table = builtin_prices().with(mine.rows);
    CHECK(table.find("gpt-4o"));

    std::string_view const body = R"({"inputTextTokenCount":12})";
    PointerUsage const titan{{{"/inputTextTokenCount", units::input}}};
    std::optional<Usage> usage = titan.read(body);
    CHECK(usage->input == 12);
}

TEST_CASE("the examples of the monitor's headers") {
    ScratchFolder const folder;
    {
        CostMonitor monitor{{.daily_budget = 50_usd}, FileLedger{"spend.ledger"}};
        CHECK(monitor.spent() == Usd{});
    }
    std::filesystem::remove("spend.ledger");
    {
        FileLedger ledger{"spend.ledger", {.durability = Durability::group}};
        CHECK(ledger.recovery().records == 0);
    }

    CostCalculator const calculator{builtin_prices()};
    Quote const quote = calculator.quote("gpt-4o", {.input = 500, .max_output = 300});
    Cost const cost = calculator.cost("gpt-4o", {.input = 500, .output = 300});
    Request const request = question();
    auto const call = [&](Request const&) { return cost; };

    CostMonitor monitor{{.daily_budget = 50_usd}};
    if (auto hold = monitor.reserve(quote)) {
        hold->settle(call(request));
    } else {
        std::cerr << hold.denial().budget;
    }
    CHECK(monitor.spent() == cost.total());
    {
        Account const search = monitor.account({{"team", "search"}});
        auto hold = monitor.reserve(quote, {.account = search, .id = {"op-7", 1}});
        CHECK(hold);
    }
    SpendReport report = monitor.report();
    for (auto const& [day, figures] : report.by_day().each()) {
        std::cout << to_string(day) << figures.cost;
    }
    std::cout << monitor.record(cost);  // $41.30 of $50 spent (82.6 %), $8.70 remaining, alert: none
    std::cout << '\n';
}

TEST_CASE("the examples of the headers about requests and responses") {
    std::string const body = R"({"contents":[{"role":"user","parts":[{"text":"Why?"}]}]})";
    {
        auto const request =
            Request::chat("gpt-4o", {{"user", "Why?"}}).with_temperature(0).with_max_tokens(300);
        auto const other =
            Request::parse(body, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
        CHECK(request.max_tokens() == Tokens{300});
        CHECK(other.model() == "gemini-2.5-flash");
    }
    std::vector<Message> const conversation{{"system", "Be brief."}, {"user", "Why is the sky blue?"}};
    CHECK(conversation.size() == 2);

    std::vector<std::string> pieces{response_body};
    auto const receive = [&]() -> std::optional<std::string> {
        if (pieces.empty()) {
            return std::nullopt;
        }
        auto piece = std::move(pieces.back());
        pieces.pop_back();
        return piece;
    };
    ResponseReader reader{ApiHint{.provider = "anthropic"}};
    while (auto bytes = receive()) {
        reader.feed(*bytes, [](Delta const& delta) { std::cout << delta.text; });
    }
    Response const response = reader.finish();
    CHECK(response.model == "gpt-4o");
}

TEST_CASE("the examples of the headers about prompts, models and counters") {
    std::string const prompt = "Summarize   the   report.";
    std::string const question = "Why is the sky blue?";
    std::vector<Passage> const passages{{"Sky", "The sky is blue. Grass is green."}};
    PromptOptimizer optimizer{Counter{o200k_base()}};
    Optimized shorter = optimizer.optimize(prompt);  // Level::lossless
    Usd saved = shorter.cost_reduction(2.50_usd);    // price per million input tokens
    std::string original = shorter.original();       // at every level
    Selection context = optimizer.select(question, passages, {.tokens = 1'000});
    CHECK(original == prompt);
    CHECK(saved >= Usd{});
    CHECK(context.after <= Tokens{1'000});

    ModelRouter router;
    ModelId model = router.select("code", "low");
    Choice choice =
        router.choose({.task = "code", .prompt = prompt, .needs = {.context = 40'000, .tools = true}});
    CHECK(model == "gpt-4o-mini");
    CHECK_FALSE(choice.model.empty());

    std::string const text = "hello world";
    Bpe const& llama = o200k_base();
    Counters counters = builtin_counters().with("llama-3.3-70b-instruct", Counter{llama});
    Tokens tokens = counters.of("gpt-4o").count(text);
    CHECK(tokens == 2);
}

TEST_CASE("the examples of the headers about streams and exports") {
    CostCalculator calculator{builtin_prices()};
    Counter const counter{o200k_base()};
    Request request = question();
    std::string_view const delta = "The sky is blue";
    struct {
        bool open = true;
        void close() { open = false; }
    } connection;
    Quote const quote = calculator.quote("gpt-4o", {.input = 500, .max_output = 300});
    {
        StreamBudget stream{quote, counter, {.max_cost = 1_cent}};
        if (auto const cap = stream.max_tokens()) {
            request = request.with_max_tokens(*cap);
        }  // holds at every provider
        if (stream.feed(delta) == Flow::stop) {
            connection.close();
        }
        CHECK(connection.open);
    }

    MemoryLedger const ledger;
    std::string text;
    std::ostringstream file;
    write_csv(ledger, append_to(text));
    write_csv(ledger, [&](std::string_view piece) { file << piece; });
    CHECK(text == file.str());

    PromptCache cache{{.ttl = 1h}};
    CostMonitor monitor{{.daily_budget = 50_usd}};
    auto const client = [](OutgoingRequest const&, Sink sink) {
        sink(response_body);
        return Reply{.http_status = 200};
    };
    Counters const counters = builtin_counters();
    Metered metered{{.calculator = calculator, .counters = counters, .cache = cache, .monitor = monitor}};
    Result result = metered(request, client);
    CHECK(result.outcome == Outcome::called);
}
