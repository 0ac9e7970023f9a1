// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/error.hpp>
#include <centavo/chat/image.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// JSON that is not a chat request; always has a position().
class CENTAVO_VISIBLE MalformedRequest : public Error {
public:
    MalformedRequest(std::string const& what, std::size_t position);
};

/// A function the model may call. A value.
struct Tool {
    std::string name;
    std::string description;
    std::string parameters;  ///< the JSON text of its schema; empty where it has none

    friend bool operator==(Tool const&, Tool const&) = default;
};

/// A call of a tool that the model asks for. A value.
struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments;  ///< JSON text as the model wrote it; it may not be JSON

    friend bool operator==(ToolCall const&, ToolCall const&) = default;
};

/// One message of a conversation. A value.
///
///     std::vector<Message> const asked{{"system", "Be brief."}, {"user", "Why is the sky blue?"}};
struct Message {
    std::string role;
    std::string content;                    ///< its text parts, joined; empty where it has none
    std::string name = {};                  ///< who speaks, where several share a role
    std::vector<ToolCall> tool_calls = {};  ///< what an assistant asked for
    std::string tool_call_id = {};          ///< the call that a tool message answers
    std::size_t other_parts = 0;  ///< parts that are not text: images, audio, files, a call of old form
    std::vector<ImagePart> images = {};  ///< those among them that are images, a tool's result looked through

    friend bool operator==(Message const&, Message const&) = default;
};

/// Reads a message in OpenAI's chat format where the scanner stands.
///
/// Members it does not know are passed over. Throws MalformedJson, or MalformedRequest for a wrong kind.
[[nodiscard]] Message read_message(detail::JsonScan& scan);

/// Appends `message` in OpenAI's chat format, compact; parts that are not text are not written.
CENTAVO_INLINE void append_message(std::string& out, Message const& message);

namespace chat {

/// The string where the scanner stands; null is the empty one.
[[nodiscard]] std::string read_text(detail::JsonScan& scan, char const* what);

/// Throws MalformedRequest unless a value of `kind` comes next.
void require(detail::JsonScan& scan, detail::JsonKind kind, char const* what);

[[nodiscard]] ToolCall read_tool_call(detail::JsonScan& scan);

/// Reads the images out of the parts of a part: what a tool answered, in Anthropic's format.
void read_inner_images(detail::JsonScan& scan, Message& message);

/// A part of a message's content: its text is appended, an image measured, anything else counted.
void read_part(detail::JsonScan& scan, Message& message);

void read_content(detail::JsonScan& scan, Message& message);

}  // namespace chat

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/chat/detail/message.ipp>
#endif
