// SPDX-License-Identifier: MIT
#include <centavo/api/detail/usage_fields.hpp>

#include <centavo/api/detail/anthropic_messages/usage.hpp>
#include <centavo/api/detail/bedrock_converse/usage.hpp>
#include <centavo/api/detail/cohere/usage.hpp>
#include <centavo/api/detail/gemini/usage.hpp>
#include <centavo/api/detail/openai_chat/usage.hpp>
#include <centavo/api/detail/openai_responses/usage.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

/// The blocks read one after another, as a stream sends them.
Response response_of(UsageMap map, std::initializer_list<std::string_view> blocks) {
    UsageFields fields{map};
    for (std::string_view const block : blocks) {
        JsonScan scan{block};
        fields.read(scan);
    }
    Response response;
    response.model = "asked";
    fields.write_to(response);
    return response;
}

Usage usage_of(UsageMap map, std::string_view json) {
    return response_of(map, {json}).usage.value_or(Usage{});
}

bool has(Response const& response, UsageWarning const& warning) {
    return std::ranges::find(response.warnings, warning) != response.warnings.end();
}

}  // namespace

TEST_CASE("Anthropic's input leaves out what was cached, and the normal form has it in") {
    // Anthropic's API reference, "Messages", and its guide to prompt caching.
    Response const response =
        response_of(anthropic_messages::usage_map,
                    {R"({"input_tokens":3,"cache_creation_input_tokens":115,"cache_read_input_tokens":3211,
        "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":15},"output_tokens":53,
        "server_tool_use":{"web_search_requests":2,"web_fetch_requests":1},"service_tier":"standard"})"});
    REQUIRE(response.usage);
    CHECK(response.usage->input == Tokens{3 + 115 + 3211});
    CHECK(response.usage->output == Tokens{53});
    CHECK(response.usage->cache_read == Tokens{3211});
    CHECK(response.usage->cache_write == Tokens{115});
    CHECK(response.usage->cache_write_1h == Tokens{15});
    CHECK(response.usage->find(units::cache_write_5m) == 100);
    CHECK(response.usage->find(units::web_searches) == 2);
    CHECK(response.tier == ServiceTier::standard);
    CHECK(response.warnings.empty());
}

TEST_CASE("writes that are said by their lives alone are input all the same") {
    Usage const usage = usage_of(anthropic_messages::usage_map, R"({"input_tokens":3,"output_tokens":5,
        "cache_creation":{"ephemeral_5m_input_tokens":8,"ephemeral_1h_input_tokens":4}})");
    CHECK(usage.cache_write == Tokens{12});
    CHECK(usage.input == Tokens{15});
}

TEST_CASE("Anthropic's modifiers of the price: tier, speed and residency") {
    CHECK(response_of(anthropic_messages::usage_map,
                      {R"({"input_tokens":1,"output_tokens":1,"service_tier":"batch"})"})
              .tier == ServiceTier::batch);
    Response const fast = response_of(
        anthropic_messages::usage_map,
        {R"({"input_tokens":1,"output_tokens":1,"service_tier":"standard","speed":"fast","inference_geo":"us"})"});
    CHECK(fast.tier == ServiceTier::fast);
    CHECK(fast.region == "us");
    CHECK(response_of(anthropic_messages::usage_map,
                      {R"({"input_tokens":1,"output_tokens":1,"inference_geo":"not_available"})"})
              .region.empty());
}

TEST_CASE("passes of an advisor and of a compaction are billed beside the message, which holds its own") {
    // Anthropic's references of the advisor tool and of compaction.
    Response const response =
        response_of(anthropic_messages::usage_map, {R"({"input_tokens":412,"output_tokens":531,"iterations":[
        {"type":"message","input_tokens":412,"output_tokens":89},
        {"type":"advisor_message","model":"claude-opus-4-8","input_tokens":823,"output_tokens":1612},
        {"type":"compaction","input_tokens":180000,"output_tokens":3500},
        {"type":"fallback_message","model":"claude-opus-5","input_tokens":9,"output_tokens":9}]})"});
    CHECK(response.usage == Usage{.input = 412, .output = 531});
    REQUIRE(response.sub_usages.size() == 2);
    CHECK(response.sub_usages[0] == SubUsage{"claude-opus-4-8", Usage{.input = 823, .output = 1612}});
    CHECK(response.sub_usages[1] == SubUsage{"asked", Usage{.input = 180'000, .output = 3'500}});
    CHECK(response.warnings.empty());
}

