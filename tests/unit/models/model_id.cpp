// SPDX-License-Identifier: MIT
#include <centavo/models/model_id.hpp>

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_set>

using namespace centavo;
using namespace centavo::detail;

namespace {

std::string match_of(std::string_view name, std::set<std::string, std::less<>> const& known) {
    std::string found;
    auto const match = match_model(name, [&](std::string_view id) {
        found = known.contains(id) ? std::string{id} : found;
        return known.contains(id);
    });
    return match ? found + " " + std::string{to_string(*match)} : "no match";
}

std::set<std::string, std::less<>> const known{"gpt-4o",          "gpt-4o-mini",       "gpt-4",
                                               "gpt-3.5-turbo",   "claude-3-5-sonnet", "gemini-2.5-pro",
                                               "claude-sonnet-4", "llama-3",           "moonshotai/kimi-k2"};

}  // namespace

TEST_CASE("a model is found by its id, after a path, and without a date or version") {
    CHECK(match_of("gpt-4o", known) == "gpt-4o exact");
    CHECK(match_of("openai/gpt-4o", known) == "gpt-4o alias");
    CHECK(match_of("models/gemini-2.5-pro", known) == "gemini-2.5-pro alias");
    CHECK(match_of("gpt-4o-2024-08-06", known) == "gpt-4o dated");
    CHECK(match_of("gpt-4o-mini-2024-07-18", known) == "gpt-4o-mini dated");
    CHECK(match_of("claude-3-5-sonnet-20241022", known) == "claude-3-5-sonnet dated");
    CHECK(match_of("claude-3-5-sonnet@20241022", known) == "claude-3-5-sonnet dated");
    CHECK(match_of("claude-3-5-sonnet-latest", known) == "claude-3-5-sonnet dated");
    CHECK(match_of("gpt-3.5-turbo-1106", known) == "gpt-3.5-turbo dated");
    CHECK(match_of("gemini-2.5-pro-001", known) == "gemini-2.5-pro dated");
    CHECK(match_of("openai/gpt-4o-2024-08-06", known) == "gpt-4o dated");
    CHECK(match_of("moonshotai/kimi-k2-0905", known) == "moonshotai/kimi-k2 dated");
}

TEST_CASE("a name that only contains a model's id does not match") {
    for (std::string_view const name : {"my-gpt-4o-clone",
                                        "gpt-4ominous",
                                        "gpt-4o-",
                                        "gpt-4o-minimal",
                                        "xgpt-4o",
                                        "gpt-4o-audio-preview",
                                        "gpt-4-32k",
                                        "gpt-4-turbo",
                                        "claude-sonnet-99",
                                        "claude-3-5-sonnet-v2",
                                        "llama-3-405",
                                        "gpt-4o-20240806x",
                                        "gpt-4o-2024-8-6",
                                        "gpt",
                                        "-2024-08-06",
                                        "latest",
                                        "GPT-4o",
                                        " gpt-4o",
                                        "openai/",
                                        "/",
                                        ""}) {
        INFO(name);
        CHECK(match_of(name, known) == "no match");
    }
}

TEST_CASE("a smaller model's id never matches the larger model") {
    CHECK(match_of("gpt-4o-mini", {"gpt-4o", "gpt-4"}) == "no match");
    CHECK(match_of("gpt-4o", {"gpt-4o-mini", "gpt-4"}) == "no match");
}

TEST_CASE("a dated id takes precedence over the id without its date") {
    CHECK(match_of("gpt-4o-2024-05-13", {"gpt-4o", "gpt-4o-2024-05-13"}) == "gpt-4o-2024-05-13 exact");
    CHECK(match_of("openai/gpt-4o-2024-05-13", {"gpt-4o", "gpt-4o-2024-05-13"}) == "gpt-4o-2024-05-13 alias");
}

TEST_CASE(
    "Bedrock's ids match without zone, vendor and revision, Vertex's without their path, and no others") {
    CHECK(match_of("us.anthropic.claude-3-5-sonnet-20241022-v2:0", known) == "claude-3-5-sonnet dated");
    CHECK(match_of("anthropic.claude-3-5-sonnet-20241022-v2:0", known) == "claude-3-5-sonnet dated");
    CHECK(match_of("global.anthropic.claude-sonnet-4-20250514-v1:0", known) == "claude-sonnet-4 dated");
    CHECK(match_of("arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-sonnet-4-20250514-v1:0",
                   known) == "claude-sonnet-4 dated");
    CHECK(match_of("bedrock/anthropic.claude-sonnet-4", known) == "claude-sonnet-4 alias");
    CHECK(match_of("publishers/google/models/gemini-2.5-pro", known) == "gemini-2.5-pro alias");
    CHECK(match_of("projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4@20250514", known) ==
          "claude-sonnet-4 dated");
    CHECK(match_of("claude-sonnet-4@default", known) == "claude-sonnet-4 dated");
    CHECK(match_of("groq/moonshotai/kimi-k2", known) == "moonshotai/kimi-k2 alias");
    for (std::string_view const name :
         {"mars.anthropic.claude-sonnet-4", "us.claude-sonnet-4", "somebody.claude-sonnet-4",
          "anthropic.claude-sonnet-4-vision", "claude-sonnet-4-v1:0"}) {
        INFO(name);
        CHECK(match_of(name, known) == "no match");
    }
    CHECK(find_bedrock_id("us.anthropic.claude-sonnet-4")->regional());
    CHECK(find_bedrock_id("anthropic.claude-sonnet-4")->regional());
    CHECK(!find_bedrock_id("global.anthropic.claude-sonnet-4")->regional());
}

TEST_CASE("a fine-tuned model never matches its base model") {
    std::set<std::string, std::less<>> const tuned{"gpt-4o", "ft:gpt-4o-mini", "ft:gpt-3.5-turbo-0613"};
    CHECK(match_of("ft:gpt-4o-mini:org::id", tuned) == "ft:gpt-4o-mini alias");
    CHECK(match_of("ft:gpt-4o-mini-2024-07-18:org:name:id", tuned) == "ft:gpt-4o-mini dated");
    CHECK(match_of("ft:gpt-3.5-turbo-0613:org::id", tuned) == "ft:gpt-3.5-turbo-0613 alias");
    CHECK(match_of("ft:gpt-4o:org::id", tuned) == "no match");
}

TEST_CASE("a model's id streams, formats and hashes as its text") {
    std::ostringstream out;
    out << ModelId{"gpt-4o"};
    CHECK(out.str() == "gpt-4o");
    CHECK(std::unordered_set<ModelId>{"gpt-4o", "gpt-4o", "gpt-4o-mini"}.size() == 2);
#ifdef __cpp_lib_format
    CHECK(std::format("{:>8}", ModelId{"gpt-4o"}) == "  gpt-4o");
#endif
}
