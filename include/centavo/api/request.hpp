// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/models/model_id.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
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

/// JSON that is not a request; position() is the byte of the error.
class CENTAVO_VISIBLE MalformedRequest : public Error {
public:
    MalformedRequest(std::string const& what, std::size_t position);
};

/// A request to a model: the JSON text of an OpenAI chat request and its parsed members.
///
/// Keeps the text: unedited, body() returns the same bytes, unknown members and white space included. An edit returns
/// a copy in which only the bytes of that member differ. An immutable value; copies share the text.
///
///     auto const request = Request::chat("gpt-4o", {{"user", "Why?"}}).with_temperature(0).with_max_tokens(300);
class Request {
public:
    /// Reads a request's JSON text.
    ///
    /// Throws MalformedJson for what is not JSON; MalformedRequest for a request without a model or messages, with a
    /// member twice, or with one of the wrong kind.
    [[nodiscard]] static Request parse(std::string body);

    /// A request with only a model and messages, in compact JSON.
    [[nodiscard]] static Request chat(ModelId const& model, std::vector<Message> const& messages);

    /// The same with one user message: `Request::chat("gpt-4o", "Why is the sky blue?")`.
    template <std::convertible_to<std::string_view> Text>
    [[nodiscard]] static Request chat(ModelId const& model, Text const& text) {
        return chat(model, {Message{.role = "user", .content = std::string{std::string_view{text}}}});
    }

    [[nodiscard]] std::string const& body() const noexcept { return state_->body; }
    [[nodiscard]] ModelId const& model() const noexcept { return state_->model; }
    [[nodiscard]] std::span<Message const> messages() const noexcept { return state_->messages; }
    /// The functions it declares, in the shape of OpenAI's chat, of its responses or of Anthropic's messages.
    [[nodiscard]] std::span<Tool const> tools() const noexcept { return state_->tools; }

    /// nullopt where the request leaves it to the provider (whose default is 1).
    [[nodiscard]] std::optional<double> temperature() const noexcept { return state_->temperature; }

    /// The cap of one response's tokens: max_completion_tokens, or else max_tokens; nullopt without either.
    [[nodiscard]] std::optional<Tokens> max_tokens() const noexcept { return state_->max_tokens; }

    /// How many responses are asked for: n.
    [[nodiscard]] std::int64_t choices() const noexcept { return state_->choices; }

    [[nodiscard]] bool stream() const noexcept { return state_->stream; }

    /// The JSON text of a top-level member; nullopt where the request has none of that name.
    [[nodiscard]] std::optional<std::string_view> member(std::string_view name) const;

    [[nodiscard]] Request with_model(ModelId const& model) const;

    /// Caps one response in whichever of the two members the request has; without either in max_tokens.
    [[nodiscard]] Request with_max_tokens(Tokens cap) const;
    [[nodiscard]] Request with_temperature(double temperature) const;
    [[nodiscard]] Request with_stream(bool stream) const;

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

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/request.ipp>
#endif
