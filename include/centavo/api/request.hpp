// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/chat/tool.hpp>
#include <centavo/models/model_id.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What is asked of a model: the JSON text of an OpenAI chat request, and what it says.
///
/// Keeps its text: unedited, body() gives back the same bytes, unknown members and white space included. An edit
/// returns a copy in which only the bytes of that member differ. A value; copies share the text; all const.
///
///     auto const asked = Request::chat("gpt-4o", {{"user", "Why?"}}).with_temperature(0).with_max_tokens(300);
class Request {
public:
    /// Reads a request's JSON text.
    ///
    /// Throws MalformedJson for what is not JSON; MalformedRequest for a request without a model or messages, with a
    /// member twice, or with one of the wrong kind.
    [[nodiscard]] static Request parse(std::string body);

    /// A request of the model and its messages alone, in compact JSON.
    [[nodiscard]] static Request chat(ModelId const& model, std::vector<Message> const& messages);

    [[nodiscard]] std::string const& body() const noexcept { return state_->body; }
    [[nodiscard]] ModelId const& model() const noexcept { return state_->model; }
    [[nodiscard]] std::span<Message const> messages() const noexcept { return state_->messages; }
    /// The functions it declares, in the shape of OpenAI's chat, of its responses or of Anthropic's messages.
    [[nodiscard]] std::span<Tool const> tools() const noexcept { return state_->tools; }

    /// nullopt where the request leaves it to the provider (whose default is 1).
    [[nodiscard]] std::optional<double> temperature() const noexcept { return state_->temperature; }

    /// The cap of one answer's tokens: max_completion_tokens, or else max_tokens; nullopt without either.
    [[nodiscard]] std::optional<Tokens> max_tokens() const noexcept { return state_->max_tokens; }

    /// How many answers are asked for: n.
    [[nodiscard]] std::int64_t choices() const noexcept { return state_->choices; }

    [[nodiscard]] bool stream() const noexcept { return state_->stream; }

    /// The JSON text of a top-level member; nullopt where the request has none of that name.
    [[nodiscard]] std::optional<std::string_view> member(std::string_view name) const;

    [[nodiscard]] Request with_model(ModelId const& model) const;

    /// Caps one answer in whichever of the two members the request has; without either in max_tokens.
    [[nodiscard]] Request with_max_tokens(Tokens cap) const;
    [[nodiscard]] Request with_temperature(double temperature) const;
    [[nodiscard]] Request with_stream(bool stream) const {
        return with_member("stream", stream ? "true" : "false");
    }

    /// Replaces the whole content of one message by `text`; an index beyond the last throws std::out_of_range.
    [[nodiscard]] Request with_message_text(std::size_t index, std::string_view text) const;

    /// The same request over other messages, written anew in compact JSON.
    [[nodiscard]] Request with_messages(std::span<Message const> messages) const;

    /// The same request over those of its messages, each with its own bytes; an index beyond the last throws
    /// std::out_of_range.
    [[nodiscard]] Request with_messages_at(std::span<std::size_t const> indices) const;

    /// Sets any top-level member to a JSON text. Throws as parse() does.
    [[nodiscard]] Request with_member(std::string_view name, std::string_view json) const;

private:
    struct Extent {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    struct Member {
        std::string name;
        Extent value;
    };
    struct State {
        std::string body;
        ModelId model;
        std::vector<Message> messages;
        std::vector<Tool> tools;
        std::optional<double> temperature;
        std::optional<Tokens> max_tokens;
        std::int64_t choices = 1;
        bool stream = false;
        std::vector<Member> members;
        std::vector<Extent> message_extents;
        std::size_t close = 0;  // of the brace that ends the request
    };

    explicit Request(std::shared_ptr<State const> state) : state_{std::move(state)} {}

    static void refuse_duplicates(State const& state);
    static void read_known(State& state, detail::JsonScan& scan, std::string_view name);
    static void read_messages(State& state, detail::JsonScan& scan);
    static void read_tools(State& state, detail::JsonScan& scan);
    static bool read_declaration(Tool& tool, detail::JsonString const& key, detail::JsonScan& scan);
    [[nodiscard]] static std::optional<std::int64_t> read_count(detail::JsonScan& scan, std::int64_t least,
                                                                char const* what);
    [[nodiscard]] Member const* find(std::string_view name) const noexcept;
    [[nodiscard]] std::string patched(Extent where, std::string_view with) const;

