// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The field maps of the providers' APIs, after their references and recorded answers.
namespace usage_maps {

namespace rows {
using enum FieldRole;
using enum Measure;
inline constexpr auto in = Direction::input;
inline constexpr auto out = Direction::output;
inline constexpr Unit none = UsageField::no_unit;
inline constexpr Unit input_text{.direction = in, .modality = Modality::text};
inline constexpr Unit output_text{.direction = out, .modality = Modality::text};
inline constexpr Unit cache_text{
    .direction = in, .modality = Modality::text, .category = TokenCategory::cache_read};
inline constexpr Unit cache_video{
    .direction = in, .modality = Modality::video, .category = TokenCategory::cache_read};
inline constexpr Unit tool{.direction = in, .category = TokenCategory::tool};
inline constexpr Unit tool_text{.direction = in, .modality = Modality::text, .category = TokenCategory::tool};
inline constexpr Unit tool_audio{
    .direction = in, .modality = Modality::audio, .category = TokenCategory::tool};
inline constexpr Unit tool_image{
    .direction = in, .modality = Modality::image, .category = TokenCategory::tool};
inline constexpr Unit tool_video{
    .direction = in, .modality = Modality::video, .category = TokenCategory::tool};
inline constexpr Unit audio_seconds{.measure = seconds, .direction = in, .modality = Modality::audio};
inline constexpr Unit pages_read{.measure = pages, .direction = in};
inline constexpr Unit search_units{.measure = searches, .direction = in};

/// OpenAI's chat completions and embeddings, and all who speak the same: Azure, Groq, Mistral, DeepSeek, xAI,
/// Cerebras, Z.ai, Perplexity, OpenRouter, Voyage, Google's compatible address, vLLM, …
inline constexpr UsageField chat[] = {
    {"prompt_tokens", count, units::input},
    {"completion_tokens", count, units::output},
    {"total_tokens", total},
    {"prompt_tokens_details/cached_tokens", count, units::cache_read},
    {"prompt_tokens_details/cache_write_tokens", count, units::cache_write},
    {"prompt_tokens_details/text_tokens", count, input_text},
    {"prompt_tokens_details/audio_tokens", count, units::input_audio},
    {"prompt_tokens_details/image_tokens", count, units::input_image},
    {"prompt_tokens_details/video_tokens", count, units::input_video},
    {"completion_tokens_details/reasoning_tokens", count, units::reasoning},
    {"completion_tokens_details/text_tokens", count, output_text},
    {"completion_tokens_details/audio_tokens", count, units::output_audio},
    {"completion_tokens_details/image_tokens", count, units::output_image},
    {"completion_tokens_details/video_tokens", count, units::output_video},
    {"completion_tokens_details/accepted_prediction_tokens", understood},
    {"completion_tokens_details/rejected_prediction_tokens", understood},
    // DeepSeek; Mistral; Moonshot, Hugging Face
    {"prompt_cache_hit_tokens", spelling, units::cache_read},
    {"prompt_cache_miss_tokens", understood},
    {"num_cached_tokens", spelling, units::cache_read},
    {"cached_tokens", spelling, units::cache_read},
    // Mistral's OCR
    {"pages_processed", count, pages_read},
    {"doc_size_bytes", understood},
    // Perplexity
    {"reasoning_tokens", spelling, units::reasoning},
    {"citation_tokens", more, units::output},
    {"num_search_queries", count, units::web_searches},
    {"cost/total_cost", charge},
    {"cost/input_tokens_cost", understood},
    {"cost/output_tokens_cost", understood},
    {"cost/reasoning_tokens_cost", understood},
    {"cost/citation_tokens_cost", understood},
    {"cost/search_queries_cost", understood},
    {"cost/request_cost", understood},
    // xAI
    {"cost_in_usd_ticks", ticks},
    // OpenRouter
    {"cost", charge},
    {"is_byok", own_key},
    {"cost_details/upstream_inference_cost", upstream},
    {"cost_details/upstream_inference_prompt_cost", understood},
    {"cost_details/upstream_inference_completions_cost", understood},
    {"server_tool_use/web_search_requests", count, units::web_searches},
    {"server_tool_use_details/web_search_requests", spelling, units::web_searches},
    {"server_tool_use_details/tool_calls_requested", understood},
    {"server_tool_use_details/tool_calls_executed", understood},
    // Groq; a transcription says its length
    {"duration", count, audio_seconds},
    {"queue_time", understood},
    {"prompt_time", understood},
    {"completion_time", understood},
    {"total_time", understood},
};

/// OpenAI's responses, realtime, images and transcriptions.
inline constexpr UsageField responses[] = {
    {"input_tokens", count, units::input},
    {"output_tokens", count, units::output},
    {"total_tokens", total},
    {"input_tokens_details/cached_tokens", count, units::cache_read},
    {"input_tokens_details/cache_write_tokens", count, units::cache_write},
    {"input_tokens_details/text_tokens", count, input_text},
    {"input_tokens_details/audio_tokens", count, units::input_audio},
    {"input_tokens_details/image_tokens", count, units::input_image},
    {"output_tokens_details/reasoning_tokens", count, units::reasoning},
    {"output_tokens_details/text_tokens", count, output_text},
    {"output_tokens_details/audio_tokens", count, units::output_audio},
    {"output_tokens_details/image_tokens", count, units::output_image},
    {"input_token_details/cached_tokens", spelling, units::cache_read},
    {"input_token_details/text_tokens", spelling, input_text},
    {"input_token_details/audio_tokens", spelling, units::input_audio},
    {"input_token_details/image_tokens", spelling, units::input_image},
    {"input_token_details/cached_tokens_details/text_tokens", count, cache_text},
    {"input_token_details/cached_tokens_details/audio_tokens", count, units::cache_audio_read},
    {"input_token_details/cached_tokens_details/image_tokens", count, units::cache_image_read},
    {"output_token_details/text_tokens", spelling, output_text},
    {"output_token_details/audio_tokens", spelling, units::output_audio},
    {"output_token_details/reasoning_tokens", spelling, units::reasoning},
    {"seconds", count, audio_seconds},
    {"type", understood},
    {"cost_in_usd_ticks", ticks},
    {"cost", charge},
    {"is_byok", own_key},
    {"cost_details/upstream_inference_cost", upstream},
    {"cost_details/upstream_inference_input_cost", understood},
    {"cost_details/upstream_inference_output_cost", understood},
};

/// Anthropic's messages: what is cached lies outside `input_tokens`.
inline constexpr UsageField anthropic[] = {
    {"input_tokens", count, units::input},
    {"output_tokens", count, units::output},
    {"cache_read_input_tokens", count, units::cache_read, units::input},
    {"cache_creation_input_tokens", count, units::cache_write, units::input},
    {"cache_creation/ephemeral_5m_input_tokens", count, units::cache_write_5m},
    {"cache_creation/ephemeral_1h_input_tokens", count, units::cache_write_1h},
    {"output_tokens_details/thinking_tokens", count, units::reasoning},
    {"server_tool_use/web_search_requests", count, units::web_searches},
    {"server_tool_use/web_fetch_requests", count, units::web_fetches},
    {"service_tier", tier},
    {"speed", speed},
    {"inference_geo", region},
    {"type", understood},   // of an iteration
    {"model", understood},  // of an iteration
};

/// Gemini and Vertex: thoughts lie outside the candidates, the tools' prompt outside the prompt.
inline constexpr UsageField gemini[] = {
    {"promptTokenCount", count, units::input},
    {"candidatesTokenCount", count, units::output},
    {"responseTokenCount", spelling, units::output},
    {"totalTokenCount", total},
    {"cachedContentTokenCount", count, units::cache_read},
    {"thoughtsTokenCount", count, units::reasoning, units::output},
    {"toolUsePromptTokenCount", count, tool, units::input},
    {"promptTokensDetails/TEXT", count, input_text},
    {"promptTokensDetails/AUDIO", count, units::input_audio},
    {"promptTokensDetails/IMAGE", count, units::input_image},
    {"promptTokensDetails/DOCUMENT", more, units::input_image},
    {"promptTokensDetails/VIDEO", count, units::input_video},
    {"promptTokenDetails/TEXT", spelling, input_text},
    {"promptTokenDetails/AUDIO", spelling, units::input_audio},
    {"promptTokenDetails/IMAGE", spelling, units::input_image},
    {"promptTokenDetails/VIDEO", spelling, units::input_video},
    {"cacheTokensDetails/TEXT", count, cache_text},
    {"cacheTokensDetails/AUDIO", count, units::cache_audio_read},
    {"cacheTokensDetails/IMAGE", count, units::cache_image_read},
    {"cacheTokensDetails/DOCUMENT", more, units::cache_image_read},
    {"cacheTokensDetails/VIDEO", count, cache_video},
    {"toolUsePromptTokensDetails/TEXT", count, tool_text, input_text},
    {"toolUsePromptTokensDetails/AUDIO", count, tool_audio, units::input_audio},
    {"toolUsePromptTokensDetails/IMAGE", count, tool_image, units::input_image},
    {"toolUsePromptTokensDetails/VIDEO", count, tool_video, units::input_video},
    {"candidatesTokensDetails/TEXT", count, output_text},
    {"candidatesTokensDetails/AUDIO", count, units::output_audio},
    {"candidatesTokensDetails/IMAGE", count, units::output_image},
    {"candidatesTokensDetails/VIDEO", count, units::output_video},
    {"responseTokensDetails/TEXT", spelling, output_text},
    {"responseTokensDetails/AUDIO", spelling, units::output_audio},
    {"trafficType", tier},
    {"serviceTier", tier},
};

/// Bedrock's Converse: what is cached lies outside; each cached count comes in two spellings.
inline constexpr UsageField converse[] = {
    {"inputTokens", count, units::input},
    {"outputTokens", count, units::output},
    {"totalTokens", total},
    {"cacheReadInputTokens", count, units::cache_read, units::input},
    {"cacheReadInputTokenCount", spelling, units::cache_read, units::input},
    {"cacheWriteInputTokens", count, units::cache_write, units::input},
    {"cacheWriteInputTokenCount", spelling, units::cache_write, units::input},
    {"cacheDetails/5m", count, units::cache_write_5m},
    {"cacheDetails/1h", count, units::cache_write_1h},
};

/// Cohere's chat, embeddings and rerank: what is billed, not what the model saw.
inline constexpr UsageField cohere[] = {
    {"billed_units/input_tokens", count, units::input},
    {"billed_units/output_tokens", count, units::output},
    {"billed_units/image_tokens", count, units::input_image, units::input},
    {"billed_units/search_units", count, search_units},
    {"tokens/input_tokens", understood},
    {"tokens/output_tokens", understood},
    {"cached_tokens", understood},
    {"api_version/version", understood},
    {"api_version/is_experimental", understood},
    {"api_version/is_deprecated", understood},
};

}  // namespace rows

inline constexpr UsageMap chat{rows::chat, ReasoningPlace::by_total};
inline constexpr UsageMap responses{rows::responses};
inline constexpr UsageMap anthropic{rows::anthropic};
inline constexpr UsageMap gemini{rows::gemini};
inline constexpr UsageMap converse{rows::converse};
inline constexpr UsageMap cohere{rows::cohere};

}  // namespace usage_maps

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
