// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Appends `usage` as OpenAI's chat completions write it.
inline void append_chat_usage(std::string& out, Usage const& usage) {
    auto const number = [&](std::string_view name, Tokens count) {
        out.append(name).append(std::to_string(count.value()));
    };
    auto const details = [&](std::string_view name, std::string_view part, std::optional<Tokens> const& count,
                             std::optional<Tokens> const& audio) {
        if (count || audio) {
            out.append(name);
            if (count) {
                number(part, *count);
            }
            if (audio) {
                number(count ? R"(,"audio_tokens":)" : R"("audio_tokens":)", *audio);
            }
            out += '}';
        }
    };
    number(R"({"prompt_tokens":)", usage.input);
    number(R"(,"completion_tokens":)", usage.output);
    number(R"(,"total_tokens":)", usage.input + usage.output);
    details(R"(,"prompt_tokens_details":{)", R"("cached_tokens":)", usage.cache_read, usage.input_audio);
    details(R"(,"completion_tokens_details":{)", R"("reasoning_tokens":)", usage.reasoning,
            usage.output_audio);
    out += '}';
}

/// Whether a message is written whole or as one delta, whose tool calls are numbered.
enum class ChatForm : std::uint8_t { whole, delta };

/// Appends the members of a response's message.
inline void append_chat_message(std::string& out, Response const& response, ChatForm form) {
    out += R"("role":"assistant","content":)";
    if (response.text.empty() && !response.tool_calls.empty()) {
        out += "null";
    } else {
        append_json_string(out, response.text);
    }
    if (!response.refusal.empty()) {
        out += R"(,"refusal":)";
        append_json_string(out, response.refusal);
    }
    if (!response.reasoning.empty()) {
        out += R"(,"reasoning_content":)";
        append_json_string(out, response.reasoning);
    }
    for (std::size_t i = 0; i < response.tool_calls.size(); ++i) {
        ToolCall const& call = response.tool_calls[i];
        out += i == 0 ? R"(,"tool_calls":[{)" : ",{";
        out += form == ChatForm::delta ? R"("index":)" + std::to_string(i) + R"(,"id":)" : R"("id":)";
        append_json_string(out, call.id);
        out += R"(,"type":"function","function":{"name":)";
        append_json_string(out, call.name);
        out += R"(,"arguments":)";
        append_json_string(out, call.arguments);
        out += i + 1 == response.tool_calls.size() ? "}}]" : "}}";
    }
}

/// Appends a finish reason as OpenAI names it, null where there is none.
inline void append_chat_finish(std::string& out, FinishReason finish) {
    if (finish == FinishReason::none) {
        out += "null";
    } else {
        append_json_string(out, to_string(finish));
    }
}

/// A response as a whole body of OpenAI's chat completions.
///
/// Written as a replay: the id says so, and the moment of creation is 0.
[[nodiscard]] inline std::string write_chat_body(Response const& response) {
    std::string out = R"({"id":"chatcmpl-replay","object":"chat.completion","created":0,"model":)";
    append_json_string(out, response.model);
    out += R"(,"choices":[{"index":0,"message":{)";
    append_chat_message(out, response, ChatForm::whole);
    out += R"(},"finish_reason":)";
    append_chat_finish(out, response.finish);
    out += "}]";
    if (response.usage) {
        out += R"(,"usage":)";
        append_chat_usage(out, *response.usage);
    }
    return out + "}";
}

/// A response as an event stream of OpenAI's chat completions with its usage; one without a finish reason is a part, whose
/// stream does not end in [DONE].
[[nodiscard]] inline std::string write_chat_stream(Response const& response) {
    std::string out;
    auto const begin = [&] {
        out += R"(data: {"id":"chatcmpl-replay","object":"chat.completion.chunk","created":0,"model":)";
        append_json_string(out, response.model);
        out += R"(,"choices":[)";
    };
    begin();
    out += R"({"index":0,"delta":{)";
    append_chat_message(out, response, ChatForm::delta);
    out += "},\"finish_reason\":null}]}\n\n";
    begin();
    out += R"({"index":0,"delta":{},"finish_reason":)";
    append_chat_finish(out, response.finish);
    out += "}]}\n\n";
    if (response.usage) {
        begin();
        out += R"(],"usage":)";
        append_chat_usage(out, *response.usage);
        out += "}\n\n";
    }
    return response.finish == FinishReason::none ? out : out + "data: [DONE]\n\n";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
