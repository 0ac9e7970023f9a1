// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>
#include <centavo/call/detail/settlement.hpp>
#include <centavo/metered/detail/exchange.hpp>

#include <algorithm>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Exchange::Exchange(PlannedCall plan, Counter counter, ExchangeOptions options,
                                  std::optional<Hold> hold)
    : plan_{std::move(plan)}, options_{std::move(options)}, hold_{std::move(hold)},
      budget_{plan_.quote,
              std::move(counter),
              {.max_cost = plan_.quote.worst_case(),
               .hidden_reasoning = options_.hidden_reasoning,
               // A response that is not streamed has ended when it can be counted: its cap limits the money.
               .mode = plan_.limited && plan_.request.stream() ? options_.stop_mode : StopMode::cap_only,
               .cut = options_.cut}},
      reader_{plan_.response_hint()} {
    budget_.observe(Usage{.input = plan_.expected_input});
}

CENTAVO_INLINE void Exchange::dispatched() noexcept {
    dispatched_ = true;
    if (hold_) {
        hold_->dispatched();
    }
}

CENTAVO_INLINE Flow Exchange::feed(std::string_view bytes) noexcept {
    fed_ += bytes.size();
    try {
        keep_body(bytes);
        if (read_error_.empty()) {
            reader_.feed(bytes, [&](Delta const& delta) { take(delta); });
            observe_usage();
        }
    } catch (std::exception const& error) {
        read_error_ = error.what();
    }
    return flow();
}

/// Keeps the bytes of the response, up to the size that a body may have; those of a larger one are dropped, so that a
/// stream without an end takes no more memory.
CENTAVO_INLINE void Exchange::keep_body(std::string_view bytes) {
    constexpr std::size_t max_body = std::size_t{256} << 20;
    if (fed_ > max_body) {
        body_ = {};
    } else {
        body_ += bytes;
    }
}

CENTAVO_INLINE Flow Exchange::feed(Delta const& delta) noexcept {
    fed_ += delta.text.size();
    try {
        if (!typed_) {
            typed_.emplace();
        }
        if (delta.choice == 0 && delta.kind != DeltaKind::tool_arguments &&
            delta.kind != DeltaKind::transcript) {
            std::string& part = delta.kind == DeltaKind::text        ? typed_->text
                                : delta.kind == DeltaKind::reasoning ? typed_->reasoning
                                                                     : typed_->refusal;
            part += delta.text;
        }
        take(delta);
    } catch (std::exception const& error) {
        read_error_ = error.what();
    }
    return flow();
}

CENTAVO_INLINE Flow Exchange::feed(Response response) noexcept {
    ++fed_;
    try {
        if (typed_) {  // the text has arrived as deltas, unless it did not
            response.text = response.text.empty() ? std::move(typed_->text) : std::move(response.text);
        } else {
            for (auto const& [kind, text] : {std::pair{DeltaKind::reasoning, &response.reasoning},
                                             std::pair{DeltaKind::text, &response.text},
                                             std::pair{DeltaKind::refusal, &response.refusal}}) {
                if (!text->empty()) {
                    take(Delta{kind, *text});
                }
            }
            for (ToolCall const& call : response.tool_calls) {
                take(Delta{DeltaKind::tool_arguments, call.arguments});
            }
        }
        response.ended = true;
        typed_ = std::move(response);
    } catch (std::exception const& error) {
        read_error_ = error.what();
    }
    return flow();
}

CENTAVO_INLINE void Exchange::take(Delta const& delta) {
    bool const before = budget_.stopped();
    something_ = true;
    if (counts_at_once()) {
        budget_.feed(delta);
        counted_ = true;
    } else {
        keep_uncounted(delta);
    }
    if (before || stopped_by_listener_ || listener_error_ || !options_.listener) {
        return;
    }
    std::string_view text = delta.text;
    if (budget_.stopped() && plan_.limited) {  // the money ends within this piece
        bool const first = delta.kind == DeltaKind::text && delta.choice == 0;
        std::size_t const paid = budget_.paid_bytes().value_or(0);
        text = text.substr(0, first && paid > heard_text_ ? std::min(paid - heard_text_, text.size()) : 0);
    }
    if (!text.empty()) {
        hear(delta, text);
    }
}

