// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/chat/response.hpp>
#include <centavo/models/model_catalog.hpp>

#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Whether responses can be written in a format: not in those that are only read, embeddings, Converse and Cohere.
[[nodiscard]] bool can_write(ApiFormat format) noexcept;

/// A response as a whole body in the format of the client that expects it, whatever format it was read from.
///
/// Throws std::invalid_argument for a format that is only read: embeddings, Bedrock's Converse, Cohere.
[[nodiscard]] std::string write_body(ApiFormat format, Response const& response);

/// The same as an event stream, from its first event to its terminal one.
[[nodiscard]] std::string write_stream(ApiFormat format, Response const& response);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/response_writer.ipp>
#endif
