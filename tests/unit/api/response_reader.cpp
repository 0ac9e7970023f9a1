// SPDX-License-Identifier: MIT
#include <centavo/api/response_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Usage usage_of(ApiHint hint, std::string_view body) {
    return read_body(std::move(hint), body).usage.value_or(Usage{});
}

struct Seen {
    std::vector<std::string> deltas;
    std::vector<std::string> unknown;

    void operator()(Delta const& delta) { deltas.emplace_back(delta.text); }
    void operator()(UnknownEvent const& event) { unknown.emplace_back(event.data); }
};

}  // namespace

TEST_CASE("a body tells its format by its shape, whoever sent it") {
    CHECK(usage_of({}, R"({"model":"m","usage":{"prompt_tokens":3,"completion_tokens":4}})") ==
          Usage{.input = 3, .output = 4});
    CHECK(usage_of(
              {}, R"({"usage":{"inputTokens":3,"cacheReadInputTokens":5,"outputTokens":4},"metadata":{}})") ==
          Usage{.input = 8, .output = 4, .cache_read = 5});
    CHECK(usage_of({}, R"({"usageMetadata":{"promptTokenCount":3,"thoughtsTokenCount":4}})") ==
          Usage{.input = 3, .output = 4, .reasoning = 4});
    CHECK(usage_of({}, R"({"usage":{"billed_units":{"input_tokens":3,"output_tokens":4}}})") ==
          Usage{.input = 3, .output = 4});
    // Anthropic's model behind Bedrock's door, and OpenAI's: the shape goes before the provider.
    CHECK(
        usage_of(
            {.provider = "aws"},
            R"({"type":"message","usage":{"input_tokens":3,"cache_read_input_tokens":5,"output_tokens":4}})") ==
        Usage{.input = 8, .output = 4, .cache_read = 5});
    CHECK(usage_of({.provider = "aws"},
                   R"({"metadata":{},"object":"response","usage":{"input_tokens":3,"output_tokens":4}})") ==
          Usage{.input = 3, .output = 4});
}

TEST_CASE("a chat body read as embeddings does not lose its output") {
    CHECK(usage_of({.provider = "openai", .flavor = "embeddings"},
                   R"({"model":"m","usage":{"prompt_tokens":3,"completion_tokens":4}})") ==
          Usage{.input = 3, .output = 4});
}

TEST_CASE("where the total does not tell, the provider says where its reasoning is") {
    constexpr std::string_view body =
        R"({"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":5}}})";
    CHECK(usage_of({}, body).output == Tokens{9});
    CHECK(usage_of({.provider = "x-ai"}, body).output == Tokens{14});
}

TEST_CASE("Google's compatible address hides its thinking in the total") {
    // Recorded: 66 in, 6 out, 100 in total.
    Response const response = read_body({.provider = "google"}, R"({"model":"gemini-2.5-pro","choices":[],
        "usage":{"prompt_tokens":66,"completion_tokens":6,"total_tokens":100}})");
    CHECK(response.usage == Usage{.input = 66, .output = 34});
    REQUIRE(response.warnings.size() == 1);
    CHECK(response.warnings[0] == UsageWarning{UsageWarningKind::total_differs, "total", "28"});
}

TEST_CASE("a total alone is the input of an embedding") {
    CHECK(usage_of({.provider = "voyageai"},
                   R"({"object":"list","data":[],"model":"voyage-3.5","usage":{"total_tokens":10}})") ==
          Usage{.input = 10});
}

TEST_CASE("a stream tells its format by its first event, and what it does not know it passes on") {
    ResponseReader reader;
    Seen seen;
    reader.feed(
        ": OPENROUTER PROCESSING\n\n"
        "data: keep-alive\n\n"
        "event: ping\ndata: {\"type\":\"ping\"}\n\n"
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
        "\"text_delta\",\"text\":\"hi\"}}\n\n"
        "event: weather\ndata: {\"type\":\"weather\"}\n\n",
        seen);
    CHECK(reader.so_far().text == "hi");
    Response const response = reader.finish();
    CHECK(response.text == "hi");
    CHECK(seen.deltas == std::vector<std::string>{"hi"});
    CHECK(seen.unknown == std::vector<std::string>{"keep-alive", "{\"type\":\"weather\"}"});
    CHECK(response.quality == UsageQuality::partial);
}

TEST_CASE("half an event at the end of a connection is dropped, a whole one is read, and both are reported") {
    std::string const begun = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n";
    for (bool const whole : {true, false}) {
        ResponseReader reader;
        std::string const last =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}";
        reader.feed(begun + last.substr(0, last.size() - (whole ? 0 : 1)), [](Delta const&) {});
        Response const response = reader.finish();
        CHECK(response.text == "hi");
        CHECK(response.cut_off);
        CHECK(response.usage.has_value() == whole);
    }
    ResponseReader half;
    half.feed(R"({"choices":[)", [](Delta const&) {});
    CHECK_THROWS_AS(half.finish(), MalformedJson);
}

TEST_CASE("lines of JSON are a stream, too") {
    ResponseReader reader;
    reader.feed("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a }\\\"\"}}]}\n"
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n",
                [](Delta const&) {});
    CHECK(reader.finish().text == "a }\"b");
}

TEST_CASE("a line and a response without end are refused in bounded memory, endless comments cost none") {
    auto const ignore = [](Delta const&) {};
    std::string const megabyte(std::size_t{1} << 20, 'x');
    ResponseReader line;
    CHECK_THROWS_AS(
        [&] {
            for (int i = 0; i < 100; ++i) {
                line.feed("data: " + megabyte, ignore);
            }
        }(),
        OversizedEvent);
    ResponseReader comments;
    for (int i = 0; i < 100; ++i) {
        comments.feed(": " + megabyte + "\n", ignore);
    }
    CHECK(comments.finish().text.empty());
    ResponseReader endless;
    std::string const event =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + megabyte + "\"}}]}\n\n";
    CHECK_THROWS_AS(
        [&] {
            for (int i = 0; i < 100; ++i) {
                endless.feed(event, ignore);
            }
        }(),
        OversizedEvent);
    CHECK(endless.so_far().text.size() <= std::size_t{64} << 20);
}
