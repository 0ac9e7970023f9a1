// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;

namespace {

/// A stream as its events, with the first event after which it has ended, and after which its usage is final.
struct Stream {
    std::string_view name;
    std::vector<std::string> events;
    std::size_t ends_after;
    std::size_t final_after;  // more than events.size() if the usage never becomes final
};

std::string data(std::string_view json) { return "data: " + std::string{json} + "\n\n"; }

std::vector<Stream> streams() {
    constexpr std::size_t never = 99;
    return {
        {"chat, usage in a chunk without choices",
         {data(R"({"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]})"),
          data(R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"),
          data(R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1}})"), "data: [DONE]\n\n"},
         2,
         3},
        {"chat, two choices",
         {data(R"({"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]})"),
          data(R"({"choices":[{"finish_reason":"stop","index":1,"delta":{}}]})"),
          data(
              R"({"choices":[{"finish_reason":"length","index":0,"delta":{}}],"usage":{"prompt_tokens":9,"completion_tokens":2}})")},
         3,
         3},
        {"chat, running counts in every chunk",
         {data(
              R"({"choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":9,"completion_tokens":1}})"),
          data(
              R"({"choices":[{"index":0,"delta":{"content":"b"}}],"usage":{"prompt_tokens":9,"completion_tokens":2}})"),
          data(
              R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3}})")},
         3,
         3},
        {"chat without finish reasons, ended by [DONE]",
         {data(R"({"choices":[{"index":0,"delta":{"content":"a"}}]})"), "data: [DONE]\n\n"},
         2,
         never},
        {"Groq's usage",
         {data(R"({"choices":[{"index":0,"delta":{"content":"a"}}]})"),
          data(
              R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":9,"completion_tokens":1}}})")},
         2,
         2},
        {"responses",
         {data(R"({"type":"response.created","response":{"id":"r","model":"gpt-4o","usage":null}})"),
          data(R"({"type":"response.output_text.delta","output_index":0,"delta":"Hi"})"),
          data(
              R"({"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":9,"output_tokens":1}}})")},
         3,
         3},
        {"responses, cut by its own cap",
         {data(R"({"type":"response.output_text.delta","output_index":0,"delta":"Hi"})"),
          data(
              R"({"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"usage":{"input_tokens":9,"output_tokens":16}}})")},
         2,
         2},
        {"messages, with a placeholder at the beginning",
         {data(
              R"({"type":"message_start","message":{"type":"message","model":"claude-sonnet-4-5","usage":{"input_tokens":9,"output_tokens":1}}})"),
          data(
              R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello, dear reader"}})"),
          data(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":6}})"),
          data(R"({"type":"message_stop"})")},
         3,
         3},
        {"Gemini, counting in every chunk",
         {data(
              R"({"candidates":[{"content":{"parts":[{"text":"Hi"}]}}],"usageMetadata":{"promptTokenCount":9}})"),
          data(
              R"({"candidates":[{"content":{"parts":[{"text":"!"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2}})")},
         2,
         2},
        {"Gemini, a blocked prompt",
         {data(
             R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":9,"totalTokenCount":9}})")},
         1,
         1},
        {"Converse as SDKs print it",
         {data(R"({"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hi"}}})"),
          data(R"({"messageStop":{"stopReason":"end_turn"}})"),
          data(R"({"metadata":{"usage":{"inputTokens":9,"outputTokens":1}}})")},
         3,
         3},
        {"Cohere",
         {data(R"({"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}}})"),
          data(
              R"({"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":9,"output_tokens":1}}}})")},
         2,
         2},
    };
}

}  // namespace

TEST_CASE(
    "a stream cut after any event has ended, and its usage is reported, only after the event that ends it") {
    for (Stream const& stream : streams()) {
        for (std::size_t taken = 1; taken <= stream.events.size(); ++taken) {
            ResponseReader reader;
            for (std::size_t i = 0; i < taken; ++i) {
                reader.feed(stream.events[i]);
            }
            Response const response = reader.finish();
            INFO(stream.name << ", " << taken << " of " << stream.events.size() << " events");
            CHECK(response.ended == (taken >= stream.ends_after));
            CHECK((response.quality == UsageQuality::reported) == (taken >= stream.final_after));
            if (taken >= stream.final_after) {
                CHECK(response.usage);
            }
        }
    }
}

TEST_CASE("a stream cut within its last event is not taken for whole") {
    for (Stream const& stream : streams()) {
        std::string bytes;
        for (std::string const& event : stream.events) {
            bytes += event;
        }
        std::string const& last = stream.events.back();
        for (std::size_t cut = bytes.size() - last.size(); cut < bytes.size(); ++cut) {
            ResponseReader reader;
            reader.feed(std::string_view{bytes}.substr(0, cut));
            Response const response = reader.finish();
            INFO(stream.name << ", " << cut << " of " << bytes.size() << " bytes");
            bool const whole_event = cut + 2 >= bytes.size();  // only the line breaks are missing
            if (!whole_event && stream.ends_after == stream.events.size()) {
                CHECK_FALSE(response.ended);
            }
        }
    }
}

TEST_CASE("a whole body has ended, and its usage is reported") {
    Response const response = read_body(
        {},
        R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":1}})");
    CHECK(response.ended);
    CHECK(response.quality == UsageQuality::reported);
    CHECK(read_body({}, R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]})").quality ==
          UsageQuality::estimated);
}

TEST_CASE("custom tools and spoken output are output, so that a stop at a cost sees them") {
    std::vector<std::string> pieces;
    ResponseReader reader;
    auto const keep = [&](Delta const& delta) { pieces.emplace_back(delta.text); };
    reader.feed(
        data(
            R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"custom","custom":{"name":"run","input":"print("}}]}}]})"),
        keep);
    reader.feed(
        data(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"custom":{"input":"1;"}}]}}]})"),
        keep);
    reader.feed(data(R"({"choices":[{"index":0,"delta":{"audio":{"id":"a","transcript":"Hello"}}}]})"), keep);
    CHECK(pieces == std::vector<std::string>{"print(", "1;", "Hello"});
    Response const response = reader.finish();
    REQUIRE(response.tool_calls.size() == 1);
    CHECK(response.tool_calls[0].name == "run");
    CHECK(response.tool_calls[0].arguments == "print(1;");
}

TEST_CASE("a response is complete in every choice only if each of them has finished by itself") {
    auto const complete = [](std::string_view second) {
        return read_body({}, R"({"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"},)" +
                                 std::string{second} + "]}")
            .other_choices_complete;
    };
    CHECK(complete(R"({"index":1,"message":{"content":"b"},"finish_reason":"stop"})"));
    CHECK_FALSE(complete(R"({"index":1,"message":{"content":"b"},"finish_reason":"length"})"));
    CHECK_FALSE(complete(R"({"index":1,"message":{"content":"b"},"finish_reason":null})"));
}
