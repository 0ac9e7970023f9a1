// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
namespace detail {
inline namespace CENTAVO_ABI {

struct RequestState;
struct MemberPath;
class RequestAccess;

}  // namespace CENTAVO_ABI
}  // namespace detail

inline namespace CENTAVO_ABI {

/// JSON that is not a request; position() is the byte of the error.
class CENTAVO_VISIBLE MalformedRequest : public Error {
public:
    MalformedRequest(std::string const& what, std::size_t position);
};

/// A request to a model, in the format of any API: its JSON text, its endpoint and its parsed members.
///
/// Formats: OpenAI's chat completions and responses, Anthropic's messages (also through Bedrock's InvokeModel and
/// Vertex AI), Gemini's generateContent, Bedrock's Converse, Cohere's chat, and embeddings and rankings.
///
/// Keeps the text: unedited, body() returns the same bytes, unknown members and white space included. An edit returns
/// a copy in which only the bytes of that member differ. An immutable value; copies share the text and what was
/// measured of it.
///
///     auto const request = Request::chat("gpt-4o", {{"user", "Why?"}}).with_temperature(0).with_max_tokens(300);
///     auto const other = Request::parse(body, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
class Request {
public:
    /// Reads a request's JSON text.
    ///
    /// `endpoint` is the path and query of the URL it is sent to, or the whole URL. It decides the format, and names
    /// the model, the streaming and the API's version where the body does not (Gemini, Bedrock, Azure's deployments).
    /// Without it, the members of the body decide the format.
    ///
    /// Throws MalformedJson for text that is not JSON; MalformedRequest for a request of no known format, without a
    /// model or messages, with a duplicate member, or with a member of the wrong kind.
    [[nodiscard]] static Request parse(std::string body, std::string endpoint = {});

    /// The same for a body that is known to have this format.
    [[nodiscard]] static Request parse(std::string body, ApiFormat format, std::string endpoint = {});

    /// A request in OpenAI's chat format with only a model and messages, in compact JSON.
    [[nodiscard]] static Request chat(ModelId const& model, std::vector<Message> const& messages);

    /// The same with one user message: `Request::chat("gpt-4o", "Why is the sky blue?")`.
    template <std::convertible_to<std::string_view> Text>
    [[nodiscard]] static Request chat(ModelId const& model, Text const& text) {
        return chat(model, {Message{.role = "user", .content = std::string{std::string_view{text}}}});
    }

    [[nodiscard]] ApiFormat format() const noexcept;
    [[nodiscard]] std::string const& body() const noexcept;

    /// The address that was parsed, with the edits of with_model() and with_stream(); may be empty.
    [[nodiscard]] std::string const& endpoint() const noexcept;

    /// The endpoint as far as it identifies a response: the address of the whole body, whether a stream was requested
    /// or not, without the query's `alt` and `key`.
    [[nodiscard]] std::string response_identity() const;

    /// The version of the API that the endpoint names: "v1beta", or the parameter `api-version`; may be empty.
    [[nodiscard]] std::string_view api_version() const;

    /// The model in the body, or else in the endpoint, as it is written there.
    [[nodiscard]] ModelId const& model() const noexcept;

    /// The messages, without a system prompt that is a member of its own. The inputs of a request for embeddings.
    [[nodiscard]] View<Message> messages() const noexcept;

    /// The system prompt that is a member of its own; empty in formats in which it is a message.
    [[nodiscard]] std::string const& system() const noexcept;

    /// The functions that the request declares. A tool that the model knows by its type has no name.
    [[nodiscard]] View<Tool> tools() const noexcept;

    /// nullopt where the request leaves it to the provider.
    [[nodiscard]] std::optional<double> temperature() const noexcept;

    /// The output cap, for each choice: the lowest if the request has several; nullopt without one.
    [[nodiscard]] std::optional<Tokens> max_tokens() const noexcept;

    /// The smallest output cap that the provider accepts: 16 in OpenAI's responses, 1 above a thinking budget that is
    /// part of the output.
    [[nodiscard]] Tokens min_max_tokens() const noexcept;

    /// The number of responses that are requested.
    [[nodiscard]] std::int64_t choices() const noexcept;

    [[nodiscard]] bool stream() const noexcept;

    /// The member that refers to context that is not in the request, such as `previous_response_id`; empty if the
    /// request holds its whole prompt.
    [[nodiscard]] std::string_view outside_context() const noexcept;

    /// Whether the provider runs tools by itself, such as web search, whose results become input.
    [[nodiscard]] bool uses_hosted_tools() const noexcept;

    /// Whether the request asks the provider to write its prompt to a cache.
    [[nodiscard]] bool marks_cache() const noexcept;

    /// The JSON text of a top-level member; nullopt where the request has none of that name.
    [[nodiscard]] std::optional<std::string_view> member(std::string_view name) const;

    /// Replaces the model in the body and in the endpoint, wherever it is named.
    [[nodiscard]] Request with_model(ModelId const& model) const;

    /// Caps each response in the one member that the model takes.
    ///
    /// In OpenAI's chat format: `max_completion_tokens` for the reasoning models of OpenAI and Azure; for others the
    /// member that the request uses, or else `max_completion_tokens` if `provider` is "openai" and `max_tokens` if
    /// not. A second member is removed. Throws std::invalid_argument for a format without a cap.
    [[nodiscard]] Request with_max_tokens(Tokens cap, std::string_view provider = {}) const;
    [[nodiscard]] Request with_temperature(double temperature) const;

    /// Requests a stream or a whole body. In formats that decide it by the address, throws std::invalid_argument for
    /// a request without an endpoint.
    [[nodiscard]] Request with_stream(bool stream) const;

    /// Asks a stream in OpenAI's chat format to report its usage; unchanged for other requests, for Mistral, which does
    /// not take `stream_options`, and for Groq, which reports the usage of every stream.
    [[nodiscard]] Request with_stream_usage(std::string_view provider = {}) const;

    /// Replaces the text of one message; its other parts are kept.
    ///
    /// Throws std::out_of_range for an index beyond the last, std::invalid_argument for a message without text.
    [[nodiscard]] Request with_message_text(std::size_t index, std::string_view text) const;

    /// The same request with other messages, written in compact JSON, in OpenAI's chat format or Cohere's. Throws
    /// std::invalid_argument for another format.
    [[nodiscard]] Request with_messages(View<Message> messages) const;

    /// The same request with some of its messages, each with its own bytes.
    ///
    /// Throws std::out_of_range for an index beyond the last, std::invalid_argument if the messages are not an array.
    [[nodiscard]] Request with_messages_at(View<std::size_t> indices) const;

    /// Sets any top-level member to a JSON text. Throws as parse() does.
    [[nodiscard]] Request with_member(std::string_view name, std::string_view json) const;

    /// Removes a top-level member. Throws as parse() does.
    [[nodiscard]] Request without_member(std::string_view name) const;

private:
    friend class detail::RequestAccess;
    friend class RequestKeyMaker;

    using Digest = std::array<unsigned char, 32>;
    [[nodiscard]] Digest const* kept_digest() const noexcept;
    void keep_digest(Digest const& digest) const;

    explicit Request(std::shared_ptr<detail::RequestState const> state) : state_{std::move(state)} {}

    [[nodiscard]] Request with_value(detail::MemberPath const& path, std::string_view json) const;

    std::shared_ptr<detail::RequestState const> state_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/request.ipp>
#endif
