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
inline constexpr Unit pages_read{.measure = Measure::pages, .direction = Direction::input};

/// The usage block of OpenAI's chat completions and embeddings, and of the servers that speak the same API: Azure, Groq,
/// Mistral, DeepSeek, xAI, Cerebras, Z.ai, Perplexity, OpenRouter, Voyage, Google's compatible address, vLLM, …
inline constexpr UsageField fields[] = {
    {"prompt_tokens", count, units::input},
    {"completion_tokens", count, units::output},
    {"total_tokens", total},
    {"prompt_tokens_details/cached_tokens", count, units::cache_read},
    {"prompt_tokens_details/cache_write_tokens", count, units::cache_write},
    {"prompt_tokens_details/text_tokens", count, usage_units::input_text},
    {"prompt_tokens_details/audio_tokens", count, units::input_audio},
    {"prompt_tokens_details/image_tokens", count, units::input_image},
    {"prompt_tokens_details/video_tokens", count, units::input_video},
    {"completion_tokens_details/reasoning_tokens", count, units::reasoning},
    {"completion_tokens_details/text_tokens", count, usage_units::output_text},
    {"completion_tokens_details/audio_tokens", count, units::output_audio},
    {"completion_tokens_details/image_tokens", count, units::output_image},
    {"completion_tokens_details/video_tokens", count, units::output_video},
    {"completion_tokens_details/accepted_prediction_tokens", not_billed},
    {"completion_tokens_details/rejected_prediction_tokens", not_billed},
    // DeepSeek; Mistral; Moonshot and Hugging Face
    {"prompt_cache_hit_tokens", alias, units::cache_read},
    {"prompt_cache_miss_tokens", not_billed},
    {"num_cached_tokens", alias, units::cache_read},
    {"cached_tokens", alias, units::cache_read},
    // Mistral's OCR
    {"pages_processed", count, pages_read},
    {"doc_size_bytes", not_billed},
    // Perplexity
    {"reasoning_tokens", alias, units::reasoning},
    {"citation_tokens", addition, units::output},
    {"num_search_queries", count, units::web_searches},
    {"cost/total_cost", charge},
    {"cost/input_tokens_cost", not_billed},
    {"cost/output_tokens_cost", not_billed},
    {"cost/reasoning_tokens_cost", not_billed},
    {"cost/citation_tokens_cost", not_billed},
    {"cost/search_queries_cost", not_billed},
    {"cost/request_cost", not_billed},
    // xAI
    {"cost_in_usd_ticks", ticks},
    // OpenRouter
    {"cost", charge},
    {"is_byok", own_key},
    {"cost_details/upstream_inference_cost", upstream},
    {"cost_details/upstream_inference_prompt_cost", not_billed},
    {"cost_details/upstream_inference_completions_cost", not_billed},
    {"server_tool_use/web_search_requests", count, units::web_searches},
    {"server_tool_use_details/web_search_requests", alias, units::web_searches},
    {"server_tool_use_details/tool_calls_requested", not_billed},
    {"server_tool_use_details/tool_calls_executed", not_billed},
    // Groq; the length of a transcription
    {"duration", count, usage_units::audio_seconds},
    {"queue_time", not_billed},
    {"prompt_time", not_billed},
    {"completion_time", not_billed},
    {"total_time", not_billed},
};
}  // namespace rows

/// Where the usage of a provider that speaks this API counts its reasoning.
[[nodiscard]] constexpr ReasoningPlace reasoning_place(std::string_view provider) noexcept {
    return provider == "x-ai" || provider == "xai" ? ReasoningPlace::by_total_or_outside
           : provider == "perplexity"              ? ReasoningPlace::outside
           : provider == "google"                  ? ReasoningPlace::hidden
                                                   : ReasoningPlace::by_total;
}

inline constexpr UsageMap usage_map{rows::fields, ReasoningPlace::by_total};

}  // namespace openai_chat
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
