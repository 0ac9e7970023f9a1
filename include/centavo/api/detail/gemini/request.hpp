// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_format.hpp>

#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace gemini {

/// Every member has two spellings; the API accepts both.
inline constexpr std::string_view prompt_members[] = {
    "contents",         "systemInstruction", "system_instruction", "tools",
    "generationConfig", "generation_config", "cachedContent",      "cached_content"};

inline constexpr MemberPath of_config(std::string_view name, std::string_view other) {
    return {
        .name = name, .group = "generationConfig", .other_name = other, .other_group = "generation_config"};
}
inline constexpr MemberPath caps[] = {of_config("maxOutputTokens", "max_output_tokens")};

inline void read_blob(PromptBuilder& builder, ObjectView const& blob) {
    std::string const type = blob.find("mimeType", "mime_type").string();
    JsonValue const data = blob.find("data");
    JsonValue const address = blob.find("fileUri", "file_uri");
    if (type.starts_with("image/")) {
        if (!data) {
            builder.refer_outside("a file");
        }
        builder.add_image(image_from(data ? data : address, data.is(JsonKind::string)));
    } else {
        builder.add_file(file_from(file_kind(type), data));
    }
}

inline void read_part(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "a part must be an object");
    ObjectView const part{value};
    if (JsonValue const sealed = part.find("thoughtSignature", "thought_signature");
        sealed.is(JsonKind::string)) {
        builder.prompt().encrypted_bytes += sealed.text.size() - 2;
    }
    if (JsonValue const text = part.find("text"); text.is(JsonKind::string)) {
        if (part.find("thought").text == "true") {
            builder.add_thought(text.string(), 0);
        } else {
            builder.add_text(text, value);
        }
    } else if (JsonValue const call = part.find("functionCall", "function_call")) {
        ObjectView const function{call};
        builder.add_call(function.find("id").string(), function.find("name").string(),
                         std::string{function.find("args").text});
    } else if (JsonValue const response = part.find("functionResponse", "function_response")) {
        ObjectView const function{response};
        builder.add_result(function.find("name").string() + std::string{function.find("response").text});
        function.find("parts").each([&](JsonValue inner) { read_part(builder, inner); });
    } else if (JsonValue const blob = part.find("inlineData", "inline_data")) {
        read_blob(builder, ObjectView{blob});
    } else if (JsonValue const file = part.find("fileData", "file_data")) {
        read_blob(builder, ObjectView{file});
    } else if (part.size() > 0) {
        builder.add_opaque(value);
    }
}

inline void read_content(PromptBuilder& builder, JsonValue value) {
    builder.require(value, JsonKind::object, "an element of contents must be an object");
    ObjectView const content{value};
    std::string role = builder.text_or_empty(content.find("role"), "a role must be a string");
    builder.begin_message(value, role == "model" ? "assistant" : role.empty() ? "user" : std::move(role));
    content.find("parts").each([&](JsonValue part) { read_part(builder, part); });
}

inline void read_tools(PromptBuilder& builder, JsonValue tools) {
    tools.each([&](JsonValue value) {
        builder.require(value, JsonKind::object, "a tool must be an object");
        value.each_member([&](JsonString const& name, JsonValue of) {
            if (!name.equals("functionDeclarations") && !name.equals("function_declarations")) {
                ++builder.prompt().hosted_tools;
                return;
            }
            of.each([&](JsonValue each) {
                ObjectView const function{each};
                JsonValue const schema = function.find("parameters");
                builder.add_tool(function,
                                 schema ? schema
                                        : function.find("parametersJsonSchema", "parameters_json_schema"));
            });
        });
    });
}

inline void read(PromptBuilder& builder, ObjectView const& body) {
    ObjectView const system = body.object("systemInstruction", "system_instruction");
    if (system.whole().is(JsonKind::string)) {
        builder.add_system(system.whole().string());
    }
    system.find("parts").each(
        [&](JsonValue part) { builder.add_system(ObjectView{part}.find("text").string()); });
    if (JsonValue const contents = body.find("contents")) {
        builder.require(contents, JsonKind::array, "contents must be an array");
        contents.each([&](JsonValue content) { read_content(builder, content); });
    }
    if (JsonValue const tools = body.find("tools"); tools && !tools.is_null()) {
        builder.require(tools, JsonKind::array, "tools must be an array");
        read_tools(builder, tools);
    }
    ObjectView const config = body.object("generationConfig", "generation_config");
    JsonValue const schema = config.find("responseSchema", "response_schema");
    if (JsonValue const found = schema ? schema : config.find("responseJsonSchema", "response_json_schema")) {
        builder.set_schema(found);
    }
    if (body.has("cachedContent") || body.has("cached_content")) {
        builder.refer_outside("cachedContent");
    }
}

[[nodiscard]] inline int evidence(RequestEvidence const& request) {
    std::string_view const operation = request.address.operation();
    if (operation == "generateContent" || operation == "streamGenerateContent") {
        return 4;
    }
    return request.body.find("contents").is(JsonKind::array) ? 3 : 0;
}

inline constexpr RequestFormat request_format{.format = ApiFormat::gemini,
                                              .conversation = "contents",
                                              .prompt_members = prompt_members,
                                              .caps = caps,
                                              .temperature = of_config("temperature", {}),
                                              .choices = of_config("candidateCount", "candidate_count"),
                                              .plain_operation = "generateContent",
                                              .stream_operation = "streamGenerateContent",
                                              .evidence = evidence,
                                              .read = read};

}  // namespace gemini
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
