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
[[nodiscard]] std::string write_body(Dialect dialect, Response const& answer);

/// The same as an event stream, from its first event to what ends it.
[[nodiscard]] std::string write_stream(Dialect dialect, Response const& answer);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/response_writer.ipp>
#endif
