// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_table.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a call asks a book for.
struct ReserveRequest {
    Usd amount;                                 ///< the most that it may cost
    Usd input_cost = {};                        ///< what is due before the first byte of an answer
    std::optional<Price> price = std::nullopt;  ///< whose model and category the records name
    DisconnectBilling abort = DisconnectBilling::continues;
    IdempotencyKey id = {};
};

/// What a hold carries for its book.
struct HoldState {
    IdempotencyKey id = {};
    Account account = {};
    std::optional<Price> price = std::nullopt;
    Usd amount = {};           ///< set aside
    Usd seen = {};             ///< what the call is known to have cost so far: the input, or more
    Instant at = {};           ///< when it was set aside
    std::uint64_t ticket = 0;  ///< the book's own: LocalBudgets's is the number of the hold's record
    DisconnectBilling abort = DisconnectBilling::continues;
    bool dispatched = false;

    [[nodiscard]] std::string_view model() const noexcept;
    [[nodiscard]] std::string_view provider() const noexcept;
    [[nodiscard]] CostCategory category() const noexcept;

    /// What it is charged when it is dropped: nothing before it was dispatched; then all of it, or what was seen
    /// where closing the connection stops the bill.
    [[nodiscard]] Usd due_when_dropped() const noexcept;
};

/// What is held of a need, before it has a moment and a ticket. Amounts below zero throw std::invalid_argument.
[[nodiscard]] HoldState held_of(Account const& account, ReserveRequest&& need);

/// The record of a hold, or of what becomes of it at `now`; the amount is the hold's. Refers to the hold.
[[nodiscard]] LedgerRecord record_of(RecordKind kind, HoldState const& held, Instant now);

/// The record of a hold that was dropped: charged what it owes, or given back. Refers to the hold.
[[nodiscard]] LedgerRecord record_of_dropped(HoldState const& held, Instant now);

/// What a book does for its holds, as functions, so that Hold is one plain type whatever the book.
struct HoldActions {
    /// Charges, in the windows of held.at, and gives back what is left; throws what the store throws, and then
    /// nothing has changed.
    void (*settle)(void* book, HoldState const& held, Charge const& charge);
    /// Gives all of it back, now or, where the store fails, in memory now and in the store later.
    void (*release)(void* book, HoldState& held);
    /// Notes that the request has left: no I/O.
    void (*dispatch)(void* book, HoldState const& held) noexcept;
    /// Charges held.due_when_dropped(), flagged as estimated: in memory now, in the store later. No I/O.
    void (*drop)(void* book, HoldState& held) noexcept;
    /// Calls the alerts that are due; comes after settle, when the hold is closed, so that they may throw.
    void (*tell)(void* book);
};

/// Money set aside in every budget that a call touches, until it is settled or released.
///
/// Move-only; keeps its book alive. Dropped before dispatched() it releases itself; dropped after it, it is charged
/// at its full amount, because what was sent may be billed; or, where the reservation said that closing the connection
/// stops the bill, at the larger of the input's cost and what observe() was told. Either charge is flagged as
/// estimated. Dropping does no I/O and never throws. One hold belongs to one thread at a time; its book is synchronised.
class Hold {
public:
    Hold(std::shared_ptr<void> book, HoldActions const& actions, HoldState held) noexcept
        : book_{std::move(book)}, actions_{&actions}, held_{std::move(held)} {}
    Hold(Hold&&) noexcept = default;
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { drop(); }

    [[nodiscard]] Usd amount() const noexcept { return held_.amount; }
    [[nodiscard]] IdempotencyKey const& id() const noexcept { return held_.id; }
    [[nodiscard]] Account const& account() const noexcept { return held_.account; }
    [[nodiscard]] Instant at() const noexcept { return held_.at; }  ///< when it was set aside
    [[nodiscard]] bool open() const noexcept { return book_ != nullptr; }

    /// The request has left: from now on it may be billed.
    void dispatched() noexcept;

    /// What the answer has cost so far, input included, by our count: the charge if the hold is dropped and closing
    /// the connection stops the bill.
    void observe(Usd so_far) noexcept { held_.seen = std::max(held_.seen, so_far); }

    /// Charges what the call cost, in the windows in which it was set aside; more than was held counts too.
    ///
    /// Once only (std::logic_error). A negative amount throws std::invalid_argument. Where the ledger cannot write
    /// it throws what the ledger threw, and the money stays held.
    void settle(Cost const& cost) { settle(charge_of(cost)); }
    void settle(Usd amount);
    void settle(Charge const& charge);

    /// Gives the money back: nothing was spent. Once only (std::logic_error).
    void release();

private:
    void require_open() const;
    void drop() noexcept;

    std::shared_ptr<void> book_;
    HoldActions const* actions_;
    HoldState held_;
};

/// A hold, or the denial that says why there is none.
class [[nodiscard]] Reservation {
public:
    Reservation(Hold hold) : outcome_{std::in_place_type<Hold>, std::move(hold)} {}
    Reservation(BudgetDenial denial) : outcome_{std::in_place_type<BudgetDenial>, std::move(denial)} {}

    explicit operator bool() const noexcept { return std::holds_alternative<Hold>(outcome_); }
    [[nodiscard]] Hold* operator->() noexcept { return std::get_if<Hold>(&outcome_); }
    [[nodiscard]] Hold& operator*() & noexcept { return *std::get_if<Hold>(&outcome_); }
    [[nodiscard]] Hold&& operator*() && noexcept { return std::move(*std::get_if<Hold>(&outcome_)); }

    /// Why nothing was set aside; only of a reservation that is false.
    [[nodiscard]] BudgetDenial const& denial() const { return std::get<BudgetDenial>(outcome_); }

private:
    std::variant<Hold, BudgetDenial> outcome_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/hold.ipp>
#endif
