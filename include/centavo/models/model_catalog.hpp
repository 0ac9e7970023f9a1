// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a provider does when the connection of a stream is closed before its end: go on and bill it, or stop both.
enum class DisconnectBilling : std::uint8_t { continues, stops };

/// What `provider` does after an abort; `continues` for one that is not known to stop.
///
/// Known to stop: those that OpenRouter's documentation lists as supporting stream cancellation ("Streaming"):
/// OpenAI, Azure, Anthropic, Fireworks, DeepSeek, Together, Cohere, xAI, Cloudflare. It lists AWS Bedrock,
/// Groq, Google, Mistral, Perplexity, Replicate, Hugging Face and SambaNova as going on. The same source says that no
/// provider stops for an answer that is not streamed. Names are ids of the price table, in lower case.
[[nodiscard]] constexpr DisconnectBilling disconnect_billing(std::string_view provider) noexcept {
    constexpr std::string_view stopping[] = {"anthropic", "azure",  "cloudflare", "cohere", "deepseek",
                                             "fireworks", "openai", "together",   "x-ai",   "xai"};
    return std::ranges::find(stopping, provider) != std::ranges::end(stopping) ? DisconnectBilling::stops
                                                                               : DisconnectBilling::continues;
}

/// The vocabulary a model counts by; `unknown` where it is not public.
enum class Encoding : std::uint8_t { unknown, o200k_base, cl100k_base };

