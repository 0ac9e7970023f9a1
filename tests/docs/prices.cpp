// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/cost_calculator.hpp>

#include <catch2/catch_test_macros.hpp>

#include <sstream>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::literals;

namespace {

Instant const then = parse_instant("2026-09-23T12:00:00Z");

// [bill]
ResponseCost bill(std::string_view provider, std::string_view body) {
    Response const response = read_body({.provider = std::string{provider}}, body);
    return cost_of_response(builtin_prices(), response, *response.usage, {.provider = std::string{provider}},
                            then);
}
// [bill]

}  // namespace

TEST_CASE("a price is found in the list of one provider") {
    // [provider]
    PriceTable const& prices = builtin_prices();
    Price const own = prices.at("gpt-4o-2024-08-06", "openai");
    bool const resold = prices.find("gpt-4o", "groq").has_value();  // false: Groq does not sell it
    // [provider]
    CHECK(own.provider() == "openai");
    CHECK(!own.fallback());
    CHECK(!resold);
}

TEST_CASE("a cost names what has no price") {
    CostCalculator const calculator{builtin_prices()};
    std::ostringstream out;
    // [warnings]
    Usage usage{.input = 1'000, .output = 100};
    usage.set(units::gpu_seconds, 3);
    Cost const cost = calculator.cost("gpt-4o", usage,
                                      {.at = then, .service = {.tier = ServiceTier::fast, .region = "mars"}});
    for (CostWarning const& warning : cost.warnings()) {
        out << to_string(warning.kind) << ": " << warning << '\n';
    }
    // [warnings]
    CHECK(!cost.complete());
    CHECK(cost.total() == 0.0035_usd);
    CHECK(out.str() == "unpriced_unit: no price for 3 gpu_seconds\n"
                       "unpriced_tier: no price for the service tier \"fast\"; billed as the standard tier\n"
                       "unpriced_region: no price for the region \"mars\"; billed as the default region\n");
    std::string why;
    // [strict]
    CostCalculator const strict{builtin_prices(), {.require_complete = true}};
    try {
        Cost const exact = strict.cost("gpt-4o", usage, {.at = then});
    } catch (IncompleteCost const& incomplete) {
        why = incomplete.what();  // the cost at "gpt-4o" is incomplete: no price for 3 gpu_seconds
    }
    // [strict]
    CHECK(why == "the cost at \"gpt-4o\" is incomplete: no price for 3 gpu_seconds");
}

TEST_CASE("a compaction of the context is billed in addition to the message") {
    // [compaction]
    ResponseCost const cost = bill("anthropic", R"({
        "type": "message", "model": "claude-sonnet-4-6", "content": [],
        "usage": {"input_tokens": 100, "output_tokens": 10, "iterations": [
            {"type": "compaction", "input_tokens": 180000, "output_tokens": 3500},
            {"type": "message", "input_tokens": 100, "output_tokens": 10}]}})");
    Usd const message = cost.own.total();           // $0.00045
    Usd const compaction = cost.others[0].total();  // $0.5925
    Usd const whole = cost.total();                 // $0.59295
    // [compaction]
    CHECK(message == 0.00045_usd);
    CHECK(compaction == 0.5925_usd);
    CHECK(whole == 0.59295_usd);
    CHECK(cost.complete());
}

TEST_CASE("only searches are billed as searches") {
    // [searches]
    ResponseCost const cost = bill("openai", R"({
        "object": "response", "model": "gpt-5-mini-2025-08-07", "status": "completed",
        "output": [{"type": "web_search_call", "action": {"type": "search", "query": "a"}},
                   {"type": "web_search_call", "action": {"type": "open_page", "url": "https://example.com"}},
                   {"type": "web_search_call", "action": {"type": "search", "query": "b"}}],
        "usage": {"input_tokens": 1000, "output_tokens": 100, "total_tokens": 1100}})");
    Usd const whole = cost.total();  // $0.02045: two searches at $0.01, tokens for $0.00045
    // [searches]
    CHECK(whole == 0.02045_usd);
}

TEST_CASE("a line of a batch's output is billed at batch prices") {
    // [batch]
    ResponseCost const cost = bill("openai", R"({
        "id": "batch_req_1", "custom_id": "r1", "error": null,
        "response": {"status_code": 200, "body": {
            "object": "chat.completion", "model": "gpt-4.1-2025-04-14", "service_tier": "default", "choices": [],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}}}})");
    Usd const whole = cost.total();  // $0.0014, half of the $0.0028 at standard prices
    // [batch]
    CHECK(whole == 0.0014_usd);
}
