// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/response_reader.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/call/client.hpp>
#include <centavo/call/detail/ending.hpp>
#include <centavo/call/detail/planned_call.hpp>
#include <centavo/call/response_cost.hpp>
#include <centavo/call/result.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/pricing/usage.hpp>
#include <centavo/stream_budget.hpp>
#include <centavo/tokens/counter.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Who hears a response as it arrives.
struct Listener {
    std::function<void(std::string_view)> on_text = {};        ///< the text of the first choice
    std::function<Flow(StreamProgress const&)> on_delta = {};  ///< every piece of output

    explicit operator bool() const noexcept { return on_text != nullptr || on_delta != nullptr; }
};

/// How an exchange is watched.
struct ExchangeOptions {
    Listener listener = {};
    StopMode stop_mode = StopMode::abort;
    StopBoundary cut = StopBoundary::token;
    Tokens hidden_reasoning = 0;
};

/// One request that is sent, from its dispatch to its charge: reads the response, stops it at its money, settles.
///
/// The charge of an ending: a whole response costs what its usage reports, or else what was counted. A cut or stopped
/// one costs its input and what arrived, or the running usage if that is more; the worst case where the provider is not
/// known to stop billing. Nothing is charged if the provider cannot have done any work, and the worst case if that is
/// unknown. No charge exceeds the worst case, except by the provider's final usage.
///
/// Not movable while bytes are fed. Destroyed unfinished, its hold charges what it has observed. Externally synchronized.
class Exchange {
public:
    Exchange(PlannedCall plan, Counter counter, ExchangeOptions options, std::optional<Hold> hold);
    Exchange(Exchange const&) = delete;
    Exchange& operator=(Exchange const&) = delete;
    ~Exchange() { drop(); }

    [[nodiscard]] PlannedCall const& plan() const noexcept { return plan_; }

    /// Notes that the request is being sent.
    void dispatched() noexcept;

    /// Takes the next bytes of the response. Throws nothing: an error is a stop, and ends in finish().
    Flow feed(std::string_view bytes) noexcept;

    /// Takes a piece of output that the caller's client has read.
    Flow feed(Delta const& delta) noexcept;

    /// Takes the whole response, or its end after the deltas, as the caller's client has read it.
    Flow feed(Response response) noexcept;

    /// Whether feed() asked for the end of the stream.
    [[nodiscard]] bool stopped() const noexcept { return stopped_by_listener_ || stopped_by_money(); }

    /// Settles, and describes the end in `result`. Rethrows what the listener threw, after the settlement.
    void finish(Reply reply, Result& result);

    /// Settles a call whose client has thrown: as a stream that was cut. Throws what the store throws.
    void abandon();

private:
    [[nodiscard]] bool stopped_by_money() const noexcept {
        return budget_.stopped() && options_.stop_mode == StopMode::abort && plan_.limited;
    }

    [[nodiscard]] bool counts_at_once() const noexcept {
        return plan_.limited || options_.listener.on_delta != nullptr;
    }

    [[nodiscard]] Flow flow() const noexcept {
        return stopped() || listener_error_ || !read_error_.empty() ? Flow::stop : Flow::keep_going;
    }

    void keep_body(std::string_view bytes);
    void take(Delta const& delta);
    void keep_uncounted(Delta const& delta);
    void hear(Delta const& delta, std::string_view text);
    void observe_usage();
    void drop() noexcept;

    [[nodiscard]] Response read_response();
    [[nodiscard]] bool is_whole(Response const& response) const;
    [[nodiscard]] bool is_pending(Response const& response) const;
    [[nodiscard]] Usage seen_usage(Response const& response);
    [[nodiscard]] std::string why(Ending ending, Reply const& reply, Response const& response) const;
    void settle(Ending ending, Result& result);
    void charge(Usd amount, UsageQuality quality, ResponseCost const& cost, Result& result);
    void trim_text(Response& response) const;

    PlannedCall plan_;
    ExchangeOptions options_;
    std::optional<Hold> hold_;
    StreamBudget budget_;
    ResponseReader reader_;
    std::optional<Response> typed_;                              // what the caller's client has read
    std::vector<std::pair<StreamText, std::string>> uncounted_;  // output that the response does not keep
    std::string body_;
    std::size_t fed_ = 0;         // bytes
    std::size_t heard_text_ = 0;  // bytes of the first choice's text that were passed to the listener
    bool dispatched_ = false;
    bool something_ = false;  // whether any output arrived
    bool counted_ = false;    // whether the output has been counted
    bool stopped_by_listener_ = false;
    std::exception_ptr listener_error_;
    std::string read_error_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/metered/detail/exchange.ipp>
#endif
