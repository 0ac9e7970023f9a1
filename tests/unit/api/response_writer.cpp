// SPDX-License-Identifier: MIT
#include <centavo/api/response_writer.hpp>

#include <centavo/api/response_reader.hpp>
#include <centavo/api/sse.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Response sample() {
    return {.text = "It's 21 °C.\n\"Mild\"",
            .tool_calls = {{.id = "call_1", .name = "weather", .arguments = R"({"city":"Łódź"})"}},
            .reasoning = "think",
            .finish = FinishReason::tool_calls,
            .usage = Usage{.input = 100, .output = 30, .cache_read = 40, .reasoning = 10},
            .model = "m-1"};
}

std::vector<std::string> events_of(std::string_view stream) {
    SseParser parser;
    std::vector<std::string> events;
    parser.feed(stream, [&](SseEvent const& event) {
        events.push_back(std::string{event.type} + " " + std::string{event.data});
    });
    CHECK_FALSE(parser.unfinished());
    return events;
}

void check_json(std::string_view text) {
    JsonScan scan{text};
    scan.skip();
    scan.finish();
}

}  // namespace

TEST_CASE("a replayed response reads as the response it was, in every API format, as a body and as a stream, "
          "at any "
          "split") {
    Response const response = sample();
    for (ApiFormat const format : {ApiFormat::openai_chat, ApiFormat::openai_responses,
                                   ApiFormat::anthropic_messages, ApiFormat::gemini}) {
        for (std::string const& written : {write_body(format, response), write_stream(format, response)}) {
            for (std::size_t const piece : {std::size_t{1}, std::size_t{7}, written.size()}) {
                ResponseReader reader;
                for (std::size_t at = 0; at < written.size(); at += piece) {
                    reader.feed(std::string_view{written}.substr(at, piece), [](Delta const&) {});
                }
                Response const read = reader.finish();
                INFO(written);
                CHECK(read.text == response.text);
                CHECK(read.reasoning == response.reasoning);
                REQUIRE(read.tool_calls.size() == 1);
                CHECK(read.tool_calls[0].name == "weather");
                CHECK(read.tool_calls[0].arguments == response.tool_calls[0].arguments);
                CHECK((read.tool_calls[0].id == "call_1" || format == ApiFormat::gemini));
                CHECK(read.finish == response.finish);
                REQUIRE(read.usage);
                CHECK(read.usage->input == response.usage->input);
                CHECK(read.usage->output == response.usage->output);
                CHECK(read.usage->cache_read == response.usage->cache_read);
                CHECK(read.model == response.model);
                CHECK(read.complete());
            }
        }
    }
}

TEST_CASE("a stream of chat completions has the members that OpenAI's clients require, and ends in [DONE]") {
    auto const events = events_of(write_stream(
        ApiFormat::openai_chat,
        {.text = "Hi", .finish = FinishReason::stop, .usage = Usage{.input = 1, .output = 1}, .model = "m"}));
    std::string const head =
        R"(message {"id":"chatcmpl-replay","object":"chat.completion.chunk","created":0,"model":"m","choices":[)";
    CHECK(events ==
          std::vector<std::string>{
              head + R"({"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]})",
              head + R"({"index":0,"delta":{},"finish_reason":"stop"}]})",
              head + R"(],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})",
              "message [DONE]"});
}

TEST_CASE("a response that nothing ended says null for its finish, in every API format that has the member") {
    Response const part{.text = "x", .model = "m"};
    CHECK(write_body(ApiFormat::openai_chat, part).find(R"("finish_reason":null)") != std::string::npos);
    CHECK(write_messages_body(part).find(R"("stop_reason":null)") != std::string::npos);
    CHECK(write_gemini_body(part).find("finishReason") == std::string::npos);
}

