// SPDX-License-Identifier: MIT
#include <centavo/models/model_catalog.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string_view>

using namespace centavo;

TEST_CASE("the facts of OpenAI's and Anthropic's models are those of their model pages") {
    auto const gpt = find_facts("gpt-4o");
    REQUIRE(gpt);
    CHECK(gpt->provider == "openai");
    CHECK(gpt->window == Tokens{128'000});
    CHECK(gpt->output_cap == Tokens{16'384});
    CHECK(gpt->encoding == Encoding::o200k_base);

    auto const claude = find_facts("claude-3-5-sonnet-20241022");
    REQUIRE(claude);
    CHECK(claude->id == "claude-3-5-sonnet");
    CHECK(claude->window == Tokens{200'000});
    CHECK(claude->encoding == Encoding::unknown);  // Anthropic publishes no vocabulary
    CHECK(claude->api == ApiFormat::anthropic_messages);

    auto const embedding = find_facts("text-embedding-3-small");
    REQUIRE(embedding);
    CHECK(embedding->encoding == Encoding::cl100k_base);
    CHECK(embedding->api == ApiFormat::openai_embeddings);
    CHECK(embedding->output_cap == Tokens{0});
}

TEST_CASE("nothing is known of a model that is not listed") {
    for (std::string_view const name :
         {"", "my-gpt-4o-clone", "gpt-4ominous", "claude-sonnet-99", "gpt-4o-audio-preview"}) {
        INFO(name);
        CHECK(!find_facts(name));
    }
}

TEST_CASE("no model promises more output than its window holds") {
    for (ModelFacts const& facts : known_models()) {
        INFO(facts.id);
        CHECK(facts.output_cap <= facts.window);
        CHECK(facts.window > Tokens{0});
    }
}

TEST_CASE("a model is found by Bedrock's ids and by dated names") {
    CHECK(find_facts("us.amazon.nova-pro-v1:0")->id == "nova-pro");
    CHECK(find_facts("us.anthropic.claude-sonnet-4-5-20250929-v1:0")->window == Tokens{200'000});
    CHECK(find_facts("gpt-5-2025-08-07")->window == Tokens{400'000});
}
