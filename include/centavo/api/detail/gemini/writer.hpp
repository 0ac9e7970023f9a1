// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/tool_arguments.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Gemini's name of a finish reason; empty where there is none.
[[nodiscard]] constexpr std::string_view gemini_finish_of(FinishReason finish) noexcept {
    switch (finish) {
    case FinishReason::none:
    case FinishReason::error: return "";
    case FinishReason::length: return "MAX_TOKENS";
    case FinishReason::content_filter: return "SAFETY";
    case FinishReason::other: return "OTHER";
    case FinishReason::stop:
    case FinishReason::tool_calls: break;
    }
    return "STOP";
}

/// A response as a whole body of Gemini's generateContent, which has no id for a tool call. A refusal is a text.
[[nodiscard]] inline std::string write_gemini_body(Response const& response) {
    std::string out = R"({"candidates":[{"content":{"parts":[)";
    std::string_view comma;
    auto const text = [&](std::string const& part, std::string_view end) {
        if (!part.empty()) {
            out.append(comma).append(R"({"text":)");
            append_json_string(out, part);
            out += end;
            comma = ",";
        }
    };
    text(response.reasoning, R"(,"thought":true})");
    text(response.text, "}");
    text(response.refusal, "}");
    for (ToolCall const& call : response.tool_calls) {
        out.append(comma).append(R"({"functionCall":{"name":)");
        append_json_string(out, call.name);
        out += R"(,"args":)";
        append_arguments(out, call.arguments);
        out += "}}";
        comma = ",";
    }
    out += R"(],"role":"model"})";
    if (std::string_view const finish = gemini_finish_of(response.finish); !finish.empty()) {
        out += R"(,"finishReason":)";
        append_json_string(out, finish);
    }
    out += R"(,"index":0}])";
    if (response.usage) {
        Usage const& usage = *response.usage;
        auto const number = [&](std::string_view name, Tokens count) {
            out.append(name).append(std::to_string(count.value()));
        };
        number(R"(,"usageMetadata":{"promptTokenCount":)", usage.input);
        number(R"(,"candidatesTokenCount":)",
               usage.output - std::min(usage.output, usage.reasoning.value_or(0)));
        number(R"(,"totalTokenCount":)", usage.input + usage.output);
        if (usage.cache_read) {
            number(R"(,"cachedContentTokenCount":)", *usage.cache_read);
        }
        if (usage.reasoning) {
            number(R"(,"thoughtsTokenCount":)", *usage.reasoning);
        }
        out += '}';
    }
    out += R"(,"modelVersion":)";
    append_json_string(out, response.model);
    return out + "}";
}

/// A response as an event stream of Gemini's streamGenerateContent: one event, as short responses come.
[[nodiscard]] inline std::string write_gemini_stream(Response const& response) {
    return "data: " + write_gemini_body(response) + "\r\n\r\n";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
