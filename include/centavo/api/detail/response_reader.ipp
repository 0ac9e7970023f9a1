// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/response_reader.hpp>
#include <centavo/base/detail/config.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::optional<ApiFormat> find_usage_format(detail::JsonScan& scan) {
    std::optional<ApiFormat> found;
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        scan.skip();
        std::string_view const field = name->raw;
        if (field == "prompt_tokens" || field == "completion_tokens" || field == "pages_processed") {
            found = ApiFormat::openai_chat;
        } else if (field == "inputTokens" || field == "outputTokens") {
            found = ApiFormat::bedrock_converse;
        } else if (field == "billed_units") {
            found = ApiFormat::cohere;
        } else if (field.starts_with("cache_creation") || field.starts_with("cache_read_input") ||
                   field == "server_tool_use" || field == "inference_geo" || field == "iterations") {
            found = found ? found : ApiFormat::anthropic_messages;
        } else if (field.starts_with("input_token") && field.ends_with("_details")) {
            found = ApiFormat::openai_responses;
        } else if (field == "seconds") {
            found = found ? found : ApiFormat::openai_responses;
        }
    }
    return found;
}

CENTAVO_INLINE std::optional<ApiFormat> find_format(WireEvent const& event) {
    if (auto const named = find_event_format(event.type)) {
        return named;
    }
    if (!event.data.starts_with('{')) {
        return std::nullopt;
    }
    std::optional<ApiFormat> by_usage;
    detail::JsonScan scan{event.data};
    scan.enter_object();
    while (auto const name = scan.next_member()) {
        detail::JsonKind const kind = scan.peek();
        std::string_view const field = name->raw;
        if (kind == detail::JsonKind::object &&
            (field == "usage" || field == "meta" || field == "usage_info")) {
            auto const found = find_usage_format(scan);
            by_usage = found ? found : by_usage;
            continue;
        }
        if (kind == detail::JsonKind::string) {
            std::string_view const value = scan.string().raw;
            auto const named = field == "type" ? find_event_format(value) : std::nullopt;
            if (named) {
                return named;
            }
            if (field == "object" && value == "response") {
                return ApiFormat::openai_responses;
            }
            if (field == "stopReason") {
                return ApiFormat::bedrock_converse;
            }
            if ((field == "object" && value.starts_with("chat.completion")) || field == "text") {
                return by_usage ? by_usage : ApiFormat::openai_chat;
            }
            continue;
        }
        if (field == "choices") {
            return ApiFormat::openai_chat;
        }
        if (field == "candidates" || field == "usageMetadata" || field == "promptFeedback") {
            return ApiFormat::gemini;
        }
        if (field == "output" && (kind == detail::JsonKind::object || kind == detail::JsonKind::array)) {
            return kind == detail::JsonKind::object ? ApiFormat::bedrock_converse
                                                    : ApiFormat::openai_responses;
        }
        if (kind == detail::JsonKind::object &&
            (field == "messageStart" || field.starts_with("contentBlock"))) {
            return ApiFormat::bedrock_converse;
        }
        scan.skip();
    }
    return by_usage;
}

CENTAVO_INLINE Response AnyFormat::finish(detail::Delivery arrival) {
    return std::visit(
        [&](auto& format) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(format)>, detail::ResponseBuilder>) {
                return format.finish(arrival, detail::UsageTiming::at_end);
            } else {
                return format.finish(arrival);
            }
        },
        format_);
}

CENTAVO_INLINE Response const& AnyFormat::so_far() const noexcept {
    // The alternatives never throw on the way in: valueless is not met.
    if (auto const* none = std::get_if<detail::ResponseBuilder>(&format_)) {
        return none->answer;
    }
    Response const* answer = nullptr;
    std::visit(
        [&](auto const& format) {
            if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(format)>, detail::ResponseBuilder>) {
                answer = &format.so_far();
            }
        },
        format_);
    return *answer;
}

CENTAVO_INLINE void AnyFormat::choose(WireEvent const& event) {
    auto const& [provider, flavor] = hint_;
    std::optional<ApiFormat> found = find_format(event);
    if (!found && !(provider.empty() && flavor.empty())) {
        found = flavor == "responses"                        ? ApiFormat::openai_responses
                : flavor == "chat" || flavor == "embeddings" ? ApiFormat::openai_chat
                : provider == "anthropic"                    ? ApiFormat::anthropic_messages
                : provider == "google"                       ? ApiFormat::gemini
                : provider == "aws" || provider == "bedrock" ? ApiFormat::bedrock_converse
                : provider == "cohere"                       ? ApiFormat::cohere
                                                             : ApiFormat::openai_chat;
    }
    if (!found && event.data.starts_with('{')) {
        found = ApiFormat::openai_chat;  // an error, or a total alone: the format most servers speak
    }
    if (!found) {
        return;
    }
    switch (*found) {
    case ApiFormat::openai_embeddings:
    case ApiFormat::openai_chat: format_.emplace<detail::ChatFormat>(place_of(provider)); break;
    case ApiFormat::openai_responses: format_.emplace<detail::ResponsesFormat>(); break;
    case ApiFormat::anthropic_messages: format_.emplace<detail::AnthropicFormat>(); break;
    case ApiFormat::gemini: format_.emplace<detail::GeminiFormat>(); break;
    case ApiFormat::bedrock_converse: format_.emplace<detail::ConverseFormat>(); break;
    case ApiFormat::cohere: format_.emplace<detail::CohereFormat>(); break;
    }
}

CENTAVO_INLINE detail::ReasoningPlace AnyFormat::place_of(std::string_view provider) noexcept {
    return provider == "x-ai" || provider == "xai" ? detail::ReasoningPlace::by_total_or_outside
           : provider == "perplexity"              ? detail::ReasoningPlace::outside
           : provider == "google"                  ? detail::ReasoningPlace::hidden
                                                   : detail::ReasoningPlace::by_total;
}

CENTAVO_INLINE Response read_body(ApiHint hint, std::string_view body) {
    auto const ignore = [](Delta const&) {};
    if (!body.starts_with('{')) {
        ResponseReader reader{std::move(hint)};
        reader.feed(body, ignore);
        return reader.finish();
    }
    AnyFormat format{std::move(hint)};
    format.take(WireEvent{{}, body}, ignore);
    return format.finish(detail::Delivery::whole);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
