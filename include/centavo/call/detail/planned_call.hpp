// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/api/response_reader.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>

#include <optional>
#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What is known of the format of the response to a request.
[[nodiscard]] inline ApiHint response_hint_of(Request const& request, std::string const& provider) {
    ApiFormat const format = request.format();
    return {.provider = provider,
            .flavor = format == ApiFormat::openai_chat        ? "chat"
                      : format == ApiFormat::openai_responses ? "responses"
                      : format == ApiFormat::embeddings       ? "embeddings"
                                                              : "",
            .model = request.model().text()};
}

/// A request ready to be sent, and what it may cost. A value.
struct PlannedCall {
    Request request;
    Quote quote;
    PriceTable prices;          ///< the prices it is billed at
    std::string provider = {};  ///< empty for the maker of the model
    Tokens expected_input = 0;  ///< by count, where the quote's input is a bound
    bool capped = true;         ///< whether the request or the facts of the model cap the output
    bool limited = false;       ///< whether money caps the output

    /// Whether the response is text that is generated, and can be capped.
    [[nodiscard]] bool has_output() const { return request.format() != ApiFormat::embeddings; }

    /// Lowers the output cap of the request and of its quote to what the money pays for.
    void limit(Tokens max_output) {
        limited = has_output();
        if (has_output() && (max_output < quote.max_output() || !capped)) {
            quote = quote.with_max_output(max_output);
            request = request.with_max_tokens(max_output, provider);
            capped = true;
        }
    }

    /// What is known of the response's format; its bytes take precedence, since a client may translate.
    [[nodiscard]] ApiHint response_hint() const { return response_hint_of(request, provider); }

    /// The smallest output cap that the provider accepts.
    [[nodiscard]] Tokens least_output() const { return request.min_max_tokens(); }

    /// What the provider bills after a disconnect. A response that is not streamed is generated to its end.
    [[nodiscard]] DisconnectBilling disconnect_billing() const {
        return request.stream()
                   ? centavo::disconnect_billing(provider.empty() ? quote.price()->provider : provider)
                   : DisconnectBilling::continues;
    }

    /// The request as it is sent: a stream is asked to include its usage where the provider takes that.
    [[nodiscard]] OutgoingRequest outgoing() const {
        return OutgoingRequest{request.with_stream_usage(provider)};
    }

    /// The service that was requested, for responses that do not report what served them.
    [[nodiscard]] RequestedService requested() const {
        return {.provider = provider, .model = request.model(), .service = quote.service()};
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
