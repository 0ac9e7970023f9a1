// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace gemini {

namespace rows {
using enum FieldRole;
inline constexpr Unit none = UsageField::no_unit;
inline constexpr auto own = UsageSpelling::gemini;
inline constexpr Unit tool{.direction = Direction::input, .category = TokenCategory::tool};
inline constexpr Unit tool_text{
    .direction = Direction::input, .modality = Modality::text, .category = TokenCategory::tool};
inline constexpr Unit tool_audio{
    .direction = Direction::input, .modality = Modality::audio, .category = TokenCategory::tool};
inline constexpr Unit tool_image{
    .direction = Direction::input, .modality = Modality::image, .category = TokenCategory::tool};
inline constexpr Unit tool_video{
    .direction = Direction::input, .modality = Modality::video, .category = TokenCategory::tool};
inline constexpr Unit cache_video{
    .direction = Direction::input, .modality = Modality::video, .category = TokenCategory::cache_read};

/// The usage block of Gemini and Vertex, where thoughts lie outside the candidates, and the tools' prompt outside the
/// prompt.
inline constexpr UsageField fields[] = {
    {"promptTokenCount", count, units::input, none, own},
    {"candidatesTokenCount", count, units::output, none, own},
    {"responseTokenCount", alias, units::output},
    {"totalTokenCount", total},
    {"cachedContentTokenCount", count, units::cache_read},
    {"thoughtsTokenCount", count, units::reasoning, units::output},
    {"toolUsePromptTokenCount", count, tool, units::input},
    {"promptTokensDetails/TEXT", count, usage_units::input_text},
    {"promptTokensDetails/AUDIO", count, units::input_audio},
    {"promptTokensDetails/IMAGE", count, units::input_image},
    {"promptTokensDetails/DOCUMENT", addition, units::input_image},
    {"promptTokensDetails/VIDEO", count, units::input_video},
    {"promptTokenDetails/TEXT", alias, usage_units::input_text},
    {"promptTokenDetails/AUDIO", alias, units::input_audio},
    {"promptTokenDetails/IMAGE", alias, units::input_image},
    {"promptTokenDetails/VIDEO", alias, units::input_video},
    {"cacheTokensDetails/TEXT", count, usage_units::cache_text},
    {"cacheTokensDetails/AUDIO", count, units::cache_audio_read},
    {"cacheTokensDetails/IMAGE", count, units::cache_image_read},
    {"cacheTokensDetails/DOCUMENT", addition, units::cache_image_read},
    {"cacheTokensDetails/VIDEO", count, cache_video},
    {"toolUsePromptTokensDetails/TEXT", count, tool_text, usage_units::input_text},
    {"toolUsePromptTokensDetails/AUDIO", count, tool_audio, units::input_audio},
    {"toolUsePromptTokensDetails/IMAGE", count, tool_image, units::input_image},
    {"toolUsePromptTokensDetails/VIDEO", count, tool_video, units::input_video},
    {"candidatesTokensDetails/TEXT", count, usage_units::output_text},
    {"candidatesTokensDetails/AUDIO", count, units::output_audio},
    {"candidatesTokensDetails/IMAGE", count, units::output_image},
    {"candidatesTokensDetails/VIDEO", count, units::output_video},
    {"responseTokensDetails/TEXT", alias, usage_units::output_text},
    {"responseTokensDetails/AUDIO", alias, units::output_audio},
    {"responseTokensDetails/IMAGE", alias, units::output_image},
    // As the Python SDK prints it
    {"prompt_token_count", alias, units::input, none, own},
    {"candidates_token_count", alias, units::output, none, own},
    {"total_token_count", total},
    {"cached_content_token_count", alias, units::cache_read, none, own},
    {"thoughts_token_count", alias, units::reasoning, units::output, own},
    {"tool_use_prompt_token_count", alias, tool, units::input, own},
    {"traffic_type", tier},
    {"trafficType", tier},
    {"serviceTier", tier},
};
}  // namespace rows

inline constexpr UsageMap usage_map = usage_map_of<rows::fields>(UsageSpelling::gemini);

}  // namespace gemini
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
