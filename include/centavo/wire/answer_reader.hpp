// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/json_scan.hpp>
#include <centavo/base/json_string.hpp>
#include <centavo/wire/answer.hpp>
#include <centavo/wire/anthropic_messages.hpp>
#include <centavo/wire/bedrock_converse.hpp>
#include <centavo/wire/cohere.hpp>
#include <centavo/wire/delta.hpp>
#include <centavo/wire/format_reader.hpp>
#include <centavo/wire/gemini.hpp>
#include <centavo/wire/openai_chat.hpp>
#include <centavo/wire/openai_responses.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace centavo::inline v0 {

/// Where an answer comes from, as far as it is known; the shape of the bytes decides where they have one.
struct ApiHint {
    std::string provider = {};  ///< "openai", "anthropic", "google", "aws", "x-ai", … as genai-prices names them
    std::string flavor = {};    ///< "chat", "responses" or "embeddings"
};

/// The formats that are told apart.
enum class WireFormat : std::uint8_t { chat, responses, anthropic, gemini, converse, cohere };

/// The format that a usage block is of; nullopt where its fields fit several.
[[nodiscard]] inline std::optional<WireFormat> find_usage_format(JsonScan& scan) {
    std::optional<WireFormat> found;
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        scan.skip();
        std::string_view const field = name->raw;
        if (field == "prompt_tokens" || field == "completion_tokens" || field == "pages_processed") {
            found = WireFormat::chat;
        } else if (field == "inputTokens" || field == "outputTokens") {
            found = WireFormat::converse;
        } else if (field == "billed_units") {
            found = WireFormat::cohere;
        } else if (field.starts_with("cache_creation") || field.starts_with("cache_read_input") ||
                   field == "server_tool_use" || field == "inference_geo" || field == "iterations") {
            found = found ? found : WireFormat::anthropic;
        } else if (field.starts_with("input_token") && field.ends_with("_details")) {
            found = WireFormat::responses;
        } else if (field == "seconds") {
            found = found ? found : WireFormat::responses;
        }
    }
    return found;
}

/// The format of a stream's event by its name; nullopt for a name that several have, or none.
[[nodiscard]] constexpr std::optional<WireFormat> find_event_format(std::string_view type) noexcept {
    if (type.starts_with("response.")) {
        return WireFormat::responses;
    }
    if (type == "message_start" || type == "message_delta" || type == "message_stop" ||
        type.starts_with("content_block_") || type == "ping" || type == "message") {
        return WireFormat::anthropic;
    }
    if (type == "messageStart" || type == "messageStop" || type == "metadata" || type.starts_with("contentBlock") ||
        type.ends_with("Exception")) {
        return WireFormat::converse;
    }
    if (type == "message-start" || type == "message-end" || type.starts_with("content-") ||
        type.starts_with("tool-")) {
        return WireFormat::cohere;
    }
    return std::nullopt;
}

/// The format of a body or an event by its shape; nullopt where it has none that is known. Throws MalformedJson.
[[nodiscard]] inline std::optional<WireFormat> find_format(WireEvent const& event) {
    if (auto const named = find_event_format(event.type)) {
        return named;
    }
    if (!event.data.starts_with('{')) {
        return std::nullopt;
    }
    std::optional<WireFormat> by_usage;
    JsonScan scan{event.data};
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        JsonKind const kind = scan.peek();
        std::string_view const field = name->raw;
        if (kind == JsonKind::object && (field == "usage" || field == "meta" || field == "usage_info")) {
            auto const found = find_usage_format(scan);
            by_usage = found ? found : by_usage;
            continue;
        }
        if (kind == JsonKind::string) {
            std::string_view const value = scan.string().raw;
            auto const named = field == "type" ? find_event_format(value) : std::nullopt;
            if (named) {
                return named;
            }
            if (field == "object" && value == "response") {
                return WireFormat::responses;
            }
            if (field == "stopReason") {
                return WireFormat::converse;
            }
            if ((field == "object" && value.starts_with("chat.completion")) || field == "text") {
                return by_usage ? by_usage : WireFormat::chat;
            }
            continue;
        }
        if (field == "choices") {
            return WireFormat::chat;
        }
        if (field == "candidates" || field == "usageMetadata" || field == "promptFeedback") {
            return WireFormat::gemini;
        }
        if (field == "output" && (kind == JsonKind::object || kind == JsonKind::array)) {
            return kind == JsonKind::object ? WireFormat::converse : WireFormat::responses;
        }
        if (kind == JsonKind::object && (field == "messageStart" || field.starts_with("contentBlock"))) {
            return WireFormat::converse;
        }
        scan.skip();
    }
    return by_usage;
}

