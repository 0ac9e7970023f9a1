// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/api/response_reader.hpp>
#include <centavo/api/response_writer.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/detail/planned_call.hpp>
#include <centavo/call/detail/requested_service.hpp>
#include <centavo/call/detail/settlement.hpp>
#include <centavo/call/outcome.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/cost_calculator.hpp>
#include <centavo/cost_monitor.hpp>
#include <centavo/model_router.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/pricing/usage.hpp>
#include <centavo/prompt_cache.hpp>
#include <centavo/prompt_optimizer.hpp>
#include <centavo/stream_budget.hpp>
#include <centavo/tokens/counter.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The result of a metered call, and the reason for it.
struct Result {
    Outcome outcome = Outcome::failed;
    Response response = {};
    std::optional<Cost> cost = std::nullopt;            ///< nullopt if nothing was spent
    std::vector<Cost> others = {};                      ///< of other models involved in the response
    std::optional<Usd> charged = std::nullopt;          ///< to the budgets; above cost if more may be billed
    Tokens optimized = 0;                               ///< input tokens that the optimizer removed
    Usd saved = {};                                     ///< the cost that a cached response avoided
    std::optional<Choice> choice = std::nullopt;        ///< of the router, if there is one
    std::optional<BudgetDenial> denial = std::nullopt;  ///< of the budget that refused the call
    Reply reply = {};                                   ///< of the transport, if a request was sent
    std::string why = {};                               ///< why the call did not complete

    /// The cost with that of other models; zero if nothing was spent.
    [[nodiscard]] Usd total() const {
        Usd all = cost ? cost->total() : Usd{};
        for (Cost const& other : others) {
            all += other.total();
        }
        return all;
    }
};

/// A piece of a streamed response as it arrives, with the state of the stream's budget.
struct StreamProgress {
    Delta const& delta;
    StreamBudget const& budget;
};

/// What to do with a call whose worst case exceeds what the budgets have left.
enum class WhenShort : std::uint8_t {
    refuse,
    shorten  ///< send it with the output cap that the budgets can pay for; refuse it only if that is zero
};

/// The options of one call.
struct CallOptions {
    std::string task = {};                       ///< for the router
    Account account = {};                        ///< who spends; from the monitor's account()
    IdempotencyKey id = {};                      ///< charges with the same key count once
    WhenShort when_short = WhenShort::refuse;    ///< when the budgets are short
    std::optional<Usd> max_cost = std::nullopt;  ///< caps the response and stops a stream at this cost
    StopMode stop_mode = StopMode::abort;        ///< what a stream does at max_cost
    detail::StopBoundary cut = detail::StopBoundary::token;  ///< where the text may be cut at such a stop
    Tokens hidden_reasoning = 0;  ///< output reserved for reasoning that is not streamed

    /// Called for every piece of a stream, on the client's thread. Returning `stop` closes the connection, and the
    /// call is charged as a stopped one. The call rethrows what it throws.
    std::function<Flow(StreamProgress const&)> on_delta = {};
};

/// The settings of all calls.
struct MeteredSetup {
    Counters counters;                  ///< of the models called: builtin_counters(), or one Counter for all
    Scope scope;                        ///< who shares the cached responses
    Origin origin = {};                 ///< the source of the responses
    Tokens default_max_tokens = 1'024;  ///< the output cap if neither the request nor the model has one
};

/// The components composed around one call: optimize, cache, route, reserve, call, settle.
///
///     Metered metered{{.counters = builtin_counters(), .scope = Scope::shared()}, calculator, cache, router, monitor};
///     Result result = metered(request, client);
///
/// Cache, router, monitor and optimizer are optional and may be passed in any order. Metered refers to all components,
/// which must outlive it. Routing, optimization and capping change a copy of the requested call; the cache key is made
/// of the requested call and the router's policy. Internally synchronized; the client belongs to the caller.
template <typename Calculator, typename... Components>
class Metered {
public:
    explicit Metered(MeteredSetup setup, Calculator& calculator, Components&... components)
        : setup_{std::move(setup)}, calculator_{&calculator}, components_{&components...} {
        if constexpr (has<IsRouter>) {
            setup_.origin.policy += component<IsRouter>().policy_digest();
        }
    }

    /// Makes one call, serves it from the cache, or refuses it; `outcome` distinguishes these.
    ///
    /// Throws UnknownModel and UnpricedUsage for a model without a price, MalformedRequest, what the client throws,
    /// and what ResponseReader throws for malformed bytes. A hold is then released, or charged in full if the request
    /// was dispatched.
    template <Client Calls>
    [[nodiscard]] Result operator()(Request const& requested, Calls&& client,
                                    CallOptions const& options = {}) {
        if constexpr (has<IsCache>) {
            auto begun = component<IsCache>().begin(requested, setup_.scope, setup_.origin);
            if (auto* const follower = begun.follower()) {
                begun = follower->wait();
            }
            if (auto* const hit = begun.hit()) {
                return from_cache(*hit->entry,
                                  hit->status == CacheStatus::joined ? Outcome::joined : Outcome::cached);
            }
            return call(requested, client, options,
                        [&](Result const& result) { share(*begun.leader(), result); });
        }
        return call(requested, client, options, [](Result const&) {});
    }

private:
    template <typename Component>
    struct IsCache : std::false_type {};
    template <CacheStore Store>
    struct IsCache<PromptCache<Store>> : std::true_type {};
    template <typename Component>
    struct IsRouter : std::false_type {};
    template <typename Task>
    struct IsRouter<ModelRouter<Task>> : std::true_type {};
    template <typename Component>
    struct IsMonitor : std::false_type {};
    template <BudgetStore Store>
    struct IsMonitor<CostMonitor<Store>> : std::true_type {};
    template <typename Component>
    struct IsOptimizer : std::false_type {};
    template <TokenCounter Counting>
    struct IsOptimizer<PromptOptimizer<Counting>> : std::true_type {};

