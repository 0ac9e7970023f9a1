// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/hold_state.hpp>
#include <centavo/budget/hold.hpp>

#include <stdexcept>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The state of a hold for a request, before the store gives it a time and a ticket. Throws std::invalid_argument for a
/// negative amount.
[[nodiscard]] inline HoldState new_hold(Account const& account, ReserveRequest&& request) {
    if (request.amount < Usd{} || request.input_cost < Usd{}) {
        throw std::invalid_argument("the amount and the input cost of a reservation must not be negative");
    }
    return {.id = std::move(request.id),
            .account = account,
            .price = std::move(request.price),
            .amount = request.amount,
            .observed = request.input_cost,
            .on_disconnect = request.on_disconnect};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
