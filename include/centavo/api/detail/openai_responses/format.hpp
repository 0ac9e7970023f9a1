// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/openai_responses/request.hpp>
#include <centavo/api/detail/openai_responses/response.hpp>
#include <centavo/api/detail/openai_responses/writer.hpp>
#include <centavo/models/model_catalog.hpp>

#include <memory>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_responses {

inline constexpr FinishName finish_names[] = {
    {"completed", FinishReason::stop},
    {"max_output_tokens", FinishReason::length},
    {"failed", FinishReason::error},
};

inline constexpr std::string_view flavors[] = {"responses"};

[[nodiscard]] constexpr bool is_event(std::string_view type) noexcept {
    return type.starts_with("response.");
}

[[nodiscard]] constexpr FormatEvidence body_evidence(BodyMember const& member) noexcept {
    bool const response = member.name == "object" && member.text == "response";
    bool const output = member.name == "output" && member.kind == JsonKind::array;
    return response || output ? FormatEvidence::certain : FormatEvidence::none;
}

[[nodiscard]] constexpr FormatEvidence usage_evidence(std::string_view field) noexcept {
    return field.starts_with("input_token") && field.ends_with("_details") ? FormatEvidence::certain
           : field == "seconds"                                            ? FormatEvidence::likely
                                                                           : FormatEvidence::none;
}

inline constexpr FormatEntry entry{.format = ApiFormat::openai_responses,
                                   .request = &request_format,
                                   .providers = {},
                                   .flavors = flavors,
                                   .finish_names = finish_names,
                                   .is_event = is_event,
                                   .body_evidence = body_evidence,
                                   .usage_evidence = usage_evidence,
                                   .reader = [](std::string_view) -> std::unique_ptr<ResponseFormat> {
                                       return std::make_unique<ResponsesFormat>();
                                   },
                                   .write_body = write_responses_body,
                                   .write_stream = write_responses_stream};

}  // namespace openai_responses
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