    template <template <typename> typename Is>
    static constexpr bool has = (Is<std::remove_const_t<Components>>::value || ...);

    template <template <typename> typename Is, std::size_t at = 0>
    [[nodiscard]] auto& component() const {
        using Component = std::remove_pointer_t<std::tuple_element_t<at, std::tuple<Components*...>>>;
        if constexpr (Is<std::remove_const_t<Component>>::value) {
            return *std::get<at>(components_);
        } else {
            return component<Is, at + 1>();
        }
    }

    [[nodiscard]] static Result from_cache(CacheEntry const& entry, Outcome outcome) {
        Result result{.outcome = outcome,
                      .response = read_body({.format = ApiFormat::openai_chat}, entry.body)};
        result.saved = entry.facts.cost;
        return result;
    }

    /// Shares a complete response through the cache; a partial, refused or failed one stays with its leader.
    static void share(Leader& lead, Result const& result) {
        if (result.outcome == Outcome::called && result.response.complete() && result.cost) {
            lead.store(write_body(ApiFormat::openai_chat, result.response),
                       {.input = result.cost->usage().input,
                        .output = result.cost->usage().output,
                        .cost = result.total(),
                        .complete = true});
        } else {
            lead.pass_on();
        }
    }

    template <typename Calls, typename HandOn>
    [[nodiscard]] Result call(Request const& requested, Calls& client, CallOptions const& options,
                              HandOn&& share) {
        Result result;
        Request sent = routed(optimized(requested, result), options, result);
        if (result.choice && !*result.choice) {
            result.outcome = Outcome::refused;
            result.why = "no candidate fits this call";
            share(result);
            return result;
        }
        detail::PlannedCall plan = planned(std::move(sent));
        if (options.max_cost) {
            Tokens const paid = plan.quote.affordable_output(*options.max_cost).value_or(0);
            if (paid == Tokens{0} && plan.quote.worst_case() > *options.max_cost) {
                result.outcome = Outcome::refused;
                result.why = "the input alone costs more than max_cost";
                share(result);
                return result;
            }
            plan.limit(paid);
        }
        if constexpr (has<IsMonitor>) {
            Reservation held = reserved(plan, options);
            if (!held) {
                result.outcome = Outcome::refused;
                result.denial = held.denial();
                result.why = "the budget \"" + held.denial().budget + "\" has too little left for this call";
            } else {
                exchange(plan, client, options, result, &*held);
            }
        } else {
            exchange(plan, client, options, result, nullptr);
        }
        share(result);
        return result;
    }

    /// Reserves the worst case of the plan, or that of a lower output cap if the options allow it.
    [[nodiscard]] Reservation reserved(detail::PlannedCall& plan, CallOptions const& options) const {
        ReserveOptions how{
            .account = options.account, .id = options.id, .on_disconnect = plan.disconnect_billing()};
        if (options.when_short == WhenShort::refuse) {
            return component<IsMonitor>().reserve(plan.quote, std::move(how));
        }
        Fitted fitted = component<IsMonitor>().fit(plan.quote, how);
        if (fitted && fitted.max_tokens < plan.quote.max_output()) {
            plan.limit(fitted.max_tokens);
        }
        return std::move(fitted.reservation);
    }

