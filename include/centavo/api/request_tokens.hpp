// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/image_tokens.hpp>
#include <centavo/api/detail/tool_rendering.hpp>
#include <centavo/api/request.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/tokens/counter.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a family of chat models adds to the texts of a request.
///
/// From OpenAI's cookbook and what the provider billed for recorded calls, last checked 2026-11-24.
struct ChatRules {
    std::string_view family;
    std::int64_t a_message = 3;
    std::int64_t a_name = 1;
    std::int64_t reply = 3;  ///< what begins the answer
    std::int64_t tools = 9;  ///< once, where functions are offered
    bool harmony = false;    ///< calls are messages of their own, and no choice of tools is shown
    bool measured = false;   ///< text requests equal the bill, by recorded calls or by the cookbook's
};

/// The rules of the family that `model` names: the family's name itself, or followed by '-' or '.'.
///
/// Every other model is counted as gpt-4o is, unmeasured.
[[nodiscard]] constexpr ChatRules chat_rules_for(std::string_view model) noexcept {
    constexpr auto families = std::to_array<ChatRules>({
        {.family = "gpt-4o", .measured = true},
        {.family = "gpt-4.1", .measured = true},
        {.family = "gpt-4.5", .measured = true},
        {.family = "gpt-4", .measured = true},
        {.family = "gpt-3.5-turbo-0301", .a_message = 4, .a_name = -1},
        {.family = "gpt-3.5-turbo", .measured = true},
        {.family = "gpt-5", .reply = 2, .tools = 90, .harmony = true},
        {.family = "o1", .reply = 2, .tools = 90, .harmony = true},
        {.family = "o3", .reply = 2, .tools = 90, .harmony = true},
        {.family = "o4", .reply = 2, .tools = 90, .harmony = true},
    });
    for (ChatRules const& rules : families) {
        if (model.starts_with(rules.family)) {
            std::string_view const rest = model.substr(rules.family.size());
            if (rest.empty() || rest[0] == '-' || rest[0] == '.') {
                return rules;
            }
        }
    }
    return {};
}

/// The prompt tokens of a request and whether they are what the provider will bill.
struct ChatCount {
    Tokens tokens;
    bool exact = false;
    Tokens images = 0;  ///< of them those for images
};

/// The tokens of one message: 3, its role, content, name (1 more) and the names and arguments of its calls. What is
/// not text counts 0.
[[nodiscard]] inline Tokens count_message(Message const& message, Counter const& counter,
                                          ChatRules const& rules = {}) {
    std::int64_t total =
        rules.a_message + counter.count(message.role).value() + counter.count(message.content).value();
    if (!message.name.empty()) {
        total += rules.a_name + counter.count(message.name).value();
    }
    for (ToolCall const& call : message.tool_calls) {
        total += counter.count(call.name).value() + counter.count(call.arguments).value();
    }
    return total;
}

/// The tokens of a conversation: its messages and what begins the answer.
[[nodiscard]] inline Tokens count_messages(std::span<Message const> messages, Counter const& counter,
                                           ChatRules const& rules = {}) {
    Tokens total = rules.reply;
    for (Message const& message : messages) {
        total += count_message(message, counter, rules);
    }
    return total;
}

/// The tokens of a conversation's images by the rule of the model's family, see image_tokens().
[[nodiscard]] inline Tokens count_images(std::span<Message const> messages, ModelId const& model) {
    Tokens total = 0;
    for (Message const& message : messages) {
        if (!message.images.empty()) {
            detail::ImageRule const rule = detail::image_rule_for(model.text());
            for (ImagePart const& image : message.images) {
                total += detail::image_tokens(rule, image);
            }
        }
    }
    return total;
}

