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
    std::string parameters;  ///< JSON text of its schema; empty without one

    friend bool operator==(Tool const&, Tool const&) = default;
};

/// A call of a tool that the model requests. A value.
struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments;  ///< JSON text as the model wrote it, not necessarily well-formed
    bool custom = false;    ///< a call of a custom tool, whose arguments are plain text

    friend bool operator==(ToolCall const&, ToolCall const&) = default;
};

/// One message of a conversation. A value.
///
///     std::vector<Message> const conversation{{"system", "Be brief."}, {"user", "Why is the sky blue?"}};
struct Message {
    std::string role;
    std::string content;                    ///< the text parts, joined; empty without any
    std::string name = {};                  ///< the participant, if several share a role
    std::vector<ToolCall> tool_calls = {};  ///< calls that the assistant requests
    std::string tool_call_id = {};          ///< of a tool message: the call it is the result of
    std::size_t other_parts = 0;  ///< number of parts that are not text: images, audio, files, function_call
    std::vector<ImagePart> images = {};  ///< the image parts, including those in a tool's result

    friend bool operator==(Message const&, Message const&) = default;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
