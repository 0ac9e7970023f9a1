// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace anthropic_messages {

namespace rows {
using enum FieldRole;

/// The usage block of Anthropic's messages, where cached input lies outside `input_tokens`.
inline constexpr UsageField fields[] = {
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
    {"type", not_billed},   // of an iteration
    {"model", not_billed},  // of an iteration
};
}  // namespace rows

inline constexpr UsageMap usage_map{rows::fields};

}  // namespace anthropic_messages
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
