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
    [[nodiscard]] Joined join(RequestKey const& key) {
        std::lock_guard const lock{mutex_};
        auto const found = flights_.find(key);
        if (found == flights_.end()) {
            auto ticket = std::make_shared<Flight>(key);
            flights_.emplace(key, ticket);
            return {std::move(ticket), true};
        }
        auto const& flight = found->second;
        if (std::exchange(flight->leaderless, false)) {
            return {flight, true};
        }
        ++flight->followers;
        return {flight, false};
    }

    /// Ends the flight with a response for every follower. By value: a callback may destroy the caller's handle.
    void land(Ticket const& ticket, SharedEntry entry) { end(ticket, {.entry = std::move(entry)}); }

    /// Ends the flight with an error for every follower.
    void fail(Ticket const& ticket, std::exception_ptr error) { end(ticket, {.error = std::move(error)}); }

    /// Ends the flight without a response: every follower calls by itself, at once.
    void disband(Ticket const& ticket) { end(ticket, {.alone = true}); }

    /// Makes a follower the leader, or removes the key if there is none; the second time, disbands the flight.
    void pass_on(Ticket const& ticket) {
        std::unique_lock lock{mutex_};
        if (std::exchange(ticket->passed_on, true)) {
            lock.unlock();
            return disband(ticket);
        }
        if (ticket->blocked == 0 && !ticket->callbacks.empty()) {
            auto const next = std::move(ticket->callbacks.back());
            ticket->callbacks.pop_back();
            lock.unlock();
            return next({.leads = true});
        }
        ticket->leaderless = true;
        forget_abandoned(ticket);
        ticket->changed.notify_one();
    }

    /// Blocks until the flight ends, this follower becomes the leader, or `timeout` elapses; removes the follower.
    [[nodiscard]] Landing wait(Ticket const& ticket, std::optional<std::chrono::nanoseconds> timeout) {
        std::unique_lock lock{mutex_};
        auto const ready = [&] { return ticket->landed || ticket->leaderless; };
        ++ticket->blocked;
        if (timeout) {
            ticket->changed.wait_for(lock, *timeout, ready);
        } else {
            ticket->changed.wait(lock, ready);
        }
        --ticket->blocked;
        --ticket->followers;
        return state_of(*ticket);
    }

    /// Calls `callback` once the flight ends or this follower becomes the leader; at once if that is already so.
    void then(Ticket const& ticket, LandingCallback callback) {
        std::unique_lock lock{mutex_};
        --ticket->followers;
        if (!ticket->landed && !ticket->leaderless) {
            ticket->callbacks.push_back(std::move(callback));
            return;
        }
        auto landing = state_of(*ticket);
        lock.unlock();
        callback(std::move(landing));
    }

    /// Removes a follower.
    void leave(Ticket const& ticket) {
        std::lock_guard const lock{mutex_};
        --ticket->followers;
        forget_abandoned(ticket);
    }

private:
    struct Hash {
        [[nodiscard]] std::size_t operator()(RequestKey const& key) const noexcept { return key.hash(); }
    };

    [[nodiscard]] static Landing state_of(Flight& flight) {
        if (flight.landed) {
            return {flight.entry, flight.error, false, !flight.entry && !flight.error};
        }
        return {.leads = std::exchange(flight.leaderless, false)};
    }

    void forget_abandoned(Ticket const& ticket) {
        if (ticket->leaderless && ticket->followers == 0 && ticket->callbacks.empty()) {
            flights_.erase(ticket->key);
        }
    }

    void end(Ticket const& ticket, Landing const& landing) {
        std::vector<LandingCallback> callbacks;
        {
            std::lock_guard const lock{mutex_};
            flights_.erase(ticket->key);
            ticket->entry = landing.entry;
            ticket->error = landing.error;
            ticket->landed = true;
            callbacks.swap(ticket->callbacks);
            ticket->changed.notify_all();
        }
        for (auto const& callback : callbacks) {
            callback(landing);
        }
    }

    std::mutex mutex_;
    std::unordered_map<RequestKey, Ticket, Hash> flights_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
