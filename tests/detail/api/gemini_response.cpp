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

Response response_of(std::string_view bytes, std::size_t piece, std::string* deltas = nullptr) {
    ResponseReader reader{{.format = ApiFormat::gemini}};
    for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) {
        reader.feed(bytes.substr(at, piece), [&](Delta const& delta) {
            if (deltas != nullptr) {
                *deltas += delta.text;
            }
        });
    }
    return reader.finish();
}

// Recorded: the prompt's count falls in the last chunk, and early ones have none of the candidates.
constexpr std::string_view chunks[] = {
    R"({"candidates":[{"content":{"parts":[{"text":"The"}],"role":"model"}}],"usageMetadata":{"promptTokenCount":15,"totalTokenCount":15},"modelVersion":"models/gemini-2.5-pro"})",
    R"({"candidates":[{"content":{"parts":[{"text":"hm [","thought":true},{"text":" end}."}]}}],"usageMetadata":{"promptTokenCount":15,"totalTokenCount":15}})",
    R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"find","args":{"a":1},"id":"c1"}}]},"finishReason":"STOP","groundingMetadata":{"webSearchQueries":["a","b"]}}],"usageMetadata":{"promptTokenCount":13,"candidatesTokenCount":8,"totalTokenCount":21,"trafficType":"ON_DEMAND_PRIORITY"}})"};

void check(Response const& response) {
    CHECK(response.text == "The end}.");
    CHECK(response.reasoning == "hm [");
    CHECK(response.tool_calls == std::vector<ToolCall>{{"c1", "find", "{\"a\":1}"}});
    REQUIRE(response.usage);
    CHECK(response.usage->input == Tokens{13});
    CHECK(response.usage->output == Tokens{8});
    CHECK(response.usage->find(units::web_searches) == 1);  // two queries of one grounded prompt
    CHECK(response.model == "gemini-2.5-pro");
    CHECK(response.tier == ServiceTier::priority);
    CHECK(response.finish == FinishReason::tool_calls);
    CHECK(response.quality == UsageQuality::reported);
}

}  // namespace

TEST_CASE("chunks as events and as a list that arrives in pieces are the same response, at any split") {
    std::string events;
    std::string list = "[";
    for (std::string_view const chunk : chunks) {
        events += "data: " + std::string{chunk} + "\r\n\r\n";
        list += (list.size() > 1 ? ",\r\n" : "") + std::string{chunk};
    }
    list += "\n]\n";
    for (std::size_t piece = 1; piece < 40; ++piece) {
        check(response_of(events, piece));
        std::string deltas;
        check(response_of(list, piece, &deltas));
        CHECK(deltas == "Thehm [ end}.{\"a\":1}");
    }
}

TEST_CASE("since Gemini 3 each search is billed, once and not where it is empty") {
    Response const response =
        response_of(R"({"modelVersion":"gemini-3-flash-preview","candidates":[{"content":{"parts":[]},
        "groundingMetadata":{"webSearchQueries":["","a","b","","a"]}}],"usageMetadata":{"promptTokenCount":4}})",
                    50);
    REQUIRE(response.usage);
    CHECK(response.usage->find(units::web_searches) == 2);
}

TEST_CASE(
    "a stream that stops without a finish reason is partial, and a prompt that was blocked is filtered") {
    CHECK(response_of("data: " + std::string{chunks[0]} + "\n\n", 9).quality == UsageQuality::partial);
    Response const blocked = response_of(
        R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}})",
        9);
    CHECK(blocked.finish == FinishReason::content_filter);
    CHECK(blocked.usage == Usage{.input = 4});
}
