// SPDX-License-Identifier: MIT
#include <centavo/models/model_catalog.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string_view>
#include <variant>

using namespace centavo;

namespace {

std::string_view estimated_family(std::string_view model) {
    auto const estimate = family_of(model).estimate;
    return estimate ? estimate->family : std::string_view{};
}

}  // namespace

TEST_CASE("facts of OpenAI's and Anthropic's models equal their model pages") {
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
    CHECK(embedding->api == ApiFormat::embeddings);
    CHECK(embedding->output_cap == Tokens{0});
}

TEST_CASE("a model is found by Bedrock's ids and by dated names") {
    CHECK(find_facts("us.amazon.nova-pro-v1:0")->id == "nova-pro");
    CHECK(find_facts("us.anthropic.claude-sonnet-4-5-20250929-v1:0")->window == Tokens{200'000});
    CHECK(find_facts("gpt-5-2025-08-07")->window == Tokens{400'000});
}

TEST_CASE("a model that is not in the catalog has no facts") {
    for (std::string_view const name :
         {"", "my-gpt-4o-clone", "gpt-4ominous", "claude-sonnet-99", "gpt-4o-audio-preview"}) {
        INFO(name);
        CHECK(!find_facts(name));
    }
}

TEST_CASE("no output cap exceeds its model's window") {
    for (ModelFacts const& facts : known_models()) {
        INFO(facts.id);
        CHECK(facts.output_cap <= facts.window);
        CHECK(facts.window > Tokens{0});
    }
}

TEST_CASE("every model in the catalog has the facts of its family") {
    CHECK(std::ranges::is_sorted(known_models(), {}, &ModelFacts::id));
    for (ModelFacts const& facts : known_models()) {
        INFO(facts.id);
        ModelFamily const family = family_of(facts.id);
        CHECK(facts.encoding == family.encoding);
        CHECK(facts.api == family.api);
        CHECK(find_facts(facts.id)->id == facts.id);
    }
}

TEST_CASE("a family is found by its name between separators") {
    CHECK(estimated_family("claude-sonnet-4-5-20250929") == "claude");
    CHECK(estimated_family("us.anthropic.claude-opus-4-7-v1:0") == "claude-opus-4-7");
    CHECK(estimated_family("anthropic/claude-sonnet-4.6") == "claude");
    CHECK(estimated_family("gemini-2.5-flash") == "gemini");
    CHECK(estimated_family("us.amazon.nova-2-lite-v1:0") == "nova");
    CHECK(estimated_family("meta-llama/llama-4-scout") == "llama");
    CHECK(estimated_family("qwen3-32b") == "qwen");
    CHECK(estimated_family("gpt-4o").empty());
    CHECK(estimated_family("innovation-1").empty());
    CHECK(estimated_family("").empty());
}

TEST_CASE("a '.' in a version may be written as '-'") {
    CHECK(estimated_family("anthropic/claude-opus-4.8") == "claude-opus-4-7");
    CHECK(estimated_family("claude-4.7-opus") == "claude-opus-4-7");
    CHECK(family_of("gpt-5-2-2025-12-11").name == family_of("gpt-5.2").name);
    CHECK(family_of("gpt-4-1").name == family_of("gpt-4.1").name);
}

TEST_CASE("what follows a family's name must not continue its word or its version") {
    CHECK(family_of("gpt-4").name == "gpt-4");
    CHECK(family_of("gpt-4-0613").name == "gpt-4");
    CHECK(family_of("gpt-4-turbo").name == "gpt-4");
    CHECK(family_of("gpt-4.2").name == "gpt");
    CHECK(family_of("gpt-4ominous").name == "gpt");
    CHECK(family_of("gpt-4o").name == "gpt-4o");
    CHECK(family_of("gpt-5.9").name == "gpt-5.6");
    CHECK(family_of("gpt-50").name == "gpt");
    CHECK(family_of("llama3.1").name == "llama");
    CHECK(family_of("llamas").name.empty());
    CHECK(family_of("notgpt-4o").name.empty());
    CHECK(family_of("").name.empty());
}

TEST_CASE("a chat family is measured only where the name starts with it") {
    for (std::string_view const name :
         {"gpt-4o", "gpt-4o-2024-08-06", "openai/gpt-4o", "ft:gpt-4o-mini:org::id", "gpt-3.5-turbo"}) {
        INFO(name);
        CHECK(family_of(name).chat.measured);
    }
    for (std::string_view const name : {"my-gpt-4o-clone", "ft:babbage-002:gpt-4o::id", "chatgpt-4o-latest",
                                        "gpt-5-mini", "gpt-3.5-turbo-0301", "claude-sonnet-5", "unknown"}) {
        INFO(name);
        CHECK(!family_of(name).chat.measured);
    }
}

TEST_CASE("reasoning models take max_completion_tokens, all others max_tokens") {
    for (std::string_view const name : {"o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5.4-mini", "gpt-5.9"}) {
        CHECK(family_of(name).cap_member == OutputCapMember::max_completion_tokens);
    }
    for (std::string_view const name : {"gpt-4o", "gpt-oss-120b", "claude-sonnet-5", "unknown"}) {
        CHECK(family_of(name).cap_member == OutputCapMember::max_tokens);
    }
}

TEST_CASE("an estimate scales by the factor of the text's class, rounded to the nearest") {
    TokenEstimate const gemini = *family_of("gemini-2.5-pro").estimate;
    CHECK(gemini.of(100, ContentClass::text) == 103);
    CHECK(gemini.of(100, ContentClass::data) == 111);
    CHECK(gemini.of(1'050, ContentClass::text) == 1'082);  // 1081.5
    CHECK(gemini.of(0, ContentClass::text) == 0);
}

TEST_CASE("a provider is found by its aliases") {
    CHECK(provider_id("bedrock") == "aws");
    CHECK(provider_id("xai") == "x-ai");
    CHECK(provider_id("openai") == "openai");
    CHECK(provider_id("unlisted") == "unlisted");
    CHECK(provider_id("").empty());
    CHECK(is_first_party("google"));
    CHECK(is_first_party("vertex_ai"));
    CHECK_FALSE(is_first_party("azure"));
    CHECK_FALSE(is_first_party("unlisted"));
    CHECK_FALSE(is_first_party(""));
}

TEST_CASE("billing stops at a disconnect only for providers known to stop") {
    CHECK(disconnect_billing("openai") == DisconnectBilling::stops);
    CHECK(disconnect_billing("anthropic") == DisconnectBilling::stops);
    CHECK(disconnect_billing("xai") == DisconnectBilling::stops);
    for (std::string_view const provider :
         {"aws", "google", "groq", "mistral", "perplexity", "", "unheard-of"}) {
        CHECK(disconnect_billing(provider) == DisconnectBilling::continues);
    }
}
