// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/writer.hpp>
#include <centavo/api/detail/gemini/writer.hpp>
#include <centavo/api/detail/openai_chat/writer.hpp>
#include <centavo/api/detail/openai_responses/writer.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/api_format.hpp>

#include <stdexcept>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A response as a whole body in an API's format, for one that was cached or came from another API.
///
/// Throws std::invalid_argument for a format that cannot be written: embeddings, Bedrock Converse, Cohere.
[[nodiscard]] std::string write_body(ApiFormat format, Response const& answer);

/// The same as an event stream, from its first event to what ends it.
[[nodiscard]] std::string write_stream(ApiFormat format, Response const& answer);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/response_writer.ipp>
#endif
