// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/detail/single_flight.hpp>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE SingleFlight::Joined SingleFlight::join(RequestKey const& key) {
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

CENTAVO_INLINE void SingleFlight::pass_on(Ticket const& ticket) {
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

CENTAVO_INLINE Landing SingleFlight::wait(Ticket const& ticket,
                                          std::optional<std::chrono::nanoseconds> timeout) {
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

CENTAVO_INLINE void SingleFlight::then(Ticket const& ticket, LandingCallback callback) {
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

CENTAVO_INLINE void SingleFlight::leave(Ticket const& ticket) {
    std::lock_guard const lock{mutex_};
    --ticket->followers;
    forget_abandoned(ticket);
}

CENTAVO_INLINE Landing SingleFlight::state_of(Flight& flight) {
    if (flight.landed) {
        return {flight.entry, flight.error, false, !flight.entry && !flight.error};
    }
    return {.leads = std::exchange(flight.leaderless, false)};
}

CENTAVO_INLINE void SingleFlight::forget_abandoned(Ticket const& ticket) {
    if (ticket->leaderless && ticket->followers == 0 && ticket->callbacks.empty()) {
        flights_.erase(ticket->key);
    }
}

CENTAVO_INLINE void SingleFlight::end(Ticket const& ticket, Landing const& landing) {
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

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
