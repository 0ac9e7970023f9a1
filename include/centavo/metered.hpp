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
#include <centavo/chat/delta.hpp>
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

/// What a metered call came to, and why.
struct Result {
    Outcome outcome = Outcome::failed;
    Response answer = {};
    std::optional<Cost> cost = std::nullopt;      ///< absent where nothing was spent
    std::vector<Cost> others = {};                ///< billed beside it: what other models did for the answer
    std::optional<Usd> charged = std::nullopt;    ///< to the budgets: above cost where more may yet be billed
    Tokens optimized = 0;                         ///< input tokens that the optimizer took out
    Usd saved = {};                               ///< what an answer from the cache did not cost again
    std::optional<Choice> choice = std::nullopt;  ///< the router's, where there is one
    std::optional<BudgetDenial> denial = std::nullopt;  ///< the budget's, where it refused
    Reply reply = {};                                   ///< the transport's part, where a request was sent
    std::string why = {};                               ///< one sentence, where the call failed

    /// What the answer cost, with what other models did for it; nothing where nothing was spent.
    [[nodiscard]] Usd total() const {
        Usd all = cost ? cost->total() : Usd{};
        for (Cost const& other : others) {
            all += other.total();
        }
        return all;
    }
};

/// A piece of a streamed answer as it arrives, and the stream's money so far.
struct StreamProgress {
    Delta const& delta;
    StreamBudget const& budget;
};

/// What to do with a call whose worst case the budgets have not enough left for.
enum class WhenShort : std::uint8_t {
    refuse,
    shorten  ///< send it with the cap that is paid for; refused only where that is nothing
};

/// How one call is to be made.
struct CallOptions {
    std::string task = {};                       ///< for the router
    Account account = {};                        ///< who spends, of the monitor's account()
    IdempotencyKey id = {};                      ///< what makes the charge count once
    WhenShort when_short = WhenShort::refuse;    ///< of the budgets
    std::optional<Usd> max_cost = std::nullopt;  ///< caps the answer, and stops a stream, at that much money
    StopMode stop_mode = StopMode::abort;        ///< of a stream at max_cost
    detail::StopBoundary cut =
        detail::StopBoundary::token;  ///< where the text ends that is kept after such a stop
    Tokens hidden_reasoning = 0;      ///< output to keep free for reasoning that is not streamed

    /// Called for every piece of a stream, on the client's thread. `stop` says that whoever listens has gone: the
    /// connection is closed, and the call is charged as a stopped one. What it throws is thrown by the call.
    std::function<Flow(StreamProgress const&)> on_delta = {};
};

/// What holds for all calls.
struct MeteredSetup {
    Counter counter;                    ///< exact for the models called, or an upper bound
    Scope scope;                        ///< who shares the cached answers
    Origin origin = {};                 ///< whose answers they are
    Tokens default_max_tokens = 1'024;  ///< the cap of an answer that neither request nor facts name
};

/// The doors composed around one call: cache, route, reserve, call, settle.
///
///     Metered metered{{.counter = Counter{o200k_base()}, .scope = Scope::shared()}, calculator, cache, router, monitor};
///     Result result = metered(request, client);
///
/// The calculator is always there; cache, router, monitor and optimizer may be left out and come in any order. All
/// are referred to and outlive it. What is asked and what is sent are two things: routing, optimising and capping
/// make a copy; the key of the cache is that of the asked request and of the router's policy. As safe to share
/// between threads as the doors are, which all are; the client is the caller's.
template <typename Calculator, typename... Doors>
class Metered {
public:
    explicit Metered(MeteredSetup setup, Calculator& calculator, Doors&... doors)
        : setup_{std::move(setup)}, calculator_{&calculator}, doors_{&doors...} {
        if constexpr (has<is_router>) {
            setup_.origin.policy += door<is_router>().policy_digest();
        }
    }

