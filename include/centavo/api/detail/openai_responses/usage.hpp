// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_responses {

namespace rows {
using enum FieldRole;

/// The usage block of OpenAI's responses, realtime, images and transcriptions.
inline constexpr UsageField fields[] = {
    {"input_tokens", count, units::input},
    {"output_tokens", count, units::output},
    {"total_tokens", total},
    {"input_tokens_details/cached_tokens", count, units::cache_read},
    {"input_tokens_details/cache_write_tokens", count, units::cache_write},
    {"input_tokens_details/text_tokens", count, usage_units::input_text},
    {"input_tokens_details/audio_tokens", count, units::input_audio},
    {"input_tokens_details/image_tokens", count, units::input_image},
    {"output_tokens_details/reasoning_tokens", count, units::reasoning},
    {"output_tokens_details/text_tokens", count, usage_units::output_text},
    {"output_tokens_details/audio_tokens", count, units::output_audio},
    {"output_tokens_details/image_tokens", count, units::output_image},
    {"input_token_details/cached_tokens", alias, units::cache_read},
    {"input_token_details/text_tokens", alias, usage_units::input_text},
    {"input_token_details/audio_tokens", alias, units::input_audio},
    {"input_token_details/image_tokens", alias, units::input_image},
    {"input_token_details/cached_tokens_details/text_tokens", count, usage_units::cache_text},
    {"input_token_details/cached_tokens_details/audio_tokens", count, units::cache_audio_read},
    {"input_token_details/cached_tokens_details/image_tokens", count, units::cache_image_read},
    {"output_token_details/text_tokens", alias, usage_units::output_text},
    {"output_token_details/audio_tokens", alias, units::output_audio},
    {"output_token_details/reasoning_tokens", alias, units::reasoning},
    {"seconds", count, usage_units::audio_seconds},
    {"type", not_billed},
    {"cost_in_usd_ticks", ticks},
    {"cost", charge},
    {"is_byok", own_key},
    {"cost_details/upstream_inference_cost", upstream},
    {"cost_details/upstream_inference_input_cost", not_billed},
    {"cost_details/upstream_inference_output_cost", not_billed},
};
}  // namespace rows

inline constexpr UsageMap usage_map{rows::fields};

}  // namespace openai_responses
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
