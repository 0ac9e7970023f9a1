// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/embeddings/request.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/openai_chat/request.hpp>
#include <centavo/api/detail/openai_chat/response.hpp>
#include <centavo/api/detail/openai_chat/writer.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/models/model_catalog.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_chat {

/// The data of the event that ends a stream.
inline constexpr std::string_view end_of_stream = "[DONE]";

/// Including those of the servers that speak the same API.
inline constexpr FinishName finish_names[] = {
    {"stop", FinishReason::stop},
    {"tool_calls", FinishReason::tool_calls},
    {"length", FinishReason::length},
    {"function_call", FinishReason::tool_calls},
    {"content_filter", FinishReason::content_filter},
    {"error", FinishReason::error},
    {"model_length", FinishReason::length},
    {"sensitive", FinishReason::content_filter},
    {"network_error", FinishReason::error},
};

inline constexpr std::string_view chat_flavors[] = {"chat"};
inline constexpr std::string_view embeddings_flavors[] = {"embeddings"};

/// Its events have no names.
[[nodiscard]] constexpr bool is_event(std::string_view) noexcept { return false; }

[[nodiscard]] constexpr FormatEvidence body_evidence(BodyMember const& member) noexcept {
    bool certain = member.name == "choices" && member.kind == JsonKind::array;
    bool likely = false;
    if (member.kind == JsonKind::string) {
        certain = member.name == "object" && (member.text.starts_with("chat.completion") ||
                                              member.text == "text_completion" || member.text == "batch");
        likely = member.name == "text";  // a transcription
    } else if (member.kind == JsonKind::number) {
        certain = is_count_beside(member.name);
    }
    return certain ? FormatEvidence::certain : likely ? FormatEvidence::likely : FormatEvidence::none;
}

[[nodiscard]] constexpr FormatEvidence usage_evidence(std::string_view field) noexcept {
    return field == "prompt_tokens" || field == "completion_tokens" || field == "pages_processed" ||
                   field == "seconds" || (field.starts_with("input_token") && field.ends_with("_details"))
               ? FormatEvidence::certain
               : FormatEvidence::none;
}

inline constexpr FormatEntry entry{.format = ApiFormat::openai_chat,
                                   .request = &request_format,
                                   .providers = {},
                                   .flavors = chat_flavors,
                                   .finish_names = finish_names,
                                   .is_event = is_event,
                                   .body_evidence = body_evidence,
                                   .usage_evidence = usage_evidence,
                                   .reader = [](FormatHint const& hint) -> Owned<ResponseFormat> {
                                       return Owned<ResponseFormat>{new ChatFormat{hint.provider}};
                                   },
                                   .write_body = write_chat_body,
                                   .write_stream = write_chat_stream};

/// Embeddings, whose bodies have the same usage block and nothing of their own to recognize them by.
inline constexpr FormatEntry embeddings_entry{
    .format = ApiFormat::embeddings,
    .request = &embeddings::request_format,
    .providers = {},
    .flavors = embeddings_flavors,
    .finish_names = {},
    .is_event = is_event,
    .body_evidence = [](BodyMember const&) noexcept { return FormatEvidence::none; },
    .usage_evidence = [](std::string_view) noexcept { return FormatEvidence::none; },
    .reader = entry.reader};

}  // namespace openai_chat
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
