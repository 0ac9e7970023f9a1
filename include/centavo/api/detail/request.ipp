// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/openai_chat/message.hpp>
#include <centavo/api/request.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE MalformedRequest::MalformedRequest(std::string const& what, std::size_t position)
    : Error{ErrorCode::malformed, "malformed request at byte " + std::to_string(position) + ": " + what,
            position} {}

CENTAVO_INLINE Request Request::with_stream(bool stream) const {
    return with_member("stream", stream ? "true" : "false");
}

/// The whole number where the scanner stands, nullopt for null.
CENTAVO_INLINE std::optional<std::int64_t> Request::read_count(detail::JsonScan& scan, std::int64_t least,
                                                               char const* what) {
    if (scan.peek() == detail::JsonKind::null) {
        scan.null();
        return std::nullopt;
    }
    detail::openai_chat::require_kind(scan, detail::JsonKind::number, what);
    auto const at = scan.offset();
    auto const value = detail::json_integer(scan.number());
    if (!value || *value < least) {
        throw MalformedRequest{what, at};
    }
    return value;
}

CENTAVO_INLINE void Request::read_messages(State& state, detail::JsonScan& scan) {
    detail::openai_chat::require_kind(scan, detail::JsonKind::array, "messages are an array");
    scan.enter_array();
    while (scan.next_element()) {
        static_cast<void>(scan.peek());
        auto const begin = scan.offset();
        state.messages.push_back(detail::openai_chat::read_message(scan));
        state.message_extents.push_back({begin, scan.offset()});
    }
}

/// Takes a member of a function's declaration; false leaves its value where it is.
CENTAVO_INLINE bool Request::read_declaration(Tool& tool, detail::JsonString const& key,
                                              detail::JsonScan& scan) {
    if (key.equals("name")) {
        tool.name = detail::openai_chat::read_optional_text(scan, "a tool's name is a string");
    } else if (key.equals("description")) {
        tool.description = detail::openai_chat::read_optional_text(scan, "a tool's description is a string");
    } else if (key.equals("parameters") || key.equals("input_schema")) {
        tool.parameters = scan.skip();
    } else {
        return false;
    }
    return true;
}

CENTAVO_INLINE void Request::read_tools(State& state, detail::JsonScan& scan) {
    if (scan.peek() == detail::JsonKind::null) {
        return scan.null();
    }
    detail::openai_chat::require_kind(scan, detail::JsonKind::array, "tools are an array");
    scan.enter_array();
    while (scan.next_element()) {
        Tool tool;
        detail::openai_chat::require_kind(scan, detail::JsonKind::object, "a tool is an object");
        scan.enter_object();
        while (auto const key = scan.next_member()) {
            if (key->equals("function") && scan.peek() == detail::JsonKind::object) {
                scan.enter_object();
                while (auto const inner = scan.next_member()) {
                    if (!read_declaration(tool, *inner, scan)) {
                        scan.skip();
                    }
                }
            } else if (!read_declaration(tool, *key, scan)) {
                scan.skip();
            }
        }
        state.tools.push_back(std::move(tool));
    }
}

CENTAVO_INLINE void Request::read_known(State& state, detail::JsonScan& scan, std::string_view name) {
    if (name == "model") {
        detail::openai_chat::require_kind(scan, detail::JsonKind::string, "the model is a string");
        state.model = scan.string().text();
    } else if (name == "messages") {
        read_messages(state, scan);
    } else if (name == "tools") {
        read_tools(state, scan);
    } else if (name == "max_completion_tokens" || name == "max_tokens") {
        auto const cap = read_count(scan, 0, "a cap of tokens is a whole number, not below zero");
        if (cap && (name == "max_completion_tokens" || !state.max_tokens)) {
            state.max_tokens = *cap;
        }
    } else if (name == "n") {
        state.choices = read_count(scan, 1, "n is a whole number from 1").value_or(1);
    } else if (name == "temperature" && scan.peek() != detail::JsonKind::null) {
        detail::openai_chat::require_kind(scan, detail::JsonKind::number, "the temperature is a number");
        auto const at = scan.offset();
        state.temperature = detail::json_double(scan.number());
        if (!state.temperature) {
            throw MalformedRequest{"the temperature is too large a number", at};
        }
    } else if (name == "stream" && scan.peek() != detail::JsonKind::null) {
        detail::openai_chat::require_kind(scan, detail::JsonKind::boolean, "stream is true or false");
        state.stream = scan.boolean();
    } else {
        scan.skip();
    }
}

CENTAVO_INLINE void Request::refuse_duplicates(State const& state) {
    std::vector<Member const*> sorted;
    for (auto const& member : state.members) {
        sorted.push_back(&member);
    }
    std::sort(sorted.begin(), sorted.end(), [](Member const* a, Member const* b) {
        int const order = a->name.compare(b->name);
        return order != 0 ? order < 0 : a->value.begin < b->value.begin;
    });
    auto const twice = std::adjacent_find(
        sorted.begin(), sorted.end(), [](Member const* a, Member const* b) { return a->name == b->name; });
    if (twice != sorted.end()) {
        throw MalformedRequest{"duplicate member \"" + (*twice)->name + "\"",
                               (*std::next(twice))->value.begin};
    }
}

