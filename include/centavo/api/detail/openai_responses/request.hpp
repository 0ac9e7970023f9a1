// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_format.hpp>

#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace openai_responses {

inline constexpr std::string_view prompt_members[] = {
    "instructions",         "input",        "tools",  "text",
    "previous_response_id", "conversation", "prompt", "context_management"};

inline constexpr MemberPath caps[] = {{.name = "max_output_tokens"}};

/// The smallest cap that the API accepts.
inline constexpr std::int64_t min_cap = 16;

inline void read_part(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a part of an item's content must be an object");
    ObjectView const part{value};
    JsonValue const type = part.find("type");
    if (JsonValue const text = part.find("text"); text.is(JsonKind::string)) {
        builder.add_text(text, value);
    } else if (type.equals("input_image") || part.has("image_url")) {
        JsonValue const source = part.find("image_url");
        if (!source.is(JsonKind::string)) {
            builder.refer_outside("a file");
        }
        builder.add_image(image_from(source, false, image_detail(part.find("detail"))));
    } else if (type.equals("input_file")) {
        builder.add_file(file_from(FileKind::document, part.find("file_data")));
    } else if (type.equals("input_audio")) {
        builder.add_file(file_from(FileKind::audio, part.object("input_audio").find("data")));
    } else {
        builder.add_opaque(value);
    }
}

inline void read_content(PromptBuilder& builder, JsonValue content) {
    if (content.is(JsonKind::string)) {
        return builder.add_text(content);
    }
    content.each([&](JsonValue part) { read_part(builder, part); });
}

inline void read_tools(PromptBuilder& builder, JsonValue tools) {
    if (!tools || tools.is_null()) {
        return;
    }
    builder.require(tools, JsonKind::array, "tools must be an array");
    tools.each([&](JsonValue value) {
        builder.require(value, JsonKind::object, "a tool must be an object");
        ObjectView const tool{value};
        JsonValue const type = tool.find("type");
        if (!type || type.equals("function") || type.equals("custom")) {
            builder.add_tool(tool, tool.find("parameters"));
        } else {
            builder.add_tool({}, {});
            ++builder.prompt().typed_tools;
            bool const run_by_caller = type.equals("local_shell") || type.equals("apply_patch") ||
                                       type.equals("computer_use_preview");
            builder.prompt().hosted_tools += run_by_caller ? 0 : 1;
        }
    });
}

inline void read_item(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "an item of the input must be an object");
    ObjectView const item{value};
    JsonValue const type = item.find("type");
    if (type.equals("additional_tools")) {
        builder.begin_message(value, "developer");
        read_tools(builder, item.find("tools"));
    } else if (item.has("role")) {
        builder.begin_message(value,
                              builder.text_or_empty(item.find("role"), "a message's role must be a string"));
        read_content(builder, item.find("content"));
    } else if (type.equals("function_call") || type.equals("custom_tool_call")) {
        builder.begin_message(value, "assistant");
        builder.add_call(
            builder.text_or_empty(item.find("call_id"), "a call_id must be a string"),
            builder.text_or_empty(item.find("name"), "a call's name must be a string"),
            builder.text_or_empty(item.find("arguments", "input"), "a call's arguments must be a string"));
    } else if (type.equals("function_call_output") || type.equals("custom_tool_call_output")) {
        builder.begin_message(value, "tool").tool_call_id =
            builder.text_or_empty(item.find("call_id"), "a call_id must be a string");
        ++builder.prompt().result_count;
        read_content(builder, item.find("output"));
    } else if (type.equals("reasoning")) {
        builder.begin_message(value, "assistant");
        JsonValue const sealed = item.find("encrypted_content");
        builder.add_thought({}, sealed.is(JsonKind::string) ? sealed.text.size() - 2 : 0);
        for (std::string_view const name : {"summary", "content"}) {
            item.find(name).each(
                [&](JsonValue part) { builder.prompt().thoughts += ObjectView{part}.find("text").string(); });
        }
        if (!sealed.is(JsonKind::string) || sealed.text.size() == 2) {
            builder.refer_outside("a reasoning item");
        }
    } else {
        if (type.equals("item_reference")) {
            builder.refer_outside("item_reference");
        }
        builder.begin_message(value, "assistant");
        builder.add_opaque(value);
    }
}

inline void read(PromptBuilder& builder, ObjectView const& body) {
    builder.add_system(builder.text_or_empty(body.find("instructions"), "instructions must be a string"));
    JsonValue const input = body.find("input");
    if (input.is(JsonKind::string)) {
        builder.begin_message(input, "user");
        builder.add_text(input);
    } else if (input && !input.is_null()) {
        builder.require(input, JsonKind::array, "the input must be a string or an array");
        input.each([&](JsonValue item) { read_item(builder, item); });
    }
    read_tools(builder, body.find("tools"));
    if (JsonValue const schema = body.object("text").object("format").find("schema")) {
        builder.set_schema(schema);
    }
    for (std::string_view const name :
         {"previous_response_id", "conversation", "prompt", "context_management"}) {
        if (body.has(name)) {
            builder.refer_outside(name);
        }
    }
}

[[nodiscard]] inline int evidence(RequestEvidence const& request) {
    if (request.address.path_ends_with("/responses")) {
        return 4;
    }
    for (std::string_view const name :
         {"instructions", "previous_response_id", "max_output_tokens", "text", "include", "reasoning"}) {
        if (request.body.has(name) && !request.body.has("messages")) {
            return 2;
        }
    }
    return request.body.has("input") ? 1 : 0;
}

inline constexpr RequestFormat request_format{.format = ApiFormat::openai_responses,
                                              .conversation = "input",
                                              .prompt_members = prompt_members,
                                              .caps = caps,
                                              .temperature = {.name = "temperature"},
                                              .stream = "stream",
                                              .needs_messages = false,
                                              .evidence = evidence,
                                              .read = read,
                                              .min_cap = [](ObjectView const&) { return Tokens{min_cap}; }};

}  // namespace openai_responses
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
