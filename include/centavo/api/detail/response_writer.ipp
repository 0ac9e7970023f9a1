// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/response_writer.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string write_body(ApiFormat format, Response const& answer) {
    switch (format) {
    case ApiFormat::openai_chat: return detail::write_chat_body(answer);
    case ApiFormat::openai_responses: return detail::write_responses_body(answer);
    case ApiFormat::anthropic_messages: return detail::write_messages_body(answer);
    case ApiFormat::gemini: return detail::write_gemini_body(answer);
    case ApiFormat::openai_embeddings:
    case ApiFormat::bedrock_converse:
    case ApiFormat::cohere: break;
    }
    throw std::invalid_argument("responses cannot be written in this API format");
}

CENTAVO_INLINE std::string write_stream(ApiFormat format, Response const& answer) {
    switch (format) {
    case ApiFormat::openai_chat: return detail::write_chat_stream(answer);
    case ApiFormat::openai_responses: return detail::write_responses_stream(answer);
    case ApiFormat::anthropic_messages: return detail::write_messages_stream(answer);
    case ApiFormat::gemini: return detail::write_gemini_stream(answer);
    case ApiFormat::openai_embeddings:
    case ApiFormat::bedrock_converse:
    case ApiFormat::cohere: break;
    }
    throw std::invalid_argument("responses cannot be written in this API format");
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
