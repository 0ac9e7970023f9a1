// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/cache/cache_result.hpp>
#include <centavo/cache/request_key.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/outcome.hpp>
#include <centavo/call/result.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/metered/detail/engine.hpp>
#include <centavo/metered/detail/exchange.hpp>
#include <centavo/metered/detail/roles.hpp>
#include <centavo/model_router.hpp>
#include <centavo/stream_budget.hpp>
#include <centavo/tokens/counter.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The options of one call.
template <RoutingTask Task = std::string>
struct CallOptions {
    /// For the router. A call without a task keeps the model that it requests, unless `route` is set.
    std::optional<Task> task = std::nullopt;
    bool route = false;         ///< let the router choose the model of a call without a task
    Account account = {};       ///< who spends; from the monitor's account()
    IdempotencyKey id = {};     ///< charges with the same key count once; a retry is another attempt
    std::string provider = {};  ///< who serves this call; Origin::provider by default
    std::optional<Scope> scope =
        std::nullopt;  ///< who shares the cached response; MeteredSetup::scope by default
    CacheUse cache = CacheUse::look_up_and_store;
    WhenShort when_short = WhenShort::refuse;    ///< when the budgets are short
    std::optional<Usd> max_cost = std::nullopt;  ///< caps the response and stops a stream at this cost
    StopMode stop_mode = StopMode::abort;        ///< what a stream does at max_cost
    StopBoundary cut = StopBoundary::token;      ///< where the text may be cut at such a stop
    Tokens hidden_reasoning = 0;                 ///< output reserved for reasoning that is not streamed

    /// The longest time to wait for another caller's response; then the call is sent. nullopt waits for its end.
    std::optional<std::chrono::nanoseconds> wait = std::nullopt;

    /// Called for every piece of the first choice's text, on the client's thread: streamed, cached or joined.
    std::function<void(std::string_view)> on_text = {};

    /// Called for every piece of output, on the client's thread. Returning `stop` closes the connection, and the call
    /// is charged as a stopped one. The call rethrows what a listener throws, after it was charged.
    std::function<Flow(StreamProgress const&)> on_delta = {};
};

/// The components of all calls and their settings. Cache, monitor, router and optimizer are optional.
///
/// Each role takes a variable of its component's type, over any store or counter, or of a class derived from it; it must
/// outlive Metered. Anything else does not compile.
template <RoutingTask Task = std::string>
struct MeteredSetup {
    detail::CalculatorRef calculator;
    Counters counters;  ///< of the models called: builtin_counters(), or one Counter for all
    detail::CacheRef cache = {};
    detail::MonitorRef monitor = {};
    detail::RouterRef<Task> router = {};
    detail::OptimizerRef optimizer = {};
    Level level = Level::lossless;      ///< of the optimizer
    Scope scope = Scope::shared();      ///< who shares the cached responses
    Origin origin = {};                 ///< the source of the responses
    Tokens default_max_tokens = 1'024;  ///< the output cap if neither the request nor the model has one
    /// What is set aside for the input; `expected` may exceed a limit by the error of the calls in flight.
    InputReservation reservation = InputReservation::worst_case;
};

/// A client that reads the response itself: takes the request to send, and returns the response.
template <typename Candidate>
concept TypedClient = requires(Candidate& client, OutgoingRequest const& outgoing) {
    { client(outgoing) } -> std::same_as<Response>;
};

/// One call in progress, for event loops and coroutines.
///
///     Call call = metered.begin(request);
///     if (call.state() == CallState::waiting) { call.on_ready([&] { … }); return; }
///     if (call.state() == CallState::send) { send(call.outgoing(), [&](auto bytes) { return call.feed(bytes); }, …); }
///     Result result = std::move(call).finish({.http_status = 200});           // or result(), if it is done
///
/// Destroyed unfinished after outgoing() was read, the call is charged as one whose connection broke, and the callers
/// that wait for it go on. Refers to its Metered, which must stay where it is until the call is over. Move-only.
/// Externally synchronized: while it waits, only its callback may touch it.
class Call {
public:
    explicit Call(std::shared_ptr<detail::ActiveCall> active) : active_{std::move(active)} {}

    [[nodiscard]] CallState state() const noexcept { return active_->state(); }

    /// Calls `ready` once the call does not wait any more: at once, or on the thread of the caller that it waits for.
    /// `ready` must not throw.
    void on_ready(std::function<void()> ready) { active_->on_ready(std::move(ready)); }

    /// Blocks until the call does not wait any more; after `limit` it is sent without waiting any longer.
    void wait(std::optional<std::chrono::nanoseconds> limit = std::nullopt) { active_->wait(limit); }

    /// The request to send. Marks the call as dispatched: from now on it may be billed, unless finish() is told that it
    /// was not. Throws std::logic_error unless the state is `send`.
    [[nodiscard]] OutgoingRequest const& outgoing() {
        require(CallState::send);
        return active_->outgoing();
    }

    /// Takes the next bytes of the response, a piece of output that the client has read, or the whole response. Asks to
    /// close the connection by `stop`. Throws nothing.
    Flow feed(std::string_view bytes) noexcept { return active_->exchange().feed(bytes); }
    Flow feed(Delta const& delta) noexcept { return active_->exchange().feed(delta); }
    Flow feed(Response response) noexcept { return active_->exchange().feed(std::move(response)); }

