// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/image_reader.hpp>
#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_format.hpp>
#include <centavo/models/model_catalog.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_chat {

inline constexpr std::string_view prompt_members[] = {
    "messages", "tools",   "functions",       "response_format", "web_search_options",
    "models",   "plugins", "search_settings", "prediction"};

inline constexpr MemberPath caps[] = {{.name = "max_completion_tokens"}, {.name = "max_tokens"}};

/// The image that a part is, in the shape of any API: servers of this one often take those of others.
[[nodiscard]] inline std::optional<ImagePart> find_image(JsonValue part) {
    if (!part.is(JsonKind::object)) {
        return std::nullopt;
    }
    ImageReader image;
    JsonScan scan{part.text};
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        if (!image.take(*key, scan)) {
            scan.skip();
        }
    }
    return image.part();
}

inline void read_part(PromptBuilder& builder, JsonValue value) {
    if (value.is(JsonKind::string)) {
        return builder.add_text(value, value);
    }
    builder.require(value, JsonKind::object, "a part of a message's content must be an object or a string");
    ObjectView const part{value};
    builder.prompt().cache_marks |= part.has("cache_control");
    if (JsonValue const text = part.find("text"); text.is(JsonKind::string)) {
        builder.add_text(text, value);
        if (auto const beside = find_image(value)) {
            builder.add_image(*beside);
        }
    } else if (part.has("input_audio")) {
        builder.add_file(file_from(FileKind::audio, part.object("input_audio").find("data")));
    } else if (part.has("file")) {
        builder.add_file(file_from(FileKind::document, part.object("file").find("file_data")));
    } else if (part.has("video_url")) {
        JsonValue const video = part.find("video_url");
        builder.add_file(
            file_from(FileKind::video, video.is(JsonKind::object) ? ObjectView{video}.find("url") : video));
    } else if (JsonValue const thinking = part.find("thinking")) {  // Mistral's reasoning
        builder.add_thought(thinking.is(JsonKind::string) ? thinking.string() : std::string{thinking.text},
                            0);
    } else if (auto const image = find_image(value)) {
        builder.add_image(*image);
    } else {
        part.find("content").each([&](JsonValue inner) {
            if (auto const found = find_image(inner)) {
                builder.last().images.push_back(*found);
            }
        });
        builder.add_opaque(value);
    }
}

inline void read_content(PromptBuilder& builder, JsonValue content) {
    if (!content || content.is_null()) {
        return;
    }
    if (content.is(JsonKind::string)) {
        return builder.add_text(content);
    }
    builder.require(content, JsonKind::array, "a message's content must be a string, an array or null");
    content.each([&](JsonValue part) { read_part(builder, part); });
}

inline void read_call(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a tool call must be an object");
    ObjectView const call{value};
    ObjectView const function = call.object(call.has("function") ? "function" : "custom");
    builder.add_call(
        builder.text_or_empty(call.find("id"), "a tool call's id must be a string"),
        builder.text_or_empty(function.find("name"), "a function's name must be a string"),
        builder.text_or_empty(function.find("arguments", "input"), "a call's arguments must be a string"));
}

inline void read_message(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a message must be an object");
    ObjectView const message{value};
    if (message.is_duplicate("content")) {
        builder.fail("a message must have at most one content", value);
    }
    Message& read = builder.begin_message(
        value, builder.text_or_empty(message.find("role"), "a message's role must be a string"));
    if (read.role.empty()) {
        builder.fail("a message must have a role", value);
    }
    read.name = builder.text_or_empty(message.find("name"), "a message's name must be a string");
    read.tool_call_id =
        builder.text_or_empty(message.find("tool_call_id"), "a tool_call_id must be a string");
    builder.prompt().result_count += read.role == "tool" ? 1 : 0;
    read_content(builder, message.find("content"));
    message.find("tool_calls").each([&](JsonValue call) { read_call(builder, call); });
    for (std::string_view const name : {"function_call", "audio", "refusal"}) {
        if (message.has(name)) {
            builder.add_opaque(message.find(name));
        }
    }
    for (std::string_view const name : {"reasoning_content", "reasoning", "tool_plan"}) {
        if (JsonValue const thought = message.find(name); thought.is(JsonKind::string)) {
            builder.prompt().thoughts += thought.string();
        }
    }
}

/// Reads `tools`: functions, and tools that the provider runs.
inline void read_tools(PromptBuilder& builder, JsonValue tools) {
    if (!tools || tools.is_null()) {
        return;
    }
    builder.require(tools, JsonKind::array, "tools must be an array");
    tools.each([&](JsonValue value) {
        builder.require(value, JsonKind::object, "a tool must be an object");
        ObjectView const tool{value};
        ObjectView const function =
            tool.find("function").is(JsonKind::object) ? tool.object("function") : tool;
        JsonValue const type = tool.find("type");
        bool const own = !type || type.equals("function") || type.equals("custom");
        builder.prompt().hosted_tools += own ? 0 : 1;
        builder.add_tool(function, function.find("parameters", "input_schema"));
    });
}

inline void read(PromptBuilder& builder, ObjectView const& body) {
    if (JsonValue const messages = body.find("messages")) {
        builder.require(messages, JsonKind::array, "messages must be an array");
        messages.each([&](JsonValue message) { read_message(builder, message); });
    }
    read_tools(builder, body.find("tools"));
    if (JsonValue const schema = body.object("response_format").object("json_schema").find("schema")) {
        builder.set_schema(schema);
    }
    for (std::string_view const name : {"web_search_options", "plugins", "search_settings"}) {
        builder.prompt().hosted_tools += body.has(name) ? 1 : 0;
    }
    builder.prompt().fallbacks = body.has("models");
}

[[nodiscard]] inline int evidence(RequestEvidence const& request) {
    return request.address.path_ends_with("/chat/completions") ? 4
           : request.body.find("messages").is(JsonKind::array) ? 1
                                                               : 0;
}

inline constexpr RequestFormat request_format{.format = ApiFormat::openai_chat,
                                              .conversation = "messages",
                                              .prompt_members = prompt_members,
                                              .caps = caps,
                                              .temperature = {.name = "temperature"},
                                              .choices = {.name = "n"},
                                              .stream = "stream",
                                              .evidence = evidence,
                                              .read = read};

}  // namespace openai_chat
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
