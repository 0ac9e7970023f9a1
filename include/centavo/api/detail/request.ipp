// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/openai_chat/message.hpp>
#include <centavo/api/detail/request_state.hpp>
#include <centavo/api/request.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/model_catalog.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <stdexcept>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

[[nodiscard]] CENTAVO_INLINE std::string json_text(std::string_view text) {
    std::string json;
    append_json_string(json, text);
    return json;
}

/// `text` with the bytes of `where` replaced.
[[nodiscard]] CENTAVO_INLINE std::string patched(std::string_view text, Extent where, std::string_view with) {
    std::string out;
    out.reserve(text.size() + with.size());
    out.append(text.substr(0, where.begin)).append(with).append(text.substr(where.end));
    return out;
}

/// The JSON text of `object` with a member set: its value replaced, or the member added as the last.
[[nodiscard]] CENTAVO_INLINE std::string with_member_of(std::string_view object, MemberPath const& path,
                                                        std::string_view json) {
    JsonScan scan{object};
    bool empty = true;
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        empty = false;
        static_cast<void>(scan.peek());
        auto const begin = scan.offset();
        scan.skip();
        if (path.is_name(key->text())) {
            return patched(object, {begin, scan.offset()}, json);
        }
    }
    auto const close = scan.offset() - 1;
    return patched(object, {close, close},
                   (empty ? "" : ",") + json_text(path.name) + ":" + std::string{json});
}