TEST_CASE(
    "a replayed message is written as Anthropic's: cached input beside the input, arguments as an object") {
    CHECK(
        write_messages_body(sample()) ==
        R"({"id":"msg_replay","type":"message","role":"assistant","model":"m-1","content":[)"
        R"({"type":"thinking","thinking":"think","signature":""},{"type":"text","text":"It's 21 °C.\n\"Mild\""},)"
        R"({"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Łódź"}}],"stop_reason":"tool_use",)"
        R"("stop_sequence":null,"usage":{"input_tokens":60,"cache_creation_input_tokens":0,)"
        R"("cache_read_input_tokens":40,"output_tokens":30}})");
    auto const events = events_of(write_messages_stream(
        {.text = "Hi", .finish = FinishReason::stop, .usage = Usage{.input = 3, .output = 1}, .model = "m"}));
    CHECK(
        events ==
        std::vector<std::string>{
            R"(message_start {"type":"message_start","message":{"id":"msg_replay","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}})",
            R"(content_block_start {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
            R"(content_block_delta {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}})",
            R"(content_block_stop {"type":"content_block_stop","index":0})",
            R"(message_delta {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}})",
            R"(message_stop {"type":"message_stop"})"});
}

TEST_CASE("a replayed Gemini response counts thoughts beside the candidates") {
    CHECK(
        write_gemini_stream(sample()) ==
        R"(data: {"candidates":[{"content":{"parts":[{"text":"think","thought":true},{"text":"It's 21 °C.\n\"Mild\""},)"
        R"({"functionCall":{"name":"weather","args":{"city":"Łódź"}}}],"role":"model"},"finishReason":"STOP","index":0}],)"
        R"("usageMetadata":{"promptTokenCount":100,"candidatesTokenCount":20,"totalTokenCount":130,)"
        R"("cachedContentTokenCount":40,"thoughtsTokenCount":10},"modelVersion":"m-1"})"
        "\r\n\r\n");
}

TEST_CASE("a replayed response streams its items and closes with the whole of it, numbered in order") {
    auto const events = events_of(write_responses_stream(sample()));
    std::vector<std::string> types;
    for (std::size_t i = 0; i < events.size(); ++i) {
        types.push_back(events[i].substr(0, events[i].find(' ')));
        std::string_view const data = std::string_view{events[i]}.substr(types.back().size() + 1);
        check_json(data);
        CHECK(
            data.starts_with("{\"type\":\"" + types.back() + "\",\"sequence_number\":" + std::to_string(i)));
    }
    CHECK(types == std::vector<std::string>{
                       "response.created", "response.output_item.added",
                       "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
                       "response.output_item.done", "response.output_item.added",
                       "response.output_text.delta", "response.output_text.done", "response.output_item.done",
                       "response.output_item.added", "response.function_call_arguments.delta",
                       "response.function_call_arguments.done", "response.output_item.done",
                       "response.completed"});
    CHECK(events.back().find(write_responses_body(sample())) != std::string::npos);
    CHECK(
        write_responses_body(sample()).find(
            R"("usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":40},"output_tokens":30,"output_tokens_details":{"reasoning_tokens":10},"total_tokens":130})") !=
        std::string::npos);
    Response cut = sample();
    cut.finish = FinishReason::length;
    CHECK(events_of(write_responses_stream(cut)).back().starts_with("response.incomplete"));
}

TEST_CASE("whatever a response holds, what is written is JSON") {
    Response odd = sample();
    odd.text = std::string{"\0\x01\xFF\xED\xA0\x80\"\\\n", 9};
    odd.refusal = "I can't";
    odd.model = "a\"b";
    odd.tool_calls = {{.id = "\n", .name = "", .arguments = "{\"half\":"}, {}};
    for (ApiFormat const format : {ApiFormat::openai_chat, ApiFormat::openai_responses,
                                   ApiFormat::anthropic_messages, ApiFormat::gemini}) {
        check_json(write_body(format, odd));
        check_json(write_body(format, Response{}));
        for (std::string const& event : events_of(write_stream(format, odd))) {
            std::string_view const data = std::string_view{event}.substr(event.find(' ') + 1);
            if (data != "[DONE]") {
                check_json(data);
            }
        }
    }
    CHECK_THROWS_AS(write_body(ApiFormat::embeddings, odd), std::invalid_argument);
    CHECK_THROWS_AS(write_stream(ApiFormat::bedrock_converse, odd), std::invalid_argument);
}
