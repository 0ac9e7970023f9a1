// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/chat/image.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

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

}  // namespace CENTAVO_ABI
}  // namespace centavo