/// Whichever format the first events show, or the hint names: see ApiHint. Not synchronised.
class AnyFormat {
public:
    AnyFormat() = default;
    AnyFormat(ApiHint hint) : hint_{std::move(hint)} {}

    template <typename OnDelta>
    void take(WireEvent const& event, OnDelta&& on_delta) {
        if (std::holds_alternative<AnswerDraft>(format_)) {
            choose(event);
        }
        std::visit(
            [&](auto& format) {
                if constexpr (std::is_same_v<std::remove_cvref_t<decltype(format)>, AnswerDraft>) {
                    format.pass_on(event, on_delta);
                } else {
                    format.take(event, on_delta);
                }
            },
            format_);
    }

    /// Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Answer finish(Arrival arrival) {
        return std::visit(
            [&](auto& format) {
                if constexpr (std::is_same_v<std::remove_cvref_t<decltype(format)>, AnswerDraft>) {
                    return format.finish(arrival, UsageTiming::at_end);
                } else {
                    return format.finish(arrival);
                }
            },
            format_);
    }

    [[nodiscard]] Answer const& so_far() const noexcept {
        // The alternatives never throw on the way in: valueless is not met.
        if (auto const* none = std::get_if<AnswerDraft>(&format_)) {
            return none->answer;
        }
        Answer const* answer = nullptr;
        std::visit(
            [&](auto const& format) {
                if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(format)>, AnswerDraft>) {
                    answer = &format.so_far();
                }
            },
            format_);
        return *answer;
    }

private:
    void choose(WireEvent const& event) {
        auto const& [provider, flavor] = hint_;
        std::optional<WireFormat> found = find_format(event);
        if (!found && !(provider.empty() && flavor.empty())) {
            found = flavor == "responses"                            ? WireFormat::responses
                    : flavor == "chat" || flavor == "embeddings"     ? WireFormat::chat
                    : provider == "anthropic"                        ? WireFormat::anthropic
                    : provider == "google"                           ? WireFormat::gemini
                    : provider == "aws" || provider == "bedrock"     ? WireFormat::converse
                    : provider == "cohere"                           ? WireFormat::cohere
                                                                     : WireFormat::chat;
        }
        if (!found && event.data.starts_with('{')) {
            found = WireFormat::chat;  // an error, or a total alone: the format most servers speak
        }
        if (!found) {
            return;
        }
        switch (*found) {
        case WireFormat::chat: format_.emplace<ChatFormat>(place_of(provider)); break;
        case WireFormat::responses: format_.emplace<ResponsesFormat>(); break;
        case WireFormat::anthropic: format_.emplace<AnthropicFormat>(); break;
        case WireFormat::gemini: format_.emplace<GeminiFormat>(); break;
        case WireFormat::converse: format_.emplace<ConverseFormat>(); break;
        case WireFormat::cohere: format_.emplace<CohereFormat>(); break;
        }
    }

    /// Where a provider that speaks chat completions puts its reasoning.
    [[nodiscard]] static ReasoningPlace place_of(std::string_view provider) noexcept {
        return provider == "x-ai" || provider == "xai" ? ReasoningPlace::by_total_or_outside
               : provider == "perplexity"              ? ReasoningPlace::outside
               : provider == "google"                  ? ReasoningPlace::hidden
                                                       : ReasoningPlace::by_total;
    }

    ApiHint hint_;
    std::variant<AnswerDraft, ChatFormat, ResponsesFormat, AnthropicFormat, GeminiFormat, ConverseFormat,
                 CohereFormat>
        format_{AnswerDraft{UsageMap{}}};
};

/// Reads the bytes of any provider's answer, whole bodies and streams alike:
///
///     AnswerReader reader{ApiHint{.provider = "anthropic"}};      // or none: the bytes tell
///     while (auto bytes = receive()) { reader.feed(*bytes, [](Delta const& delta) { … }); }
///     Answer answer = reader.finish();
using AnswerReader = FormatReader<AnyFormat>;

/// The answer in a whole body. Throws MalformedJson, MalformedUsage and ContradictoryUsage.
[[nodiscard]] inline Answer read_body(ApiHint hint, std::string_view body) {
    auto const ignore = [](Delta const&) {};
    if (!body.starts_with('{')) {
        AnswerReader reader{std::move(hint)};
        reader.feed(body, ignore);
        return reader.finish();
    }
    AnyFormat format{std::move(hint)};
    format.take(WireEvent{{}, body}, ignore);
    return format.finish(Arrival::whole);
}

}  // namespace centavo::inline v0
