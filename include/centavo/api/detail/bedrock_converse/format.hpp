// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/bedrock_converse/request.hpp>
#include <centavo/api/detail/bedrock_converse/response.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/models/model_catalog.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace bedrock_converse {

/// Besides those of the models it serves.
inline constexpr FinishName finish_names[] = {
    {"guardrail_intervened", FinishReason::content_filter},
    {"content_filtered", FinishReason::content_filter},
};

inline constexpr std::string_view providers[] = {"aws", "bedrock"};

[[nodiscard]] constexpr bool is_event(std::string_view type) noexcept {
    return type == "messageStart" || type == "messageStop" || type == "metadata" ||
           type.starts_with("contentBlock") || type.ends_with("Exception");
}

[[nodiscard]] constexpr FormatEvidence body_evidence(BodyMember const& member) noexcept {
    bool const reason = member.name == "stopReason" && member.kind == JsonKind::string;
    bool const object = member.name == "output/message" || member.name == "messageStart" ||
                        member.name.starts_with("contentBlock");
    return reason || (object && member.kind == JsonKind::object) ? FormatEvidence::certain
                                                                 : FormatEvidence::none;
}

/// The AI SDK's usage is spelled alike.
[[nodiscard]] constexpr FormatEvidence usage_evidence(std::string_view field) noexcept {
    return field == "inputTokens" || field == "outputTokens" || field == "promptTokens" ||
                   field == "completionTokens"
               ? FormatEvidence::certain
               : FormatEvidence::none;
}

inline constexpr FormatEntry entry{.format = ApiFormat::bedrock_converse,
                                   .request = &request_format,
                                   .providers = providers,
                                   .flavors = {},
                                   .finish_names = finish_names,
                                   .is_event = is_event,
                                   .body_evidence = body_evidence,
                                   .usage_evidence = usage_evidence,
                                   .reader = [](FormatHint const&) -> Owned<ResponseFormat> {
                                       return Owned<ResponseFormat>{new ConverseFormat{}};
                                   }};

}  // namespace bedrock_converse
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
