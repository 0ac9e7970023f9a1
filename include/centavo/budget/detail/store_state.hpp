// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/account_state.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/hold_state.hpp>
#include <centavo/budget/record.hpp>

#include <concepts>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The state of a store that its holds keep alive, and the identity by which it recognizes its accounts.
///
/// The only access to what an account refers to: each way to it compares the identity first.
class StoreState {
public:
    StoreState(StoreState const&) = delete;
    StoreState& operator=(StoreState const&) = delete;
    virtual ~StoreState() = default;

    /// Charges a hold in the windows of hold.at and releases the rest. Throws what the store throws, and then nothing
    /// has changed.
    virtual void settle(HoldState const& hold, Charge const& charge) = 0;

    /// Releases a hold: in the store, or if that fails, in memory now and in the store later.
    virtual void release(HoldState& hold) = 0;

    /// Charges hold.charge_when_dropped() as estimated: in memory now, in the store later. No I/O.
    virtual void drop(HoldState& hold) noexcept = 0;

    /// Calls the listener with the alerts that are pending. Comes after settle(), when the hold is closed, since the
    /// listener may throw.
    virtual void raise_alerts() = 0;

    /// Throws std::invalid_argument for an account of another store, which may have been destroyed.
    void require_own(Account const& account) const { static_cast<void>(own(account)); }

    /// The counters that a call touches at `at`, in the order of `budgets`, which are those that the accounts were made
    /// for. Calls the calendars' zone functions: without a lock. Throws as require_own() does.
    [[nodiscard]] std::vector<CounterRef> counters_of(View<Budget> budgets, Account const& account,
                                                      Instant at) const {
        return detail::counters_of(budgets, own(account), at);
    }

protected:
    StoreState() = default;

    /// An account of this store.
    template <std::derived_from<AccountState> State>
    [[nodiscard]] Account make_account(State state) const {
        state.store = identity_;
        return Account{std::make_shared<State const>(std::move(state))};
    }

    /// What this store made the account of; null for a default account. Throws as require_own() does.
    [[nodiscard]] AccountState const* own(Account const& account) const {
        AccountState const* const state = account.state_.get();
        if (state != nullptr && state->store != identity_) {
            throw std::invalid_argument(
                "the account belongs to another budget store; create it with account() of "
                "the store that it is used with");
        }
        return state;
    }

private:
    std::shared_ptr<StoreIdentity const> identity_ = std::make_shared<StoreIdentity>();
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
