// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/api/request_tokens.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/cache/cache_result.hpp>
#include <centavo/cache/request_key.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/detail/planned_call.hpp>
#include <centavo/call/result.hpp>
#include <centavo/metered/detail/exchange.hpp>
#include <centavo/metered/detail/roles.hpp>
#include <centavo/routing/choice.hpp>
#include <centavo/stream_budget.hpp>
#include <centavo/tokens/counter.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The options of one call, without its task.
struct CallSettings {
    Account account = {};
    IdempotencyKey id = {};
    std::string provider = {};
    std::optional<Scope> scope = std::nullopt;
    CacheUse cache = CacheUse::look_up_and_store;
    WhenShort when_short = WhenShort::refuse;
    std::optional<Usd> max_cost = std::nullopt;
    ExchangeOptions exchange = {};
};

/// What a router decided for a call.
struct Routing {
    Choice choice;
    std::string policy;  ///< what identifies the decision in the cache's key
};

/// The settings of all calls, and the components around them. Internally synchronized.
struct Engine {
    CalculatorRef calculator;
    Counters counters;
    CacheRef cache;
    MonitorRef monitor;
    OptimizerRef optimizer;
    Level level = Level::lossless;
    Scope scope;
    Origin origin;
    Tokens default_max_tokens;
    InputReservation reservation = InputReservation::worst_case;

    /// The most that a request can need of a context window: its input and its output cap.
    [[nodiscard]] Tokens context_of(Request const& request) const;

    /// The request with its quote. Throws UnknownModel, and UnpricedUsage.
    [[nodiscard]] PlannedCall plan(Request request, std::string const& provider, Result& result) const;
};

/// The end of a conversation that decides how hard a call is: the last messages without instructions, up to about 4 KiB
/// of text.
[[nodiscard]] std::string routed_prompt(Request const& request);

/// Whether a response may be served to another caller: complete in every choice, not empty, no refusal, and with tool
/// arguments that are JSON objects.
[[nodiscard]] bool is_cacheable(Response const& response);

/// One call from its begin to its result, on whichever thread it goes on. Externally synchronized.
class ActiveCall : public std::enable_shared_from_this<ActiveCall> {
public:
    ActiveCall(Engine const& engine, Request requested, CallSettings settings,
               std::optional<Routing> routing);

    /// Looks the request up, and prepares it if it must be sent.
    void begin();

    [[nodiscard]] CallState state() const noexcept { return state_; }

    /// Calls `ready` when the call no longer waits: at once, or on the thread of the caller that it waits for.
    void on_ready(std::function<void()> ready);

    /// Blocks until the call no longer waits, for at most `limit`; then it is sent without waiting any longer.
    void wait(std::optional<std::chrono::nanoseconds> limit);

    [[nodiscard]] OutgoingRequest const& outgoing();
    [[nodiscard]] Exchange& exchange() { return *exchange_; }
    [[nodiscard]] PlannedCall const* plan() const noexcept {
        return exchange_ ? &exchange_->plan() : nullptr;
    }

    void finish(Reply reply);
    void abandon();
    [[nodiscard]] Result take_result();

private:
    void go_on(BeginResult begun);
    void prepare();
    void refuse(std::string why);
    void serve(SharedEntry const& entry, Outcome outcome);
    void share();
    [[nodiscard]] RequestKey key() const;
    [[nodiscard]] std::string written_body() const;
    [[nodiscard]] std::string body_as_requested(std::string const& stored, bool is_stream) const;
    [[nodiscard]] std::optional<Hold> reserve(PlannedCall& plan);

    Engine const& engine_;
    Request requested_;
    CallSettings settings_;
    std::optional<Routing> routing_;
    CallState state_ = CallState::waiting;
    std::optional<Follower> follower_;
    std::optional<Leader> leader_;
    std::optional<OutgoingRequest> outgoing_;
    std::optional<Exchange> exchange_;
    std::exception_ptr error_;  // of a call that could not be prepared on another thread
    Result result_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/metered/detail/engine.ipp>
#endif
