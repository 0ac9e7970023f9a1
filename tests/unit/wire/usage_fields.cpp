// SPDX-License-Identifier: MIT
#include <centavo/wire/usage_reader.hpp>

#include <centavo/base/json_scan.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string_view>

using namespace centavo;

namespace {

Usage usage_of(std::string_view json) {
    UsageFields fields;
    JsonScan scan{json};
    fields.read(scan);
    return fields.usage();
}

}  // namespace

TEST_CASE("Anthropic's input leaves out what was cached; the normal form has it in") {
    // Anthropic's API reference, "Messages", and its guide to prompt caching.
    Usage const usage =
        usage_of(R"({"input_tokens":3,"cache_creation_input_tokens":115,"cache_read_input_tokens":3211,
        "cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":15},"output_tokens":53,
        "server_tool_use":{"web_search_requests":2},"service_tier":"standard"})");
    CHECK(usage.input == Tokens{3 + 115 + 3211});
    CHECK(usage.output == Tokens{53});
    CHECK(usage.cache_read == Tokens{3211});
    CHECK(usage.cache_write == Tokens{115});
    CHECK(usage.cache_write_1h == Tokens{15});
    CHECK(usage.find(units::web_searches) == 2);
}

TEST_CASE("Gemini's thoughts lie outside its candidates, the tools' prompt outside the prompt") {
    Usage const usage = usage_of(R"({"promptTokenCount":100,"candidatesTokenCount":20,"thoughtsTokenCount":30,
        "toolUsePromptTokenCount":7,"cachedContentTokenCount":40,"totalTokenCount":157})");
    CHECK(usage.input == Tokens{107});
    CHECK(usage.output == Tokens{50});
    CHECK(usage.reasoning == Tokens{30});
    CHECK(usage.cache_read == Tokens{40});
    CHECK(usage.input + usage.output == Tokens{157});
}

TEST_CASE("OpenAI's responses say input and output, inclusive") {
    Usage const usage = usage_of(
        R"({"input_tokens":2600,"input_tokens_details":{"cached_tokens":2000,"cache_write_tokens":400},
        "output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":2605})");
    CHECK(usage == Usage{.input = 2600, .output = 5, .cache_read = 2000, .cache_write = 400, .reasoning = 0});
}

TEST_CASE("embeddings have no output, and what was not said is not zero") {
    Usage const usage = usage_of(R"({"prompt_tokens":8,"total_tokens":8})");
    CHECK(usage == Usage{.input = 8});
    CHECK_FALSE(usage.cache_read);
}

TEST_CASE("the provider's own charge is kept in its own digits") {
    UsageFields fields;
    JsonScan scan{R"({"prompt_tokens":8,"completion_tokens":1,"cost":0.000012345678901234})"};
    fields.read(scan);
    CHECK(fields.reported_cost() == Usd::parse("0.000012345678901234"));
}

TEST_CASE("parts larger than their whole contradict it") {
    CHECK_THROWS_AS(
        usage_of(R"({"prompt_tokens":5,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":6}})"),
        ContradictoryUsage);
    CHECK_THROWS_AS(usage_of(R"({"input_tokens":1,"output_tokens":1,"cache_creation_input_tokens":10,
        "cache_creation":{"ephemeral_5m_input_tokens":8,"ephemeral_1h_input_tokens":8}})"),
                    ContradictoryUsage);
}
