// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/chat/message.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE MalformedRequest::MalformedRequest(std::string const& what, std::size_t position)
    : Error{ErrorCode::malformed, "malformed request at byte " + std::to_string(position) + ": " + what,
            position} {}

namespace chat {

CENTAVO_INLINE std::string read_text(detail::JsonScan& scan, char const* what) {
    auto const kind = scan.peek();
    if (kind == detail::JsonKind::null) {
        scan.null();
        return {};
    }
    if (kind != detail::JsonKind::string) {
        throw MalformedRequest{what, scan.offset()};
    }
    return scan.string().text();
}

CENTAVO_INLINE void require(detail::JsonScan& scan, detail::JsonKind kind, char const* what) {
    if (scan.peek() != kind) {
        throw MalformedRequest{what, scan.offset()};
    }
}

CENTAVO_INLINE ToolCall read_tool_call(detail::JsonScan& scan) {
    ToolCall call;
    require(scan, detail::JsonKind::object, "a tool call is an object");
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (key->equals("id")) {
            call.id = read_text(scan, "a tool call's id is a string");
        } else if (key->equals("function")) {
            require(scan, detail::JsonKind::object, "a tool call's function is an object");
            scan.enter_object();
            while (auto const inner = scan.next_member()) {
                if (inner->equals("name")) {
                    call.name = read_text(scan, "a function's name is a string");
                } else if (inner->equals("arguments")) {
                    call.arguments = read_text(scan, "a call's arguments are a string");
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

CENTAVO_INLINE void read_inner_images(detail::JsonScan& scan, Message& message) {
    scan.enter_array();
    while (scan.next_element()) {
        if (scan.peek() != detail::JsonKind::object) {
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

CENTAVO_INLINE void read_part(detail::JsonScan& scan, Message& message) {
    if (scan.peek() == detail::JsonKind::string) {
        scan.string().append_to(message.content);
        return;
    }
    require(scan, detail::JsonKind::object, "a part of a message's content is an object or a string");
    bool text = false;
    ImageReader image;
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (key->equals("text") && scan.peek() == detail::JsonKind::string) {
            scan.string().append_to(message.content);
            text = true;
        } else if (key->equals("content") && scan.peek() == detail::JsonKind::array) {
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

CENTAVO_INLINE void read_content(detail::JsonScan& scan, Message& message) {
    if (scan.peek() != detail::JsonKind::array) {
        message.content = read_text(scan, "a message's content is a string, an array or null");
        return;
    }
    scan.enter_array();
    while (scan.next_element()) {
        read_part(scan, message);
    }
}

}  // namespace chat

CENTAVO_INLINE Message read_message(detail::JsonScan& scan) {
    Message message;
    chat::require(scan, detail::JsonKind::object, "a message is an object");
    auto const begin = scan.offset();
    bool content = false;
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (key->equals("role")) {
            message.role = chat::read_text(scan, "a message's role is a string");
        } else if (key->equals("content")) {
            if (std::exchange(content, true)) {
                throw MalformedRequest{"a message with two contents", scan.offset()};
            }
            chat::read_content(scan, message);
        } else if (key->equals("name")) {
            message.name = chat::read_text(scan, "a message's name is a string");
        } else if (key->equals("tool_call_id")) {
            message.tool_call_id = chat::read_text(scan, "a tool_call_id is a string");
        } else if (key->equals("tool_calls") && scan.peek() == detail::JsonKind::array) {
            scan.enter_array();
            while (scan.next_element()) {
                message.tool_calls.push_back(chat::read_tool_call(scan));
            }
        } else if (key->equals("function_call") || key->equals("audio") || key->equals("refusal")) {
            message.other_parts += scan.peek() == detail::JsonKind::null ? 0U : 1U;
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
        detail::append_json_string(out, text);
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

}  // namespace CENTAVO_ABI
}  // namespace centavo
