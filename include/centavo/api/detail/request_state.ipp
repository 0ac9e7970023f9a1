// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/formats.hpp>
#include <centavo/api/detail/prompt.hpp>
#include <centavo/api/detail/request_address.hpp>
#include <centavo/api/detail/request_format.hpp>
#include <centavo/api/detail/request_state.hpp>
#include <centavo/api/request.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/json_scan.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE RequestState const& RequestAccess::state(Request const& request) noexcept {
    return *request.state_;
}
CENTAVO_INLINE Prompt const& RequestAccess::prompt(Request const& request) noexcept {
    return *request.state_->prompt;
}

CENTAVO_INLINE void fail_request(std::string const& what, std::size_t position) {
    throw MalformedRequest{what, position};
}

/// Records the members of the body and refuses duplicates. Checks the whole text.
CENTAVO_INLINE void read_members(RequestState& state) {
    JsonScan scan{state.body};
    auto const kind = scan.peek();
    auto const begin = scan.offset();
    if (kind != JsonKind::object) {
        scan.skip();
        throw MalformedRequest{"a request must be an object", begin};
    }
    scan.enter_object();
    while (auto const key = scan.next_member()) {
        static_cast<void>(scan.peek());
        auto const at = scan.offset();
        scan.skip();
        state.members.push_back({.name = key->text(),
                                 .key = static_cast<std::size_t>(key->raw.data() - state.body.data()) - 1,
                                 .value = {at, scan.offset()}});
    }
    state.close = scan.offset() - 1;
    scan.finish();
    std::vector<RequestState::Member const*> sorted;
    sorted.reserve(state.members.size());
    for (auto const& member : state.members) {
        sorted.push_back(&member);
    }
    std::sort(sorted.begin(), sorted.end(), [](auto const* a, auto const* b) {
        int const order = a->name.compare(b->name);
        return order != 0 ? order < 0 : a->key < b->key;
    });
    auto const twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                          [](auto const* a, auto const* b) { return a->name == b->name; });
    if (twice != sorted.end()) {
        throw MalformedRequest{"duplicate member \"" + (*twice)->name + "\"",
                               (*std::next(twice))->value.begin};
    }
}

/// The model in the body, or else in the address.
[[nodiscard]] CENTAVO_INLINE ModelId requested_model(RequestState const& state) {
    auto const* const member = state.find("model");
    if (member == nullptr || state.value(*member).is_null()) {
        return state.address.model();
    }
    JsonValue const model = state.value(*member);
    if (!model.is(JsonKind::string)) {
        throw MalformedRequest{"the model must be a string", member->value.begin};
    }
    return model.string();
}

[[nodiscard]] CENTAVO_INLINE RequestFormat const& choose_request_format(RequestState const& state,
                                                                        ObjectView const& body) {
    RequestEvidence const evidence{.address = state.address, .body = body, .model = state.model};
    RequestFormat const* const chosen = find_request_format(evidence);
    if (chosen == nullptr) {
        throw MalformedRequest{
            "a request must have messages (or input, contents, texts) in the format of a known API", 0};
    }
    return *chosen;
}

/// A whole number of at least `least`. Throws MalformedRequest at `value` for any other.
[[nodiscard]] CENTAVO_INLINE std::int64_t read_count(RequestState const& state, JsonValue value,
                                                     std::int64_t least, char const* what) {
    auto const count = value.integer();
    if (!count || *count < least) {
        throw MalformedRequest{what, static_cast<std::size_t>(value.text.data() - state.body.data())};
    }
    return *count;
}

[[nodiscard]] CENTAVO_INLINE bool streams(RequestState const& state, ObjectView const& body) {
    RequestFormat const& format = *state.format;
    if (state.address.operation().starts_with("stream") || state.address.operation().ends_with("-stream")) {
        return true;
    }
    JsonValue const member = format.stream.empty() ? JsonValue{} : body.find(format.stream);
    if (!member || member.is_null()) {
        return false;
    }
    if (!member.is(JsonKind::boolean)) {
        throw MalformedRequest{"stream must be true or false",
                               static_cast<std::size_t>(member.text.data() - state.body.data())};
    }
    return member.text == "true";
}

