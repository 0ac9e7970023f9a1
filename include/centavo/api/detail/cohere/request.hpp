// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/openai_chat/request.hpp>
#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_format.hpp>

#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace cohere {

inline constexpr std::string_view prompt_members[] = {"messages", "tools", "documents", "response_format"};

inline constexpr MemberPath caps[] = {{.name = "max_tokens"}};

/// Messages and tools have the shape of OpenAI's chat.
inline void read(PromptBuilder& builder, ObjectView const& body) {
    openai_chat::read(builder, body);
    if (JsonValue const schema = body.object("response_format").find("json_schema", "schema")) {
        builder.set_schema(schema);
    }
    if (JsonValue const documents = body.find("documents"); documents && !documents.is_null()) {
        builder.prompt().opaque += documents.text;
    }
}

[[nodiscard]] inline int evidence(RequestEvidence const& request) {
    if (request.address.path_ends_with("/v2/chat")) {
        return 4;
    }
    return request.body.find("messages").is(JsonKind::array) && request.is_model_of(ApiFormat::cohere) ? 2
                                                                                                       : 0;
}

inline constexpr RequestFormat request_format{.format = ApiFormat::cohere,
                                              .conversation = "messages",
                                              .prompt_members = prompt_members,
                                              .caps = caps,
                                              .temperature = {.name = "temperature"},
                                              .stream = "stream",
                                              .evidence = evidence,
                                              .read = read};

}  // namespace cohere
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