/// Keeps output that must be counted if no usage arrives, and that the response does not keep.
CENTAVO_INLINE void Exchange::keep_uncounted(Delta const& delta) {
    if (delta.choice == 0 && delta.kind == DeltaKind::text) {
        return;
    }
    StreamText const which{.choice = delta.choice, .part = static_cast<int>(delta.kind)};
    auto at = std::find_if(uncounted_.begin(), uncounted_.end(),
                           [&](auto const& text) { return text.first == which; });
    if (at == uncounted_.end()) {
        at = uncounted_.insert(uncounted_.end(), {which, {}});
    }
    at->second += delta.text;
}

/// Passes a piece to the listener. What it throws is kept: no exception passes through the client.
CENTAVO_INLINE void Exchange::hear(Delta const& delta, std::string_view text) {
    bool const first = delta.kind == DeltaKind::text && delta.choice == 0;
    try {
        heard_text_ += first ? text.size() : 0;
        if (options_.listener.on_text && first) {
            options_.listener.on_text(text);
        }
        if (options_.listener.on_delta) {
            stopped_by_listener_ =
                options_.listener.on_delta({{delta.kind, text, delta.choice}, &budget_}) == Flow::stop;
        }
    } catch (...) {
        listener_error_ = std::current_exception();
    }
}

/// Takes the running usage of a stream whose money is limited: its input may cost more than was expected.
CENTAVO_INLINE void Exchange::observe_usage() {
    if (plan_.limited && !budget_.stopped()) {
        if (auto const so_far = reader_.usage_so_far()) {
            budget_.observe(*so_far);
        }
    }
}

CENTAVO_INLINE Response Exchange::read_response() {
    if (typed_) {
        return *std::move(typed_);
    }
    if (!read_error_.empty()) {
        Response part = reader_.so_far();
        part.usage = reader_.usage_so_far();
        part.quality = UsageQuality::partial;
        return part;
    }
    try {
        return reader_.finish();
    } catch (Error const& error) {
        read_error_ = error.what();
        Response part = reader_.so_far();
        part.quality = UsageQuality::partial;
        return part;
    }
}

/// Whether a response is one, and all of it: an error, a page and an empty object are none.
CENTAVO_INLINE bool Exchange::is_whole(Response const& response) const {
    bool const something = !response.text.empty() || !response.tool_calls.empty() ||
                           !response.refusal.empty() || !response.reasoning.empty() || response.usage ||
                           response.finish != FinishReason::none || (!plan_.has_output() && fed_ > 0);
    return read_error_.empty() && something && response.ended && response.error.empty() &&
           response.finish != FinishReason::error;
}

/// Whether a response says that the provider works on it after this reply, as one in the background does.
CENTAVO_INLINE bool Exchange::is_pending(Response const& response) const {
    return plan_.request.format() == ApiFormat::openai_responses && read_error_.empty() && response.ended &&
           response.error.empty() && response.finish == FinishReason::none && !response.model.empty();
}

/// The usage of a response that did not end: what the provider reported so far, and at least what was counted.
CENTAVO_INLINE Usage Exchange::seen_usage(Response const& response) {
    if (!counted_) {
        budget_.feed(Delta{DeltaKind::text, response.text});
        for (auto const& [which, text] : uncounted_) {
            budget_.feed(text, which);
        }
        counted_ = true;
    }
    if (response.usage && (response.usage->input > Tokens{0} || response.usage->output > Tokens{0})) {
        budget_.observe(*response.usage);
    }
    return budget_.cost().usage();
}

CENTAVO_INLINE void Exchange::finish(Reply reply, Result& result) {
    result.response = read_response();
    Response& response = result.response;
    bool const answered = reply.http_status >= 200 && reply.http_status < 300;
    Ending const ending = ending_of({.http_status = reply.http_status,
                                     .dispatched = reply.dispatched,
                                     .stopped = stopped() || listener_error_ != nullptr,
                                     .something = something_ || response.usage.has_value(),
                                     .whole = answered && is_whole(response)});
    result.why = why(ending, reply, response);
    result.reply = std::move(reply);
    if (ending == Ending::whole) {
        bool const capped = plan_.limited && (budget_.stopped() || response.finish == FinishReason::length);
        result.outcome = capped ? Outcome::stopped : Outcome::called;
        if (capped) {
            result.why = "the output reached the cap that the money pays for";
        }
    } else if (ending == Ending::unknown && answered && is_pending(response)) {
        result.outcome = Outcome::called;
        result.why = "the provider goes on with the response in the background";
    } else {
        result.outcome = ending == Ending::stopped ? Outcome::stopped : Outcome::failed;
    }
    trim_text(response);
    settle(ending, result);
    result.body = std::move(body_);
    if (listener_error_) {
        std::rethrow_exception(std::exchange(listener_error_, nullptr));
    }
}

