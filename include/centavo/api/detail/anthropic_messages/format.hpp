// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/request.hpp>
#include <centavo/api/detail/anthropic_messages/response.hpp>
#include <centavo/api/detail/anthropic_messages/writer.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/models/model_catalog.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace anthropic_messages {

inline constexpr FinishName finish_names[] = {
    {"end_turn", FinishReason::stop},
    {"tool_use", FinishReason::tool_calls},
    {"stop_sequence", FinishReason::stop},
    {"max_tokens", FinishReason::length},
    {"model_context_window_exceeded", FinishReason::length},
    {"refusal", FinishReason::content_filter},
};

inline constexpr std::string_view providers[] = {"anthropic"};

[[nodiscard]] constexpr bool is_event(std::string_view type) noexcept {
    return type == "message_start" || type == "message_delta" || type == "message_stop" ||
           type.starts_with("content_block_") || type == "ping" || type == "message";
}

/// Recognized by its `type`, which is the name of an event; without that, by its list of content.
[[nodiscard]] constexpr FormatEvidence body_evidence(BodyMember const& member) noexcept {
    return member.name == "content" && member.kind == JsonKind::array ? FormatEvidence::likely
                                                                      : FormatEvidence::none;
}

[[nodiscard]] constexpr FormatEvidence usage_evidence(std::string_view field) noexcept {
    return field.starts_with("cache_creation") || field.starts_with("cache_read_input") ||
                   field == "server_tool_use" || field == "inference_geo" || field == "iterations"
               ? FormatEvidence::likely
               : FormatEvidence::none;
}

inline constexpr FormatEntry entry{.format = ApiFormat::anthropic_messages,
                                   .request = &request_format,
                                   .providers = providers,
                                   .flavors = {},
                                   .finish_names = finish_names,
                                   .is_event = is_event,
                                   .body_evidence = body_evidence,
                                   .usage_evidence = usage_evidence,
                                   .reader = [](FormatHint const&) -> Owned<ResponseFormat> {
                                       return Owned<ResponseFormat>{new AnthropicFormat{}};
                                   },
                                   .write_body = write_messages_body,
                                   .write_stream = write_messages_stream};

}  // namespace anthropic_messages
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
