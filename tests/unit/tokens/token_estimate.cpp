// SPDX-License-Identifier: MIT
#include <centavo/tokens/counter.hpp>

#include <centavo/builtin/counters.hpp>
#include <centavo/tokens/incremental_counter.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

std::string_view family(std::string_view model) {
    auto const found = find_estimate(model);
    return found ? found->family : std::string_view{};
}

}  // namespace

TEST_CASE("a family is found by its name between separators", "[tokens][token_estimate]") {
    CHECK(family("claude-sonnet-4-5-20250929") == "claude");
    CHECK(family("us.anthropic.claude-opus-4-7-v1:0") == "claude-opus-4-7");
    CHECK(family("anthropic/claude-sonnet-4.6") == "claude");
    CHECK(family("gemini-2.5-flash") == "gemini");
    CHECK(family("us.amazon.nova-2-lite-v1:0") == "nova");
    CHECK(family("meta-llama/llama-4-scout") == "llama");
    CHECK(family("qwen3-32b") == "qwen");
    CHECK(family("gpt-4o").empty());
    CHECK(family("innovation-1").empty());
    CHECK(family("").empty());
}

TEST_CASE("what begins as JSON is data", "[tokens][token_estimate]") {
    CHECK(content_class("\n {\"a\":1}") == ContentClass::data);
    CHECK(content_class("[1]") == ContentClass::data);
    CHECK(content_class("See {1}") == ContentClass::text);
    CHECK(content_class(" ") == ContentClass::text);
}

TEST_CASE("a count is scaled by the factor of its class, rounded to the nearest",
          "[tokens][token_estimate]") {
    TokenEstimate const gemini = *find_estimate("gemini-2.5-pro");
    CHECK(gemini.of(100, ContentClass::text) == 103);
    CHECK(gemini.of(100, ContentClass::data) == 111);
    CHECK(gemini.of(1'050, ContentClass::text) == 1'082);  // 1081.5
    CHECK(gemini.of(0, ContentClass::text) == 0);
}

TEST_CASE("a growing estimate is that of all the text", "[tokens][token_estimate]") {
    Counter const counter = counter_for(ModelId{"gemini-2.5-flash"});
    for (std::string_view const text :
         {" {\"international\": [1, 2, 3], \"words\": true}", "International words, and a growing text."}) {
        IncrementalCounter growing{counter};
        Tokens last = 0;
        for (char const& c : text) {
            last = growing.append({&c, 1});
        }
        CHECK(last == counter.count(text));
        CHECK_FALSE(growing.exact());
    }
}