/// The member of the output cap that a chat model takes, see Request::with_max_tokens().
[[nodiscard]] CENTAVO_INLINE MemberPath const& cap_path(RequestState const& state,
                                                        std::string_view provider) {
    RequestFormat const& format = *state.format;
    if (format.caps.size() < 2) {
        return format.caps.front();
    }
    std::string_view const id = provider_id(provider);
    bool const of_maker = id.empty() || id == "openai" || id == "azure";
    bool const reasoning = family_of(state.model).cap_member == OutputCapMember::max_completion_tokens;
    if (of_maker && reasoning) {
        return format.caps[0];
    }
    for (MemberPath const& path : format.caps) {
        auto const* const used = state.find(path.name);
        if (used != nullptr && !state.value(*used).is_null()) {
            return path;
        }
    }
    return format.caps[id == "openai" ? 0 : 1];
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE MalformedRequest::MalformedRequest(std::string const& what, std::size_t position)
    : Error{ErrorCode::malformed, "malformed request at byte " + std::to_string(position) + ": " + what,
            position} {}

CENTAVO_INLINE Request Request::parse(std::string body, std::string endpoint) {
    return detail::RequestAccess::parse(std::move(body), std::move(endpoint), nullptr);
}

CENTAVO_INLINE Request Request::parse(std::string body, ApiFormat format, std::string endpoint) {
    return detail::RequestAccess::parse(std::move(body), std::move(endpoint),
                                        &detail::request_format(format));
}

CENTAVO_INLINE Request Request::chat(ModelId const& model, std::vector<Message> const& messages) {
    std::string body = R"({"model":)" + detail::json_text(model.text()) + R"(,"messages":[)";
    std::string_view separator;
    for (auto const& message : messages) {
        body += separator;
        detail::openai_chat::append_message(body, message);
        separator = ",";
    }
    return parse(body + "]}", ApiFormat::openai_chat);
}

CENTAVO_INLINE ApiFormat Request::format() const noexcept { return state_->format->format; }
CENTAVO_INLINE std::string const& Request::body() const noexcept { return state_->body; }
CENTAVO_INLINE std::string const& Request::endpoint() const noexcept { return state_->address.text(); }
CENTAVO_INLINE std::string Request::response_identity() const {
    detail::RequestFormat const& format = *state_->format;
    std::string_view const operation = state_->address.operation();
    bool const streams = !operation.empty() && operation == format.stream_operation;
    return (streams ? state_->address.with_operation(format.plain_operation) : state_->address)
        .with_parameter("alt", "")
        .with_parameter("key", "")
        .text();
}

CENTAVO_INLINE Request::Digest const* Request::kept_digest() const noexcept {
    return state_->canonical_digest.find();
}
CENTAVO_INLINE void Request::keep_digest(Digest const& digest) const {
    state_->canonical_digest.keep(digest);
}

CENTAVO_INLINE std::string_view Request::api_version() const { return state_->address.version(); }
CENTAVO_INLINE ModelId const& Request::model() const noexcept { return state_->model; }
CENTAVO_INLINE View<Message> Request::messages() const noexcept { return state_->prompt->messages; }
CENTAVO_INLINE std::string const& Request::system() const noexcept { return state_->prompt->system; }
CENTAVO_INLINE View<Tool> Request::tools() const noexcept { return state_->prompt->tools; }
CENTAVO_INLINE std::optional<double> Request::temperature() const noexcept { return state_->temperature; }
CENTAVO_INLINE std::optional<Tokens> Request::max_tokens() const noexcept { return state_->max_tokens; }
CENTAVO_INLINE Tokens Request::min_max_tokens() const noexcept { return state_->min_max_tokens; }
CENTAVO_INLINE std::int64_t Request::choices() const noexcept { return state_->choices; }
CENTAVO_INLINE bool Request::stream() const noexcept { return state_->stream; }
CENTAVO_INLINE std::string_view Request::outside_context() const noexcept { return state_->prompt->outside; }
CENTAVO_INLINE bool Request::uses_hosted_tools() const noexcept { return state_->prompt->hosted_tools > 0; }
CENTAVO_INLINE bool Request::marks_cache() const noexcept { return state_->prompt->cache_marks; }

CENTAVO_INLINE std::optional<std::string_view> Request::member(std::string_view name) const {
    auto const* const found = state_->find(name);
    return found != nullptr ? std::optional{found->value.of(state_->body)} : std::nullopt;
}

CENTAVO_INLINE Request Request::with_member(std::string_view name, std::string_view json) const {
    detail::JsonScan scan{json};
    scan.skip();
    scan.finish();
    if (auto const* const found = state_->find(name)) {
        return detail::RequestAccess::edited(*this, detail::patched(state_->body, found->value, json), name);
    }
    std::string const added =
        (state_->members.empty() ? "" : ",") + detail::json_text(name) + ":" + std::string{json};
    return detail::RequestAccess::edited(
        *this, detail::patched(state_->body, {state_->close, state_->close}, added), name);
}

CENTAVO_INLINE Request Request::without_member(std::string_view name) const {
    auto const& members = state_->members;
    auto const* const found = state_->find(name);
    if (found == nullptr) {
        return *this;
    }
    auto const index = static_cast<std::size_t>(found - members.data());
    detail::Extent where{found->key, found->value.end};
    if (index > 0) {
        where.begin = members[index - 1].value.end;
    } else if (members.size() > 1) {
        where.end = members[1].key;
    }
    return detail::RequestAccess::edited(*this, detail::patched(state_->body, where, ""), name);
}

CENTAVO_INLINE Request Request::with_value(detail::MemberPath const& path, std::string_view json) const {
    if (path.group.empty()) {
        return with_member(path.name, json);
    }
    for (std::string_view const name : {path.group, path.other_group}) {
        auto const group = name.empty() ? std::nullopt : member(name);
        if (group && detail::JsonValue{*group}.is(detail::JsonKind::object)) {
            return with_member(name, detail::with_member_of(*group, path, json));
        }
    }
    return with_member(path.group, "{" + detail::json_text(path.name) + ":" + std::string{json} + "}");
}

CENTAVO_INLINE Request Request::with_model(ModelId const& model) const {
    bool const in_body = state_->find("model") != nullptr;
    Request const edited = in_body || !state_->address.names_model()
                               ? with_member("model", detail::json_text(model.text()))
                               : *this;
    return state_->address.names_model()
               ? detail::RequestAccess::with_address(edited, state_->address.with_model(model.text()))
               : edited;
}

CENTAVO_INLINE Request Request::with_max_tokens(Tokens cap, std::string_view provider) const {
    if (state_->format->caps.empty()) {
        throw std::invalid_argument("a request for embeddings has no output to cap");
    }
    detail::MemberPath const& path = detail::cap_path(*state_, provider);
    Request edited = with_value(path, std::to_string(cap.value()));
    for (detail::MemberPath const& other : state_->format->caps) {
        if (&other != &path && edited.state_->find(other.name) != nullptr) {
            edited = edited.without_member(other.name);
        }
    }
    return edited;
}

CENTAVO_INLINE Request Request::with_temperature(double temperature) const {
    if (!std::isfinite(temperature)) {
        throw std::invalid_argument("a temperature must be a finite number");
    }
    if (state_->format->temperature.name.empty()) {
        throw std::invalid_argument("a request for embeddings has no temperature");
    }
    char digits[32];
    auto const written = std::to_chars(digits, digits + sizeof digits, temperature);
    return with_value(state_->format->temperature,
                      std::string_view{digits, static_cast<std::size_t>(written.ptr - digits)});
}

CENTAVO_INLINE Request Request::with_stream(bool stream) const {
    detail::RequestFormat const& format = *state_->format;
    std::string_view const operation = state_->address.operation();
    bool const by_address = !format.plain_operation.empty() &&
                            (operation == format.plain_operation || operation == format.stream_operation);
    if (by_address) {
        auto address =
            state_->address.with_operation(stream ? format.stream_operation : format.plain_operation);
        if (format.format == ApiFormat::gemini) {
            address = address.with_parameter("alt", stream ? "sse" : "");
        }
        return detail::RequestAccess::with_address(*this, std::move(address));
    }
    if (format.stream.empty()) {
        throw std::invalid_argument(
            "a request whose endpoint decides whether it streams must have an endpoint");
    }
    return with_member(format.stream, stream ? "true" : "false");
}

CENTAVO_INLINE Request Request::with_stream_usage(std::string_view provider) const {
    std::string_view const id = provider_id(provider);
    bool const takes = format() == ApiFormat::openai_chat && id != "mistral" && id != "groq";
    if (!takes || !stream()) {
        return *this;
    }
    auto const options = member("stream_options");
    if (!options || detail::JsonValue{*options}.is_null()) {
        return with_member("stream_options", R"({"include_usage":true})");
    }
    detail::ObjectView const given{detail::JsonValue{*options}};
    return given.find("include_usage").text == "true"
               ? *this
               : with_value({.name = "include_usage", .group = "stream_options"}, "true");
}

CENTAVO_INLINE Request Request::with_message_text(std::size_t index, std::string_view text) const {
    detail::Prompt const& prompt = *state_->prompt;
    if (index >= prompt.messages.size()) {
        throw std::out_of_range("the request has no message of this index");
    }
    auto const& texts = prompt.texts;
    auto const first = std::lower_bound(texts.begin(), texts.end(), index,
                                        [](auto const& spot, std::size_t at) { return spot.message < at; });
    if (first == texts.end() || first->message != index) {
        throw std::invalid_argument("the message has no text to replace");
    }
    auto last = first;
    while (std::next(last) != texts.end() && std::next(last)->message == index) {
        ++last;
    }
    std::string body = state_->body;
    // From the end, so that the offsets of what is still to be edited hold: the other text parts are removed.
    for (; last != first; --last) {
        std::size_t const begin = state_->conversation + last->part.begin;
        std::size_t const comma = body.rfind(',', begin - 1);
        body.erase(comma, state_->conversation + last->part.end - comma);
    }
    std::size_t const begin = state_->conversation + first->text.begin;
    body.replace(begin, first->text.end - first->text.begin, detail::json_text(text));
    return detail::RequestAccess::edited(*this, std::move(body), state_->format->conversation);
}

CENTAVO_INLINE Request Request::with_messages(View<Message> messages) const {
    if (format() != ApiFormat::openai_chat && format() != ApiFormat::cohere) {
        throw std::invalid_argument("messages can be written in OpenAI's chat format only");
    }
    std::string json = "[";
    for (auto const& message : messages) {
        json += json.size() > 1 ? "," : "";
        detail::openai_chat::append_message(json, message);
    }
    return with_member(state_->format->conversation, json + "]");
}

CENTAVO_INLINE Request Request::with_messages_at(View<std::size_t> indices) const {
    auto const* const member = state_->find(state_->format->conversation);
    if (member == nullptr || !state_->value(*member).is(detail::JsonKind::array)) {
        throw std::invalid_argument("messages can be selected only where they are an array");
    }
    std::string_view const conversation = state_->value(*member).text;
    std::string json = "[";
    for (auto const index : indices) {
        json += json.size() > 1 ? "," : "";
        json += state_->prompt->items.at(index).of(conversation);
    }
    return with_member(member->name, json + "]");
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