    /// Sends the request, reads the response and settles. An exception drops the hold, which then charges what it has
    /// observed or the worst case.
    template <typename Calls>
    void exchange(detail::PlannedCall const& plan, Calls& client, CallOptions const& options, Result& result,
                  Hold* held) {
        OutgoingRequest const outgoing = plan.outgoing();
        StreamBudget budget{plan.quote,
                            setup_.counters.of(plan.request.model()),
                            {.max_cost = plan.quote.worst_case(),
                             .hidden_reasoning = options.hidden_reasoning,
                             .mode = plan.limited ? options.stop_mode : StopMode::cap_only,
                             .cut = options.cut}};
        ResponseReader reader{
            ApiHint{.provider = setup_.origin.provider, .model = plan.request.model().text()}};
        std::exception_ptr error;
        Flow listener = Flow::keep_going;  // what the listener returned
        Flow paid = Flow::keep_going;
        auto const take = [&](std::string_view bytes) noexcept {  // no exception passes through the client
            try {
                reader.feed(bytes, [&](Delta const& delta) {
                    paid = budget.feed(delta);
                    if (options.on_delta && listener == Flow::keep_going && !budget.stopped()) {
                        listener = options.on_delta({delta, budget});
                    }
                });
            } catch (...) {
                error = std::current_exception();
            }
            return error || paid == Flow::stop || listener == Flow::stop ? Flow::stop : Flow::keep_going;
        };
        if (held != nullptr) {
            held->dispatched();
        }
        try {
            result.reply = client(outgoing, Sink{take});
            if (error) {
                std::rethrow_exception(error);
            }
        } catch (...) {
            if (held != nullptr) {
                held->observe(budget.due(StreamEnd::cut, plan.disconnect_billing()).amount);
            }
            throw;
        }
        bool const answered = result.reply.http_status >= 200 && result.reply.http_status < 300;
        if (!answered && (result.reply.http_status != 0 || !result.reply.dispatched)) {
            fail(reader, result, held);  // providers do not bill errors
            return;
        }
        if (held != nullptr) {
            held->observe(
                plan.quote.worst_case());  // charged in full if the response cannot be read or priced
        }
        result.response = reader.finish();
        Response& response = result.response;
        if (response.usage) {
            budget.settle(*response.usage);
        } else if (budget.output() == Tokens{0}) {
            budget.feed_whole(response);
        }
        bool const stopped = paid == Flow::stop || listener == Flow::stop;
        bool const cut =
            stopped || response.finish == FinishReason::none || !result.reply.transport_error.empty();
        ResponseCost cost =
            cost_of_response(plan.prices, response, response.usage ? *response.usage : budget.cost().usage(),
                             plan.requested(), plan.quote.at());
        cost.own.quality = response.usage ? UsageQuality::reported
                           : cut          ? UsageQuality::partial
                                          : UsageQuality::estimated;
        if (budget.stopped() && budget.stopped_text() == StreamText{}) {
            response.text.resize(std::min(response.text.size(), budget.paid_bytes().value_or(0)));
        }
        bool const used_up = plan.limited && (budget.stopped() || response.finish == FinishReason::length);
        result.outcome = !answered            ? Outcome::failed
                         : stopped || used_up ? Outcome::stopped
                                              : Outcome::called;
        result.why =
            listener == Flow::stop ? "the listener stopped the stream" : result.reply.transport_error;
        // If more may be billed than was counted, more than the cost is charged.
        StreamCharge const due =
            budget.due(cut ? StreamEnd::cut : StreamEnd::whole, plan.disconnect_billing());
        bool const known = due.quality == UsageQuality::reported || (!cut && !budget.failed());
        result.charged = known ? cost.total() : std::max(cost.total(), due.amount);
        if (held != nullptr) {
            detail::settle(*held, cost, *result.charged, due.quality);
        }
        result.cost = std::move(cost.own);
        result.others = std::move(cost.others);
    }

    static void fail(ResponseReader& reader, Result& result, Hold* held) {
        if (held != nullptr) {
            held->release();
        }
        result.outcome = Outcome::failed;
        result.why = result.reply.transport_error;
        try {
            result.response = reader.finish();
        } catch (Error const&) {
            result.response = {};  // an error page that is not JSON; the status describes it
        }
        if (result.why.empty()) {
            result.why = "status " + std::to_string(result.reply.http_status) +
                         (result.response.error.empty() ? "" : ": " + result.response.error);
        }
    }

    [[nodiscard]] Request optimized(Request const& requested, [[maybe_unused]] Result& result) const {
        if constexpr (has<IsOptimizer>) {
            auto [shorter, saved] = component<IsOptimizer>().optimize(requested);
            result.optimized = saved;
            return shorter;
        } else {
            return requested;
        }
    }

    [[nodiscard]] Request routed(Request request, [[maybe_unused]] CallOptions const& options,
                                 [[maybe_unused]] Result& result) const {
        if constexpr (has<IsRouter>) {
            Message const* const last = request.messages().empty() ? nullptr : &request.messages().back();
            InputCount const input = count_request(request, setup_.counters.of(request.model()));
            result.choice = component<IsRouter>().choose(
                {.task = options.task,
                 .prompt = last == nullptr ? std::string_view{} : std::string_view{last->content},
                 .needs = {.context = input.tokens + request.max_tokens().value_or(setup_.default_max_tokens),
                           .tools = !request.tools().empty()}});
            return *result.choice ? request.with_model(result.choice->model) : std::move(request);
        } else {
            return request;
        }
    }

    [[nodiscard]] detail::PlannedCall planned(Request request) const {
        PriceTable prices = calculator_->prices();
        CallShape const shape =
            shape_of(request, setup_.counters.of(request.model()), setup_.default_max_tokens);
        Quote quote =
            calculator_->quote(request.model(), shape,
                               {.service = detail::service_of(request), .provider = setup_.origin.provider});
        return {.request = std::move(request),
                .quote = std::move(quote),
                .prices = std::move(prices),
                .provider = setup_.origin.provider};
    }

    MeteredSetup setup_;
    Calculator* calculator_;
    std::tuple<Components*...> components_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
