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

/// Appends the members of an answer's message.
inline void append_chat_message(std::string& out, Response const& answer, ChatForm form) {
    out += R"("role":"assistant","content":)";
    if (answer.text.empty() && !answer.tool_calls.empty()) {
        out += "null";
    } else {
        append_json_string(out, answer.text);
    }
    if (!answer.refusal.empty()) {
        out += R"(,"refusal":)";
        append_json_string(out, answer.refusal);
    }
    if (!answer.reasoning.empty()) {
        out += R"(,"reasoning_content":)";
        append_json_string(out, answer.reasoning);
    }
    for (std::size_t i = 0; i < answer.tool_calls.size(); ++i) {
        ToolCall const& call = answer.tool_calls[i];
        out += i == 0 ? R"(,"tool_calls":[{)" : ",{";
        out += form == ChatForm::delta ? R"("index":)" + std::to_string(i) + R"(,"id":)" : R"("id":)";
        append_json_string(out, call.id);
        out += R"(,"type":"function","function":{"name":)";
        append_json_string(out, call.name);
        out += R"(,"arguments":)";
        append_json_string(out, call.arguments);
        out += i + 1 == answer.tool_calls.size() ? "}}]" : "}}";
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

/// An answer as a whole body of OpenAI's chat completions.
///
/// Written as a replay: the id says so, and the moment of creation is 0.
[[nodiscard]] inline std::string write_chat_body(Response const& answer) {
    std::string out = R"({"id":"chatcmpl-replay","object":"chat.completion","created":0,"model":)";
    append_json_string(out, answer.model);
    out += R"(,"choices":[{"index":0,"message":{)";
    append_chat_message(out, answer, ChatForm::whole);
    out += R"(},"finish_reason":)";
    append_chat_finish(out, answer.finish);
    out += "}]";
    if (answer.usage) {
        out += R"(,"usage":)";
        append_chat_usage(out, *answer.usage);
    }
    return out + "}";
}

/// An answer as an event stream of OpenAI's chat completions, usage and [DONE] included.
[[nodiscard]] inline std::string write_chat_stream(Response const& answer) {
    std::string out;
    auto const begin = [&] {
        out += R"(data: {"id":"chatcmpl-replay","object":"chat.completion.chunk","created":0,"model":)";
        append_json_string(out, answer.model);
        out += R"(,"choices":[)";
    };
    begin();
    out += R"({"index":0,"delta":{)";
    append_chat_message(out, answer, ChatForm::delta);
    out += "},\"finish_reason\":null}]}\n\n";
    begin();
    out += R"({"index":0,"delta":{},"finish_reason":)";
    append_chat_finish(out, answer.finish);
    out += "}]}\n\n";
    if (answer.usage) {
        begin();
        out += R"(],"usage":)";
        append_chat_usage(out, *answer.usage);
        out += "}\n\n";
    }
    return out + "data: [DONE]\n\n";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
