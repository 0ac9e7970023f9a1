// SPDX-License-Identifier: MIT
#pragma once

#include "jsonl.hpp"

#include <centavo/api/request.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/cache/request_key.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/tokens/counter.hpp>

#include <optional>
#include <string>
#include <vector>

namespace centavo::cli {

/// A warning of a line's answer.
struct CallWarning {
    std::string code;
    std::string detail;
};

/// A line's request, ready to be sent: counted, quoted, capped and keyed.
struct CallRequest {
    Request request;  ///< as it is sent
    std::string provider;
    ModelId asked_model;  ///< as the request or the address names it
    RequestedService service;
    Counter counter;
    InputCount input;
    Quote quote;
    RequestKey key;
    bool capped = false;       ///< whether money set the output cap
    std::string refusal = {};  ///< why nothing may be sent; empty if it may
    std::vector<CallWarning> warnings = {};
};

/// Reads and prepares a line's request.
///
/// Throws LineFailure "bad_input" for a request of no known format; UnknownModel and UnpricedUsage for a model without a
/// price.
[[nodiscard]] CallRequest prepare_call(Row const& row, Instant at, std::optional<Usd> const& max_cost);

/// Appends format, provider, asked, model, sent, endpoint, input_tokens, input_exact, max_output, worst and key.
void append_request(std::string& out, CallRequest const& call, bool sent);

/// Appends `"warnings"`, if there are any.
void append_call_warnings(std::string& out, std::vector<CallWarning> const& warnings);

/// "chat", "responses", "messages", "gemini", "converse", "cohere" or "embeddings".
[[nodiscard]] std::string_view format_name(ApiFormat format) noexcept;

}  // namespace centavo::cli
