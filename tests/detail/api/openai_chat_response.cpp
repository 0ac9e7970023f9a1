// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>
#include <centavo/api/response_writer.hpp>

#include <centavo/base/detail/json_scan.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Response response_of(std::string_view bytes, std::size_t piece = std::string_view::npos,
                     std::string* deltas = nullptr) {
    ResponseReader reader{{.format = ApiFormat::openai_chat}};
    for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
        reader.feed(bytes.substr(at, piece), [&](Delta const& delta) {
            if (deltas != nullptr) {
                *deltas += delta.text;
            }
        });
    }
    return reader.finish();
}

}  // namespace

TEST_CASE("a whole body of chat completions gives text, finish reason, model and usage") {
    // The shape of OpenAI's API reference, "Create chat completion".
    Response const response =
        read_body({.format = ApiFormat::openai_chat},
                  R"({"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-2024-08-06",
        "choices":[{"index":0,"message":{"role":"assistant","content":"Hello!","refusal":null},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,
                 "prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},
                 "completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":0}}})");
    CHECK(response.text == "Hello!");
    CHECK(response.finish == FinishReason::stop);
    CHECK(response.complete());
    CHECK(response.model == "gpt-4o-2024-08-06");
    REQUIRE(response.usage);
    CHECK(
        *response.usage ==
        Usage{
            .input = 19, .output = 10, .cache_read = 8, .reasoning = 3, .input_audio = 0, .output_audio = 0});
    CHECK(response.quality == UsageQuality::reported);
}

TEST_CASE("a stream gives the same response as a body, at any split") {
    std::string const stream =
        "data: "
        "{\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
        "\"finish_reason\":null}],\"usage\":null}\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"Caf\\u00e9\"},\"index\":0}]}\n\n"
        ": comment\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" ol\xC3\xA9\"}}]}\r\n\r\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\n"
        "data: [DONE]\n\n";
    for (std::size_t piece = 1; piece < 60; ++piece) {
        std::string deltas;
        Response const response = response_of(stream, piece, &deltas);
        REQUIRE(response.text == "Café olé");
        REQUIRE(deltas == response.text);
        REQUIRE(response.usage == Usage{.input = 9, .output = 4});
        REQUIRE(response.complete());
    }
}

TEST_CASE("usage is overwritten by a later block, never added") {
    Response const response =
        response_of("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":15,\"completion_tokens\":1}}\n\n"
                    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":13,\"completion_tokens\":2}}\n\n");
    CHECK(response.usage == Usage{.input = 13, .output = 2});
}

TEST_CASE("what servers that speak the same send besides: null choices, lists of parts, reasoning, errors in "
          "a 200") {
    Response const response = response_of(
        "data: {\"choices\":null}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm \"}}]}\n\n"
        "data: "
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"part\"}]}}]}\n\n"
        "data: {\"error\":{\"code\":502,\"message\":\"upstream is gone\"}}\n\n");
    CHECK(response.reasoning == "hm ");
    CHECK(response.text == "part");
    CHECK(response.error == "upstream is gone");
    CHECK_FALSE(response.complete());
}

TEST_CASE("tool arguments come in pieces and are put together by index") {
    std::string deltas;
    Response const response = response_of(
        R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"find","arguments":""}}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"book","arguments":"{}"}}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]},"finish_reason":"tool_calls"}]})"
        "\n\n",
        std::string_view::npos, &deltas);
    CHECK(response.tool_calls == std::vector<ToolCall>{{"c1", "find", "{\"a\":1}"}, {"c2", "book", "{}"}});
    CHECK(deltas == "{\"a\":{}1}");
    CHECK(response.finish == FinishReason::tool_calls);
}

TEST_CASE("a stream that breaks off says so: no usage is not zero usage") {
    Response const response =
        response_of("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"begun\"}}]}\n\n");
    CHECK(response.text == "begun");
    CHECK_FALSE(response.usage);
    CHECK(response.quality == UsageQuality::partial);
    CHECK_FALSE(response.complete());
}

TEST_CASE("a last line without its blank line counts") {
    Response const response =
        response_of("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}");
    CHECK(response.usage == Usage{.input = 9, .output = 4});
}

TEST_CASE("the other choices of a request are output, but not the response") {
    std::string deltas;
    Response const response = response_of(
        R"({"choices":[{"index":1,"message":{"content":"second"}},{"index":0,"message":{"content":"first"},"finish_reason":"stop"}]})");
    CHECK(response.text == "first");
}

TEST_CASE("a response cut by its cap is not complete") {
    CHECK_FALSE(read_body({.format = ApiFormat::openai_chat},
                          R"({"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"length"}]})")
                    .complete());
}