CENTAVO_INLINE Request Request::parse(std::string body) {
    auto state = std::make_shared<State>();
    state->body = std::move(body);
    detail::JsonScan scan{state->body};
    auto const kind = scan.peek();
    auto const begin = scan.offset();
    if (kind != detail::JsonKind::object) {
        scan.skip();
        throw MalformedRequest{"a request must be an object", begin};
    }
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        static_cast<void>(scan.peek());
        auto const at = scan.offset();
        auto name = key->text();
        read_known(*state, scan, name);
        state->members.push_back({std::move(name), {at, scan.offset()}});
    }
    state->close = scan.offset() - 1;
    scan.finish();
    refuse_duplicates(*state);
    if (state->model.empty()) {
        throw MalformedRequest{"a request must have a model", begin};
    }
    if (state->messages.empty()) {
        throw MalformedRequest{"a request must have messages", begin};
    }
    return Request{std::move(state)};
}

CENTAVO_INLINE Request Request::chat(ModelId const& model, std::vector<Message> const& messages) {
    std::string body = R"({"model":)";
    detail::append_json_string(body, model.text());
    body += R"(,"messages":)";
    char separator = '[';
    for (auto const& message : messages) {
        body += separator;
        detail::openai_chat::append_message(body, message);
        separator = ',';
    }
    body += separator == '[' ? "[]}" : "]}";
    return parse(std::move(body));
}

CENTAVO_INLINE Request::Member const* Request::find(std::string_view name) const noexcept {
    for (auto const& member : state_->members) {
        if (member.name == name) {
            return &member;
        }
    }
    return nullptr;
}

CENTAVO_INLINE std::optional<std::string_view> Request::member(std::string_view name) const {
    auto const* const found = find(name);
    if (found == nullptr) {
        return std::nullopt;
    }
    return std::string_view{state_->body}.substr(found->value.begin, found->value.end - found->value.begin);
}

CENTAVO_INLINE std::string Request::patched(Extent where, std::string_view with) const {
    std::string out;
    out.reserve(state_->body.size() + with.size());
    out.append(state_->body, 0, where.begin).append(with).append(state_->body, where.end);
    return out;
}

CENTAVO_INLINE Request Request::with_member(std::string_view name, std::string_view json) const {
    detail::JsonScan scan{json};
    scan.skip();
    scan.finish();
    if (auto const* const found = find(name)) {
        return parse(patched(found->value, json));
    }
    std::string added = ",";
    detail::append_json_string(added, name);
    added.append(":").append(json);
    return parse(patched({state_->close, state_->close}, added));
}

CENTAVO_INLINE Request Request::with_model(ModelId const& model) const {
    std::string json;
    detail::append_json_string(json, model.text());
    return with_member("model", json);
}

CENTAVO_INLINE Request Request::with_max_tokens(Tokens cap) const {
    auto const json = std::to_string(cap.value());
    bool const newer = find("max_completion_tokens") != nullptr;
    auto const out = newer ? with_member("max_completion_tokens", json) : *this;
    return newer && find("max_tokens") == nullptr ? out : out.with_member("max_tokens", json);
}

CENTAVO_INLINE Request Request::with_temperature(double temperature) const {
    if (!std::isfinite(temperature)) {
        throw std::invalid_argument("a temperature must be a finite number");
    }
    char digits[32];
    auto const written = std::to_chars(digits, digits + sizeof digits, temperature);
    return with_member("temperature",
                       std::string_view{digits, static_cast<std::size_t>(written.ptr - digits)});
}

CENTAVO_INLINE Request Request::with_message_text(std::size_t index, std::string_view text) const {
    auto const whole = state_->message_extents.at(index);
    std::string json;
    detail::append_json_string(json, text);
    detail::JsonScan scan{std::string_view{state_->body}.substr(whole.begin, whole.end - whole.begin)};
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        static_cast<void>(scan.peek());
        auto const begin = whole.begin + scan.offset();
        scan.skip();
        if (key->equals("content")) {
            return parse(patched({begin, whole.begin + scan.offset()}, json));
        }
    }
    return parse(patched({whole.end - 1, whole.end - 1}, ",\"content\":" + json));
}

CENTAVO_INLINE Request Request::with_messages(std::span<Message const> messages) const {
    std::string json = "[";
    for (auto const& message : messages) {
        json += json.size() > 1 ? "," : "";
        detail::openai_chat::append_message(json, message);
    }
    return with_member("messages", json + "]");
}

CENTAVO_INLINE Request Request::with_messages_at(std::span<std::size_t const> indices) const {
    std::string json = "[";
    for (auto const index : indices) {
        auto const whole = state_->message_extents.at(index);
        json += json.size() > 1 ? "," : "";
        json.append(state_->body, whole.begin, whole.end - whole.begin);
    }
    return with_member("messages", json + "]");
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
