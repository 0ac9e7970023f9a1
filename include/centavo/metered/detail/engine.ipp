// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request_tokens.hpp>
#include <centavo/api/response_writer.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/error.hpp>
#include <centavo/call/detail/requested_service.hpp>
#include <centavo/metered/detail/engine.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A price that charges every call the same, whatever its tokens: for a model without a price of its own.
CENTAVO_INLINE ModelPrice assumed_price(ModelId const& model, std::string const& provider, Usd each) {
    ModelPrice price = ModelPrice::per_million(model, {.input = "0", .output = "0"});
    price.provider = provider;
    price.bands.front().rates.emplace_back(units::requests, Decimal::parse(each.to_string()), 1);
    return price;
}

CENTAVO_INLINE PlannedCall Engine::plan(Request request, std::string const& provider, Result& result) const {
    ModelId const model = request.model();
    Counter const counter = counters.of(model);
    CallShape const shape = shape_of(request, counter, default_max_tokens, reservation);
    CallContext const context{.service = service_of(request), .provider = provider};
    PriceTable prices = calculator.prices();
    auto const priced = [&]() -> Quote {
        auto const assumed = monitor.assume_when_unpriced();
        if (!assumed || prices.find(model, provider)) {
            return calculator.quote(model, shape, context);
        }
        result.warnings.push_back({"unpriced_model", "the model \"" + std::string{model.text()} +
                                                         "\" has no price; the assumed cost is charged"});
        prices = prices.with(assumed_price(model, provider, *assumed));
        return Quote{prices.at(model, provider), shape, calculator.now()};
    };
    Quote quote = priced();
    Tokens const expected = count_request(request, counter).tokens;
    bool const capped = request.max_tokens() || find_facts(model);
    if (!request.outside_context().empty()) {
        result.warnings.push_back({"input_unknown", std::string{request.outside_context()} +
                                                        " refers to input that is not in the request"});
    } else if (request.uses_hosted_tools()) {
        result.warnings.push_back({"input_unknown", "the results of tools that the provider runs are input"});
    }
    if (!capped && request.format() != ApiFormat::embeddings) {
        result.warnings.push_back({"no_cap", "neither the request nor the model's facts cap the output"});
    }
    return {.request = std::move(request),
            .quote = std::move(quote),
            .prices = std::move(prices),
            .provider = provider,
            .expected_input = expected,
            .capped = capped};
}

CENTAVO_INLINE Tokens Engine::context_of(Request const& request) const {
    constexpr Tokens smallest_window = 4'096;
    Tokens const output = request.max_tokens().value_or(default_max_tokens);
    Tokens const bytes{static_cast<std::int64_t>(request.body().size())};
    return bytes + output <= smallest_window  // a bound that fits every model need not be counted
               ? bytes + output
               : count_request(request, counters.of(request.model())).tokens + output;
}

CENTAVO_INLINE std::string routed_prompt(Request const& request) {
    constexpr std::size_t enough = 4'096;
    auto const messages = request.messages();
    auto const instructs = [](Message const& message) {
        return message.role == "system" || message.role == "developer";
    };
    std::size_t first = messages.size();
    for (std::size_t bytes = 0; first > 0 && bytes < enough; --first) {
        bytes += instructs(messages[first - 1]) ? 0 : messages[first - 1].content.size();
    }
    std::string prompt;
    for (; first < messages.size(); ++first) {
        if (!instructs(messages[first])) {
            prompt += prompt.empty() ? "" : "\n";
            prompt += messages[first].content;
        }
    }
    return prompt;
}

/// Whether a text is a JSON object, or empty.
CENTAVO_INLINE bool is_json_object(std::string_view text) {
    try {
        JsonScan scan{text.empty() ? std::string_view{"{}"} : text};
        bool const object = scan.peek() == JsonKind::object;
        scan.skip();
        scan.finish();
        return object;
    } catch (Error const&) {
        return false;
    }
}

CENTAVO_INLINE bool is_cacheable(Response const& response) {
    bool const empty = response.text.empty() && response.tool_calls.empty();
    return response.complete() && response.other_choices_complete && response.refusal.empty() && !empty &&
           std::all_of(response.tool_calls.begin(), response.tool_calls.end(),
                       [](ToolCall const& call) { return call.custom || is_json_object(call.arguments); });
}

CENTAVO_INLINE ActiveCall::ActiveCall(Engine const& engine, Request requested, CallSettings settings,
                                      std::optional<Routing> routing)
    : engine_{engine}, requested_{std::move(requested)}, settings_{std::move(settings)}, routing_{std::move(
                                                                                             routing)} {}

