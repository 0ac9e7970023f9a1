// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/image_tokens.hpp>
#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_state.hpp>
#include <centavo/api/detail/tool_rendering.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/base/detail/config.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Tokens count_message(Message const& message, Counter const& counter, ChatRules const& rules) {
    std::int64_t total =
        rules.per_message + counter.count(message.role).value() + counter.count(message.content).value();
    if (!message.name.empty()) {
        total += rules.per_name + counter.count(message.name).value();
    }
    for (ToolCall const& call : message.tool_calls) {
        total += counter.count(call.name).value() + counter.count(call.arguments).value();
    }
    return total;
}

CENTAVO_INLINE Tokens count_messages(std::span<Message const> messages, Counter const& counter,
                                     ChatRules const& rules) {
    Tokens total = rules.reply;
    for (Message const& message : messages) {
        total += count_message(message, counter, rules);
    }
    return total;
}

CENTAVO_INLINE Tokens count_images(std::span<Message const> messages, ModelId const& model) {
    Tokens total = 0;
    for (Message const& message : messages) {
        if (!message.images.empty()) {
            ImageRule const rule = family_of(model).image;
            for (ImagePart const& image : message.images) {
                total += detail::image_tokens(rule, image);
            }
        }
    }
    return total;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What calls and their results cost beside the names, arguments and texts that are counted for them.
[[nodiscard]] CENTAVO_INLINE std::int64_t calls_overhead(std::span<ToolCall const> calls,
                                                         Counter const& counter, ChatRules const& rules) {
    if (rules
            .harmony) {  // as the published format writes a call and its result, less what is counted of both
        return 9 * static_cast<std::int64_t>(calls.size());
    }
    if (calls.size() < 2) {
        return calls.empty() ? 0 : 3;
    }
    // Two or more are shown as one call of a function that the caller never declared.
    std::string shown = R"({"tool_uses":[)";
    std::int64_t apart = 0;
    for (ToolCall const& call : calls) {
        shown += shown.back() == '[' ? "" : ",";
        shown += R"({"recipient_name":"functions.)" + call.name + R"(","parameters":)" + call.arguments + "}";
        apart += counter.count(call.name).value() + counter.count(call.arguments).value();
    }
    std::int64_t const together =
        counter.count("multi_tool_use.parallel").value() + counter.count(shown + "]}").value();
    return 3 + together - apart - 2 * static_cast<std::int64_t>(calls.size());
}

[[nodiscard]] CENTAVO_INLINE std::int64_t tool_choice_tokens(Request const& request, Counter const& counter) {
    auto const choice = request.member("tool_choice");
    if (!choice) {
        return 0;
    }
    if (*choice == R"("none")") {
        return 1;
    }
    if (*choice == R"("required")") {
        return -1;
    }
    std::string const name = ObjectView{JsonValue{*choice}}.object("function").find("name").string();
    return name.empty() ? 0 : 4 + counter.count(name).value();
}

/// The tokens of a JSON text without the white space between its tokens.
[[nodiscard]] CENTAVO_INLINE std::int64_t compact_tokens(std::string_view json, Counter const& counter) {
    std::string compact;
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        char const c = json[i];
        if (quoted || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
            compact += c;
        }
        if (quoted && c == '\\' && i + 1 < json.size()) {
            compact += json[++i];
        } else if (c == '"') {
            quoted = !quoted;
        }
    }
    return counter.count(compact).value();
}

/// The texts that are no message's content: reasoning, results and parts of unknown kinds.
[[nodiscard]] CENTAVO_INLINE std::int64_t other_tokens(Prompt const& prompt, Counter const& counter) {
    return counter.count(prompt.results).value() + counter.count(prompt.opaque).value() + prompt.given_tokens;
}

