// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_map.hpp>
#include <centavo/pricing/unit.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace anthropic_messages {

namespace rows {
using enum FieldRole;
inline constexpr Unit none = UsageField::no_unit;
inline constexpr auto own = UsageSpelling::anthropic;

/// The usage block of Anthropic's messages, where cached input lies outside `input_tokens`.
inline constexpr UsageField fields[] = {
    {"input_tokens", count, units::input},
    {"output_tokens", count, units::output},
    {"cache_read_input_tokens", count, units::cache_read, units::input, own},
    {"cache_creation_input_tokens", count, units::cache_write, units::input, own},
    {"cache_creation/ephemeral_5m_input_tokens", count, units::cache_write_5m, none, own},
    {"cache_creation/ephemeral_1h_input_tokens", count, units::cache_write_1h, none, own},
    {"output_tokens_details/thinking_tokens", count, units::reasoning, none, own},
    {"server_tool_use/web_search_requests", count, units::web_searches, none, own},
    {"server_tool_use/web_fetch_requests", count, units::web_fetches, none, own},
    {"server_tool_use/code_execution_requests", count, units::tool_calls, none, own},
    {"server_tool_use/tool_search_requests", not_billed},
    {"service_tier", tier},
    {"speed", speed},
    {"inference_geo", region},
    {"total_tokens", total},
    {"cost", charge},
    {"type", not_billed},   // of an iteration
    {"model", not_billed},  // of an iteration
};
}  // namespace rows

inline constexpr UsageMap usage_map = usage_map_of<rows::fields>(UsageSpelling::anthropic);

}  // namespace anthropic_messages
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
