// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Response response_of(std::string_view bytes, std::size_t piece = 7) {
    ResponseReader reader{{.format = ApiFormat::anthropic_messages}};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece), [](Delta const&) {});
    }
    return reader.finish();
}

constexpr std::string_view start =
    R"(event: message_start
data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"claude-sonnet-4-20250514","content":[],"stop_reason":null,"usage":{"input_tokens":2068,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1,"service_tier":"standard"}}}

)";

}  // namespace

TEST_CASE("a message's text, thinking and calls, and a tool that the provider runs is no call") {
    // The shape of Anthropic's API reference, "Messages".
    Response const response = response_of(R"({"type":"message","model":"claude-opus-5","content":[
        {"type":"thinking","thinking":"hm","signature":"x"},
        {"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"x"}},
        {"type":"text","text":"hello"},
        {"type":"tool_use","id":"t1","name":"find","input":{"a":1}}],
        "stop_reason":"tool_use","usage":{"input_tokens":13,"output_tokens":44,"output_tokens_details":{"thinking_tokens":33}}})");
    CHECK(response.text == "hello");
    CHECK(response.reasoning == "hm");
    CHECK(response.tool_calls == std::vector<ToolCall>{{"t1", "find", "{\"a\":1}"}});
    CHECK(response.finish == FinishReason::tool_calls);
    CHECK(response.usage == Usage{.input = 13, .output = 44, .reasoning = 33});
}

TEST_CASE("a stream's last usage is right, though its first was larger or smaller") {
    // Recorded: 2,068 tokens in at the start, 22,397 after two web searches.
    Response const response = response_of(std::string{start} + R"(event: ping
data: {"type": "ping"}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"find","input":{}} }

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}   }

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Base"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"hm"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":22397,"output_tokens":637,"server_tool_use":{"web_search_requests":2}}}

event: message_stop
data: {"type":"message_stop"}

)");
    CHECK(response.text == "Base");
    CHECK(response.reasoning == "hm");
    CHECK(response.tool_calls == std::vector<ToolCall>{{"t1", "find", "{\"a\":1}"}});
    REQUIRE(response.usage);
    CHECK(response.usage->input == Tokens{22'397});
    CHECK(response.usage->output == Tokens{637});
    CHECK(response.usage->find(units::web_searches) == 2);
    CHECK(response.quality == UsageQuality::reported);
    CHECK(response.unknown_events == 0);
}

TEST_CASE("a stream that breaks off has the usage of its beginning, which is partial") {
    Response const response = response_of(start);
    REQUIRE(response.usage);
    CHECK(response.usage->input == Tokens{2'068});
    CHECK(response.quality == UsageQuality::partial);
}

TEST_CASE("an error in the middle of a stream is reported") {
    Response const response = response_of(
        std::string{start} +
        "event: error\ndata: "
        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");
    CHECK(response.error == "Overloaded");
    CHECK(response.finish == FinishReason::error);
    CHECK_FALSE(response.complete());
}
