// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/request.hpp>
#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_format.hpp>

#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace bedrock_converse {

inline constexpr std::string_view prompt_members[] = {"system", "messages", "toolConfig", "outputConfig",
                                                      "promptVariables"};

inline constexpr MemberPath caps[] = {{.name = "maxTokens", .group = "inferenceConfig"}};

/// The data of an image's or a file's source; empty for a text or an address.
[[nodiscard]] inline JsonValue data_of(ObjectView const& media) {
    return media.object("source").find("bytes");
}

inline void read_block(PromptBuilder& builder, JsonValue value);

inline void read_result(PromptBuilder& builder, ObjectView const& result) {
    std::string text;
    result.find("content").each([&](JsonValue each) {
        ObjectView const block{each};
        if (JsonValue const json = block.find("json")) {
            text += json.text;
        } else if (JsonValue const shown = block.find("text")) {
            text += shown.string();
        } else {
            read_block(builder, each);
        }
    });
    builder.add_result(text);
}

inline void read_document(PromptBuilder& builder, ObjectView const& document) {
    if (JsonValue const text = document.object("source").find("text")) {
        builder.add_result(text.string());
        --builder.prompt().result_count;
    } else {
        builder.add_file(file_from(FileKind::document, data_of(document)));
    }
}

inline void read_block(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a content block must be an object");
    ObjectView const block{value};
    if (JsonValue const text = block.find("text"); text.is(JsonKind::string)) {
        builder.add_text(text, value);
    } else if (block.has("toolUse")) {
        ObjectView const call = block.object("toolUse");
        builder.add_call(call.find("toolUseId").string(), call.find("name").string(),
                         std::string{call.find("input").text});
    } else if (block.has("toolResult")) {
        read_result(builder, block.object("toolResult"));
    } else if (block.has("image")) {
        JsonValue const data = data_of(block.object("image"));
        if (!data) {
            builder.refer_outside("a file");
        }
        builder.add_image(image_from(data, true));
    } else if (block.has("document")) {
        read_document(builder, block.object("document"));
    } else if (block.has("video")) {
        builder.add_file(file_from(FileKind::video, data_of(block.object("video"))));
    } else if (block.has("audio")) {
        builder.add_file(file_from(FileKind::audio, data_of(block.object("audio"))));
    } else if (block.has("reasoningContent")) {
        ObjectView const reasoning = block.object("reasoningContent");
        ObjectView const shown = reasoning.object("reasoningText");
        JsonValue const sealed =
            reasoning.has("redactedContent") ? reasoning.find("redactedContent") : shown.find("signature");
        builder.add_thought(shown.find("text").string(),
                            sealed.is(JsonKind::string) ? sealed.text.size() - 2 : 0);
        if (reasoning.has("redactedContent")) {
            builder.refer_outside("redactedContent");
        }
    } else if (block.has("cachePoint")) {
        builder.prompt().cache_marks = true;
    } else {
        builder.add_opaque(value);
    }
}

inline void read_message(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a message must be an object");
    ObjectView const message{value};
    builder.begin_message(value,
                          builder.text_or_empty(message.find("role"), "a message's role must be a string"));
    JsonValue const content = message.find("content");
    builder.require(content, JsonKind::array, "a message's content must be an array");
    content.each([&](JsonValue block) { read_block(builder, block); });
}

inline void read_tools(PromptBuilder& builder, JsonValue tools) {
    tools.each([&](JsonValue value) {
        ObjectView const tool{value};
        if (tool.has("toolSpec")) {
            ObjectView const spec = tool.object("toolSpec");
            builder.add_tool(spec, spec.object("inputSchema").find("json"));
        } else if (tool.has("cachePoint")) {
            builder.prompt().cache_marks = true;
        } else {
            ++builder.prompt().hosted_tools;
        }
    });
}

inline void read(PromptBuilder& builder, ObjectView const& body) {
    body.find("system").each([&](JsonValue each) {
        ObjectView const block{each};
        builder.prompt().cache_marks |= block.has("cachePoint");
        builder.add_system(block.find("text").string());
    });
    if (JsonValue const messages = body.find("messages")) {
        builder.require(messages, JsonKind::array, "messages must be an array");
        messages.each([&](JsonValue message) { read_message(builder, message); });
    }
    read_tools(builder, body.object("toolConfig").find("tools"));
    ObjectView const structure = body.object("outputConfig").object("textFormat").object("structure");
    if (JsonValue const schema = structure.object("jsonSchema").find("schema")) {
        builder.set_schema(schema);
    }
    if (body.has("promptVariables")) {
        builder.refer_outside("promptVariables");
    }
}

[[nodiscard]] inline int evidence(RequestEvidence const& request) {
    std::string_view const operation = request.address.operation();
    if (operation == "converse" || operation == "converse-stream") {
        return 4;
    }
    if (!request.body.find("messages").is(JsonKind::array)) {
        return 0;
    }
    for (std::string_view const name : {"inferenceConfig", "toolConfig", "additionalModelRequestFields",
                                        "guardrailConfig", "schemaVersion"}) {
        if (request.body.has(name)) {
            return 3;
        }
    }
    return request.body.find("system").is(JsonKind::array) && !request.body.has("model") &&
                   !request.body.has("max_tokens")
               ? 2
               : 0;
}

[[nodiscard]] inline Tokens min_cap(ObjectView const& body) {
    ObjectView const fields = body.object("additionalModelRequestFields");
    ObjectView const thinking = fields.object("thinking", "reasoning_config");
    return anthropic_messages::cap_above_thinking(thinking);
}

inline constexpr RequestFormat request_format{
    .format = ApiFormat::bedrock_converse,
    .conversation = "messages",
    .prompt_members = prompt_members,
    .caps = caps,
    .temperature = {.name = "temperature", .group = "inferenceConfig"},
    .plain_operation = "converse",
    .stream_operation = "converse-stream",
    .evidence = evidence,
    .read = read,
    .min_cap = min_cap};

}  // namespace bedrock_converse
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
