// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Response response_of(std::string_view bytes) {
    ResponseReader reader{{.format = ApiFormat::cohere}};
    reader.feed(bytes, [](Delta const&) {});
    return reader.finish();
}

}  // namespace

TEST_CASE("Cohere's chat, whole and as events") {
    // The shapes of Cohere's API reference, "Chat (v2)".
    Response const whole = response_of(R"({"id":"x","finish_reason":"TOOL_CALL","message":{"role":"assistant",
        "tool_plan":"hm","content":[{"type":"text","text":"hello"}],
        "tool_calls":[{"function":{"name":"find","arguments":"{}"},"id":"c1","type":"function"}]},
        "usage":{"billed_units":{"input_tokens":5,"output_tokens":8},"tokens":{"input_tokens":71,"output_tokens":8}}})");
    CHECK(whole.text == "hello");
    CHECK(whole.reasoning == "hm");
    CHECK(whole.tool_calls == std::vector<ToolCall>{{"c1", "find", "{}"}});
    CHECK(whole.finish == FinishReason::tool_calls);
    CHECK(whole.usage == Usage{.input = 5, .output = 8});
    Response const streamed =
        response_of("event: message-start\ndata: "
                    "{\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\","
                    "\"content\":[]}}}\n\n"
                    "event: content-delta\ndata: "
                    "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":"
                    "{\"text\":\"hel\"}}}}\n\n"
                    "event: content-delta\ndata: "
                    "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":"
                    "{\"text\":\"lo\"}}}}\n\n"
                    "event: message-end\ndata: "
                    "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\",\"usage\":"
                    "{\"billed_units\":{\"input_tokens\":5,\"output_tokens\":8}}}}\n\n");
    CHECK(streamed.text == "hello");
    CHECK(streamed.finish == FinishReason::stop);
    CHECK(streamed.usage == Usage{.input = 5, .output = 8});
}

TEST_CASE("embeddings and rerank bill what their meta says") {
    CHECK(
        response_of(
            R"({"embeddings":{"float":[[0.1]]},"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":4}}})")
            .usage == Usage{.input = 4});
}
