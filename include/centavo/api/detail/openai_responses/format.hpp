// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/openai_responses/request.hpp>
#include <centavo/api/detail/openai_responses/response.hpp>
#include <centavo/api/detail/openai_responses/writer.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/models/model_catalog.hpp>

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

/// The events of responses and realtime, and those of transcriptions, speech and images.
[[nodiscard]] constexpr bool is_event(std::string_view type) noexcept {
    for (std::string_view const family :
         {"response.", "transcript.", "speech.audio.", "image_generation.", "image_edit.", "conversation.",
          "session.", "input_audio_buffer.", "output_audio_buffer.", "rate_limits."}) {
        if (type.starts_with(family)) {
            return true;
        }
    }
    return false;
}

[[nodiscard]] constexpr FormatEvidence body_evidence(BodyMember const& member) noexcept {
    bool const response =
        member.name == "object" && member.kind == JsonKind::string && member.text == "response";
    bool const output = member.name == "output" && member.kind == JsonKind::array;
    return response || output ? FormatEvidence::certain : FormatEvidence::none;
}

/// Its usage block is spelled as that of transcriptions and images is.
[[nodiscard]] constexpr FormatEvidence usage_evidence(std::string_view) noexcept {
    return FormatEvidence::none;
}

inline constexpr FormatEntry entry{.format = ApiFormat::openai_responses,
                                   .request = &request_format,
                                   .providers = {},
                                   .flavors = flavors,
                                   .finish_names = finish_names,
                                   .is_event = is_event,
                                   .body_evidence = body_evidence,
                                   .usage_evidence = usage_evidence,
                                   .reader = [](FormatHint const&) -> Owned<ResponseFormat> {
                                       return Owned<ResponseFormat>{new ResponsesFormat{}};
                                   },
                                   .write_body = write_responses_body,
                                   .write_stream = write_responses_stream};

}  // namespace openai_responses
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