TEST_CASE("Gemini's thoughts lie outside its candidates, the tools' prompt outside the prompt") {
    Usage const usage = usage_of(gemini::usage_map,
                                 R"({"promptTokenCount":100,"candidatesTokenCount":20,"thoughtsTokenCount":30,
        "toolUsePromptTokenCount":7,"cachedContentTokenCount":40,"totalTokenCount":157})");
    CHECK(usage.input == Tokens{107});
    CHECK(usage.output == Tokens{50});
    CHECK(usage.reasoning == Tokens{30});
    CHECK(usage.cache_read == Tokens{40});
    CHECK(usage.find(*find_unit("input_tool_tokens")) == 7);
    CHECK(usage.input + usage.output == Tokens{157});
}

TEST_CASE("Gemini's details by modality, in which a document is priced as an image") {
    Usage const usage = usage_of(gemini::usage_map, R"({"promptTokenCount":345,"candidatesTokenCount":37,
        "cachedContentTokenCount":230,"promptTokensDetails":[{"modality":"TEXT","tokenCount":87},
        {"modality":"DOCUMENT","tokenCount":200},{"modality":"IMAGE","tokenCount":58}],
        "cacheTokensDetails":[{"tokenCount":172,"modality":"DOCUMENT"},{"modality":"TEXT","tokenCount":58}],
        "toolUsePromptTokenCount":10,"toolUsePromptTokensDetails":[{"modality":"TEXT","tokenCount":10}]})");
    CHECK(usage.find(*find_unit("input_text_tokens")) == 97);
    CHECK(usage.find(*find_unit("input_text_tool_tokens")) == 10);
    CHECK(usage.find(units::input_image) == 258);
    CHECK(usage.find(units::cache_image_read) == 172);
    CHECK(usage.find(*find_unit("cache_text_read_tokens")) == 58);
}

TEST_CASE("a later block overwrites field by field: no sum, no maximum, and a list replaces the list") {
    Response const response =
        response_of(gemini::usage_map,
                    {R"({"promptTokenCount":15,"promptTokensDetails":[{"modality":"TEXT","tokenCount":9},
             {"modality":"AUDIO","tokenCount":6}]})",
                     R"({"promptTokenCount":13,"candidatesTokenCount":8,
             "promptTokensDetails":[{"modality":"TEXT","tokenCount":13}]})",
                     R"({"candidatesTokenCount":null,"trafficType":"ON_DEMAND_FLEX"})"});
    REQUIRE(response.usage);
    CHECK(response.usage->input == Tokens{13});
    CHECK(response.usage->output == Tokens{8});
    CHECK_FALSE(response.usage->input_audio);
    CHECK(response.tier == ServiceTier::flex);
}

TEST_CASE("OpenAI's responses say input and output, inclusive") {
    Usage const usage = usage_of(
        openai_responses::usage_map,
        R"({"input_tokens":2600,"input_tokens_details":{"cached_tokens":2000,"cache_write_tokens":400},
        "output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":2605})");
    CHECK(usage == Usage{.input = 2600, .output = 5, .cache_read = 2000, .cache_write = 400, .reasoning = 0});
}

TEST_CASE("OpenAI's realtime says cached audio as the cross of both") {
    // OpenAI's API reference, "response.done".
    Usage const usage =
        usage_of(openai_responses::usage_map, R"({"total_tokens":275,"input_tokens":127,"output_tokens":148,
        "input_token_details":{"cached_tokens":84,"text_tokens":119,"audio_tokens":8,
        "cached_tokens_details":{"text_tokens":80,"audio_tokens":4}},
        "output_token_details":{"text_tokens":36,"audio_tokens":112}})");
    CHECK(usage.input == Tokens{127});
    CHECK(usage.cache_read == Tokens{84});
    CHECK(usage.input_audio == Tokens{8});
    CHECK(usage.find(units::cache_audio_read) == 4);
    CHECK(usage.output_audio == Tokens{112});
}

TEST_CASE("Bedrock's Converse spells each cached count twice, and leaves it out of the input") {
    Usage const usage =
        usage_of(bedrock_converse::usage_map,
                 R"({"inputTokens":3,"outputTokens":61,"totalTokens":2435,"cacheReadInputTokens":2074,
        "cacheReadInputTokenCount":2074,"cacheWriteInputTokens":297,"cacheWriteInputTokenCount":297,
        "cacheDetails":[{"ttl":"5m","inputTokens":200},{"ttl":"1h","inputTokens":97}],"serverToolUsage":{}})");
    CHECK(usage.input == Tokens{2374});
    CHECK(usage.cache_read == Tokens{2074});
    CHECK(usage.cache_write == Tokens{297});
    CHECK(usage.cache_write_1h == Tokens{97});
    CHECK(usage.find(units::cache_write_5m) == 200);
}