CENTAVO_INLINE RequestKey ActiveCall::key() const {
    Origin origin = engine_.origin;
    origin.provider = settings_.provider;
    if (routing_) {
        origin.policy += routing_->policy;
        origin.policy += '\n';
        origin.policy += routing_->choice.model.text();
    }
    return request_key(settings_.scope.value_or(engine_.scope), origin, requested_);
}

CENTAVO_INLINE void ActiveCall::begin() {
    if (routing_) {
        result_.choice = routing_->choice;
        if (!routing_->choice) {
            return refuse("no candidate of the router meets the needs of this call");
        }
    }
    if (!engine_.cache) {
        return settings_.cache == CacheUse::only ? refuse("there is no cache to serve this call") : prepare();
    }
    if (settings_.cache == CacheUse::only) {
        SharedEntry const entry = engine_.cache->look_up(key(), sampling_of(requested_));
        return entry ? serve(entry, Outcome::cached) : refuse("the cache has no response to this request");
    }
    go_on(engine_.cache->begin(key(), sampling_of(requested_), settings_.cache));
}

CENTAVO_INLINE void ActiveCall::go_on(BeginResult begun) {
    if (auto* const hit = begun.hit()) {
        return serve(hit->entry, hit->status == CacheStatus::joined ? Outcome::joined : Outcome::cached);
    }
    if (auto* const leader = begun.leader()) {
        leader_.emplace(std::move(*leader));
        return prepare();
    }
    follower_.emplace(std::move(*begun.follower()));
}

CENTAVO_INLINE void ActiveCall::on_ready(std::function<void()> ready) {
    if (state_ != CallState::waiting) {
        return ready();
    }
    Follower follower = *std::exchange(follower_, std::nullopt);
    follower.then([self = shared_from_this(), ready = std::move(ready)](Follower landed) {
        try {
            self->go_on(landed.wait());
        } catch (...) {
            self->error_ = std::current_exception();
            self->state_ = CallState::done;
            self->leader_.reset();  // the other callers go on
        }
        ready();
    });
}

CENTAVO_INLINE void ActiveCall::wait(std::optional<std::chrono::nanoseconds> limit) {
    if (state_ != CallState::waiting) {
        return;
    }
    Follower follower = *std::exchange(follower_, std::nullopt);
    if (!limit) {
        return go_on(follower.wait());
    }
    if (auto begun = follower.wait_for(*limit)) {
        return go_on(*std::move(begun));
    }
    prepare();
}

CENTAVO_INLINE void ActiveCall::refuse(std::string why) {
    result_.outcome = Outcome::refused;
    result_.why = std::move(why);
    result_.charged = Usd{};
    state_ = CallState::done;
    leader_.reset();  // a refusal concerns this caller only
}

CENTAVO_INLINE void ActiveCall::prepare() {
    Request sent = requested_;
    if (engine_.optimizer) {
        OptimizedRequest optimized = engine_.optimizer.optimize(sent, engine_.level);
        result_.optimized = optimized.saved;
        sent = std::move(optimized.request);
    }
    if (routing_ && routing_->choice.model != sent.model()) {
        sent = sent.with_model(routing_->choice.model);
    }
    PlannedCall plan = engine_.plan(std::move(sent), settings_.provider, result_);
    if (settings_.max_cost) {
        auto const paid = plan.quote.affordable_output(*settings_.max_cost);
        if (!paid || (!plan.has_output() && plan.quote.worst_case() > *settings_.max_cost)) {
            return refuse("the input alone costs more than max_cost");
        }
        if (plan.has_output() && *paid < plan.least_output()) {
            return refuse("max_cost pays for fewer output tokens than the provider accepts as a cap");
        }
        plan.limit(*paid);
    }
    std::optional<Hold> hold;
    if (engine_.monitor) {
        hold = reserve(plan);
        if (!hold) {
            return;
        }
    }
    outgoing_.emplace(plan.outgoing());
    Counter counter = engine_.counters.of(plan.request.model());
    exchange_.emplace(std::move(plan), std::move(counter), std::move(settings_.exchange), std::move(hold));
    state_ = CallState::send;
}

