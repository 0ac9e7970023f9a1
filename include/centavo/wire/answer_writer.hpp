// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/models/model_facts.hpp>
#include <centavo/wire/answer.hpp>
#include <centavo/wire/chat_writer.hpp>
#include <centavo/wire/gemini_writer.hpp>
#include <centavo/wire/messages_writer.hpp>
#include <centavo/wire/responses_writer.hpp>

#include <stdexcept>
#include <string>

namespace centavo::inline v0 {

/// An answer as a whole body in the dialect of the client that asked, for what was cached or came from elsewhere.
///
/// Throws std::invalid_argument for a dialect that is not written: embeddings, Bedrock's Converse.
[[nodiscard]] inline std::string write_body(Dialect dialect, Answer const& answer) {
    switch (dialect) {
    case Dialect::openai_chat: return write_chat_body(answer);
    case Dialect::openai_responses: return write_responses_body(answer);
    case Dialect::anthropic: return write_messages_body(answer);
    case Dialect::gemini: return write_gemini_body(answer);
    case Dialect::openai_embeddings:
    case Dialect::bedrock_converse: break;
    }
    throw std::invalid_argument("centavo: answers are not written in this dialect");
}

/// The same as an event stream, from its first event to what ends it.
[[nodiscard]] inline std::string write_stream(Dialect dialect, Answer const& answer) {
    switch (dialect) {
    case Dialect::openai_chat: return write_chat_stream(answer);
    case Dialect::openai_responses: return write_responses_stream(answer);
    case Dialect::anthropic: return write_messages_stream(answer);
    case Dialect::gemini: return write_gemini_stream(answer);
    case Dialect::openai_embeddings:
    case Dialect::bedrock_converse: break;
    }
    throw std::invalid_argument("centavo: answers are not written in this dialect");
}

}  // namespace centavo::inline v0
