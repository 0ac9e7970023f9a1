// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_format.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace anthropic_messages {

inline constexpr std::string_view prompt_members[] = {"system",        "messages",      "tools",
                                                      "output_config", "output_format", "mcp_servers",
                                                      "container",     "cache_control", "context_management"};

inline constexpr MemberPath caps[] = {{.name = "max_tokens"}};

/// An image's or a document's source: base64 data, text, a URL, a file id or content blocks.
inline void read_source(PromptBuilder& builder, ObjectView const& part, bool image) {
    ObjectView const source = part.object("source");
    JsonValue const data = source.find("data");
    if (image) {
        bool const held = data.is(JsonKind::string);
        if (!held && source.has("file_id")) {
            builder.refer_outside("a file");
        }
        builder.add_image(image_from(held ? data : source.find("url"), held));
    } else if (source.find("type").equals("text") && data.is(JsonKind::string)) {
        builder.add_result(data.string());
        --builder.prompt().result_count;
    } else if (JsonValue const content = source.find("content")) {
        builder.add_opaque(content);
    } else {
        builder.add_file(file_from(FileKind::document, data));
    }
}

inline void read_block(PromptBuilder& builder, JsonValue value);

inline void read_result(PromptBuilder& builder, JsonValue content) {
    std::string text = content.string();
    content.each([&](JsonValue each) {
        ObjectView const block{each};
        if (block.find("type").equals("text")) {
            text += block.find("text").string();
        } else {
            read_block(builder, each);
        }
    });
    builder.add_result(text);
}

inline void read_block(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a content block must be an object");
    ObjectView const block{value};
    builder.prompt().cache_marks |= block.has("cache_control");
    JsonValue const type = block.find("type");
    JsonValue const text = block.find("text");
    if ((!type || type.equals("text")) && text.is(JsonKind::string)) {
        builder.add_text(text, value);
    } else if (type.equals("tool_use")) {
        builder.add_call(builder.text_or_empty(block.find("id"), "a tool_use's id must be a string"),
                         builder.text_or_empty(block.find("name"), "a tool_use's name must be a string"),
                         std::string{block.find("input").text});
    } else if (type.equals("tool_result")) {
        read_result(builder, block.find("content"));
    } else if (type.equals("image") || type.equals("document")) {
        read_source(builder, block, type.equals("image"));
    } else if (type.equals("thinking") || type.equals("redacted_thinking")) {
        JsonValue const sealed = block.find("signature", "data");
        builder.add_thought(block.find("thinking").string(), sealed ? sealed.text.size() - 2 : 0);
    } else {
        if (type.equals("container_upload")) {
            builder.refer_outside("a file");
        }
        builder.add_opaque(value);
    }
}

inline void read_message(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a message must be an object");
    ObjectView const message{value};
    builder.begin_message(value,
                          builder.text_or_empty(message.find("role"), "a message's role must be a string"));
    JsonValue const content = message.find("content");
    if (content.is(JsonKind::string)) {
        return builder.add_text(content);
    }
    builder.require(content, JsonKind::array, "a message's content must be a string or an array");
    content.each([&](JsonValue block) { read_block(builder, block); });
}

inline void read_system(PromptBuilder& builder, JsonValue system) {
    if (system.is(JsonKind::string)) {
        builder.add_system(system.string());
    }
    system.each([&](JsonValue each) {
        ObjectView const block{each};
        builder.prompt().cache_marks |= block.has("cache_control");
        builder.add_system(block.find("text").string());
    });
}

/// Functions, and the tools that the model knows by their type: those of `anthropic.*` that the caller runs, such as
/// bash, and those that the provider runs.
inline void read_tools(PromptBuilder& builder, JsonValue tools) {
    tools.each([&](JsonValue value) {
        builder.require(value, JsonKind::object, "a tool must be an object");
        ObjectView const tool{value};
        std::string const type = tool.find("type").string();
        builder.prompt().cache_marks |= tool.has("cache_control");
        builder.add_tool(tool, tool.find("input_schema"));
        builder.prompt().typed_tools += type.empty() || type == "custom" ? 0 : 1;
        bool run_by_caller = type.empty();
        for (std::string_view const name : {"custom", "bash", "text_editor", "computer", "memory"}) {
            run_by_caller = run_by_caller || type.starts_with(name);
        }
        builder.prompt().hosted_tools += run_by_caller ? 0 : 1;
    });
}

inline void read(PromptBuilder& builder, ObjectView const& body) {
    read_system(builder, body.find("system"));
    if (JsonValue const messages = body.find("messages")) {
        builder.require(messages, JsonKind::array, "messages must be an array");
        messages.each([&](JsonValue message) { read_message(builder, message); });
    }
    if (JsonValue const tools = body.find("tools"); tools && !tools.is_null()) {
        builder.require(tools, JsonKind::array, "tools must be an array");
        read_tools(builder, tools);
    }
    builder.prompt().cache_marks |= body.has("cache_control");
    JsonValue const schema = body.object("output_config").object("format").find("schema");
    if (JsonValue const format = schema ? schema : body.object("output_format").find("schema")) {
        builder.set_schema(format);
    }
    builder.prompt().hosted_tools += body.has("mcp_servers") ? 1 : 0;
    for (std::string_view const name : {"container", "context_management"}) {
        if (body.has(name)) {
            builder.refer_outside(name);
        }
    }
}

/// The address of the API itself, of Vertex AI, and of Bedrock's InvokeModel, which serves other formats too.
[[nodiscard]] inline int evidence(RequestEvidence const& request) {
    bool const messages = request.body.find("messages").is(JsonKind::array);
    if (request.address.path_ends_with("/messages") || (messages && request.body.has("anthropic_version"))) {
        return 4;
    }
    if (!messages) {
        return 0;
    }
    std::string_view const operation = request.address.operation();
    bool const raw = operation.starts_with("invoke") || operation.ends_with("awPredict");
    bool const of_maker = family_of(request.model).api == ApiFormat::anthropic_messages;
    if (raw && of_maker) {
        return 4;
    }
    for (std::string_view const name :
         {"n", "response_format", "max_completion_tokens", "stream_options", "parallel_tool_calls"}) {
        if (request.body.has(name)) {  // of OpenAI's chat
            return 0;
        }
    }
    if (request.body.find("tools").text.find("\"function\"") != std::string_view::npos) {
        return 0;
    }
    bool const capped = request.body.has("max_tokens");
    bool const shaped = request.body.has("system") || request.body.has("thinking") ||
                        request.body.find("tools").text.find("\"input_schema\"") != std::string_view::npos;
    return capped && (shaped || request.is_model_of(ApiFormat::anthropic_messages)) ? 2 : 0;
}

/// More than the thinking budget, which is part of the output.
[[nodiscard]] inline Tokens cap_above_thinking(ObjectView const& thinking) {
    bool const enabled = thinking.find("type").equals("enabled");
    return std::max<std::int64_t>(0, enabled ? thinking.find("budget_tokens").integer().value_or(0) : 0) + 1;
}

inline constexpr RequestFormat request_format{
    .format = ApiFormat::anthropic_messages,
    .conversation = "messages",
    .prompt_members = prompt_members,
    .caps = caps,
    .temperature = {.name = "temperature"},
    .stream = "stream",
    .plain_operation = "invoke",
    .stream_operation = "invoke-with-response-stream",
    .evidence = evidence,
    .read = read,
    .min_cap = [](ObjectView const& body) { return cap_above_thinking(body.object("thinking")); }};

}  // namespace anthropic_messages
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
