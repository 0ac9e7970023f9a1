// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>

#include <string>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What is to be sent, and what it may cost. A value.
struct PlannedCall {
    Request request;
    Quote quote;
    PriceTable prices;          ///< what it will be billed by
    std::string provider = {};  ///< who is asked; empty for the model's maker
    bool limited = false;       ///< whether money caps the answer

    /// Lowers the cap of the request, and what is quoted for it, to what money pays for.
    void limit(Tokens max_output) {
        limited = true;
        if (max_output < quote.max_output()) {
            quote = quote.with_max_output(max_output);
            request = request.with_max_tokens(max_output);
        }
    }

    /// What closing the connection stops: nothing where the answer is not streamed, which is made to its end.
    [[nodiscard]] DisconnectBilling after() const {
        return request.stream() ? disconnect_billing(provider.empty() ? quote.price()->provider : provider)
                                : DisconnectBilling::continues;
    }

    /// What is to be sent: of a stream its usage is asked for, which it does not tell otherwise.
    [[nodiscard]] OutgoingRequest sent() const {
        return OutgoingRequest{request.stream() && !request.member("stream_options")
                        ? request.with_member("stream_options", R"({"include_usage":true})")
                        : request};
    }

    /// What stands where the answer does not say what served it.
    [[nodiscard]] RequestedService asked() const {
        RequestedService asked{.provider = provider, .model = request.model(), .service = quote.service()};
        if (asked.service.region.empty()) {
            asked.service.region = quote.price().region();
        }
        return asked;
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