    /// Makes one call, or answers from the cache, or refuses: result.outcome says which.
    ///
    /// Throws UnknownModel and UnpricedUsage for a model without a price, MalformedRequest, what the client throws,
    /// and what ResponseReader throws of an answer that is none; money set aside is then given back, or charged in full
    /// where the request had left.
    template <Client Calls>
    [[nodiscard]] Result operator()(Request const& asked, Calls&& client, CallOptions const& options = {}) {
        if constexpr (has<is_cache>) {
            auto begun = door<is_cache>().begin(asked, setup_.scope, setup_.origin);
            if (auto* const follower = begun.follower()) {
                begun = follower->wait();
            }
            if (auto* const hit = begun.hit()) {
                return from_cache(*hit->entry,
                                  hit->status == CacheStatus::joined ? Outcome::joined : Outcome::cached);
            }
            return call(asked, client, options,
                        [&](Result const& result) { hand_on(*begun.leader(), result); });
        }
        return call(asked, client, options, [](Result const&) {});
    }

private:
    template <typename Door>
    struct is_cache : std::false_type {};
    template <CacheStore Store>
    struct is_cache<PromptCache<Store>> : std::true_type {};
    template <typename Door>
    struct is_router : std::false_type {};
    template <typename Task>
    struct is_router<ModelRouter<Task>> : std::true_type {};
    template <typename Door>
    struct is_monitor : std::false_type {};
    template <BudgetStore Books>
    struct is_monitor<CostMonitor<Books>> : std::true_type {};
    template <typename Door>
    struct is_optimizer : std::false_type {};
    template <TokenCounter Counting>
    struct is_optimizer<PromptOptimizer<Counting>> : std::true_type {};

    template <template <typename> typename Is>
    static constexpr bool has = (Is<std::remove_const_t<Doors>>::value || ...);

    template <template <typename> typename Is, std::size_t at = 0>
    [[nodiscard]] auto& door() const {
        using Door = std::remove_pointer_t<std::tuple_element_t<at, std::tuple<Doors*...>>>;
        if constexpr (Is<std::remove_const_t<Door>>::value) {
            return *std::get<at>(doors_);
        } else {
            return door<Is, at + 1>();
        }
    }

    [[nodiscard]] static Result from_cache(CacheEntry const& entry, Outcome outcome) {
        Result result{.outcome = outcome,
                      .answer = read_body({.format = ApiFormat::openai_chat}, entry.body)};
        result.saved = entry.facts.cost;
        return result;
    }

    /// Gives a whole answer to the cache; a part, a refusal and a failure are the leader's own.
    static void hand_on(Leader& lead, Result const& result) {
        if (result.outcome == Outcome::called && result.answer.complete() && result.cost) {
            lead.store(write_body(ApiFormat::openai_chat, result.answer),
                       {.input = result.cost->usage().input,
                        .output = result.cost->usage().output,
                        .cost = result.total(),
                        .complete = true});
        } else {
            lead.pass_on();
        }
    }

    template <typename Calls, typename HandOn>
    [[nodiscard]] Result call(Request const& asked, Calls& client, CallOptions const& options,
                              HandOn&& hand_on) {
        Result result;
        Request sent = routed(optimized(asked, result), options, result);
        if (result.choice && !*result.choice) {
            result.outcome = Outcome::refused;
            result.why = "no candidate can make this call";
            hand_on(result);
            return result;
        }
        detail::PlannedCall plan = planned(std::move(sent));
        if (options.max_cost) {
            Tokens const paid = plan.quote.affordable_output(*options.max_cost).value_or(0);
            if (paid == Tokens{0} && plan.quote.worst_case() > *options.max_cost) {
                result.outcome = Outcome::refused;
                result.why = "the input alone costs more than this call may";
                hand_on(result);
                return result;
            }
            plan.limit(paid);
        }
        if constexpr (has<is_monitor>) {
            Reservation held = reserved(plan, options);
            if (!held) {
                result.outcome = Outcome::refused;
                result.denial = held.denial();
                result.why = "the budget \"" + held.denial().budget + "\" has not enough left";
            } else {
                exchange(plan, client, options, result, &*held);
            }
        } else {
            exchange(plan, client, options, result, nullptr);
        }
        hand_on(result);
        return result;
    }

    /// Sets the plan's worst case aside; where the options say so that of a lower cap, which the plan then has.
    [[nodiscard]] Reservation reserved(detail::PlannedCall& plan, CallOptions const& options) const {
        ReserveOptions how{.account = options.account, .id = options.id, .on_disconnect = plan.after()};
        if (options.when_short == WhenShort::refuse) {
            return door<is_monitor>().reserve(plan.quote, std::move(how));
        }
        Fitted fitted = door<is_monitor>().fit(plan.quote, how);
        if (fitted && fitted.max_tokens < plan.quote.max_output()) {
            plan.limit(fitted.max_tokens);
        }
        return std::move(fitted.reservation);
    }

