// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/openai_chat/usage.hpp>
#include <centavo/api/detail/usage_map.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_responses {

/// The usage block of OpenAI's responses, realtime, images and transcriptions: that of chat, where both spellings stand,
/// with the reasoning inside the output.
inline constexpr UsageMap usage_map = usage_map_of<openai_chat::rows::fields>(UsageSpelling::openai);

}  // namespace openai_responses
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
