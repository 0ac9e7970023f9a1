// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/response_writer.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string write_body(Dialect dialect, Response const& answer) {
    switch (dialect) {
    case Dialect::openai_chat: return detail::write_chat_body(answer);
    case Dialect::openai_responses: return detail::write_responses_body(answer);
    case Dialect::anthropic: return detail::write_messages_body(answer);
    case Dialect::gemini: return detail::write_gemini_body(answer);
    case Dialect::openai_embeddings:
    case Dialect::bedrock_converse: break;
    }
    throw std::invalid_argument("centavo: answers are not written in this dialect");
}

CENTAVO_INLINE std::string write_stream(Dialect dialect, Response const& answer) {
    switch (dialect) {
    case Dialect::openai_chat: return detail::write_chat_stream(answer);
    case Dialect::openai_responses: return detail::write_responses_stream(answer);
    case Dialect::anthropic: return detail::write_messages_stream(answer);
    case Dialect::gemini: return detail::write_gemini_stream(answer);
    case Dialect::openai_embeddings:
    case Dialect::bedrock_converse: break;
    }
    throw std::invalid_argument("centavo: answers are not written in this dialect");
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