TEST_CASE("Cohere bills billed_units, not what the model saw") {
    CHECK(usage_of(cohere::usage_map, R"({"billed_units":{"input_tokens":431,"output_tokens":661},
        "tokens":{"input_tokens":2190,"output_tokens":1257},"cached_tokens":96})") ==
          Usage{.input = 431, .output = 661});
    CHECK(usage_of(cohere::usage_map, R"({"api_version":{"version":"2"},"billed_units":{"search_units":1}})")
              .find(*find_unit("search_units")) == 1);
}

TEST_CASE("cached tokens by the names of Mistral, DeepSeek and Moonshot, once where two are said") {
    CHECK(usage_of(openai_chat::usage_map,
                   R"({"prompt_tokens":64,"completion_tokens":6,"total_tokens":70,"num_cached_tokens":32})")
              .cache_read == Tokens{32});
    CHECK(usage_of(openai_chat::usage_map,
                   R"({"prompt_tokens":12,"completion_tokens":9,"prompt_cache_hit_tokens":8,
        "prompt_cache_miss_tokens":4,"prompt_tokens_details":{"cached_tokens":8}})")
              .cache_read == Tokens{8});
    CHECK(usage_of(openai_chat::usage_map, R"({"prompt_tokens":12,"completion_tokens":9,"cached_tokens":5,
        "prompt_tokens_details":{"cached_tokens":0}})")
              .cache_read == Tokens{5});
}

TEST_CASE("reasoning outside the output is found by the total, not by its name") {
    // A bill of xAI: 232,856,000 ticks for 10,120 in and 4,308 out.
    Response const outside =
        response_of(openai_chat::usage_map, {R"({"prompt_tokens":10120,"completion_tokens":1499,
        "total_tokens":14428,"completion_tokens_details":{"reasoning_tokens":2809},"cost_in_usd_ticks":232856000})"});
    REQUIRE(outside.usage);
    CHECK(outside.usage->output == Tokens{1499 + 2809});
    CHECK(outside.reported_cost == Usd::parse("0.0232856"));
    Response const inside =
        response_of(openai_chat::usage_map, {R"({"prompt_tokens":687,"completion_tokens":240,
        "total_tokens":927,"completion_tokens_details":{"reasoning_tokens":165}})"});
    REQUIRE(inside.usage);
    CHECK(inside.usage->output == Tokens{240});
}

TEST_CASE("Perplexity bills citations as output, and says its cost in parts") {
    Response const response =
        response_of(openai_chat::usage_map, {R"({"prompt_tokens":7,"completion_tokens":100,
        "total_tokens":107,"citation_tokens":20,"num_search_queries":3,
        "cost":{"input_tokens_cost":0.001,"output_tokens_cost":0.002,"request_cost":0.005,"total_cost":0.008}})"});
    REQUIRE(response.usage);
    CHECK(response.usage->output == Tokens{120});
    CHECK(response.usage->find(units::web_searches) == 3);
    CHECK(response.reported_cost == Usd::parse("0.008"));
    CHECK(has(response, {UsageWarningKind::total_differs, "total", "-20"}));
}

TEST_CASE("OpenRouter's charge and what it paid upstream are two figures, kept in their own digits") {
    Response const response =
        response_of(openai_chat::usage_map, {R"({"prompt_tokens":14,"completion_tokens":4,"cost":5.1e-06,
        "is_byok":true,"cost_details":{"upstream_inference_cost":0.000102,"upstream_inference_prompt_cost":4.2e-05}})"});
    CHECK(response.reported_cost == Usd::parse("0.0000051"));
    CHECK(response.upstream_cost == Usd::parse("0.000102"));
    CHECK(response.warnings.empty());
}

TEST_CASE("without a key of one's own, what was paid upstream is no second cost") {
    Response const response =
        response_of(openai_chat::usage_map, {R"({"prompt_tokens":14,"completion_tokens":4,"cost":0.000102,
        "is_byok":false,"cost_details":{"upstream_inference_cost":0.000102}})"});
    CHECK(response.reported_cost == Usd::parse("0.000102"));
    CHECK_FALSE(response.upstream_cost);
}