/// The prompt of OpenAI's models, which is public except for the exact form of functions and schemas.
[[nodiscard]] CENTAVO_INLINE std::int64_t count_openai(Request const& request, Prompt const& prompt,
                                                       ModelFamily const& family, Counter const& counter) {
    ChatRules const& rules = family.chat;
    std::int64_t total =
        count_messages(prompt.messages, counter, rules).value() + other_tokens(prompt, counter);
    if (!prompt.system.empty()) {
        total += rules.per_message + 1 + counter.count(prompt.system).value();
    }
    bool const tools = !prompt.tools.empty();
    bool padded = !tools;
    bool system = !prompt.system.empty();
    std::unordered_map<std::string_view, std::string_view> called;
    for (Message const& message : prompt.messages) {
        total += calls_overhead(message.tool_calls, counter, rules);
        for (ToolCall const& call : message.tool_calls) {
            called.try_emplace(call.id, call.name);
        }
        if (message.role == "tool") {  // shown as a message of the function that was called
            auto const function = called.find(message.tool_call_id);
            bool const named = function != called.end() && !function->second.empty();
            total += 1 + (named ? counter.count("functions." + std::string{function->second}).value() : 0);
        }
        if (message.role == "system") {
            system = true;
            if (!padded) {
                total +=
                    counter.count(message.content + "\n").value() - counter.count(message.content).value();
                padded = true;
            }
        }
    }
    if (tools) {
        ToolLayout const layout = rules.harmony ? ToolLayout::lines : ToolLayout::compact;
        bool const responses = request.format() == ApiFormat::openai_responses;
        std::int64_t const once = !responses ? rules.tools : rules.harmony ? 8 : 3;
        total +=
            counter.count(render_tools(prompt.tools, layout)).value() + once - (system && !responses ? 4 : 0);
        total += rules.harmony ? 0 : tool_choice_tokens(request, counter);
    }
    return total + (prompt.schema.empty() ? 0 : compact_tokens(prompt.schema, counter) + 1);
}

/// Whether a request demands that a function is called.
[[nodiscard]] CENTAVO_INLINE bool forces_tool(Request const& request) {
    auto const choice =
        request.member(request.format() == ApiFormat::bedrock_converse ? "toolConfig" : "tool_choice");
    if (!choice) {
        return false;
    }
    JsonValue value{*choice};
    if (request.format() == ApiFormat::bedrock_converse) {
        ObjectView const demanded = ObjectView{value}.object("toolChoice");
        return demanded.has("any") || demanded.has("tool");
    }
    ObjectView const object{value};
    JsonValue const kind = object.has("type") ? object.find("type") : value;
    return kind.equals("any") || kind.equals("required") || kind.equals("tool") || kind.equals("function");
}

/// The prompt of a family that PromptRule describes.
[[nodiscard]] CENTAVO_INLINE std::int64_t count_by_rule(Request const& request, Prompt const& prompt,
                                                        PromptRule const& rule, Counter const& counter) {
    std::int64_t total = rule.request + other_tokens(prompt, counter) + counter.count(prompt.system).value();
    std::int64_t calls = prompt.result_count;
    for (Message const& message : prompt.messages) {
        total += rule.message + counter.count(message.content).value();
        for (ToolCall const& call : message.tool_calls) {
            total += counter.count(call.name).value() + counter.count(call.arguments).value();
            ++calls;
        }
    }
    total += rule.call * calls;
    if (!prompt.tools.empty()) {
        std::string declared;
        for (Tool const& tool : prompt.tools) {
            append_json_string(declared.append(R"({"name":)"), tool.name);
            append_json_string(declared.append(R"(,"description":)"), tool.description);
            declared.append(R"(,"parameters":)").append(tool.parameters).append("}\n");
        }
        total += compact_tokens(declared, counter) * rule.declarations / 100 + rule.tools +
                 (forces_tool(request) ? rule.forced_tool : 0);
    }
    if (!prompt.schema.empty()) {
        total += rule.schema + compact_tokens(prompt.schema, counter) * rule.schema_text / 100;
    }
    return total + counter.count(prompt.thoughts).value() * rule.thoughts / 100 +
           static_cast<std::int64_t>(prompt.encrypted_bytes) * rule.sealed / 1'000;
}

/// Whether nothing in a request is billed by a rule that is only estimated.
[[nodiscard]] CENTAVO_INLINE bool is_plain_text(Request const& request, Prompt const& prompt) {
    if (!prompt.outside.empty() || prompt.hosted_tools > 0 || prompt.fallbacks || !prompt.files.empty() ||
        !prompt.tools.empty()) {
        return false;
    }
    for (std::string_view const name :
         {"functions", "response_format", "text", "audio", "web_search_options", "prediction"}) {
        if (request.member(name)) {
            return false;
        }
    }
    return all_of(prompt.messages, [](Message const& message) {
        bool const plain = message.role == "system" || message.role == "user" || message.role == "assistant";
        return plain && message.tool_calls.empty() && message.other_parts == 0 && message.images.empty();
    });
}

/// A rough number of tokens for a file: a page for every 24 KB of a document, a second for every 24 KB of sound.
[[nodiscard]] CENTAVO_INLINE std::int64_t file_tokens(FilePart const& file) {
    std::int64_t const units = 1 + static_cast<std::int64_t>(file.source_bytes) / 24'576;
    switch (file.kind) {
    case FileKind::audio: return 32 * units;
    case FileKind::video: return 290 * units;
    case FileKind::document:
    case FileKind::other: return 800 * units;
    }
    return 0;
}

