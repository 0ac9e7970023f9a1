// SPDX-License-Identifier: MIT
#include "call_reply.hpp"

#include "answer_bill.hpp"
#include "prices.hpp"

#include <centavo/api/response_reader.hpp>
#include <centavo/base/detail/base64.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/models/model_catalog.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace centavo::cli {

namespace {

std::string decoded_base64(std::string_view text) {
    std::string bytes;
    unsigned bits = 0;
    int held = 0;
    for (char const c : text) {
        int const digit = base64_digit(c);
        if (digit < 0) {
            break;  // the padding
        }
        bits = bits << 6U | static_cast<unsigned>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<char>(bits >> static_cast<unsigned>(held) & 0xFFU));
        }
    }
    return bytes;
}

std::int64_t count_of(std::string_view json, char const* what) {
    auto const count = json_integer(JsonScan{json}.number());
    if (!count || *count < 0) {
        throw LineFailure("bad_input", what);
    }
    return *count;
}

/// Statuses that a gateway may send after the provider accepted, and billed, the request.
bool may_be_billed(int status) {
    constexpr std::array<int, 12> unknown{408, 499, 502, 504, 520, 521, 522, 523, 524, 525, 526, 527};
    bool const refused = (status >= 400 && status < 500) || status == 500 || status == 503 || status == 529;
    return std::find(unknown.begin(), unknown.end(), status) != unknown.end() || !refused;
}

Settled failed(std::string why, Usd charged) {
    return {.outcome = Outcome::failed, .why = std::move(why), .cost = {}, .charged = charged};
}

}  // namespace

std::optional<RecordedReply> reply_of(Row const& row) {
    auto const json = row.find("reply");
    if (!json) {
        return std::nullopt;
    }
    Row const parts{*json};
    RecordedReply reply{
        .status = 0, .body = {}, .pieces = {}, .error = parts.find_text("error").value_or("")};
    if (auto const status = parts.find("status")) {
        reply.status =
            static_cast<int>(std::min<std::int64_t>(999, count_of(*status, "the status must be a count")));
    }
    if (auto const base64 = parts.find_text("body_b64")) {
        reply.body = decoded_base64(*base64);
    } else {
        reply.body = parts.find_text("body").value_or("");
    }
    if (auto const dispatched = parts.find("dispatched")) {
        reply.dispatched = *dispatched != "false";
    }
    if (auto const chunks = parts.find("chunks")) {
        JsonScan scan{*chunks};
        scan.enter_array();
        while (scan.next_element()) {
            reply.pieces.push_back(
                static_cast<std::size_t>(count_of(scan.skip(), "the length of a chunk must be a count")));
        }
    }
    return reply;
}

PlayedReply play_reply(CallRequest const& call, RecordedReply const& reply,
                       std::optional<std::int64_t> listener_stops_after) {
    PlayedReply played;
    // Embeddings share a request format only: their responses differ by provider.
    bool const embeddings = call.request.format() == ApiFormat::embeddings;
    ResponseReader reader{
        ApiHint{.provider = call.provider,
                .flavor = embeddings ? "embeddings" : "",
                .model = call.request.model().text(),
                .format = embeddings ? std::nullopt : std::optional{call.request.format()}}};
    std::map<std::pair<int, DeltaKind>, std::string> texts;
    bool const listens = call.request.stream();
    auto const take = [&](Delta const& delta) {
        texts[{delta.choice, delta.kind}] += delta.text;
        if (listens && delta.kind == DeltaKind::text && delta.choice == 0 && !delta.text.empty() &&
            !played.listener_stopped) {
            played.delivered += delta.text;
            played.listener_stopped = ++played.deltas == listener_stops_after;
        }
    };
    std::string_view left = reply.body;
    std::vector<std::size_t> pieces = reply.pieces;
    pieces.push_back(reply.body.size());
    try {
        for (std::size_t const piece : pieces) {
            reader.feed(left.substr(0, piece), take);
            left.remove_prefix(std::min(piece, left.size()));
            if (played.listener_stopped) {
                break;
            }
        }
        played.response = reader.finish();
    } catch (std::exception const& failure) {
        played.error = failure.what();
        played.response.text = reader.so_far().text;
        played.response.model = reader.so_far().model;
    }
    if (texts.empty()) {
        texts[{0, DeltaKind::text}] = played.response.text;
        texts[{0, DeltaKind::reasoning}] = played.response.reasoning;
    }
    for (auto const& [part, text] : texts) {
        played.output += call.counter.count(text);
    }
    return played;
}

Settled settle_reply(CallRequest& call, RecordedReply const& reply, PlayedReply& played, Instant at) {
    Usd const worst = call.quote.worst_case();
    Response& response = played.response;
    if (!reply.dispatched) {
        return failed(reply.error.empty() ? "the request was not sent" : reply.error, {});
    }
    bool const answered = reply.status >= 200 && reply.status < 300;
    bool const nothing =
        response.text.empty() && response.tool_calls.empty() && !response.usage && played.output == 0;
    std::string const why = !reply.error.empty()      ? reply.error
                            : !played.error.empty()   ? played.error
                            : !response.error.empty() ? "the provider reported: " + response.error
                            : !answered               ? "status " + std::to_string(reply.status)
                            : nothing                 ? "the body is not a response of this format"
                                                      : "the stream ended before its last event";
    if (nothing && (!answered || !reply.error.empty() || !played.error.empty() || !response.ended)) {
        bool const unknown = answered || reply.status == 0 || may_be_billed(reply.status);
        if (unknown) {
            call.warnings.push_back({"unknown_charge", "the provider may bill this call"});
        }
        return failed(why, unknown ? worst : Usd{});
    }
    bool const whole = answered && response.ended && reply.error.empty() && played.error.empty() &&
                       response.error.empty() && !played.listener_stopped;
    bool const final_usage =
        response.usage && response.quality == UsageQuality::reported && !played.listener_stopped;
    Usage usage = response.usage.value_or(Usage{.input = call.input.tokens, .output = played.output});
    if (!final_usage) {
        usage.input = std::max(usage.input, response.usage ? usage.input : call.input.tokens);
        usage.output = std::max(usage.output, played.output);
    }
    response.usage = usage;
    Settled settled{.outcome = whole ? Outcome::called : Outcome::failed,
                    .why = whole ? std::string{} : why,
                    .cost = bill_of(response, call.service, at, {}),
                    .quality = final_usage ? UsageQuality::reported
                               : whole     ? UsageQuality::estimated
                                           : UsageQuality::partial,
                    .charged = {}};
    settled.charged = settled.cost->total();
    if (played.listener_stopped) {
        settled.outcome = Outcome::stopped;
        settled.why = "the listener stopped the stream";
    } else if (whole && call.capped && response.finish == FinishReason::length) {
        settled.outcome = Outcome::stopped;
        settled.why = "the output cap that max_cost pays for was reached";
    }
    bool const bills_on =
        disconnect_billing(call.provider.empty() ? call.quote.price()->provider : call.provider) ==
        DisconnectBilling::continues;
    if (!whole && !final_usage) {
        settled.charged = bills_on ? worst : std::min(settled.charged, std::max(worst, Usd{}));
    }
    return settled;
}

}  // namespace centavo::cli
