// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/openai_chat/message.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/json_string.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_chat {

CENTAVO_INLINE void append_message(std::string& out, Message const& message) {
    auto const member = [&out](std::string_view name, std::string_view text) {
        out.append(name);
        append_json_string(out, text);
    };
    member(R"({"role":)", message.role);
    if (message.content.empty() && !message.tool_calls.empty()) {
        out.append(R"(,"content":null)");
    } else {
        member(R"(,"content":)", message.content);
    }
    if (!message.name.empty()) {
        member(R"(,"name":)", message.name);
    }
    char separator = '[';
    for (auto const& call : message.tool_calls) {
        out.append(separator == '[' ? R"(,"tool_calls":)" : "");
        out.push_back(separator);
        member(R"({"id":)", call.id);
        member(R"(,"type":"function","function":{"name":)", call.name);
        member(R"(,"arguments":)", call.arguments);
        out.append("}}");
        separator = ',';
    }
    out.append(separator == ',' ? "]" : "");
    if (!message.tool_call_id.empty()) {
        member(R"(,"tool_call_id":)", message.tool_call_id);
    }
    out.push_back('}');
}

}  // namespace openai_chat
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
