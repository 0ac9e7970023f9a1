// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/api_format.hpp>
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
    return detail::contains(stopping, provider) ? DisconnectBilling::stops : DisconnectBilling::continues;
}

/// The vocabulary a model counts by; `unknown` where it is not public.
enum class Encoding : std::uint8_t { unknown, o200k_base, cl100k_base };

/// What is known of a model besides its price.
struct ModelFacts {
    std::string_view id;
    std::string_view provider;
    Tokens window;      ///< input and output together
    Tokens output_cap;  ///< the most output tokens of one answer
    Encoding encoding = Encoding::unknown;
    ApiFormat api = ApiFormat::openai_chat;
};

/// The models this version knows, sorted by id.
///
/// Sources: windows and output caps, LiteLLM's public model list of 2026-08-01 (the window of GPT-5 is its input and
/// output together), Claude 3.5's Anthropic's guide; encodings, tiktoken's list of models.
[[nodiscard]] constexpr auto known_models() {
    using enum Encoding;
    using enum ApiFormat;
    return std::to_array<ModelFacts>({
        {"claude-3-5-haiku", "anthropic", 200'000, 8'192, unknown, anthropic_messages},
        {"claude-3-5-sonnet", "anthropic", 200'000, 8'192, unknown, anthropic_messages},
        {"claude-3-7-sonnet", "anthropic", 200'000, 64'000, unknown, anthropic_messages},
        {"claude-fable-5", "anthropic", 1'000'000, 128'000, unknown, anthropic_messages},
        {"claude-haiku-4-5", "anthropic", 200'000, 64'000, unknown, anthropic_messages},
        {"claude-opus-4-1", "anthropic", 200'000, 32'000, unknown, anthropic_messages},
        {"claude-opus-4-5", "anthropic", 200'000, 64'000, unknown, anthropic_messages},
        {"claude-opus-4-6", "anthropic", 1'000'000, 128'000, unknown, anthropic_messages},
        {"claude-opus-4-7", "anthropic", 1'000'000, 128'000, unknown, anthropic_messages},
        {"claude-opus-4-8", "anthropic", 1'000'000, 128'000, unknown, anthropic_messages},
        {"claude-opus-5", "anthropic", 1'000'000, 128'000, unknown, anthropic_messages},
        {"claude-sonnet-4", "anthropic", 200'000, 64'000, unknown, anthropic_messages},
        {"claude-sonnet-4-5", "anthropic", 200'000, 64'000, unknown, anthropic_messages},
        {"claude-sonnet-4-6", "anthropic", 1'000'000, 64'000, unknown, anthropic_messages},
        {"claude-sonnet-5", "anthropic", 1'000'000, 128'000, unknown, anthropic_messages},
        {"codestral-latest", "mistral", 32'000, 8'191},
        {"command-a-03-2025", "cohere", 256'000, 8'000, unknown, cohere},
        {"command-r-plus-08-2024", "cohere", 128'000, 4'096, unknown, cohere},
        {"deepseek-chat", "deepseek", 131'072, 8'192},
        {"deepseek-reasoner", "deepseek", 131'072, 65'536},
        {"deepseek-v4-flash", "deepseek", 1'000'000, 8'192},
        {"deepseek-v4-pro", "deepseek", 1'000'000, 8'192},
        {"gemini-2.0-flash", "google", 1'048'576, 8'192, unknown, gemini},
        {"gemini-2.5-flash", "google", 1'048'576, 65'535, unknown, gemini},
        {"gemini-2.5-flash-lite", "google", 1'048'576, 65'535, unknown, gemini},
        {"gemini-2.5-pro", "google", 1'048'576, 65'535, unknown, gemini},
        {"gemini-3-flash-preview", "google", 1'048'576, 65'535, unknown, gemini},
        {"gemini-3-pro-preview", "google", 1'048'576, 65'535, unknown, gemini},
        {"gemini-3.1-flash-lite", "google", 1'048'576, 65'536, unknown, gemini},
        {"gemini-3.1-pro-preview", "google", 1'048'576, 65'536, unknown, gemini},
        {"glm-4.6", "zai", 200'000, 128'000},
        {"glm-5", "zai", 200'000, 128'000},
        {"gpt-3.5-turbo", "openai", 16'385, 4'096, cl100k_base},
        {"gpt-4", "openai", 8'192, 4'096, cl100k_base},
        {"gpt-4-turbo", "openai", 128'000, 4'096, cl100k_base},
        {"gpt-4.1", "openai", 1'047'576, 32'768, o200k_base},
        {"gpt-4.1-mini", "openai", 1'047'576, 32'768, o200k_base},
        {"gpt-4.1-nano", "openai", 1'047'576, 32'768, o200k_base},
        {"gpt-4o", "openai", 128'000, 16'384, o200k_base},
        {"gpt-4o-mini", "openai", 128'000, 16'384, o200k_base},
        {"gpt-5", "openai", 400'000, 128'000, o200k_base},
        {"gpt-5-mini", "openai", 400'000, 128'000, o200k_base},
        {"gpt-5-nano", "openai", 400'000, 128'000, o200k_base},
        {"gpt-5.1", "openai", 400'000, 128'000, o200k_base},
        {"gpt-5.2", "openai", 400'000, 128'000, o200k_base},
        {"gpt-5.4", "openai", 1'050'000, 128'000, o200k_base},
        {"gpt-5.4-mini", "openai", 400'000, 128'000, o200k_base},
        {"gpt-5.5", "openai", 1'050'000, 128'000, o200k_base},
        {"gpt-5.6", "openai", 1'050'000, 128'000, o200k_base},
        {"gpt-5.6-luna", "openai", 1'050'000, 128'000, o200k_base},
        {"gpt-5.6-sol", "openai", 1'050'000, 128'000, o200k_base},
        {"gpt-5.6-terra", "openai", 1'050'000, 128'000, o200k_base},
        {"grok-3", "x-ai", 131'072, 131'072},
        {"grok-4", "x-ai", 256'000, 256'000},
        {"grok-4.3", "x-ai", 1'000'000, 1'000'000},
        {"kimi-k2.5", "moonshotai", 262'144, 262'144},
        {"llama-3.3-70b-versatile", "groq", 128'000, 32'768},
        {"mistral-large-latest", "mistral", 262'144, 262'144},
        {"mistral-medium-latest", "mistral", 262'144, 262'144},
        {"mistral-small-latest", "mistral", 131'072, 131'072},
        {"nova-lite", "aws", 300'000, 10'000, unknown, bedrock_converse},
        {"nova-micro", "aws", 128'000, 10'000, unknown, bedrock_converse},
        {"nova-pro", "aws", 300'000, 10'000, unknown, bedrock_converse},
        {"o1", "openai", 200'000, 100'000, o200k_base},
        {"o3", "openai", 200'000, 100'000, o200k_base},
        {"o3-mini", "openai", 200'000, 100'000, o200k_base},
        {"o4-mini", "openai", 200'000, 100'000, o200k_base},
        {"openai/gpt-oss-120b", "groq", 131'072, 32'766, o200k_base},
        {"sonar-pro", "perplexity", 200'000, 8'000},
        {"text-embedding-3-large", "openai", 8'192, 0, cl100k_base, openai_embeddings},
        {"text-embedding-3-small", "openai", 8'192, 0, cl100k_base, openai_embeddings},
        {"text-embedding-ada-002", "openai", 8'192, 0, cl100k_base, openai_embeddings},
        {"voyage-3.5", "voyageai", 32'000, 0, unknown, openai_embeddings},
    });
}

/// The facts of the model that `name` means, by the rules of match_model(); nullopt for a model not known here.
[[nodiscard]] std::optional<ModelFacts> find_facts(ModelId const& name);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/models/detail/model_catalog.ipp>
#endif
