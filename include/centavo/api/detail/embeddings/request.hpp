// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_format.hpp>

#include <cstddef>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace embeddings {

inline constexpr std::string_view prompt_members[] = {"input",
                                                      "inputs",
                                                      "texts",
                                                      "images",
                                                      "inputText",
                                                      "inputImage",
                                                      "requests",
                                                      "content",
                                                      "query",
                                                      "documents",
                                                      "singleEmbeddingParams",
                                                      "segmentedEmbeddingParams",
                                                      "instances",
                                                      "queries",
                                                      "sources",
                                                      "textQuery"};

/// Whether a member of this name holds text to embed or to rank.
[[nodiscard]] inline bool holds_text(JsonString const& name) {
    for (std::string_view const each :
         {"text", "value", "content", "title", "inputText", "query", "textQuery"}) {
        if (name.equals(each)) {
            return true;
        }
    }
    return false;
}

/// The texts, token ids and images among the inputs, whatever they are nested in.
inline void read_input(PromptBuilder& builder, JsonValue value, JsonValue item, std::size_t depth = 0) {
    constexpr std::size_t deepest = 16;
    auto const add = [&](JsonValue text) {
        if (text.equals("") || depth > deepest) {
            return;
        }
        std::string_view const raw = JsonScan{text.text}.string().raw;
        builder.begin_message(item, "user");
        if (raw.starts_with("data:image")) {
            builder.add_image(image_from(text, false));
        } else if (raw.starts_with("data:")) {
            builder.add_file(file_from(FileKind::other, text));
        } else {
            builder.add_text(text);
        }
    };
    switch (value.kind()) {
    case JsonKind::string: return add(value);
    case JsonKind::number: ++builder.prompt().given_tokens; return;
    case JsonKind::array:
        return value.each([&](JsonValue each) { read_input(builder, each, each, depth + 1); });
    case JsonKind::object:
        return value.each_member([&](JsonString const& name, JsonValue of) {
            if (of.is(JsonKind::string) ? holds_text(name)
                                        : of.is(JsonKind::object) || of.is(JsonKind::array)) {
                read_input(builder, of, item, depth + 1);
            } else if (of.is(JsonKind::string) && (name.equals("data") || name.equals("bytes"))) {
                builder.begin_message(item, "user");
                builder.add_file(file_from(FileKind::other, of));
            } else if (of.is(JsonKind::string) && (name.equals("image_url") || name.equals("url"))) {
                builder.begin_message(item, "user");
                builder.add_image(image_from(of, false));
            }
        });
    default: return;
    }
}

inline void read(PromptBuilder& builder, ObjectView const& body) {
    for (std::string_view const name : prompt_members) {
        if (JsonValue const input = body.find(name)) {
            read_input(builder, input, input);
        }
    }
}

[[nodiscard]] inline int evidence(RequestEvidence const& request) {
    std::string_view const operation = request.address.operation();
    for (std::string_view const name : {"embeddings", "multimodalembeddings", "embed", "rerank",
                                        "embedContent", "batchEmbedContents", "predict"}) {
        if (operation == name) {
            return 4;
        }
    }
    auto const has = [&](std::string_view name) { return request.body.has(name); };
    if (has("messages") || has("contents") || has("textGenerationConfig")) {
        return 0;
    }
    for (std::string_view const name : {"texts", "requests", "inputText", "singleEmbeddingParams",
                                        "instances", "encoding_format", "input_type"}) {
        if (has(name)) {
            return 3;
        }
    }
    bool const of_maker = family_of(request.model).api == ApiFormat::embeddings;
    return (has("query") && has("documents")) || (has("input") && of_maker) ||
                   request.body.find("content").is(JsonKind::object)
               ? 3
               : 0;
}

/// Embeddings and rankings of OpenAI, Google, Cohere, Voyage and Amazon: inputs without an output of tokens.
inline constexpr RequestFormat request_format{.format = ApiFormat::embeddings,
                                              .conversation = "input",
                                              .prompt_members = prompt_members,
                                              .caps = {},
                                              .needs_messages = false,
                                              .evidence = evidence,
                                              .read = read};

}  // namespace embeddings
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
