// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/writer.hpp>
#include <centavo/api/detail/gemini/writer.hpp>
#include <centavo/api/detail/openai_chat/writer.hpp>
#include <centavo/api/detail/openai_responses/writer.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/model_catalog.hpp>

#include <stdexcept>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// An answer as a whole body in the dialect of the client that asked, for what was cached or came from elsewhere.
///
/// Throws std::invalid_argument for a dialect that is not written: embeddings, Bedrock's Converse.
[[nodiscard]] inline std::string write_body(Dialect dialect, Response const& answer) {
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

/// The same as an event stream, from its first event to what ends it.
[[nodiscard]] inline std::string write_stream(Dialect dialect, Response const& answer) {
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
