// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_chat {

namespace rows {
using enum FieldRole;
inline constexpr Unit none = UsageField::no_unit;
inline constexpr auto own = UsageSpelling::openai;
inline constexpr auto anthropic = UsageSpelling::anthropic;

/// The usage block of OpenAI and of the servers that speak its APIs: Azure, Groq, Mistral, DeepSeek, xAI, Cerebras, Z.ai,
/// Perplexity, OpenRouter, Voyage, Google's compatible address, vLLM, …
///
/// Chat completions and embeddings spell `prompt_tokens`; responses, transcriptions, speech, images and realtime spell
/// `input_tokens`. Servers mix the two, so the map has both. Proxies that translate add Anthropic's names, which are
/// parts of the prompt here.
inline constexpr UsageField fields[] = {
    {"prompt_tokens", count, units::input, none, own},
    {"completion_tokens", count, units::output, none, own},
    {"input_tokens", alias, units::input},
    {"output_tokens", alias, units::output},
    {"total_tokens", total},
    {"prompt_tokens_details/cached_tokens", count, units::cache_read, none, own},
    {"prompt_tokens_details/cache_write_tokens", count, units::cache_write, none, own},
    {"prompt_tokens_details/cache_creation_tokens", alias, units::cache_write, none, own},
    {"prompt_tokens_details/cache_creation_input_tokens", alias, units::cache_write, none, own},
    {"prompt_tokens_details/text_tokens", count, usage_units::input_text, none, own},
    {"prompt_tokens_details/audio_tokens", count, units::input_audio, none, own},
    {"prompt_tokens_details/image_tokens", count, units::input_image, none, own},
    {"prompt_tokens_details/video_tokens", count, units::input_video, none, own},
    {"completion_tokens_details/reasoning_tokens", count, units::reasoning, none, own},
    {"completion_tokens_details/text_tokens", count, usage_units::output_text, none, own},
    {"completion_tokens_details/audio_tokens", count, units::output_audio, none, own},
    {"completion_tokens_details/image_tokens", count, units::output_image, none, own},
    {"completion_tokens_details/video_tokens", count, units::output_video, none, own},
    {"completion_tokens_details/accepted_prediction_tokens", not_billed},
    {"completion_tokens_details/rejected_prediction_tokens", not_billed},
    // Responses, transcriptions and images; realtime, whose details are of a "token"
    {"input_tokens_details/cached_tokens", alias, units::cache_read, none, own},
    {"input_tokens_details/cache_write_tokens", alias, units::cache_write, none, own},
    {"input_tokens_details/text_tokens", alias, usage_units::input_text, none, own},
    {"input_tokens_details/audio_tokens", alias, units::input_audio, none, own},
    {"input_tokens_details/image_tokens", alias, units::input_image, none, own},
    {"input_tokens_details/cached_tokens_details/text_tokens", count, usage_units::cache_text, none, own},
    {"input_tokens_details/cached_tokens_details/audio_tokens", count, units::cache_audio_read, none, own},
    {"input_tokens_details/cached_tokens_details/image_tokens", count, units::cache_image_read, none, own},
    {"output_tokens_details/reasoning_tokens", alias, units::reasoning, none, own},
    {"output_tokens_details/text_tokens", alias, usage_units::output_text, none, own},
    {"output_tokens_details/audio_tokens", alias, units::output_audio, none, own},
    {"output_tokens_details/image_tokens", alias, units::output_image, none, own},
    {"input_token_details/cached_tokens", alias, units::cache_read, none, own},
    {"input_token_details/text_tokens", alias, usage_units::input_text, none, own},
    {"input_token_details/audio_tokens", alias, units::input_audio, none, own},
    {"input_token_details/image_tokens", alias, units::input_image, none, own},
    {"input_token_details/cached_tokens_details/text_tokens", alias, usage_units::cache_text, none, own},
    {"input_token_details/cached_tokens_details/audio_tokens", alias, units::cache_audio_read, none, own},
    {"input_token_details/cached_tokens_details/image_tokens", alias, units::cache_image_read, none, own},
    {"output_token_details/text_tokens", alias, usage_units::output_text, none, own},
    {"output_token_details/audio_tokens", alias, units::output_audio, none, own},
    {"output_token_details/image_tokens", alias, units::output_image, none, own},
    {"output_token_details/reasoning_tokens", alias, units::reasoning, none, own},
    {"seconds", count, usage_units::audio_seconds},
    {"type", not_billed},
    // DeepSeek; Mistral; Moonshot and Hugging Face
    {"prompt_cache_hit_tokens", alias, units::cache_read, none, own},
    {"prompt_cache_miss_tokens", not_billed},
    {"num_cached_tokens", alias, units::cache_read},
    {"cached_tokens", alias, units::cache_read},
    // Anthropic's names, where a proxy has translated
    {"cache_read_input_tokens", alias, units::cache_read, none, anthropic},
    {"cache_creation_input_tokens", alias, units::cache_write, none, anthropic},
    {"cache_creation/ephemeral_5m_input_tokens", count, units::cache_write_5m, none, anthropic},
    {"cache_creation/ephemeral_1h_input_tokens", count, units::cache_write_1h, none, anthropic},
    {"output_tokens_details/thinking_tokens", alias, units::reasoning, none, anthropic},
    {"service_tier", tier},
    {"inference_geo", region, none, none, anthropic},
    {"speed", speed, none, none, anthropic},
    // Mistral's OCR, audio and connectors
    {"pages_processed", count, units::pages},
    {"pages_processed_annotation", count, units::annotated_pages},
    {"doc_size_bytes", not_billed},
    {"prompt_audio_seconds", count, usage_units::audio_seconds},
    {"connector_tokens", addition, units::input},
    {"connectors/web_search", count, units::web_searches},
    // Voyage's pixels
    {"text_tokens", alias, units::input},
    {"image_pixels", count, usage_units::input_pixels},
    // Perplexity
    {"reasoning_tokens", alias, units::reasoning},
    {"citation_tokens", count, units::output_citation, units::output},
    {"num_search_queries", count, units::web_searches},
    {"search_context_size", context},
    {"tool_calls_details/search_web/invocation", alias, units::web_searches},
    {"tool_calls_details/fetch_url/invocation", count, units::web_fetches},
    {"cost/total_cost", charge},
    {"cost/currency", not_billed},
    {"cost/input_cost", not_billed},
    {"cost/output_cost", not_billed},
    {"cost/cache_creation_cost", not_billed},
    {"cost/cache_read_cost", not_billed},
    {"cost/tool_calls_cost", not_billed},
    {"cost/input_tokens_cost", not_billed},
    {"cost/output_tokens_cost", not_billed},
    {"cost/reasoning_tokens_cost", not_billed},
    {"cost/citation_tokens_cost", not_billed},
    {"cost/search_queries_cost", not_billed},
    {"cost/request_cost", not_billed},
    // xAI
    {"cost_in_usd_ticks", ticks},
    {"server_side_tool_usage_details/web_search_calls", alias, units::web_searches},
    {"server_side_tool_usage_details/x_search_calls", addition, units::web_searches},
    {"server_side_tool_usage_details/file_search_calls", count, units::file_searches},
    {"server_side_tool_usage_details/document_search_calls", addition, units::file_searches},
    {"server_side_tool_usage_details/code_interpreter_calls", count, units::tool_calls},
    {"server_side_tool_usage_details/mcp_calls", not_billed},
    {"num_server_side_tools_used", not_billed},
    // OpenRouter
    {"cost", charge},
    {"is_byok", own_key},
    {"cost_details/upstream_inference_cost", upstream},
    {"cost_details/upstream_inference_prompt_cost", not_billed},
    {"cost_details/upstream_inference_completions_cost", not_billed},
    {"cost_details/upstream_inference_input_cost", not_billed},
    {"cost_details/upstream_inference_output_cost", not_billed},
    {"server_tool_use/web_search_requests", alias, units::web_searches},
    {"server_tool_use/web_fetch_requests", count, units::web_fetches},
    {"server_tool_use_details/web_search_requests", alias, units::web_searches},
    {"server_tool_use_details/tool_calls_requested", not_billed},
    {"server_tool_use_details/tool_calls_executed", not_billed},
    // Groq; the length of a transcription
    {"duration", count, usage_units::audio_seconds},
    {"queue_time", not_billed},
    {"prompt_time", not_billed},
    {"completion_time", not_billed},
    {"total_time", not_billed},
    // Counts that stand beside the response: Llama's and Titan's on Bedrock, Bedrock's own, Ollama's
    {"prompt_token_count", alias, units::input},
    {"generation_token_count", alias, units::output},
    {"inputTextTokenCount", alias, units::input},
    {"results/tokenCount", addition, units::output},
    {"inputTokenCount", alias, units::input},
    {"outputTokenCount", alias, units::output},
    {"prompt_eval_count", alias, units::input},
    {"eval_count", alias, units::output},
};
}  // namespace rows

/// Names of counts that stand beside the response: Llama's and Titan's on Bedrock, Ollama's.
[[nodiscard]] constexpr bool is_count_beside(std::string_view name) noexcept {
    return name == "prompt_token_count" || name == "generation_token_count" ||
           name == "inputTextTokenCount" || name == "prompt_eval_count" || name == "eval_count";
}

/// Where the usage of a provider that speaks this API counts its reasoning.
[[nodiscard]] constexpr ReasoningPlace reasoning_place(std::string_view provider) noexcept {
    return provider == "x-ai" || provider == "xai" ? ReasoningPlace::by_total_or_outside
           : provider == "perplexity"              ? ReasoningPlace::outside
           : provider == "google"                  ? ReasoningPlace::hidden
                                                   : ReasoningPlace::by_total;
}

inline constexpr UsageMap usage_map =
    usage_map_of<rows::fields>(UsageSpelling::openai, ReasoningPlace::by_total);

}  // namespace openai_chat
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