/// The wire format a model is spoken to in.
enum class Dialect : std::uint8_t {
    openai_chat,
    openai_responses,
    openai_embeddings,
    anthropic,
    gemini,
    bedrock_converse
};

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
/// Windows, caps and Claude's least cacheable prefixes as in LiteLLM's public model list of 2026-08-01 (GPT-5's window
/// is its input and output together), Claude 3.5's and the other cache rules as in the providers' guides; vocabularies
/// as in tiktoken's list of models; billing after a disconnect: OpenRouter's list of providers that support stream
/// cancellation, never for embeddings.
[[nodiscard]] constexpr auto known_models() {
    using enum Encoding;
    using enum Dialect;
    using enum PrefixCache;
    constexpr PrefixCacheRules openai{automatic, 1'024, 128};
    constexpr PrefixCacheRules deepseek{automatic, 64, 64};
    constexpr PrefixCacheRules gemini_cache{automatic, 4'096, 1};
    return std::to_array<ModelFacts>({
        {"claude-3-5-haiku", "anthropic", 200'000, 8'192, unknown, anthropic, {marked, 2'048, 1}, true},
        {"claude-3-5-sonnet", "anthropic", 200'000, 8'192, unknown, anthropic, {marked, 1'024, 1}, true},
        {"claude-3-7-sonnet", "anthropic", 200'000, 64'000, unknown, anthropic, {marked, 1'024, 1}, true},
        {"claude-fable-5", "anthropic", 1'000'000, 128'000, unknown, anthropic, {marked, 512, 1}, true},
        {"claude-haiku-4-5", "anthropic", 200'000, 64'000, unknown, anthropic, {marked, 4'096, 1}, true},
        {"claude-opus-4-1", "anthropic", 200'000, 32'000, unknown, anthropic, {marked, 1'024, 1}, true},
        {"claude-opus-4-5", "anthropic", 200'000, 64'000, unknown, anthropic, {marked, 4'096, 1}, true},
        {"claude-opus-4-6", "anthropic", 1'000'000, 128'000, unknown, anthropic, {marked, 4'096, 1}, true},
        {"claude-opus-4-7", "anthropic", 1'000'000, 128'000, unknown, anthropic, {marked, 2'048, 1}, true},
        {"claude-opus-4-8", "anthropic", 1'000'000, 128'000, unknown, anthropic, {marked, 1'024, 1}, true},
        {"claude-opus-5", "anthropic", 1'000'000, 128'000, unknown, anthropic, {marked, 512, 1}, true},
        {"claude-sonnet-4", "anthropic", 200'000, 64'000, unknown, anthropic, {marked, 1'024, 1}, true},
        {"claude-sonnet-4-5", "anthropic", 200'000, 64'000, unknown, anthropic, {marked, 1'024, 1}, true},
        {"claude-sonnet-4-6", "anthropic", 1'000'000, 64'000, unknown, anthropic, {marked, 1'024, 1}, true},
        {"claude-sonnet-5", "anthropic", 1'000'000, 128'000, unknown, anthropic, {marked, 1'024, 1}, true},
        {"codestral-latest", "mistral", 32'000, 8'191, unknown, openai_chat, {}, false},
        {"command-a-03-2025", "cohere", 256'000, 8'000, unknown, openai_chat, {}, true},
        {"command-r-plus-08-2024", "cohere", 128'000, 4'096, unknown, openai_chat, {}, true},
        {"deepseek-chat", "deepseek", 131'072, 8'192, unknown, openai_chat, deepseek, true},
        {"deepseek-reasoner", "deepseek", 131'072, 65'536, unknown, openai_chat, deepseek, true},
        {"deepseek-v4-flash", "deepseek", 1'000'000, 8'192, unknown, openai_chat, deepseek, true},
        {"deepseek-v4-pro", "deepseek", 1'000'000, 8'192, unknown, openai_chat, deepseek, true},
        {"gemini-2.0-flash", "google", 1'048'576, 8'192, unknown, gemini, gemini_cache, false},
        {"gemini-2.5-flash", "google", 1'048'576, 65'535, unknown, gemini, gemini_cache, false},
        {"gemini-2.5-flash-lite", "google", 1'048'576, 65'535, unknown, gemini, gemini_cache, false},
        {"gemini-2.5-pro", "google", 1'048'576, 65'535, unknown, gemini, gemini_cache, false},
        {"gemini-3-flash-preview", "google", 1'048'576, 65'535, unknown, gemini, gemini_cache, false},
        {"gemini-3-pro-preview", "google", 1'048'576, 65'535, unknown, gemini, gemini_cache, false},
        {"gemini-3.1-flash-lite", "google", 1'048'576, 65'536, unknown, gemini, gemini_cache, false},
        {"gemini-3.1-pro-preview", "google", 1'048'576, 65'536, unknown, gemini, gemini_cache, false},
        {"glm-4.6", "zai", 200'000, 128'000, unknown, openai_chat, {}, false},
        {"glm-5", "zai", 200'000, 128'000, unknown, openai_chat, {}, false},
        {"gpt-3.5-turbo", "openai", 16'385, 4'096, cl100k_base, openai_chat, {}, true},
        {"gpt-4", "openai", 8'192, 4'096, cl100k_base, openai_chat, {}, true},
        {"gpt-4-turbo", "openai", 128'000, 4'096, cl100k_base, openai_chat, {}, true},
        {"gpt-4.1", "openai", 1'047'576, 32'768, o200k_base, openai_chat, openai, true},
        {"gpt-4.1-mini", "openai", 1'047'576, 32'768, o200k_base, openai_chat, openai, true},
        {"gpt-4.1-nano", "openai", 1'047'576, 32'768, o200k_base, openai_chat, openai, true},
        {"gpt-4o", "openai", 128'000, 16'384, o200k_base, openai_chat, openai, true},
        {"gpt-4o-mini", "openai", 128'000, 16'384, o200k_base, openai_chat, openai, true},
        {"gpt-5", "openai", 400'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5-mini", "openai", 400'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5-nano", "openai", 400'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.1", "openai", 400'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.2", "openai", 400'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.4", "openai", 1'050'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.4-mini", "openai", 400'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.5", "openai", 1'050'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.6", "openai", 1'050'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.6-luna", "openai", 1'050'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.6-sol", "openai", 1'050'000, 128'000, o200k_base, openai_chat, openai, true},
        {"gpt-5.6-terra", "openai", 1'050'000, 128'000, o200k_base, openai_chat, openai, true},
        {"grok-3", "x-ai", 131'072, 131'072, unknown, openai_chat, {}, true},
        {"grok-4", "x-ai", 256'000, 256'000, unknown, openai_chat, {}, true},
        {"grok-4.3", "x-ai", 1'000'000, 1'000'000, unknown, openai_chat, {}, true},
        {"kimi-k2.5", "moonshotai", 262'144, 262'144, unknown, openai_chat, {}, false},
        {"llama-3.3-70b-versatile", "groq", 128'000, 32'768, unknown, openai_chat, {}, false},
        {"mistral-large-latest", "mistral", 262'144, 262'144, unknown, openai_chat, {}, false},
        {"mistral-medium-latest", "mistral", 262'144, 262'144, unknown, openai_chat, {}, false},
        {"mistral-small-latest", "mistral", 131'072, 131'072, unknown, openai_chat, {}, false},
        {"nova-lite", "aws", 300'000, 10'000, unknown, bedrock_converse, {}, false},
        {"nova-micro", "aws", 128'000, 10'000, unknown, bedrock_converse, {}, false},
        {"nova-pro", "aws", 300'000, 10'000, unknown, bedrock_converse, {}, false},
        {"o1", "openai", 200'000, 100'000, o200k_base, openai_chat, openai, true},
        {"o3", "openai", 200'000, 100'000, o200k_base, openai_chat, openai, true},
        {"o3-mini", "openai", 200'000, 100'000, o200k_base, openai_chat, openai, true},
        {"o4-mini", "openai", 200'000, 100'000, o200k_base, openai_chat, openai, true},
        {"openai/gpt-oss-120b", "groq", 131'072, 32'766, o200k_base, openai_chat, {}, false},
        {"sonar-pro", "perplexity", 200'000, 8'000, unknown, openai_chat, {}, false},
        {"text-embedding-3-large", "openai", 8'192, 0, cl100k_base, openai_embeddings, {}, false},
        {"text-embedding-3-small", "openai", 8'192, 0, cl100k_base, openai_embeddings, {}, false},
        {"text-embedding-ada-002", "openai", 8'192, 0, cl100k_base, openai_embeddings, {}, false},
        {"voyage-3.5", "voyageai", 32'000, 0, unknown, openai_embeddings, {}, false},
    });
}

/// The facts of the model that `name` means, by the rules of match_model(); nullopt for a model not known here.
[[nodiscard]] std::optional<ModelFacts> find_facts(ModelId const& name);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/models/detail/model_catalog.ipp>
#endif