namespace chat {

using detail::rendering::member_of;

/// What calls and their results cost beside the names, arguments and texts that are counted for them.
[[nodiscard]] inline std::int64_t calls_overhead(std::span<ToolCall const> calls, Counter const& counter,
                                                 ChatRules const& rules) {
    if (rules
            .harmony) {  // as its published format writes a call and its result, less what is counted of both
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

[[nodiscard]] inline std::int64_t tool_choice_tokens(Request const& request, Counter const& counter) {
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
    std::string_view const name = detail::rendering::member_of(detail::rendering::member_of(*choice, "function"), "name");
    return name.empty() ? 0 : 4 + counter.count(detail::rendering::plain(name)).value();
}

/// The function that the call `id` of an earlier message named.
[[nodiscard]] inline std::string_view called_name(std::span<Message const> earlier,
                                                  std::string_view id) noexcept {
    for (Message const& message : earlier) {
        for (ToolCall const& call : message.tool_calls) {
            if (call.id == id) {
                return call.name;
            }
        }
    }
    return {};
}

/// A tool's result is shown as a message of the function that was called.
[[nodiscard]] inline std::int64_t sender_tokens(std::string_view function, Counter const& counter) {
    return 1 + (function.empty() ? 0 : counter.count("functions." + std::string{function}).value());
}

/// The tokens of the answer's schema, which the responses format has in another place: those of its compact text and
/// 1, an estimate. 0 for free text.
[[nodiscard]] inline std::int64_t format_tokens(Request const& request, Counter const& counter) {
    std::string_view const format = request.member("response_format").value_or("");
    std::string_view schema = detail::rendering::member_of(detail::rendering::member_of(format, "json_schema"), "schema");
    if (schema.empty()) {
        schema = detail::rendering::member_of(detail::rendering::member_of(request.member("text").value_or(""), "format"), "schema");
    }
    if (schema.empty()) {
        return 0;
    }
    std::string compact;
    bool quoted = false;
    for (std::size_t i = 0; i < schema.size(); ++i) {
        char const c = schema[i];
        if (quoted || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) {
            compact += c;
        }
        if (quoted && c == '\\') {
            compact += schema[++i];
        } else if (c == '"') {
            quoted = !quoted;
        }
    }
    return counter.count(compact).value() + 1;
}

}  // namespace chat

/// The prompt tokens of a request: messages, calls and their results, functions, formats, images.
///
/// Exact for text messages alone, of families that were measured, by an exact counter. With tools 0.2 % and at most
/// 1 % off on recorded calls; a schema for the answer can be off by 20 %. Images as image_tokens() says, the most
/// that the model's rule can give where the size is not known. Audio and files count 0.
[[nodiscard]] inline ChatCount count_request(Request const& request, Counter const& counter) {
    ChatRules const rules = chat_rules_for(request.model().text());
    std::int64_t total = count_messages(request.messages(), counter, rules).value();
    Tokens const images = count_images(request.messages(), request.model());
    bool exact = rules.measured && counter.exact();
    bool padded = request.tools().empty();
    bool system = false;
    for (std::size_t i = 0; i < request.messages().size(); ++i) {
        Message const& message = request.messages()[i];
        bool const plain = message.role == "system" || message.role == "user" || message.role == "assistant";
        exact = exact && plain && message.tool_calls.empty() && message.other_parts == 0 &&
                message.images.empty();
        total += chat::calls_overhead(message.tool_calls, counter, rules);
        if (message.role == "tool") {
            total += chat::sender_tokens(chat::called_name(request.messages().first(i), message.tool_call_id),
                                         counter);
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
    if (!request.tools().empty()) {
        total +=
            counter
                .count(detail::render_tools(request.tools(), rules.harmony ? detail::ToolLayout::lines : detail::ToolLayout::compact))
                .value() +
            rules.tools - (system ? 4 : 0);
        total += rules.harmony ? 0 : chat::tool_choice_tokens(request, counter);
        exact = false;
    }
    total += chat::format_tokens(request, counter);
    for (std::string_view const name :
         {"functions", "response_format", "text", "audio", "web_search_options", "prediction"}) {
        exact = exact && !request.member(name);
    }
    return {images + Tokens{total}, exact, images};
}

/// The most that a request can use: its input's tokens where the count is exact, where not the bytes that bound them
/// and its images' tokens instead of their bytes; its cap, else the model's, else `otherwise`.
///
/// A recording or a document that the request only names, by URL or file id, has no bound here.
[[nodiscard]] inline CallShape shape_of(Request const& request, Counter const& counter, Tokens otherwise) {
    ChatCount const input = count_request(request, counter);
    bool const exact = input.exact && counter.exact();
    std::size_t bytes = request.body().size();
    for (Message const& message : request.messages()) {
        for (ImagePart const& image : message.images) {
            bytes -= image.source_bytes;
        }
    }
    auto const facts = find_facts(request.model());
    return {.input = exact ? input.tokens : std::max(input.tokens, Tokens{bytes} + input.images),
            .max_output = request.max_tokens() ? *request.max_tokens()
                          : facts              ? facts->output_cap
                                               : otherwise,
            .choices = static_cast<int>(request.choices())};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
