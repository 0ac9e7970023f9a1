// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/image_reader.hpp>
#include <centavo/api/detail/openai_chat/message.hpp>
#include <centavo/api/request.hpp>
#include <centavo/base/detail/config.hpp>

#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_chat {

CENTAVO_INLINE std::string read_optional_text(JsonScan& scan, char const* what) {
    auto const kind = scan.peek();
    if (kind == JsonKind::null) {
        scan.null();
        return {};
    }
    if (kind != JsonKind::string) {
        throw MalformedRequest{what, scan.offset()};
    }
    return scan.string().text();
}

CENTAVO_INLINE void require_kind(JsonScan& scan, JsonKind kind, char const* what) {
    if (scan.peek() != kind) {
        throw MalformedRequest{what, scan.offset()};
    }
}

CENTAVO_INLINE ToolCall read_tool_call(JsonScan& scan) {
    ToolCall call;
    require_kind(scan, JsonKind::object, "a tool call is an object");
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (key->equals("id")) {
            call.id = read_optional_text(scan, "a tool call's id is a string");
        } else if (key->equals("function")) {
            require_kind(scan, JsonKind::object, "a tool call's function is an object");
            scan.enter_object();
            while (auto const inner = scan.next_member()) {
                if (inner->equals("name")) {
                    call.name = read_optional_text(scan, "a function's name is a string");
                } else if (inner->equals("arguments")) {
                    call.arguments = read_optional_text(scan, "a call's arguments are a string");
                } else {
                    scan.skip();
                }
            }
        } else {
            scan.skip();
        }
    }
    return call;
}

/// Reads the images among the parts of a tool's result, in Anthropic's format.
CENTAVO_INLINE void read_inner_images(JsonScan& scan, Message& message) {
    scan.enter_array();
    while (scan.next_element()) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            continue;
        }
        ImageReader image;
        scan.enter_object();
        while (auto const key = scan.next_member()) {
            if (!image.take(*key, scan)) {
                scan.skip();
            }
        }
        if (auto const part = image.part()) {
            message.images.push_back(*part);
        }
    }
}

/// Reads a part of a message's content: appends text, measures images and counts the rest.
CENTAVO_INLINE void read_part(JsonScan& scan, Message& message) {
    if (scan.peek() == JsonKind::string) {
        scan.string().append_to(message.content);
        return;
    }
    require_kind(scan, JsonKind::object, "a part of a message's content is an object or a string");
    bool text = false;
    ImageReader image;
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (key->equals("text") && scan.peek() == JsonKind::string) {
            scan.string().append_to(message.content);
            text = true;
        } else if (key->equals("content") && scan.peek() == JsonKind::array) {
            read_inner_images(scan, message);
        } else if (!image.take(*key, scan)) {
            scan.skip();
        }
    }
    if (auto const part = image.part()) {
        message.images.push_back(*part);
    }
    message.other_parts += text ? 0 : 1;
}

CENTAVO_INLINE void read_content(JsonScan& scan, Message& message) {
    if (scan.peek() != JsonKind::array) {
        message.content = read_optional_text(scan, "a message's content is a string, an array or null");
        return;
    }
    scan.enter_array();
    while (scan.next_element()) {
        read_part(scan, message);
    }
}

CENTAVO_INLINE Message read_message(JsonScan& scan) {
    Message message;
    require_kind(scan, JsonKind::object, "a message is an object");
    auto const begin = scan.offset();
    bool content = false;
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (key->equals("role")) {
            message.role = read_optional_text(scan, "a message's role is a string");
        } else if (key->equals("content")) {
            if (std::exchange(content, true)) {
                throw MalformedRequest{"a message with two contents", scan.offset()};
            }
            read_content(scan, message);
        } else if (key->equals("name")) {
            message.name = read_optional_text(scan, "a message's name is a string");
        } else if (key->equals("tool_call_id")) {
            message.tool_call_id = read_optional_text(scan, "a tool_call_id is a string");
        } else if (key->equals("tool_calls") && scan.peek() == JsonKind::array) {
            scan.enter_array();
            while (scan.next_element()) {
                message.tool_calls.push_back(read_tool_call(scan));
            }
        } else if (key->equals("function_call") || key->equals("audio") || key->equals("refusal")) {
            message.other_parts += scan.peek() == JsonKind::null ? 0U : 1U;
            scan.skip();
        } else {
            scan.skip();
        }
    }
    if (message.role.empty()) {
        throw MalformedRequest{"a message without a role", begin};
    }
    return message;
}

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
