// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/cache/cache_result.hpp>
#include <centavo/cache/detail/prompt_cache_core.hpp>

#include <stdexcept>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Leader& Leader::operator=(Leader&& other) noexcept {
    if (this != &other) {
        pass_on();
        cache_ = other.cache_;
        ticket_ = std::move(other.ticket_);
        key_ = other.key_;
        reason_ = other.reason_;
        stores_ = other.stores_;
    }
    return *this;
}

CENTAVO_INLINE SharedEntry Leader::store(std::string body, CacheFacts const& facts) {
    auto entry = cache_->entry_of(key_, std::move(body), facts);
    if (stores_) {
        static_cast<void>(cache_->keep(entry));
    }
    if (facts.complete) {
        if (auto const ticket = std::exchange(ticket_, nullptr)) {
            cache_->flights().land(ticket, entry);
        }
    } else {
        dismiss();
    }
    return entry;
}

CENTAVO_INLINE void Leader::fail(std::exception_ptr error) {
    if (auto const ticket = std::exchange(ticket_, nullptr)) {
        cache_->flights().fail(ticket, std::move(error));
    }
}

CENTAVO_INLINE void Leader::fail(std::string const& message) {
    fail(std::make_exception_ptr(std::runtime_error(message)));
}

CENTAVO_INLINE void Leader::pass_on() noexcept {
    if (auto const ticket = std::exchange(ticket_, nullptr)) {
        cache_->flights().pass_on(ticket);
    }
}

CENTAVO_INLINE void Leader::dismiss() noexcept {
    if (auto const ticket = std::exchange(ticket_, nullptr)) {
        cache_->flights().disband(ticket);
    }
}

CENTAVO_INLINE Follower& Follower::operator=(Follower&& other) noexcept {
    if (this != &other) {
        leave();
        cache_ = other.cache_;
        ticket_ = std::move(other.ticket_);
        landing_ = std::exchange(other.landing_, std::nullopt);
    }
    return *this;
}

CENTAVO_INLINE BeginResult Follower::wait() {
    auto ticket = take_ticket();
    auto landing = landing_ ? std::move(*landing_) : cache_->flights().wait(ticket, std::nullopt);
    return cache_->begin_result(std::move(ticket), std::move(landing));
}

CENTAVO_INLINE std::optional<BeginResult> Follower::wait_for(std::chrono::nanoseconds limit) {
    auto ticket = take_ticket();
    auto landing = landing_ ? std::move(*landing_) : cache_->flights().wait(ticket, limit);
    if (landing.timed_out()) {
        return std::nullopt;
    }
    return cache_->begin_result(std::move(ticket), std::move(landing));
}

CENTAVO_INLINE void Follower::then_landing(detail::LandingCallback callback) {
    auto const ticket = take_ticket();
    if (landing_) {
        callback(std::move(*landing_));
    } else {
        cache_->flights().then(ticket, std::move(callback));
    }
}

CENTAVO_INLINE detail::SingleFlight::Ticket Follower::take_ticket() {
    if (!ticket_) {
        throw std::logic_error("a follower can wait only once; call begin() again");
    }
    return std::exchange(ticket_, nullptr);
}

CENTAVO_INLINE void Follower::leave() noexcept {
    auto const ticket = std::exchange(ticket_, nullptr);
    if (!ticket) {
        return;
    }
    if (!landing_) {
        cache_->flights().leave(ticket);
    } else if (landing_->leads) {
        cache_->flights().pass_on(ticket);
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
