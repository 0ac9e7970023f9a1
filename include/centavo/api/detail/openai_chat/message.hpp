// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/chat/message.hpp>

#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_chat {

/// Reads a string; null is the empty string. Throws MalformedRequest with `what` for any other value.
[[nodiscard]] std::string read_optional_text(JsonScan& scan, char const* what);

/// Throws MalformedRequest with `what` unless a value of `kind` comes next.
void require_kind(JsonScan& scan, JsonKind kind, char const* what);

/// Reads a message.
///
/// Skips unknown members. Throws MalformedJson, or MalformedRequest for a member of the wrong kind.
[[nodiscard]] Message read_message(JsonScan& scan);

/// Appends `message` as compact JSON, without the parts that are not text.
void append_message(std::string& out, Message const& message);

}  // namespace openai_chat
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/openai_chat/message.ipp>
#endif