[[nodiscard]] CENTAVO_INLINE std::int64_t worst_input(Request const& request, Prompt const& prompt,
                                                      ModelFamily const& family, std::int64_t images) {
    constexpr std::int64_t typed_tool = 2'048;  // up to 1,100 in recorded bills
    constexpr std::int64_t hosted_allowance = 8'192;
    constexpr std::int64_t outside_allowance = 4'096;
    auto bytes = static_cast<std::int64_t>(request.body().size());
    for (Message const& message : prompt.messages) {
        for (ImagePart const& image : message.images) {
            bytes -= static_cast<std::int64_t>(image.source_bytes);
        }
    }
    std::int64_t total = bytes + images + prompt.given_tokens;
    if (!prompt.tools.empty()) {
        total += family.max_hidden_prompt + typed_tool * prompt.typed_tools;
    }
    if (family.prompt) {  // the frame of a message, thinking, and what introduces a schema
        total += 128 + (prompt.schema.empty() ? 0 : 256);
    }
    for (FilePart const& file : prompt.files) {
        total += std::max<std::int64_t>(file_tokens(file), 4'096);
    }
    return total + (prompt.hosted_tools > 0 ? hosted_allowance : 0) +
           (prompt.outside.empty() ? 0 : outside_allowance);
}

[[nodiscard]] CENTAVO_INLINE InputCount measure_input(Request const& request, Counter const& counter) {
    Prompt const& prompt = RequestAccess::prompt(request);
    ModelFamily const family = family_of(request.model());
    InputCount count{.tokens = 0, .images = count_images(prompt.messages, request.model())};
    std::int64_t text = 0;
    if (request.format() == ApiFormat::embeddings) {
        text = prompt.given_tokens;
        for (Message const& message : prompt.messages) {
            text += counter.count(message.content).value();
        }
        count.exact = counter.exact() && family.api == ApiFormat::embeddings &&
                      family.encoding != Encoding::unknown && is_plain_text(request, prompt);
    } else if (family.prompt) {
        text = count_by_rule(request, prompt, *family.prompt, counter) + 1'050 * prompt.typed_tools;
        count.error = family.prompt->mean_error > 0 ? std::optional{family.prompt->mean_error} : std::nullopt;
    } else {
        text = count_openai(request, prompt, family, counter);
        count.exact = counter.exact() && family.chat.measured && request.format() == ApiFormat::openai_chat &&
                      is_plain_text(request, prompt);
    }
    for (FilePart const& file : prompt.files) {
        text += file_tokens(file);
    }
    count.error = count.exact ? std::optional<std::int32_t>{0} : count.error;
    count.tokens = count.images + Tokens{std::max<std::int64_t>(text, 0)};
    count.worst_case =
        count.exact
            ? count.tokens
            : std::max(count.tokens, Tokens{worst_input(request, prompt, family, count.images.value())});
    return count;
}

/// A measurement that a request keeps, and the counter that made it.
struct CountedInput {
    Counter counter;
    InputCount count;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE InputCount count_request(Request const& request, Counter const& counter) {
    auto const& kept = detail::RequestAccess::state(request).counted;
    if (auto const* const found = kept.find()) {
        auto const& counted = *static_cast<detail::CountedInput const*>(found->get());
        if (counted.counter == counter) {
            return counted.count;
        }
    }
    InputCount const count = detail::measure_input(request, counter);
    kept.keep(std::make_shared<detail::CountedInput const>(detail::CountedInput{counter, count}));
    return count;
}

CENTAVO_INLINE CallShape shape_of(Request const& request, Counter const& counter, Tokens fallback,
                                  InputReservation reservation) {
    InputCount const input = count_request(request, counter);
    auto const facts = find_facts(request.model());
    Tokens reserved = input.worst_case;
    if (reservation == InputReservation::expected) {
        std::int64_t const more = input.tokens.value() / 1'000 * input.error.value_or(0) +
                                  input.tokens.value() % 1'000 * input.error.value_or(0) / 1'000;
        reserved = std::min(reserved, input.tokens + Tokens{more});
    }
    Tokens output = request.max_tokens() ? *request.max_tokens() : facts ? facts->output_cap : fallback;
    if (request.format() == ApiFormat::embeddings) {
        output = 0;
    }
    return {.input = reserved,
            .max_output = output,
            .choices = static_cast<int>(request.choices()),
            .writes_cache = request.marks_cache()};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