    /// Sends, reads what comes back, and settles. What is thrown on the way drops the hold, which charges what it has
    /// seen or all of it.
    template <typename Calls>
    void exchange(detail::PlannedCall const& plan, Calls& client, CallOptions const& options, Result& result,
                  Hold* held) {
        OutgoingRequest const sent = plan.sent();
        StreamBudget budget{plan.quote,
                            setup_.counter,
                            {.max_cost = plan.quote.worst_case(),
                             .hidden_reasoning = options.hidden_reasoning,
                             .mode = plan.limited ? options.stop_mode : StopMode::cap_only,
                             .cut = options.cut}};
        ResponseReader reader{ApiHint{.provider = setup_.origin.provider}};
        std::exception_ptr broken;
        Flow heard = Flow::keep_going;  // what the listener said
        Flow paid = Flow::keep_going;
        auto const take = [&](std::string_view bytes) noexcept {  // nothing is thrown through the client
            try {
                reader.feed(bytes, [&](Delta const& delta) {
                    paid = budget.feed(delta);
                    if (options.on_delta && heard == Flow::keep_going && !budget.stopped()) {
                        heard = options.on_delta({delta, budget});
                    }
                });
            } catch (...) {
                broken = std::current_exception();
            }
            return broken || paid == Flow::stop || heard == Flow::stop ? Flow::stop : Flow::keep_going;
        };
        if (held != nullptr) {
            held->dispatched();
        }
        try {
            result.reply = client(sent, Sink{take});
            if (broken) {
                std::rethrow_exception(broken);
            }
        } catch (...) {
            if (held != nullptr) {
                held->observe(budget.due(StreamEnd::cut, plan.after()).amount);
            }
            throw;
        }
        bool const answered = result.reply.http_status >= 200 && result.reply.http_status < 300;
        if (!answered && (result.reply.http_status != 0 || !result.reply.dispatched)) {
            fail(reader, result, held);  // an error of the provider is not billed
            return;
        }
        if (held != nullptr) {
            held->observe(plan.quote.worst_case());  // due in full if the answer cannot be read or priced
        }
        result.answer = reader.finish();
        Response& answer = result.answer;
        if (answer.usage) {
            budget.settle(*answer.usage);
        } else if (budget.output() == Tokens{0}) {
            budget.feed_whole(answer);
        }
        bool const stopped = paid == Flow::stop || heard == Flow::stop;
        bool const cut =
            stopped || answer.finish == FinishReason::none || !result.reply.transport_error.empty();
        ResponseCost cost =
            cost_of_response(plan.prices, answer, answer.usage ? *answer.usage : budget.cost().usage(),
                             plan.asked(), plan.quote.at());
        cost.own.quality = answer.usage ? UsageQuality::reported
                           : cut        ? UsageQuality::partial
                                        : UsageQuality::estimated;
        if (budget.stopped() && budget.stopped_text() == StreamText{}) {
            answer.text.resize(std::min(answer.text.size(), budget.paid_bytes().value_or(0)));
        }
        bool const used_up = plan.limited && (budget.stopped() || answer.finish == FinishReason::length);
        result.outcome = !answered            ? Outcome::failed
                         : stopped || used_up ? Outcome::stopped
                                              : Outcome::called;
        result.why = heard == Flow::stop ? "the listener has gone" : result.reply.transport_error;
        // Where more may yet be billed than was counted, more than the cost is charged.
        StreamCharge const due = budget.due(cut ? StreamEnd::cut : StreamEnd::whole, plan.after());
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
            result.answer = reader.finish();
        } catch (Error const&) {
            result.answer = {};  // an error page that is no JSON; the status says it all
        }
        if (result.why.empty()) {
            result.why = "status " + std::to_string(result.reply.http_status) +
                         (result.answer.error.empty() ? "" : ": " + result.answer.error);
        }
    }

    [[nodiscard]] Request optimized(Request const& asked, [[maybe_unused]] Result& result) const {
        if constexpr (has<is_optimizer>) {
            auto [shorter, saved] = door<is_optimizer>().optimize(asked);
            result.optimized = saved;
            return shorter;
        } else {
            return asked;
        }
    }

    [[nodiscard]] Request routed(Request request, [[maybe_unused]] CallOptions const& options,
                                 [[maybe_unused]] Result& result) const {
        if constexpr (has<is_router>) {
            Message const* const last = request.messages().empty() ? nullptr : &request.messages().back();
            ChatCount const input = count_request(request, setup_.counter);
            result.choice = door<is_router>().choose(
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
        CallShape const shape = shape_of(request, setup_.counter, setup_.default_max_tokens);
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
    std::tuple<Doors*...> doors_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
