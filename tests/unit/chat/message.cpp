// SPDX-License-Identifier: MIT
#include <centavo/chat/message.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace centavo;

namespace {

Message read(std::string_view json) {
    JsonScan scan{json};
    auto message = read_message(scan);
    scan.finish();
    return message;
}

std::string written(Message const& message) {
    std::string out;
    append_message(out, message);
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

TEST_CASE("a written message is compact and is read back as the same value") {
    CHECK(written({"user", "a \"quoted\"\nline"}) == R"({"role":"user","content":"a \"quoted\"\nline"})");
    Message const calls{"assistant", "", "", {{"c1", "find", "{}"}, {"c2", "book", "{\"n\":1}"}}};
    CHECK(read(written(calls)) == calls);
    Message const answer{"tool", "3 flights", "", {}, "c1"};
    CHECK(read(written(answer)) == answer);
}

TEST_CASE("a message of the wrong kind is refused with its byte") {
    try {
        static_cast<void>(read(R"({"role":7})"));
        FAIL("accepted");
    } catch (MalformedRequest const& refusal) {
        CHECK(refusal.offset() == 8);
    }
    CHECK_THROWS_AS(read(R"({"content":"who speaks?"})"), MalformedRequest);
    CHECK_THROWS_AS(read(R"({"role":"user","content":5})"), MalformedRequest);
    CHECK_THROWS_AS(read(R"({"role":"user","content":"a","content":"b"})"), MalformedRequest);
    CHECK_THROWS_AS(read(R"([])"), MalformedRequest);
    CHECK_THROWS_AS(read(R"({"role":"user")"), MalformedJson);
}
