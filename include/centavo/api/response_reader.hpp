// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/response.hpp>
#include <centavo/api/detail/bedrock_converse/response.hpp>
#include <centavo/api/detail/cohere/response.hpp>
#include <centavo/api/detail/format_reader.hpp>
#include <centavo/api/detail/gemini/response.hpp>
#include <centavo/api/detail/openai_chat/response.hpp>
#include <centavo/api/detail/openai_responses/response.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/delta.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/api_format.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Where an answer comes from, as far as it is known; the shape of the bytes decides where they have one.
struct ApiHint {
    std::string provider =
        {};  ///< "openai", "anthropic", "google", "aws", "x-ai", … as genai-prices names them
    std::string flavor = {};  ///< "chat", "responses" or "embeddings"
};

/// The format that a usage block is of; nullopt where its fields fit several.
[[nodiscard]] std::optional<ApiFormat> find_usage_format(detail::JsonScan& scan);

/// The format of a stream's event by its name; nullopt for a name that several have, or none.
[[nodiscard]] constexpr std::optional<ApiFormat> find_event_format(std::string_view type) noexcept {
    if (type.starts_with("response.")) {
        return ApiFormat::openai_responses;
    }
    if (type == "message_start" || type == "message_delta" || type == "message_stop" ||
        type.starts_with("content_block_") || type == "ping" || type == "message") {
        return ApiFormat::anthropic_messages;
    }
    if (type == "messageStart" || type == "messageStop" || type == "metadata" ||
        type.starts_with("contentBlock") || type.ends_with("Exception")) {
        return ApiFormat::bedrock_converse;
    }
    if (type == "message-start" || type == "message-end" || type.starts_with("content-") ||
        type.starts_with("tool-")) {
        return ApiFormat::cohere;
    }
    return std::nullopt;
}

/// The format of a body or an event by its shape; nullopt where it has none that is known. Throws MalformedJson.
[[nodiscard]] std::optional<ApiFormat> find_format(WireEvent const& event);

/// Whichever format the first events show, or the hint names: see ApiHint. Not synchronised.
class AnyFormat {
public:
    AnyFormat() = default;
    AnyFormat(ApiHint hint) : hint_{std::move(hint)} {}

    template <typename OnDelta>
    void take(WireEvent const& event, OnDelta&& on_delta) {
        if (std::holds_alternative<detail::ResponseBuilder>(format_)) {
            choose(event);
        }
        std::visit(
            [&](auto& format) {
                if constexpr (std::is_same_v<std::remove_cvref_t<decltype(format)>,
                                             detail::ResponseBuilder>) {
                    format.pass_on(event, on_delta);
                } else {
                    format.take(event, on_delta);
                }
            },
            format_);
    }

    /// Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Response finish(detail::Delivery arrival);

    [[nodiscard]] Response const& so_far() const noexcept;

private:
    void choose(WireEvent const& event);

    /// Where a provider that speaks chat completions puts its reasoning.
    [[nodiscard]] static detail::ReasoningPlace place_of(std::string_view provider) noexcept;

    ApiHint hint_;
    std::variant<detail::ResponseBuilder, detail::ChatFormat, detail::ResponsesFormat,
                 detail::AnthropicFormat, detail::GeminiFormat, detail::ConverseFormat, detail::CohereFormat>
        format_{detail::ResponseBuilder{detail::UsageMap{}}};
};

/// Reads the bytes of any provider's answer, whole bodies and streams alike:
///
///     ResponseReader reader{ApiHint{.provider = "anthropic"}};      // or none: the bytes tell
///     while (auto bytes = receive()) { reader.feed(*bytes, [](Delta const& delta) { … }); }
///     Answer answer = reader.finish();
using ResponseReader = detail::FormatReader<AnyFormat>;

/// The answer in a whole body. Throws MalformedJson, MalformedUsage and ContradictoryUsage.
[[nodiscard]] Response read_body(ApiHint hint, std::string_view body);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/response_reader.ipp>
#endif
