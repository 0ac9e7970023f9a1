// SPDX-License-Identifier: MIT
#include <centavo/api/detail/openai_chat/message.hpp>

#include <centavo/api/detail/openai_chat/request.hpp>
#include <centavo/api/request.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Message read(std::string_view json) {
    Prompt prompt;
    JsonValue const value{json};
    PromptBuilder builder{prompt, json, value};
    openai_chat::read_message(builder, value);
    return prompt.messages.at(0);
}

std::string written(Message const& message) {
    std::string out;
    openai_chat::append_message(out, message);
    return out;
}

}  // namespace

TEST_CASE("a message is read with its role, text, name and calls") {
    auto const user = read(R"({"content":"caf\u00e9","role":"user","name":"ana","unknown":[{}]})");
    CHECK(user == Message{"user", "café", "ana"});

    auto const asked = read(R"({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
        "function":{"name":"find","arguments":"{\"to\":\"MAD\"}"}}]})");
    CHECK(asked.content.empty());
    REQUIRE(asked.tool_calls.size() == 1);
    CHECK(asked.tool_calls[0] == ToolCall{"c1", "find", R"({"to":"MAD"})"});
    CHECK(read(R"({"role":"tool","tool_call_id":"c1","content":"3 flights"})").tool_call_id == "c1");
}

TEST_CASE("the text parts of a content are joined and the others counted") {
    auto const message = read(R"({"role":"user","content":[{"type":"text","text":"What is "},
        {"type":"image_url","image_url":{"url":"data:,"}},{"type":"text","text":"this?"}]})");
    CHECK(message.content == "What is this?");
    CHECK(message.other_parts == 1);
}

TEST_CASE("an image is known in the shape of every format, and measured where its bytes are there") {
    // A transparent pixel of web pages; 1 x 1.
    constexpr std::string_view gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
    std::string const url = "data:image/gif;base64," + std::string{gif};
    auto const images = [](std::string const& part) {
        return read(R"({"role":"user","content":[{"type":"text","text":"?"},)" + part + "]}").images;
    };
    ImageSize const pixel{.width = 1, .height = 1};
    using enum ImageDetail;

    CHECK(images(R"({"type":"image_url","image_url":{"detail":"low","url":")" + url + R"("}})") ==
          std::vector{ImagePart{.size = pixel, .detail = low, .source_bytes = url.size()}});
    CHECK(images(R"({"image_url":")" + url + R"(","type":"input_image","detail":"original"})") ==
          std::vector{ImagePart{.size = pixel, .detail = original, .source_bytes = url.size()}});
    CHECK(images(R"({"type":"image","source":{"type":"base64","media_type":"image/gif","data":")" +
                 std::string{gif} + R"("}})") ==
          std::vector{ImagePart{.size = pixel, .source_bytes = gif.size()}});
    for (std::string const& inlined :
         {R"({"inline_data":{"mime_type":"image/gif","data":")" + std::string{gif} + R"("}})",
          R"({"inlineData":{"data":")" + std::string{gif} + R"(","mimeType":"image/gif"}})"}) {
        CHECK(images(inlined) == std::vector{ImagePart{.size = pixel, .source_bytes = gif.size()}});
    }
    // What a tool answered, in Anthropic's format.
    CHECK(
        images(
            R"({"type":"tool_result","content":[{"type":"text","text":"here"},"and",{"type":"image","source":
                     {"type":"base64","data":")" +
            std::string{gif} + R"("}}]})") ==
        std::vector{ImagePart{.size = pixel, .source_bytes = gif.size()}});
}

TEST_CASE("an image whose bytes are elsewhere or not readable has no size") {
    auto const image = [](std::string_view part) {
        auto const message = read(R"({"role":"user","content":[)" + std::string{part} + "]}");
        REQUIRE(message.images.size() == 1);
        CHECK(message.other_parts == 1);
        return message.images[0];
    };
    CHECK(image(R"({"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"high"}})") ==
          ImagePart{.detail = ImageDetail::high, .source_bytes = 25});
    CHECK(image(R"({"type":"input_image","file_id":"file-1","detail":"auto"})") == ImagePart{});
    CHECK(image(R"({"type":"image","source":{"type":"file","file_id":"file_1"}})") == ImagePart{});
    CHECK(image(R"({"file_data":{"mime_type":"image/png","file_uri":"gs://a/b"}})") ==
          ImagePart{.source_bytes = 8});
    CHECK_FALSE(image(R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}})").size);
    CHECK_FALSE(image(R"({"type":"image_url"})").size);
    CHECK_FALSE(image(R"({"type":"image_url","image_url":{"url":7,"detail":null}})").size);
    CHECK_FALSE(image(R"({"type":"image","source":null})").size);
}

TEST_CASE("recordings, documents and files are no images") {
    for (std::string_view const part :
         {R"({"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}})",
          R"({"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0="}})",
          R"({"type":"document","source":{"type":"base64","data":"JVBERi0="}})",
          R"({"inline_data":{"mime_type":"application/pdf","data":"JVBERi0="}})",
          R"({"type":"refusal","refusal":"no"})"}) {
        auto const message = read(R"({"role":"user","content":[)" + std::string{part} + "]}");
        CHECK(message.images.empty());
        CHECK(message.other_parts == 1);
    }
}

TEST_CASE("what a message says outside its content counts as a part") {
    CHECK(read(R"({"role":"assistant","content":null,"function_call":{"name":"find","arguments":"{}"}})")
              .other_parts == 1);
    CHECK(read(R"({"role":"assistant","content":null,"audio":{"id":"audio_1"}})").other_parts == 1);
    CHECK(read(R"({"role":"assistant","refusal":"no","content":null})").other_parts == 1);
    CHECK(read(R"({"role":"assistant","content":"yes","refusal":null,"audio":null})").other_parts == 0);
}

TEST_CASE("escapes in an image's URL are resolved before it is read") {
    // As PHP's json_encode() writes '/'; a GIF of 16383 x 255, whose size has three of them.
    auto const message = read(R"({"role":"user","content":[{"type":"image_url","image_url":{"url":
        "data:image\/gif;base64,R0lGODlh\/z\/\/AA=="}}]})");
    REQUIRE(message.images.size() == 1);
    CHECK(message.images[0].size == ImageSize{.width = 16'383, .height = 255});
    CHECK(message.images[0].source_bytes == 42);
}

TEST_CASE("a written message is compact and is read back as the same value") {
    CHECK(written({"user", "a \"quoted\"\nline"}) == R"({"role":"user","content":"a \"quoted\"\nline"})");
    Message const calls{"assistant", "", "", {{"c1", "find", "{}"}, {"c2", "book", "{\"n\":1}"}}};
    CHECK(read(written(calls)) == calls);
    Message const response{"tool", "3 flights", "", {}, "c1"};
    CHECK(read(written(response)) == response);
}

TEST_CASE("a message of the wrong kind is refused with its byte") {
    try {
        static_cast<void>(read(R"({"role":7})"));
        FAIL("accepted");
    } catch (MalformedRequest const& refusal) {
        CHECK(refusal.position() == 8);
    }
    CHECK_THROWS_AS(read(R"({"content":"who speaks?"})"), MalformedRequest);
    CHECK_THROWS_AS(read(R"({"role":"user","content":5})"), MalformedRequest);
    CHECK_THROWS_AS(read(R"({"role":"user","content":"a","content":"b"})"), MalformedRequest);
    CHECK_THROWS_AS(read(R"([])"), MalformedRequest);
    CHECK_THROWS_AS(read(R"({"role":"user")"), MalformedJson);
}