TEST_CASE("broken input is an error that says where") {
    CHECK_THROWS_AS(read_body({.format = ApiFormat::openai_chat}, "{\"choices\":[}"), MalformedJson);
    CHECK_THROWS_AS(response_of("data: {nonsense}\n\n"), MalformedJson);
    CHECK_THROWS_AS(read_body({.format = ApiFormat::openai_chat},
                              R"({"usage":{"prompt_tokens":-5,"completion_tokens":1}})"),
                    MalformedUsage);
    CHECK_THROWS_AS(read_body({.format = ApiFormat::openai_chat},
                              R"({"usage":{"prompt_tokens":5.5,"completion_tokens":1}})"),
                    MalformedUsage);
    CHECK_THROWS_AS(read_body({.format = ApiFormat::openai_chat},
                              R"({"usage":{"prompt_tokens":1000000000000000000000000}})"),
                    MalformedUsage);
}

TEST_CASE("reasoning said under two names in one chunk is taken once, and from its details where only they "
          "have it") {
    Response const both = response_of(
        R"(data: {"choices":[{"index":0,"delta":{"reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"delta":{"reasoning_details":[{"type":"reasoning.text","text":" so"},{"type":"reasoning.encrypted","data":"gAAA"}]},"index":0}]})"
        "\n\n");
    CHECK(both.reasoning == "hm so");
}

TEST_CASE("Mistral's thinking is a list of parts, and no text") {
    Response const response = response_of(
        R"(data: {"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"text":"4","type":"text"}]}}]})"
        "\n\n");
    CHECK(response.reasoning == "hm");
    CHECK(response.text == "4");
}

TEST_CASE("usage in the finish chunk, within a choice or in x_groq is usage all the same") {
    for (
        std::string_view const usage :
        {R"("usage":{"prompt_tokens":9,"completion_tokens":4})",
         R"("usage":null,"x_groq":{"id":"req_1","usage":{"prompt_tokens":9,"completion_tokens":4,"queue_time":0.1}})"}) {
        std::string const stream = R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],)" +
                                   std::string{usage} + "}\n\n";
        CHECK(response_of(stream).usage == Usage{.input = 9, .output = 4});
    }
    CHECK(response_of(R"(data: {"choices":[{"index":0,"usage":{"prompt_tokens":9,"completion_tokens":4}}]})"
                      "\n\n")
              .usage == Usage{.input = 9, .output = 4});
}

TEST_CASE("an error event ends a stream without usage: the text so far counts, and nothing is reported") {
    // Recorded of Groq: tool_use_failed after the reasoning.
    Response const response =
        response_of("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"begun\"}}]}\n\n"
                    "event: error\ndata: {\"error\":{\"message\":\"Tool call validation "
                    "failed\",\"code\":\"tool_use_failed\"}}\n\n");
    CHECK(response.text == "begun");
    CHECK(response.error == "Tool call validation failed");
    CHECK(response.finish == FinishReason::error);
    CHECK(response.quality == UsageQuality::partial);
}

TEST_CASE("a transcription that says its length is billed by the second") {
    Response const response =
        read_body({.format = ApiFormat::openai_chat},
                  R"({"task":"transcribe","duration":8.47,"text":"hello","x_groq":{"id":"r"}})");
    CHECK(response.text == "hello");
    REQUIRE(response.usage);
    CHECK(response.usage->find(*find_unit("input_audio_seconds")) == 9);
}

TEST_CASE("pages that were read are usage") {
    Response const response = read_body(
        {.format = ApiFormat::openai_chat},
        R"({"pages":[{"index":0}],"model":"mistral-ocr-latest","usage_info":{"pages_processed":3,"doc_size_bytes":9}})");
    REQUIRE(response.usage);
    CHECK(response.usage->find(*find_unit("pages")) == 3);
    CHECK(response.warnings.empty());
}

TEST_CASE("the tier that served is known, said in every chunk") {
    Response const response = response_of("data: {\"service_tier\":\"auto\",\"choices\":[]}\n\n"
                                          "data: {\"service_tier\":\"flex\",\"choices\":[]}\n\n");
    CHECK(response.tier == ServiceTier::flex);
}

TEST_CASE("a response written as a body or as a stream reads back as it was") {
    Response response;
    response.text = "a \"quoted\"\nline, ñ";
    response.reasoning = "because";
    response.finish = FinishReason::stop;
    response.model = "gpt-4o";
    response.usage = Usage{.input = 10, .output = 3, .cache_read = 2, .reasoning = 1};
    response.tool_calls = {{"c1", "find", "{\"a\":1}"}, {"c2", "book", "{}"}};
    for (std::string const& written :
         {write_body(ApiFormat::openai_chat, response), write_stream(ApiFormat::openai_chat, response)}) {
        Response const read = response_of(written, 7);
        CHECK(read.text == response.text);
        CHECK(read.reasoning == response.reasoning);
        CHECK(read.tool_calls == response.tool_calls);
        CHECK(read.usage == response.usage);
        CHECK(read.finish == response.finish);
        CHECK(read.model == response.model);
    }
}