    std::shared_ptr<State const> state_;
};

/// The whole number where the scanner stands, nullopt for null.
inline std::optional<std::int64_t> Request::read_count(detail::JsonScan& scan, std::int64_t least, char const* what) {
    if (scan.peek() == detail::JsonKind::null) {
        scan.null();
        return std::nullopt;
    }
    chat::require(scan, detail::JsonKind::number, what);
    auto const at = scan.offset();
    auto const value = detail::json_integer(scan.number());
    if (!value || *value < least) {
        throw MalformedRequest{what, at};
    }
    return value;
}

inline void Request::read_messages(State& state, detail::JsonScan& scan) {
    chat::require(scan, detail::JsonKind::array, "messages are an array");
    scan.enter_array();
    while (scan.next_element()) {
        static_cast<void>(scan.peek());
        auto const begin = scan.offset();
        state.messages.push_back(read_message(scan));
        state.message_extents.push_back({begin, scan.offset()});
    }
}

/// Takes a member of a function's declaration; false leaves its value where it is.
inline bool Request::read_declaration(Tool& tool, detail::JsonString const& key, detail::JsonScan& scan) {
    if (key.equals("name")) {
        tool.name = chat::read_text(scan, "a tool's name is a string");
    } else if (key.equals("description")) {
        tool.description = chat::read_text(scan, "a tool's description is a string");
    } else if (key.equals("parameters") || key.equals("input_schema")) {
        tool.parameters = scan.skip();
    } else {
        return false;
    }
    return true;
}

inline void Request::read_tools(State& state, detail::JsonScan& scan) {
    if (scan.peek() == detail::JsonKind::null) {
        return scan.null();
    }
    chat::require(scan, detail::JsonKind::array, "tools are an array");
    scan.enter_array();
    while (scan.next_element()) {
        Tool tool;
        chat::require(scan, detail::JsonKind::object, "a tool is an object");
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

inline void Request::read_known(State& state, detail::JsonScan& scan, std::string_view name) {
    if (name == "model") {
        chat::require(scan, detail::JsonKind::string, "the model is a string");
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
        chat::require(scan, detail::JsonKind::number, "the temperature is a number");
        auto const at = scan.offset();
        state.temperature = detail::json_double(scan.number());
        if (!state.temperature) {
            throw MalformedRequest{"the temperature is too large a number", at};
        }
    } else if (name == "stream" && scan.peek() != detail::JsonKind::null) {
        chat::require(scan, detail::JsonKind::boolean, "stream is true or false");
        state.stream = scan.boolean();
    } else {
        scan.skip();
    }
}

inline void Request::refuse_duplicates(State const& state) {
    std::vector<Member const*> sorted;
    for (auto const& member : state.members) {
        sorted.push_back(&member);
    }
    std::ranges::stable_sort(sorted, {}, &Member::name);
    auto const twice = std::ranges::adjacent_find(sorted, {}, &Member::name);
    if (twice != sorted.end()) {
        throw MalformedRequest{"the member \"" + (*twice)->name + "\" stands twice",
                               (*std::next(twice))->value.begin};
    }
}

inline Request Request::parse(std::string body) {
    auto state = std::make_shared<State>();
    state->body = std::move(body);
    detail::JsonScan scan{state->body};
    auto const kind = scan.peek();
    auto const begin = scan.offset();
    if (kind != detail::JsonKind::object) {
        scan.skip();
        throw MalformedRequest{"a request is an object", begin};
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
        throw MalformedRequest{"a request without a model", begin};
    }
    if (state->messages.empty()) {
        throw MalformedRequest{"a request without messages", begin};
    }
    return Request{std::move(state)};
}

inline Request Request::chat(ModelId const& model, std::vector<Message> const& messages) {
    std::string body = R"({"model":)";
    detail::append_json_string(body, model.text());
    body += R"(,"messages":)";
    char separator = '[';
    for (auto const& message : messages) {
        body += separator;
        append_message(body, message);
        separator = ',';
    }
    body += separator == '[' ? "[]}" : "]}";
    return parse(std::move(body));
}

inline Request::Member const* Request::find(std::string_view name) const noexcept {
    for (auto const& member : state_->members) {
        if (member.name == name) {
            return &member;
        }
    }
    return nullptr;
}

inline std::optional<std::string_view> Request::member(std::string_view name) const {
    auto const* const found = find(name);
    if (found == nullptr) {
        return std::nullopt;
    }
    return std::string_view{state_->body}.substr(found->value.begin, found->value.end - found->value.begin);
}

inline std::string Request::patched(Extent where, std::string_view with) const {
    std::string out;
    out.reserve(state_->body.size() + with.size());
    out.append(state_->body, 0, where.begin).append(with).append(state_->body, where.end);
    return out;
}

inline Request Request::with_member(std::string_view name, std::string_view json) const {
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

inline Request Request::with_model(ModelId const& model) const {
    std::string json;
    detail::append_json_string(json, model.text());
    return with_member("model", json);
}

inline Request Request::with_max_tokens(Tokens cap) const {
    auto const json = std::to_string(cap.value());
    bool const newer = find("max_completion_tokens") != nullptr;
    auto const out = newer ? with_member("max_completion_tokens", json) : *this;
    return newer && find("max_tokens") == nullptr ? out : out.with_member("max_tokens", json);
}

inline Request Request::with_temperature(double temperature) const {
    if (!std::isfinite(temperature)) {
        throw std::invalid_argument("centavo: a temperature is a finite number");
    }
    char digits[32];
    auto const written = std::to_chars(digits, digits + sizeof digits, temperature);
    return with_member("temperature",
                       std::string_view{digits, static_cast<std::size_t>(written.ptr - digits)});
}

inline Request Request::with_message_text(std::size_t index, std::string_view text) const {
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

inline Request Request::with_messages(std::span<Message const> messages) const {
    std::string json = "[";
    for (auto const& message : messages) {
        json += json.size() > 1 ? "," : "";
        append_message(json, message);
    }
    return with_member("messages", json + "]");
}

inline Request Request::with_messages_at(std::span<std::size_t const> indices) const {
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