TEST_CASE("the tier said last is the one that served") {
    UsageFields fields{openai_responses::usage_map};
    fields.serve("service_tier", "priority");
    fields.serve("service_tier", "default");
    Response response;
    fields.write_to(response);
    CHECK(response.tier == ServiceTier::standard);
}

TEST_CASE("a charge with digits below 10^-18 is cut there and remarked on") {
    Response const response =
        response_of(openai_chat::usage_map,
                    {R"({"prompt_tokens":1,"completion_tokens":1,"cost":0.00021677500000000000002})"});
    CHECK(response.reported_cost == Usd::parse("0.000216775"));
    CHECK(has(response, {UsageWarningKind::unknown_value, "cost", "0.00021677500000000000002"}));
}

TEST_CASE("embeddings have no output, a total alone is input, and what was not said is not zero") {
    CHECK(usage_of(openai_chat::usage_map, R"({"prompt_tokens":8,"total_tokens":8})") == Usage{.input = 8});
    CHECK(usage_of(openai_chat::usage_map, R"({"total_tokens":10})") == Usage{.input = 10});
    CHECK_FALSE(response_of(openai_chat::usage_map, {R"({"prompt_tokens":null})"}).usage);
    CHECK(response_of(openai_chat::usage_map, {R"({"prompt_tokens":0,"completion_tokens":0})"}).usage ==
          Usage{});
}

TEST_CASE("what has no meaning is reported with its value, never dropped") {
    Response const response = response_of(
        openai_chat::usage_map,
        {R"({"prompt_tokens":1,"completion_tokens":2,"completion_tokens_details":{"smell_tokens":7},"mood":"good"})"});
    CHECK(has(response, {UsageWarningKind::unknown_field, "completion_tokens_details/smell_tokens", "7"}));
    CHECK(has(response, {UsageWarningKind::unknown_field, "mood", "\"good\""}));
    Response const tier = response_of(anthropic_messages::usage_map,
                                      {R"({"input_tokens":1,"output_tokens":1,"service_tier":"gold"})"});
    CHECK_FALSE(tier.tier);
    CHECK(has(tier, {UsageWarningKind::unknown_value, "service_tier", "gold"}));
}

TEST_CASE("a part larger than its whole on which nothing must depend is reported, and the reading goes on") {
    // Recorded of a free model.
    Response const response =
        response_of(openai_chat::usage_map, {R"({"prompt_tokens":9,"completion_tokens":10,
        "completion_tokens_details":{"reasoning_tokens":11}})"});
    REQUIRE(response.usage);
    CHECK(response.usage->output == Tokens{10});
    CHECK(has(response, {UsageWarningKind::part_exceeds_whole, "output_reasoning_tokens", "11"}));
}

TEST_CASE("a total that is not met is a value") {
    CHECK(has(response_of(gemini::usage_map,
                          {R"({"promptTokenCount":15,"candidatesTokenCount":14,"totalTokenCount":771})"}),
              {UsageWarningKind::total_differs, "total", "742"}));
}

TEST_CASE("parts larger than their whole contradict it") {
    CHECK_THROWS_AS(usage_of(openai_chat::usage_map, R"({"prompt_tokens":5,"completion_tokens":9,
        "prompt_tokens_details":{"cached_tokens":6}})"),
                    ContradictoryUsage);
    CHECK_THROWS_AS(usage_of(anthropic_messages::usage_map,
                             R"({"input_tokens":1,"output_tokens":1,"cache_creation_input_tokens":10,
        "cache_creation":{"ephemeral_5m_input_tokens":8,"ephemeral_1h_input_tokens":8}})"),
                    ContradictoryUsage);
}

TEST_CASE("what is no count is refused: below zero, a fraction, text, beyond 63 bits") {
    for (std::string_view const count : {"-5", "5.5", "\"5\"", "1000000000000000000000000"}) {
        std::string const block = R"({"completion_tokens":1,"prompt_tokens":)" + std::string{count} + "}";
        CHECK_THROWS_AS(usage_of(openai_chat::usage_map, block), MalformedUsage);
    }
    CHECK_THROWS_AS(
        usage_of(anthropic_messages::usage_map, R"({"input_tokens":9223372036854775807,"output_tokens":1,
        "cache_read_input_tokens":1})"),
        MalformedUsage);
}

TEST_CASE("a part of a second counts as one") {
    CHECK(usage_of(openai_responses::usage_map, R"({"type":"duration","seconds":8.2})")
              .find(*find_unit("input_audio_seconds")) == 9);
}
