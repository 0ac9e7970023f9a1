// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request_tokens.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/view.hpp>

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

CENTAVO_INLINE Tokens count_messages(View<Message> messages, Counter const& counter, ChatRules const& rules) {
    Tokens total = rules.reply;
    for (Message const& message : messages) {
        total += count_message(message, counter, rules);
    }
    return total;
}

CENTAVO_INLINE Tokens count_images(View<Message> messages, ModelId const& model) {
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

namespace chat {

CENTAVO_INLINE std::int64_t calls_overhead(View<ToolCall> calls, Counter const& counter,
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

CENTAVO_INLINE std::int64_t tool_choice_tokens(Request const& request, Counter const& counter) {
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
    std::string_view const name =
        detail::rendering::member_of(detail::rendering::member_of(*choice, "function"), "name");
    return name.empty() ? 0 : 4 + counter.count(detail::rendering::plain(name)).value();
}

CENTAVO_INLINE std::string_view called_name(View<Message> earlier, std::string_view id) noexcept {
    for (Message const& message : earlier) {
        for (ToolCall const& call : message.tool_calls) {
            if (call.id == id) {
                return call.name;
            }
        }
    }
    return {};
}

CENTAVO_INLINE std::int64_t sender_tokens(std::string_view function, Counter const& counter) {
    return 1 + (function.empty() ? 0 : counter.count("functions." + std::string{function}).value());
}

CENTAVO_INLINE std::int64_t format_tokens(Request const& request, Counter const& counter) {
    std::string_view const format = request.member("response_format").value_or("");
    std::string_view schema =
        detail::rendering::member_of(detail::rendering::member_of(format, "json_schema"), "schema");
    if (schema.empty()) {
        schema = detail::rendering::member_of(
            detail::rendering::member_of(request.member("text").value_or(""), "format"), "schema");
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

CENTAVO_INLINE ChatCount count_request(Request const& request, Counter const& counter) {
    ChatRules const rules = family_of(request.model()).chat;
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
                .count(detail::render_tools(request.tools(), rules.harmony ? detail::ToolLayout::lines
                                                                           : detail::ToolLayout::compact))
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

CENTAVO_INLINE CallShape shape_of(Request const& request, Counter const& counter, Tokens otherwise) {
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