/// Reads the members of the body other than the prompt.
CENTAVO_INLINE void read_settings(RequestState& state, ObjectView const& body) {
    RequestFormat const& format = *state.format;
    state.temperature.reset();
    if (JsonValue const value = format.temperature.find(body)) {
        auto const at = static_cast<std::size_t>(value.text.data() - state.body.data());
        if (!value.is(JsonKind::number)) {
            throw MalformedRequest{"the temperature must be a number", at};
        }
        state.temperature = json_double(JsonScan{value.text}.number());
        if (!state.temperature) {
            throw MalformedRequest{"the temperature must be within the range of a double", at};
        }
    }
    state.max_tokens.reset();
    for (MemberPath const& path : format.caps) {
        if (JsonValue const value = path.find(body)) {
            Tokens const cap =
                read_count(state, value, 0, "an output cap must be a whole number that is not negative");
            state.max_tokens = std::min(cap, state.max_tokens.value_or(cap));
        }
    }
    JsonValue const choices = format.choices.find(body);
    state.choices =
        choices ? read_count(state, choices, 1, "the number of choices must be a whole number from 1") : 1;
    state.min_max_tokens = format.min_cap(body);
    state.stream = streams(state, body);
}

CENTAVO_INLINE void read_prompt(RequestState& state, ObjectView const& body) {
    auto const* const member = state.find(state.format->conversation);
    state.conversation = member != nullptr ? member->value.begin : 0;
    auto prompt = std::make_shared<Prompt>();
    PromptBuilder builder{*prompt, state.body, member != nullptr ? state.value(*member) : JsonValue{}};
    state.format->read(builder, body);
    bool const empty = prompt->messages.empty() && prompt->given_tokens == 0 && prompt->outside.empty();
    if (empty && state.format->needs_messages) {
        throw MalformedRequest{"a request must have messages", 0};
    }
    state.prompt = std::move(prompt);
}

[[nodiscard]] CENTAVO_INLINE JsonValue whole_body(RequestState const& state) {
    auto const begin = state.body.find('{');
    return {std::string_view{state.body}.substr(begin, state.close + 1 - begin)};
}

CENTAVO_INLINE Request RequestAccess::parse(std::string body, std::string endpoint,
                                            RequestFormat const* format) {
    auto state = std::make_shared<RequestState>();
    state->body = std::move(body);
    state->address = RequestAddress{std::move(endpoint)};
    read_members(*state);
    state->model = requested_model(*state);
    ObjectView const members{whole_body(*state)};
    state->format = format != nullptr ? format : &choose_request_format(*state, members);
    if (state->model.empty()) {
        throw MalformedRequest{"a request must have a model, in its body or in its endpoint", 0};
    }
    read_settings(*state, members);
    read_prompt(*state, members);
    return Request{std::move(state)};
}

CENTAVO_INLINE Request RequestAccess::edited(Request const& from, std::string body, std::string_view edited) {
    RequestState const& old = *from.state_;
    auto state = std::make_shared<RequestState>();
    state->body = std::move(body);
    state->address = old.address;
    state->format = old.format;
    read_members(*state);
    state->model = requested_model(*state);
    if (state->model.empty()) {
        throw MalformedRequest{"a request must have a model, in its body or in its endpoint", 0};
    }
    ObjectView const members{whole_body(*state)};
    read_settings(*state, members);
    auto const* const conversation = state->find(state->format->conversation);
    if (conversation == nullptr || contains(state->format->prompt_members, edited)) {
        read_prompt(*state, members);
    } else {
        state->prompt = old.prompt;
        state->conversation = conversation->value.begin;
    }
    return Request{std::move(state)};
}

CENTAVO_INLINE Request RequestAccess::with_address(Request const& from, RequestAddress address) {
    RequestState const& old = *from.state_;
    auto state = std::make_shared<RequestState>();
    state->body = old.body;
    state->address = std::move(address);
    state->format = old.format;
    state->members = old.members;
    state->close = old.close;
    state->conversation = old.conversation;
    state->prompt = old.prompt;
    state->model = requested_model(*state);
    read_settings(*state, ObjectView{whole_body(*state)});
    return Request{std::move(state)};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
