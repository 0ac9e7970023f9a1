// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/gemini/request.hpp>
#include <centavo/api/detail/gemini/response.hpp>
#include <centavo/api/detail/gemini/writer.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/models/model_catalog.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace gemini {

inline constexpr FinishName finish_names[] = {
    {"STOP", FinishReason::stop},
    {"MAX_TOKENS", FinishReason::length},
    {"SAFETY", FinishReason::content_filter},
    {"RECITATION", FinishReason::content_filter},
    {"BLOCKLIST", FinishReason::content_filter},
    {"PROHIBITED_CONTENT", FinishReason::content_filter},
    {"SPII", FinishReason::content_filter},
    {"IMAGE_SAFETY", FinishReason::content_filter},
    {"MODEL_ARMOR", FinishReason::content_filter},
    {"MALFORMED_FUNCTION_CALL", FinishReason::other},  // the model's fault: it is an answer, and billed
    {"UNEXPECTED_TOOL_CALL", FinishReason::other},
    {"FINISH_REASON_UNSPECIFIED", FinishReason::none},
};

inline constexpr std::string_view providers[] = {"google"};

/// Its events have no names.
[[nodiscard]] constexpr bool is_event(std::string_view) noexcept { return false; }

[[nodiscard]] constexpr FormatEvidence body_evidence(BodyMember const& member) noexcept {
    bool const candidates = member.name == "candidates" && member.kind == JsonKind::array;
    bool const own = (member.name == "usageMetadata" || member.name == "usage_metadata" ||
                      member.name == "promptFeedback") &&
                     member.kind == JsonKind::object;
    return candidates || own               ? FormatEvidence::certain
           : member.name == "modelVersion" ? FormatEvidence::likely
                                           : FormatEvidence::none;
}

/// Its usage block has a name of its own.
[[nodiscard]] constexpr FormatEvidence usage_evidence(std::string_view) noexcept {
    return FormatEvidence::none;
}

inline constexpr FormatEntry entry{.format = ApiFormat::gemini,
                                   .request = &request_format,
                                   .providers = providers,
                                   .flavors = {},
                                   .finish_names = finish_names,
                                   .is_event = is_event,
                                   .body_evidence = body_evidence,
                                   .usage_evidence = usage_evidence,
                                   .reader = [](FormatHint const& hint) -> Owned<ResponseFormat> {
                                       return Owned<ResponseFormat>{new GeminiFormat{hint.model}};
                                   },
                                   .write_body = write_gemini_body,
                                   .write_stream = write_gemini_stream};

}  // namespace gemini
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
