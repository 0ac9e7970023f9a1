// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Response response_of(std::string_view bytes, std::size_t piece = 5) {
    ResponseReader reader{{.format = ApiFormat::openai_responses}};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece), [](Delta const&) {});
    }
    return reader.finish();
}

}  // namespace

TEST_CASE("a response's text, reasoning, calls and searches are read of its output") {
    // The shape of OpenAI's API reference, "The response object".
    Response const response =
        response_of(R"({"id":"resp_1","object":"response","status":"completed","model":"gpt-5-2025-08-07",
        "service_tier":"priority","output":[
        {"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},
        {"type":"web_search_call","status":"completed","action":{"type":"search","query":"x"}},
        {"type":"web_search_call","status":"completed","action":{"type":"open_page","url":"x"}},
        {"type":"file_search_call","status":"completed"},
        {"type":"function_call","call_id":"c1","name":"find","arguments":"{\"a\":1}"},
        {"type":"message","content":[{"type":"output_text","text":"hello","annotations":[]}]}],
        "usage":{"input_tokens":45,"input_tokens_details":{"cached_tokens":0},"output_tokens":1719,
                 "output_tokens_details":{"reasoning_tokens":1408},"total_tokens":1764}})");
    CHECK(response.text == "hello");
    CHECK(response.reasoning == "hm");
    CHECK(response.tool_calls == std::vector<ToolCall>{{"c1", "find", "{\"a\":1}"}});
    CHECK(response.finish == FinishReason::tool_calls);
    CHECK(response.tier == ServiceTier::priority);
    CHECK(response.model == "gpt-5-2025-08-07");
    REQUIRE(response.usage);
    CHECK(response.usage->find(units::web_searches) == 1);
    CHECK(response.usage->find(units::file_searches) == 1);
    CHECK(response.usage->output == Tokens{1719});
}

TEST_CASE("a stream says its text once, though its last event repeats it, and its event's name may follow "
          "the data") {
    Response const response = response_of(
        R"(data: {"type":"response.created","response":{"status":"in_progress","service_tier":"auto","usage":null}})"
        "\nevent: response.created\n\n"
        R"(data: {"type":"response.output_item.added","item":{"type":"function_call","call_id":"c1","name":"find","arguments":""},"output_index":0})"
        "\n\n"
        R"(data: {"type":"response.function_call_arguments.delta","delta":"{}","output_index":0})"
        "\n\n"
        R"(data: {"type":"response.function_call_arguments.done","arguments":"{}","output_index":0})"
        "\n\n"
        R"(data: {"type":"response.reasoning_summary_text.delta","delta":"hm","output_index":1})"
        "\n\n"
        R"(data: {"type":"response.output_text.delta","delta":"hel","output_index":2})"
        "\n\n"
        R"(data: {"type":"response.output_text.delta","delta":"lo","output_index":2})"
        "\n\n"
        R"(data: {"type":"response.output_text.done","text":"hello","output_index":2})"
        "\n\n"
        R"(data: {"type":"response.completed","response":{"status":"completed","model":"m","service_tier":"default","output":[{"type":"message","content":[{"type":"output_text","text":"hello"}]}],"usage":{"input_tokens":15,"output_tokens":9}}})"
        "\n\n");
    CHECK(response.text == "hello");
    CHECK(response.reasoning == "hm");
    CHECK(response.tool_calls == std::vector<ToolCall>{{"c1", "find", "{}"}});
    CHECK(response.usage == Usage{.input = 15, .output = 9});
    CHECK(response.tier == ServiceTier::standard);
    CHECK(response.quality == UsageQuality::reported);
}

TEST_CASE("an incomplete response says why, a failed one its error") {
    Response const cut = response_of(R"({"object":"response","status":"incomplete",
        "incomplete_details":{"reason":"max_output_tokens"},"output":[],"usage":{"input_tokens":1,"output_tokens":2}})");
    CHECK(cut.finish == FinishReason::length);
    Response const failed = response_of(
        R"(data: {"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"gone"},"usage":null}})"
        "\n\n");
    CHECK(failed.error == "gone");
    CHECK(failed.finish == FinishReason::error);
    CHECK_FALSE(failed.usage);
    CHECK(failed.quality == UsageQuality::partial);
}
