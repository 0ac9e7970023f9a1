// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/hold_state.hpp>
#include <centavo/budget/detail/store_state.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a call needs from a store.
struct ReserveRequest {
    Usd amount;                                 ///< the most that the call may cost
    Usd input_cost = {};                        ///< charged even if no output is generated
    std::optional<Price> price = std::nullopt;  ///< gives the records their model, provider and category
    DisconnectBilling on_disconnect = DisconnectBilling::continues;
    IdempotencyKey id = {};
};

/// Money reserved in every budget that a call touches, until the hold is settled, released or dropped.
///
/// A hold dropped before dispatched() releases itself. Dropped afterwards it is charged as estimated, since the request
/// may be billed: in full, or if the provider stops billing when the connection closes, at what observe() reported and
/// at least the cost of the input. Dropping performs no I/O and never throws.
///
/// Move-only; keeps the state of its store alive. A hold belongs to one thread at a time; the store is synchronized.
class Hold {
public:
    /// For stores.
    Hold(std::shared_ptr<detail::StoreState> store, detail::HoldState state) noexcept
        : store_{std::move(store)}, state_{std::move(state)} {}
    Hold(Hold&&) noexcept = default;
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { drop(); }

    [[nodiscard]] Usd amount() const noexcept { return state_.amount; }
    [[nodiscard]] IdempotencyKey const& id() const noexcept { return state_.id; }
    [[nodiscard]] Account const& account() const noexcept { return state_.account; }
    [[nodiscard]] Instant at() const noexcept { return state_.at; }  ///< when it was reserved
    [[nodiscard]] bool open() const noexcept { return store_ != nullptr; }

    /// Notes that the request is being sent: from now on it may be billed.
    void dispatched() noexcept { state_.dispatched = true; }

    /// Notes what the response has cost so far, input included: the charge if the hold is dropped and the provider stops
    /// billing when the connection closes.
    void observe(Usd so_far) noexcept { state_.observed = std::max(state_.observed, so_far); }

    /// Charges what the call cost, in the windows in which it was reserved. A cost above the held amount counts in full.
    ///
    /// Throws std::logic_error if the hold is closed and std::invalid_argument for a negative amount. Throws what the
    /// store throws, and then the money stays held.
    void settle(Cost const& cost) { settle(charge_of(cost)); }
    void settle(Usd amount);
    void settle(Charge const& charge);

    /// Returns the money to the budgets: the call cost nothing. Throws std::logic_error if the hold is closed.
    void release();

private:
    friend class Reservation;

    Hold() noexcept = default;

    void require_open() const;
    void drop() noexcept;

    std::shared_ptr<detail::StoreState> store_;
    detail::HoldState state_;
};

/// A hold, or the denial that says why there is none.
class [[nodiscard]] Reservation {
public:
    Reservation(Hold hold) noexcept : hold_{std::move(hold)} {}
    Reservation(BudgetDenial denial) noexcept : denial_{std::move(denial)}, denied_{true} {}

    explicit operator bool() const noexcept { return !denied_; }

    /// Undefined if the reservation was denied.
    [[nodiscard]] Hold* operator->() noexcept { return &hold_; }
    [[nodiscard]] Hold& operator*() & noexcept { return hold_; }
    [[nodiscard]] Hold&& operator*() && noexcept { return std::move(hold_); }

    /// Why the reservation was denied. Throws std::logic_error if it was not.
    [[nodiscard]] BudgetDenial const& denial() const;

private:
    Hold hold_;
    BudgetDenial denial_ = {};
    bool denied_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/hold.ipp>
#endif