/// Ends the text of a stopped response where the listener heard its end, or where the money ended.
CENTAVO_INLINE void Exchange::trim_text(Response& response) const {
    bool const money_ends_text = budget_.stopped() && plan_.limited && budget_.stopped_text() == StreamText{};
    if (money_ends_text && !stopped_by_listener_) {
        std::size_t const paid = std::max(budget_.paid_bytes().value_or(0), heard_text_);
        response.text.resize(std::min(response.text.size(), paid));
    } else if (stopped_by_listener_ || (stopped_by_money() && options_.listener)) {
        response.text.resize(std::min(response.text.size(), heard_text_));
    }
}

CENTAVO_INLINE std::string Exchange::why(Ending ending, Reply const& reply, Response const& response) const {
    auto const with = [](std::string_view text, std::string const& detail) {
        return detail.empty() ? std::string{text} : std::string{text} + ": " + detail;
    };
    if (ending == Ending::whole) {
        return {};
    }
    if (ending == Ending::stopped) {
        return stopped_by_listener_ || listener_error_ ? "the listener stopped the stream"
                                                       : "the stream was stopped at the cost it may have";
    }
    if (!reply.dispatched) {
        return with("the request was not sent", reply.transport_error);
    }
    if (!reply.transport_error.empty()) {
        return with(fed_ > 0 ? "the connection broke within the response"
                             : "the connection broke before the response",
                    reply.transport_error);
    }
    if (reply.http_status < 200 || reply.http_status >= 300) {
        return reply.http_status == 0 ? "no response arrived"
                                      : with("status " + std::to_string(reply.http_status), response.error);
    }
    if (!response.error.empty()) {
        return with("the provider reported an error", response.error);
    }
    if (!read_error_.empty()) {
        return with("the response cannot be read", read_error_);
    }
    return fed_ == 0        ? "the response is empty"
           : response.ended ? "the body is not a response of a known format"
                            : "the stream ended before its last event";
}

CENTAVO_INLINE void Exchange::settle(Ending ending, Result& result) {
    if (ending == Ending::unbilled) {
        result.charged = Usd{};
        if (hold_) {
            hold_->release();
        }
        return;
    }
    Usd const worst = plan_.quote.worst_case();
    if (hold_) {
        hold_->observe(worst);  // charged in full if the response has no price
    }
    Response const& response = result.response;
    if (ending == Ending::unknown) {
        result.warnings.push_back(
            {"unknown_charge", "the provider may bill this request; its worst case is charged"});
        ResponseCost cost = cost_of_response(plan_.prices, response, seen_usage(response), plan_.requested(),
                                             plan_.quote.at());
        cost.own.quality = UsageQuality::estimated;
        charge(worst, UsageQuality::estimated, cost, result);
        return;
    }
    bool const aborted = ending == Ending::stopped;
    bool const reported = response.usage && response.quality == UsageQuality::reported && !aborted;
    UsageQuality const quality = reported                  ? UsageQuality::reported
                                 : ending == Ending::whole ? UsageQuality::estimated
                                                           : UsageQuality::partial;
    ResponseCost cost =
        cost_of_response(plan_.prices, response, reported ? *response.usage : seen_usage(response),
                         plan_.requested(), plan_.quote.at());
    cost.own.quality = quality;
    bool const bills_on =
        ending != Ending::whole && plan_.disconnect_billing() == DisconnectBilling::continues;
    Usd const due = reported                       ? cost.total()
                    : bills_on || budget_.failed() ? worst
                                                   : std::min(cost.total(), worst);
    charge(due, bills_on && !reported ? UsageQuality::estimated : quality, cost, result);
}

CENTAVO_INLINE void Exchange::charge(Usd amount, UsageQuality quality, ResponseCost const& cost,
                                     Result& result) {
    result.charged = amount;
    result.cost = cost.own;
    result.others = cost.others;
    if (hold_) {
        detail::settle(*hold_, cost, amount, quality);
    }
}

CENTAVO_INLINE void Exchange::abandon() {
    Result result;
    finish({.http_status = fed_ > 0 ? 200 : 0,
            .transport_error = "the client gave up",
            .dispatched = dispatched_ || fed_ > 0},
           result);
}

CENTAVO_INLINE void Exchange::drop() noexcept {
    if (!hold_ || !hold_->open()) {
        return;
    }
    try {
        abandon();
    } catch (...) {
        // The hold itself charges what it has observed, or its amount.
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
