// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>

#include <centavo/api/aws_event_stream.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

std::string message(std::string_view type, std::string_view payload, std::string_view kind = ":event-type") {
    std::string out;
    AwsEventHeader const headers[] = {{":message-type", AwsEventHeaderType::text, "event"},
                                      {kind, AwsEventHeaderType::text, type}};
    append_aws_event(out, headers, payload);
    return out;
}

Response response_of(std::string_view bytes, std::size_t piece = 11) {
    ResponseReader reader{{.format = ApiFormat::bedrock_converse}};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece), [](Delta const&) {});
    }
    return reader.finish();
}

}  // namespace

TEST_CASE("Converse gives text, calls and usage, and what is cached is brought into the input") {
    // The shape of AWS's API reference, "Converse".
    Response const response =
        response_of(R"({"metrics":{"latencyMs":1},"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"text":"hm","signature":"x"}}},{"text":"hello"},
        {"toolUse":{"toolUseId":"t1","name":"find","input":{"a":1}}}]}},"stopReason":"tool_use",
        "serviceTier":{"type":"flex"},"usage":{"inputTokens":13,"outputTokens":5,"totalTokens":1522,
        "cacheReadInputTokens":1504,"cacheReadInputTokenCount":1504}})");
    CHECK(response.text == "hello");
    CHECK(response.reasoning == "hm");
    CHECK(response.tool_calls == std::vector<ToolCall>{{"t1", "find", "{\"a\":1}"}});
    CHECK(response.finish == FinishReason::tool_calls);
    CHECK(response.tier == ServiceTier::flex);
    CHECK(response.usage == Usage{.input = 1517, .output = 5, .cache_read = 1504});
    CHECK(response.model.empty());
}

TEST_CASE("ConverseStream is read through Amazon's framing, its usage from the metadata at the end") {
    std::string const stream =
        message("messageStart", R"({"role":"assistant"})") +
        message("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"hel"}})") +
        message("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"lo"}})") +
        message("contentBlockStart",
                R"({"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t1","name":"find"}}})") +
        message("contentBlockDelta", R"({"delta":{"toolUse":{"input":"{\"a\":"}},"contentBlockIndex":1})") +
        message("contentBlockDelta", R"({"delta":{"toolUse":{"input":"1}"}},"contentBlockIndex":1})") +
        message("contentBlockStop", R"({"contentBlockIndex":1})") +
        message("messageStop", R"({"stopReason":"tool_use"})") +
        message("metadata", R"({"usage":{"inputTokens":9,"outputTokens":4,"totalTokens":13},"metrics":{}})");
    for (std::size_t const piece : {std::size_t{1}, std::size_t{100}, stream.size()}) {
        Response const response = response_of(stream, piece);
        CHECK(response.text == "hello");
        CHECK(response.tool_calls == std::vector<ToolCall>{{"t1", "find", "{\"a\":1}"}});
        CHECK(response.usage == Usage{.input = 9, .output = 4});
        CHECK(response.finish == FinishReason::tool_calls);
        CHECK(response.quality == UsageQuality::reported);
    }
    Response const cut = response_of(std::string_view{stream}.substr(0, stream.size() - 9));
    CHECK(cut.cut_off);
    CHECK_FALSE(cut.usage);
}

TEST_CASE("an exception in a stream is an error, and what was said before it stays") {
    Response const response =
        response_of(message("contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"hel"}})") +
                    message("throttlingException", R"({"message":"Too many requests"})", ":exception-type"));
    CHECK(response.text == "hel");
    CHECK(response.error == "Too many requests");
    CHECK(response.quality == UsageQuality::partial);
}
