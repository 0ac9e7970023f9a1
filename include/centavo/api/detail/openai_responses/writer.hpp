// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The output items of a response as OpenAI's responses write them: reasoning, the message, calls of functions.
[[nodiscard]] inline std::vector<std::string> response_items(Response const& response) {
    std::vector<std::string> items;
    if (!response.reasoning.empty()) {
        std::string& out = items.emplace_back(
            R"({"id":"rs_replay","type":"reasoning","summary":[{"type":"summary_text","text":)");
        append_json_string(out, response.reasoning);
        out += "}]}";
    }
    if (!response.text.empty() || !response.refusal.empty() || response.tool_calls.empty()) {
        std::string& out = items.emplace_back(
            R"({"id":"msg_replay","type":"message","status":"completed","role":"assistant","content":[)");
        if (!response.text.empty() || response.refusal.empty()) {
            out += R"({"type":"output_text","annotations":[],"text":)";
            append_json_string(out, response.text);
            out += response.refusal.empty() ? "}" : "},";
        }
        if (!response.refusal.empty()) {
            out += R"({"type":"refusal","refusal":)";
            append_json_string(out, response.refusal);
            out += "}";
        }
        out += "]}";
    }
    for (ToolCall const& call : response.tool_calls) {
        std::string& out = items.emplace_back(R"({"type":"function_call","id":)");
        append_json_string(out, call.id);
        out += R"(,"call_id":)";
        append_json_string(out, call.id);
        out += R"(,"name":)";
        append_json_string(out, call.name);
        out += R"(,"arguments":)";
        append_json_string(out, call.arguments);
        out += R"(,"status":"completed"})";
    }
    return items;
}

/// A response as a whole body of OpenAI's responses.
[[nodiscard]] inline std::string write_responses_body(Response const& response) {
    bool const cut =
        response.finish == FinishReason::length || response.finish == FinishReason::content_filter;
    std::string out = R"({"id":"resp_replay","object":"response","created_at":0,"status":)";
    out += cut ? R"("incomplete","incomplete_details":{"reason":)" : R"("completed")";
    if (cut) {
        out += response.finish == FinishReason::length ? R"("max_output_tokens"})" : R"("content_filter"})";
    }
    out += R"(,"model":)";
    append_json_string(out, response.model);
    out += R"(,"output":[)";
    std::string_view comma;
    for (std::string const& item : response_items(response)) {
        out.append(comma).append(item);
        comma = ",";
    }
    out += R"(],"usage":)";
    if (!response.usage) {
        return out + "null}";
    }
    Usage const& usage = *response.usage;
    auto const number = [&](std::string_view name, Tokens count) {
        out.append(name).append(std::to_string(count.value()));
    };
    number(R"({"input_tokens":)", usage.input);
    number(R"(,"input_tokens_details":{"cached_tokens":)", usage.cache_read.value_or(0));
    number(R"(},"output_tokens":)", usage.output);
    number(R"(,"output_tokens_details":{"reasoning_tokens":)", usage.reasoning.value_or(0));
    number(R"(},"total_tokens":)", usage.input + usage.output);
    return out + "}}";
}

/// A response as an event stream of OpenAI's responses.
[[nodiscard]] inline std::string write_responses_stream(Response const& response) {
    std::string out;
    std::int64_t number = 0;
    auto const event = [&](std::string_view type, std::string_view members) {
        out.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
        out.append("\",\"sequence_number\":")
            .append(std::to_string(number++))
            .append(members)
            .append("}\n\n");
    };
    std::string created =
        R"({"id":"resp_replay","object":"response","created_at":0,"status":"in_progress","model":)";
    append_json_string(created, response.model);
    created += R"(,"output":[],"usage":null})";
    event("response.created", R"(,"response":)" + created);
    std::vector<std::string> const items = response_items(response);
    std::size_t calls = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::string const at = R"(,"output_index":)" + std::to_string(i);
        auto const piece = [&](std::string_view kind, std::string_view id, std::string const& text,
                               std::string_view member) {
            if (text.empty()) {
                return;
            }
            std::string members = at + R"(,"item_id":)";
            append_json_string(members, id);
            std::string done = members;
            members.append(R"(,"delta":)");
            append_json_string(members, text);
            event(std::string{kind} + ".delta", members);
            done.append(",\"").append(member).append("\":");
            append_json_string(done, text);
            event(std::string{kind} + ".done", done);
        };
        event("response.output_item.added", at + R"(,"item":)" + items[i]);
        if (items[i].starts_with(R"({"id":"rs_)")) {
            piece("response.reasoning_summary_text", "rs_replay", response.reasoning, "text");
        } else if (items[i].starts_with(R"({"id":"msg_)")) {
            piece("response.output_text", "msg_replay", response.text, "text");
            piece("response.refusal", "msg_replay", response.refusal, "refusal");
        } else {
            ToolCall const& call = response.tool_calls[calls++];
            piece("response.function_call_arguments", call.id, call.arguments, "arguments");
        }
        event("response.output_item.done", at + R"(,"item":)" + items[i]);
    }
    bool const cut =
        response.finish == FinishReason::length || response.finish == FinishReason::content_filter;
    event(cut ? "response.incomplete" : "response.completed",
          R"(,"response":)" + write_responses_body(response));
    return out;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