/// Reserves the worst case of the plan, or that of a lower output cap if the options allow it.
CENTAVO_INLINE std::optional<Hold> ActiveCall::reserve(PlannedCall& plan) {
    ReserveOptions options{
        .account = settings_.account, .id = settings_.id, .on_disconnect = plan.disconnect_billing()};
    auto const denied = [&](BudgetDenial const& denial) {
        result_.denial = denial;
        refuse("the budget \"" + denial.budget + "\" has too little left for this call");
        return std::nullopt;
    };
    if (settings_.when_short == WhenShort::refuse) {
        Reservation reserved = engine_.monitor.reserve(plan.quote, std::move(options));
        return reserved ? std::optional<Hold>{*std::move(reserved)} : denied(reserved.denial());
    }
    Fitted fitted = engine_.monitor.fit(plan.quote, options);
    if (!fitted) {
        return denied(fitted.reservation.denial());
    }
    if (fitted.max_tokens < plan.quote.max_output()) {
        if (fitted.max_tokens < plan.least_output()) {
            Hold hold = *std::move(fitted.reservation);
            hold.release();
            refuse("the budgets pay for fewer output tokens than the provider accepts as a cap");
            return std::nullopt;
        }
        plan.limit(fitted.max_tokens);
    }
    return *std::move(fitted.reservation);
}

CENTAVO_INLINE OutgoingRequest const& ActiveCall::outgoing() {
    exchange_->dispatched();
    return *outgoing_;
}

CENTAVO_INLINE void ActiveCall::finish(Reply reply) {
    state_ = CallState::done;
    try {
        exchange_->finish(std::move(reply), result_);
    } catch (...) {
        leader_.reset();  // what a listener or a store throws concerns this caller only
        throw;
    }
    share();
}

CENTAVO_INLINE void ActiveCall::abandon() {
    state_ = CallState::done;
    leader_.reset();
    exchange_->abandon();
}

/// Stores a complete response and hands it to the callers that wait for it; otherwise they call by themselves.
CENTAVO_INLINE void ActiveCall::share() {
    if (!leader_) {
        return;
    }
    bool const by_search = result_.cost && result_.cost->usage().find(units::web_searches).value_or(0) > 0;
    std::string body = result_.body.empty() ? written_body() : result_.body;
    if (result_.outcome == Outcome::called && is_cacheable(result_.response) && result_.cost && !by_search &&
        !body.empty()) {
        leader_->store(std::move(body), {.input = result_.cost->usage().input,
                                         .output = result_.cost->usage().output,
                                         .cost = result_.total(),
                                         .complete = true});
    } else if (result_.outcome == Outcome::stopped) {
        leader_->pass_on();
    } else {
        leader_->dismiss();
    }
    leader_.reset();
}

/// Delivers a cached response as it was requested: its bytes, or a stream or body written from them.
CENTAVO_INLINE void ActiveCall::serve(SharedEntry const& entry, Outcome outcome) {
    state_ = CallState::done;
    result_.outcome = outcome;
    result_.saved = entry->facts.cost;
    result_.charged = Usd{};
    Listener const& listener = settings_.exchange.listener;
    ResponseReader reader{response_hint_of(requested_, settings_.provider)};
    bool hears = static_cast<bool>(listener);
    reader.feed(entry->body, [&](Delta const& delta) {
        if (hears && listener.on_text && delta.kind == DeltaKind::text && delta.choice == 0) {
            listener.on_text(delta.text);
        }
        if (hears && listener.on_delta) {
            hears = listener.on_delta({delta, nullptr}) != Flow::stop;
        }
    });
    result_.response = reader.finish();
    result_.body = body_as_requested(entry->body, reader.is_stream());
}

/// The response as a body, for one that did not come as bytes; empty for a format whose responses are only read.
CENTAVO_INLINE std::string ActiveCall::written_body() const {
    return can_write(requested_.format()) ? write_body(requested_.format(), result_.response) : std::string{};
}

/// The body of a cached response: its own bytes, or written anew if a stream was requested and a body stored, or the
/// reverse. Empty for an API whose responses are only read.
CENTAVO_INLINE std::string ActiveCall::body_as_requested(std::string const& stored, bool is_stream) const {
    if (is_stream == requested_.stream()) {
        return stored;
    }
    ApiFormat const format = requested_.format();
    return !can_write(format)    ? std::string{}
           : requested_.stream() ? write_stream(format, result_.response)
                                 : write_body(format, result_.response);
}

CENTAVO_INLINE Result ActiveCall::take_result() {
    if (error_) {
        std::rethrow_exception(std::exchange(error_, nullptr));
    }
    return std::move(result_);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
