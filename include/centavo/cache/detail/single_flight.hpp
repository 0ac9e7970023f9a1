// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/cache/cache_store.hpp>
#include <centavo/cache/request_key.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

class PromptCacheCore;

/// How waiting for a flight ended: with a response, with an error, as its new leader, because the flight was disbanded,
/// or by the time limit.
struct Landing {
    SharedEntry entry = nullptr;
    std::exception_ptr error = nullptr;
    bool leads = false;
    bool alone = false;

    [[nodiscard]] bool timed_out() const noexcept { return !entry && !error && !leads && !alone; }
};

/// Any callable of a Landing; called at most once.
class LandingCallback {
public:
    template <typename Function>
    requires std::is_invocable_v<Function&, Landing>
    explicit LandingCallback(Function function)
        : state_{std::make_shared<Function>(std::move(function))}, call_{[](void* state, Landing&& landing) {
              (*static_cast<Function*>(state))(std::move(landing));
          }} {}

    void operator()(Landing landing) const { call_(state_.get(), std::move(landing)); }

private:
    std::shared_ptr<void> state_;
    void (*call_)(void*, Landing&&);
};

/// Makes one of the concurrent callers of a key the leader, and lets the others wait for it.
///
/// A leader that passes on makes a follower the leader, once for each flight: then the flight is disbanded, and each
/// follower makes its own call, so that followers never queue behind one failing call after another. A key is removed
/// before its followers wake, so that later callers start a new flight. Internally synchronized; callbacks run without
/// its lock, on the leader's thread.
class SingleFlight {
public:
    struct Flight {
        explicit Flight(RequestKey const& of) : key{of} {}

        RequestKey key;
        std::condition_variable changed;
        std::size_t followers = 0;  // those without a callback
        std::size_t blocked = 0;    // the followers inside wait()
        std::vector<LandingCallback> callbacks;
        SharedEntry entry;
        std::exception_ptr error;
        bool landed = false;
        bool leaderless = false;
        bool passed_on = false;
    };
    using Ticket = std::shared_ptr<Flight>;

    struct Joined {
        Ticket ticket;
        bool leads;
    };

    /// Joins the flight of this key, as its leader if it has none.
    [[nodiscard]] Joined join(RequestKey const& key);

    /// Ends the flight with a response for every follower. By value: a callback may destroy the caller's handle.
    void land(Ticket const& ticket, SharedEntry entry) { end(ticket, {.entry = std::move(entry)}); }

    /// Ends the flight with an error for every follower.
    void fail(Ticket const& ticket, std::exception_ptr error) { end(ticket, {.error = std::move(error)}); }

    /// Ends the flight without a response: every follower calls by itself, at once.
    void disband(Ticket const& ticket) { end(ticket, {.alone = true}); }

    /// Makes a follower the leader, or removes the key if there is none; the second time, disbands the flight.
    void pass_on(Ticket const& ticket);

    /// Blocks until the flight ends, this follower becomes the leader, or `timeout` elapses; removes the follower.
    [[nodiscard]] Landing wait(Ticket const& ticket, std::optional<std::chrono::nanoseconds> timeout);

    /// Calls `callback` once the flight ends or this follower becomes the leader; at once if that is already so.
    void then(Ticket const& ticket, LandingCallback callback);

    /// Removes a follower.
    void leave(Ticket const& ticket);

private:
    struct Hash {
        [[nodiscard]] std::size_t operator()(RequestKey const& key) const noexcept { return key.hash(); }
    };

    [[nodiscard]] static Landing state_of(Flight& flight);

    void forget_abandoned(Ticket const& ticket);

    void end(Ticket const& ticket, Landing const& landing);

    std::mutex mutex_;
    std::unordered_map<RequestKey, Ticket, Hash> flights_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/single_flight.ipp>
#endif
