// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/detail/charge_record.hpp>
#include <centavo/budget/hold.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Hold& Hold::operator=(Hold&& other) noexcept {
    if (this != &other) {
        drop();
        store_ = std::move(other.store_);
        state_ = std::move(other.state_);
    }
    return *this;
}

CENTAVO_INLINE void Hold::settle(Usd amount) {
    settle(Charge{.amount = amount,
                  .category = state_.category(),
                  .model = state_.model(),
                  .provider = state_.provider()});
}

CENTAVO_INLINE void Hold::settle(Charge const& charge) {
    require_open();
    detail::require_not_negative(charge);
    store_->settle(state_, charge);
    auto const store = std::exchange(store_, nullptr);
    store->raise_alerts();
}

CENTAVO_INLINE void Hold::release() {
    require_open();
    state_.dispatched = false;
    std::exchange(store_, nullptr)->release(state_);
}

CENTAVO_INLINE void Hold::require_open() const {
    if (!store_) {
        throw std::logic_error("the hold is closed: it was settled, released or moved from");
    }
}

CENTAVO_INLINE void Hold::drop() noexcept {
    if (auto const store = std::exchange(store_, nullptr)) {
        store->drop(state_);
    }
}

CENTAVO_INLINE BudgetDenial const& Reservation::denial() const {
    if (!denied_) {
        throw std::logic_error("the reservation was not denied; test it before asking why");
    }
    return denial_;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