    /// Settles the call. Throws what a listener threw and what the stores throw; std::logic_error unless it is being sent.
    [[nodiscard]] Result finish(Reply reply) && {
        require(CallState::send);
        active_->finish(std::move(reply));
        return active_->take_result();
    }

    /// The result of a call that is done. Throws what preparing it threw; std::logic_error unless the state is `done`.
    [[nodiscard]] Result result() && {
        require(CallState::done);
        return active_->take_result();
    }

    /// The worst case that is set aside for a call that is being sent, and what it was worked out from; null otherwise.
    [[nodiscard]] Quote const* quote() const noexcept {
        auto const* const plan = active_->plan();
        return plan != nullptr ? &plan->quote : nullptr;
    }

private:
    template <RoutingTask Task>
    friend class Metered;

    void require(CallState wanted) const {
        if (active_->state() != wanted) {
            throw std::logic_error(
                "a call is sent and finished only in the state `send`, and has its result in `done`");
        }
    }

    std::shared_ptr<detail::ActiveCall> active_;
};

/// The components composed around one call: optimize, cache, route, reserve, call, settle.
///
///     Metered metered{{.calculator = calculator, .counters = counters, .cache = cache, .monitor = monitor}};
///     Result result = metered(request, client);
///
/// Routing, optimization and capping change a copy of the requested call; the cache key is made of the requested call
/// and the router's decision. Internally synchronized; the client belongs to the caller.
template <RoutingTask Task = std::string>
class Metered {
public:
    explicit Metered(MeteredSetup<Task> setup)
        : router_{setup.router}, engine_{.calculator = setup.calculator,
                                         .counters = std::move(setup.counters),
                                         .cache = setup.cache,
                                         .monitor = setup.monitor,
                                         .optimizer = setup.optimizer,
                                         .level = setup.level,
                                         .scope = std::move(setup.scope),
                                         .origin = std::move(setup.origin),
                                         .default_max_tokens = setup.default_max_tokens,
                                         .reservation = setup.reservation} {
        if constexpr (detail::NamedTask<Task>) {
            policy_ = router_ ? router_->policy_digest() : std::string{};
        }
    }

    /// Makes one call, serves it from the cache, or refuses it; `outcome` distinguishes these.
    ///
    /// Throws UnknownModel and UnpricedUsage for a model without a price, unless the monitor assumes a cost for those;
    /// MalformedRequest; what a listener throws and what the stores throw. What the client throws is rethrown after the
    /// call was charged as one whose connection broke, unless the stream was stopped by its money or its listener.
    template <Client Sending>
    [[nodiscard]] Result operator()(Request const& requested, Sending&& client,
                                    CallOptions<Task> const& options = {}) const {
        Call call = begin(requested, options);
        call.wait(options.wait);
        if (call.state() == CallState::done) {
            return std::move(call).result();
        }
        auto const take = [&](std::string_view bytes) noexcept { return call.feed(bytes); };
        Reply reply;
        try {
            reply = client(call.outgoing(), Sink{take});
        } catch (std::exception const& error) {
            if (!call.active_->exchange().stopped()) {
                call.active_->abandon();
                throw;
            }
            reply = {.http_status = 200,
                     .transport_error = error.what()};  // clients throw when they are stopped
        } catch (...) {
            call.active_->abandon();
            throw;
        }
        return std::move(call).finish(std::move(reply));
    }

    /// The same with a client that returns the response as a value.
    template <TypedClient Sending>
    [[nodiscard]] Result operator()(Request const& requested, Sending&& client,
                                    CallOptions<Task> const& options = {}) const {
        Call call = begin(requested, options);
        call.wait(options.wait);
        if (call.state() == CallState::done) {
            return std::move(call).result();
        }
        try {
            call.feed(client(call.outgoing()));
        } catch (...) {
            call.active_->abandon();
            throw;
        }
        return std::move(call).finish({.http_status = 200});
    }

    /// Begins a call, and waits for no other caller. Throws as operator() does, except for what happens later.
    [[nodiscard]] Call begin(Request const& requested, CallOptions<Task> const& options = {}) const {
        detail::CallSettings settings{.account = options.account,
                                      .id = options.id,
                                      .provider = options.provider.empty() ? engine_.origin.provider
                                                                           : options.provider,
                                      .scope = options.scope,
                                      .cache = options.cache,
                                      .when_short = options.when_short,
                                      .max_cost = options.max_cost,
                                      .exchange = {.listener = {options.on_text, options.on_delta},
                                                   .stop_mode = options.stop_mode,
                                                   .cut = options.cut,
                                                   .hidden_reasoning = options.hidden_reasoning}};
        auto active = std::make_shared<detail::ActiveCall>(engine_, requested, std::move(settings),
                                                           routing(requested, options));
        active->begin();
        return Call{std::move(active)};
    }

private:
    [[nodiscard]] std::optional<detail::Routing> routing(Request const& requested,
                                                         CallOptions<Task> const& options) const {
        if (!router_ || !(options.task || options.route)) {
            return std::nullopt;
        }
        detail::Routing routing{.choice = router_->choose({.task = options.task.value_or(Task{}),
                                                           .prompt = detail::routed_prompt(requested),
                                                           .needs = {.context = engine_.context_of(requested),
                                                                     .tools = !requested.tools().empty()}}),
                                .policy = policy_};
        if constexpr (detail::NamedTask<Task>) {
            routing.policy += options.task ? detail::task_text(*options.task) : std::string{};
        }
        return routing;
    }

    detail::RouterRef<Task> router_;
    std::string policy_;
    detail::Engine engine_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
