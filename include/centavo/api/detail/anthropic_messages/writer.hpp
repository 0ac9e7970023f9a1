// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/tool_arguments.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Anthropic's name of a finish reason; empty where there is none.
[[nodiscard]] constexpr std::string_view stop_reason_of(FinishReason finish) noexcept {
    switch (finish) {
    case FinishReason::none:
    case FinishReason::error: return "";
    case FinishReason::length: return "max_tokens";
    case FinishReason::tool_calls: return "tool_use";
    case FinishReason::content_filter: return "refusal";
    case FinishReason::stop:
    case FinishReason::other: break;
    }
    return "end_turn";
}

/// Appends `usage` as Anthropic's messages write it: the input beside what the cache gave and took.
inline void append_messages_usage(std::string& out, Usage const& usage) {
    Tokens const read = usage.cache_read.value_or(0);
    Tokens const written = usage.cache_write.value_or(0);
    auto const number = [&](std::string_view name, Tokens count) {
        out.append(name).append(std::to_string(count.value()));
    };
    number(R"({"input_tokens":)", usage.input - std::min(usage.input, read + written));
    number(R"(,"cache_creation_input_tokens":)", written);
    number(R"(,"cache_read_input_tokens":)", read);
    if (usage.cache_write_1h) {
        Tokens const hour = *usage.cache_write_1h;
        number(R"(,"cache_creation":{"ephemeral_5m_input_tokens":)", written - std::min(written, hour));
        number(R"(,"ephemeral_1h_input_tokens":)", hour);
        out += '}';
    }
    number(R"(,"output_tokens":)", usage.output);
    out += '}';
}

/// Calls `block(kind, text, call)` for every content block of a response; `call` is null but for tool calls.
template <typename Block>
void each_content_block(Response const& response, Block&& block) {
    if (!response.reasoning.empty()) {
        block("thinking", response.reasoning, nullptr);
    }
    for (std::string const* const text : {&response.text, &response.refusal}) {
        if (!text->empty()) {
            block("text", *text, nullptr);
        }
    }
    for (ToolCall const& call : response.tool_calls) {
        block("tool_use", call.arguments, &call);
    }
}

/// A response as a whole body of Anthropic's messages. A refusal is a text, as it is there.
[[nodiscard]] inline std::string write_messages_body(Response const& response) {
    std::string out = R"({"id":"msg_replay","type":"message","role":"assistant","model":)";
    append_json_string(out, response.model);
    out += R"(,"content":[)";
    bool first = true;
    each_content_block(response, [&](std::string_view kind, std::string const& text, ToolCall const* call) {
        out.append(first ? "" : ",").append(R"({"type":")").append(kind).append("\",\"");
        first = false;
        if (call == nullptr) {
            out.append(kind).append("\":");
            append_json_string(out, text);
            out += kind == "thinking" ? R"(,"signature":"")" : "";
        } else {
            out += "id\":";
            append_json_string(out, call->id);
            out += R"(,"name":)";
            append_json_string(out, call->name);
            out += R"(,"input":)";
            append_arguments(out, text);
        }
        out += '}';
    });
    std::string_view const reason = stop_reason_of(response.finish);
    out += R"(],"stop_reason":)";
    reason.empty() ? void(out += "null") : append_json_string(out, reason);
    out += R"(,"stop_sequence":null,"usage":)";
    append_messages_usage(out, response.usage.value_or(Usage{}));
    return out + "}";
}

/// A response as an event stream of Anthropic's messages.
[[nodiscard]] inline std::string write_messages_stream(Response const& response) {
    std::string out;
    auto const begin = [&](std::string_view type) {
        out.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type).append("\"");
    };
    auto const index = [&](std::size_t at) { out.append(R"(,"index":)").append(std::to_string(at)); };
    Usage usage = response.usage.value_or(Usage{});
    usage.output = 0;
    begin("message_start");
    out += R"(,"message":{"id":"msg_replay","type":"message","role":"assistant","model":)";
    append_json_string(out, response.model);
    out += R"(,"content":[],"stop_reason":null,"stop_sequence":null,"usage":)";
    append_messages_usage(out, usage);
    out += "}}\n\n";
    std::size_t at = 0;
    each_content_block(response, [&](std::string_view kind, std::string const& text, ToolCall const* call) {
        begin("content_block_start");
        index(at);
        out.append(R"(,"content_block":{"type":")").append(kind).append("\",");
        if (call == nullptr) {
            out.append("\"").append(kind).append(kind == "thinking" ? R"(":"","signature":"")" : "\":\"\"");
        } else {
            out += R"("id":)";
            append_json_string(out, call->id);
            out += R"(,"name":)";
            append_json_string(out, call->name);
            out += R"(,"input":{})";
        }
        out += "}}\n\n";
        begin("content_block_delta");
        index(at);
        out += call != nullptr      ? R"(,"delta":{"type":"input_json_delta","partial_json":)"
               : kind == "thinking" ? R"(,"delta":{"type":"thinking_delta","thinking":)"
                                    : R"(,"delta":{"type":"text_delta","text":)";
        append_json_string(out, text);
        out += "}}\n\n";
        begin("content_block_stop");
        index(at++);
        out += "}\n\n";
    });
    std::string_view const reason = stop_reason_of(response.finish);
    begin("message_delta");
    out += R"(,"delta":{"stop_reason":)";
    reason.empty() ? void(out += "null") : append_json_string(out, reason);
    out += R"(,"stop_sequence":null},"usage":)";
    append_messages_usage(out, response.usage.value_or(Usage{}));
    out += "}\n\n";
    begin("message_stop");
    return out + "}\n\n";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
