// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_id.hpp>
#include <centavo/models/model_match.hpp>
#include <centavo/models/tokens.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo::inline v0 {

/// The vocabulary a model counts by; `unknown` where it is not public.
enum class Encoding : std::uint8_t { unknown, o200k_base, cl100k_base };

/// The wire format a model is spoken to in.
enum class Dialect : std::uint8_t { openai_chat, openai_responses, openai_embeddings, anthropic, gemini, bedrock_converse };

/// How a provider caches the beginning of a prompt.
enum class PrefixCache : std::uint8_t { none, automatic, marked };

/// The rules of a provider's prefix cache; prices are in the price table.
struct PrefixCacheRules {
    PrefixCache kind = PrefixCache::none;
    Tokens least = 0;  ///< shorter prefixes are not cached
    Tokens step = 1;   ///< cached length is a multiple of it
};

/// What is known of a model besides its price.
///
/// `abort_stops_billing`: closing the connection ends generation and its bill; false where unknown.
struct ModelFacts {
    std::string_view id;
    std::string_view provider;
    Tokens window;      ///< input and output together
    Tokens output_cap;  ///< the most output tokens of one answer
    Encoding encoding = Encoding::unknown;
    Dialect dialect = Dialect::openai_chat;
    PrefixCacheRules prefix_cache = {};
    bool abort_stops_billing = false;
};

/// The models this version knows, sorted by id.
///
/// Windows and caps as in LiteLLM's public model list of 2026-08-01, Claude 3.5's and cache rules as in the providers' guides;
/// billing after a disconnect: OpenRouter's list of providers that support stream cancellation.
[[nodiscard]] constexpr auto known_models() {
    constexpr PrefixCacheRules openai{PrefixCache::automatic, 1'024, 128};
    constexpr PrefixCacheRules claude{PrefixCache::marked, 1'024, 1};
    constexpr PrefixCacheRules haiku{PrefixCache::marked, 2'048, 1};
    using enum Encoding;
    using enum Dialect;
    return std::to_array<ModelFacts>({
        {"claude-3-5-haiku", "anthropic", 200'000, 8'192, unknown, anthropic, haiku, true},
        {"claude-3-5-sonnet", "anthropic", 200'000, 8'192, unknown, anthropic, claude, true},
        {"claude-sonnet-4-5", "anthropic", 200'000, 64'000, unknown, anthropic, claude, true},
        {"gpt-4.1", "openai", 1'047'576, 32'768, o200k_base, openai_chat, openai, true},
        {"gpt-4.1-mini", "openai", 1'047'576, 32'768, o200k_base, openai_chat, openai, true},
        {"gpt-4o", "openai", 128'000, 16'384, o200k_base, openai_chat, openai, true},
        {"gpt-4o-mini", "openai", 128'000, 16'384, o200k_base, openai_chat, openai, true},
        {"text-embedding-3-large", "openai", 8'192, 0, cl100k_base, openai_embeddings, {}, false},
        {"text-embedding-3-small", "openai", 8'192, 0, cl100k_base, openai_embeddings, {}, false},
    });
}

/// The facts of the model that `name` means, by the rules of match_model(); nullopt for a model not known here.
[[nodiscard]] inline std::optional<ModelFacts> find_facts(ModelId const& name) {
    static constexpr auto models = known_models();
    static_assert(std::ranges::is_sorted(models, {}, &ModelFacts::id));
    ModelFacts const* found = nullptr;
    auto const holds = [&](std::string_view id) {
        auto const at = std::ranges::lower_bound(models, id, {}, &ModelFacts::id);
        found = at != models.end() && at->id == id ? &*at : nullptr;
        return found != nullptr;
    };
    return match_model(name.text(), holds) ? std::optional{*found} : std::nullopt;
}

}  // namespace centavo::inline v0
