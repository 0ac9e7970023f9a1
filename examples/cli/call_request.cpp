// SPDX-License-Identifier: MIT
#include "call_request.hpp"

#include "answer_bill.hpp"
#include "prices.hpp"
#include "vocabularies.hpp"

#include <centavo/models/model_catalog.hpp>

#include <algorithm>
#include <utility>

namespace centavo::cli {

namespace {

constexpr std::int64_t fallback_cap = 1'024;  // if neither the request nor the model's facts name one

Request request_of(Row const& row) {
    try {
        return Request::parse(std::string{row.at("request")}, row.find_text("endpoint").value_or(""));
    } catch (MalformedRequest const& malformed) {
        throw LineFailure("bad_input", malformed.what());
    }
}

Scope scope_of(Row const& row) {
    if (row.is_null("namespace")) {  // a lookup that failed must not lead to the scope of everyone
        throw LineFailure("bad_input", "\"namespace\" is null; leave it out for the shared one");
    }
    auto const name = row.find_text("namespace");
    return name ? Scope::of(*name) : Scope::shared();
}

/// Lowers the output cap to what `limit` pays for, or says why that is impossible.
void cap(CallRequest& call, Usd limit) {
    bool const has_output = call.request.format() != ApiFormat::embeddings;
    auto const affordable = call.quote.affordable_output(limit);
    if (!affordable || (!has_output && call.quote.worst_case() > limit)) {
        call.refusal = "the input alone costs more than max_cost";
        return;
    }
    bool const known_cap = call.request.max_tokens() || find_facts(call.request.model());
    if (!has_output || (*affordable >= call.quote.max_output() && known_cap)) {
        return;
    }
    Tokens const output = std::min(*affordable, call.quote.max_output());
    if (output < call.request.min_max_tokens()) {
        call.refusal = "max_cost pays for " + std::to_string(output.value()) +
                       " tokens of output; the provider requires a cap of at least " +
                       std::to_string(call.request.min_max_tokens().value());
        return;
    }
    call.capped = true;
    call.quote = call.quote.with_max_output(output);
    call.request = call.request.with_max_tokens(output, call.provider);
}

}  // namespace

std::string_view format_name(ApiFormat format) noexcept {
    switch (format) {
    case ApiFormat::openai_chat: return "chat";
    case ApiFormat::openai_responses: return "responses";
    case ApiFormat::embeddings: return "embeddings";
    case ApiFormat::anthropic_messages: return "messages";
    case ApiFormat::gemini: return "gemini";
    case ApiFormat::bedrock_converse: return "converse";
    case ApiFormat::cohere: return "cohere";
    }
    return "";
}

CallRequest prepare_call(Row const& row, Instant at, std::optional<Usd> const& max_cost) {
    Request request = request_of(row);
    std::string provider = row.find_text("provider").value_or("");
    RequestedService service = requested_of(row);
    service.model = request.model();
    Counter counter = nearest_counter_of(request.model());
    InputCount const input = count_request(request, counter);
    Quote quote{prices().at(request.model(), provider), shape_of(request, counter, fallback_cap), at,
                service.service};
    RequestKey const key = request_key(scope_of(row), {.provider = provider}, request);
    ModelId const asked = request.model();
    CallRequest call{.request = std::move(request),
                     .provider = std::move(provider),
                     .asked_model = asked,
                     .service = std::move(service),
                     .counter = std::move(counter),
                     .input = input,
                     .quote = std::move(quote),
                     .key = key};
    if (!call.request.outside_context().empty()) {
        call.warnings.push_back(
            {"input_unknown", std::string{call.request.outside_context()} + " is not in the request"});
    } else if (call.request.uses_hosted_tools()) {
        call.warnings.push_back({"input_unknown", "the results of tools that the provider runs are input"});
    }
    if (max_cost) {
        cap(call, *max_cost);
    }
    bool const capped = call.request.max_tokens() || find_facts(asked);
    if (!capped && call.request.format() != ApiFormat::embeddings) {
        call.warnings.push_back({"no_cap", "neither the request nor the model's facts name an output cap"});
    }
    call.request = call.request.with_stream_usage(call.provider);
    return call;
}

void append_request(std::string& out, CallRequest const& call, bool sent) {
    append_text(out, "format", format_name(call.request.format()));
    if (!call.provider.empty()) {
        append_text(out, "provider", call.provider);
    }
    append_text(out, "asked", call.asked_model.text());
    if (sent) {
        append_text(out, "sent", call.request.body());
        if (!call.request.endpoint().empty()) {
            append_text(out, "endpoint", call.request.endpoint());
        }
    }
    append_count(out, "input_tokens", call.input.tokens.value());
    append_name(out, "input_exact");
    out += call.input.exact ? "true" : "false";
    append_count(out, "max_output", call.quote.max_output().value());
    append_text(out, "worst", call.quote.worst_case().to_string());
    append_text(out, "key", call.key.hex());
}

void append_call_warnings(std::string& out, std::vector<CallWarning> const& warnings) {
    if (warnings.empty()) {
        return;
    }
    append_name(out, "warnings");
    out += '[';
    for (CallWarning const& warning : warnings) {
        separate(out);
        out += '{';
        append_text(out, "code", warning.code);
        append_text(out, "detail", warning.detail);
        out += '}';
    }
    out += ']';
}

}  // namespace centavo::cli
