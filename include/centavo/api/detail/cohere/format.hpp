// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/cohere/request.hpp>
#include <centavo/api/detail/cohere/response.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/models/model_catalog.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace cohere {

inline constexpr FinishName finish_names[] = {
    {"COMPLETE", FinishReason::stop},     {"STOP_SEQUENCE", FinishReason::stop},
    {"MAX_TOKENS", FinishReason::length}, {"TOOL_CALL", FinishReason::tool_calls},
    {"ERROR", FinishReason::error},       {"ERROR_TOXIC", FinishReason::content_filter},
};

inline constexpr std::string_view providers[] = {"cohere"};

[[nodiscard]] constexpr bool is_event(std::string_view type) noexcept {
    return type == "message-start" || type == "message-end" || type.starts_with("content-") ||
           type.starts_with("tool-");
}

/// Recognized by its `type`, which is the name of an event, by its usage block, or by members that only it has.
[[nodiscard]] constexpr FormatEvidence body_evidence(BodyMember const& member) noexcept {
    bool const embeds = member.name == "response_type" && member.text.starts_with("embeddings_");
    return embeds                                                             ? FormatEvidence::certain
           : member.name == "generation_id" || member.name == "response_type" ? FormatEvidence::likely
                                                                              : FormatEvidence::none;
}

[[nodiscard]] constexpr FormatEvidence usage_evidence(std::string_view field) noexcept {
    return field == "billed_units" ? FormatEvidence::certain : FormatEvidence::none;
}

inline constexpr FormatEntry entry{.format = ApiFormat::cohere,
                                   .request = &request_format,
                                   .providers = providers,
                                   .flavors = {},
                                   .finish_names = finish_names,
                                   .is_event = is_event,
                                   .body_evidence = body_evidence,
                                   .usage_evidence = usage_evidence,
                                   .reader = [](FormatHint const&) -> Owned<ResponseFormat> {
                                       return Owned<ResponseFormat>{new CohereFormat{}};
                                   }};

}  // namespace cohere
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
