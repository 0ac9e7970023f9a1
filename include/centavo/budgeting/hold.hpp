// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/budget.hpp>
#include <centavo/budgeting/record.hpp>
#include <centavo/pricing/cost.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace centavo::inline v0 {

class Hold;

/// What a book does for its holds, as functions, so that Hold is one plain type whatever the book.
struct HoldActions {
    void (*settle)(void* book, Hold const& hold, LedgerRecord const& record);
    void (*release)(void* book, Hold const& hold) noexcept;
    void (*abandon)(void* book, Hold const& hold) noexcept;
};

/// Money set aside in every budget that a call touches, until it is settled or released.
///
/// Move-only; keeps its book alive. Dropped before dispatched() it releases itself; dropped after it, it is charged
/// at its full amount, flagged as estimated, because what was sent may be billed. Dropping does no I/O and never
/// throws. One hold belongs to one thread at a time; its book is synchronised.
class Hold {
public:
    Hold(std::shared_ptr<void> book, HoldActions const& actions, RecordId id, Usd amount, Instant at)
        : book_{std::move(book)}, actions_{&actions}, id_{std::move(id)}, amount_{amount}, at_{at} {}
    Hold(Hold&&) noexcept = default;
    Hold& operator=(Hold&& other) noexcept {
        if (this != &other) {
            drop();
            book_ = std::move(other.book_);
            actions_ = other.actions_;
            id_ = std::move(other.id_);
            amount_ = other.amount_;
            at_ = other.at_;
            dispatched_ = other.dispatched_;
        }
        return *this;
    }
    ~Hold() { drop(); }

    [[nodiscard]] Usd amount() const noexcept { return amount_; }
    [[nodiscard]] RecordId const& id() const noexcept { return id_; }
    [[nodiscard]] Instant at() const noexcept { return at_; }  ///< when it was set aside
    [[nodiscard]] bool open() const noexcept { return book_ != nullptr; }

    /// The request has left: from now on it may be billed.
    void dispatched() noexcept { dispatched_ = true; }

    /// Charges what the call cost, in the windows in which it was set aside; more than was held counts too.
    ///
    /// Once only (std::logic_error). A negative amount throws std::invalid_argument. Where the ledger cannot write
    /// it throws what the ledger threw, and the money stays held.
    void settle(Cost const& cost) {
        settle({.id = id_,
                .at = at_,
                .amount = cost.total(),
                .model = cost.model().text(),
                .category = cost.category(),
                .quality = cost.quality});
    }
    void settle(Usd amount) { settle(LedgerRecord{.id = id_, .at = at_, .amount = amount}); }

    /// Gives the money back: nothing was spent. Once only (std::logic_error).
    void release() {
        require_open();
        actions_->release(std::exchange(book_, nullptr).get(), *this);
    }

private:
    void settle(LedgerRecord const& record) {
        require_open();
        if (record.amount < Usd{}) {
            throw std::invalid_argument(
                "centavo: a call does not cost less than nothing; a refund is an adjustment");
        }
        actions_->settle(book_.get(), *this, record);
        book_.reset();
    }
    void require_open() const {
        if (!book_) {
            throw std::logic_error("centavo: this hold was settled or released before");
        }
    }
    void drop() noexcept {
        if (auto const book = std::exchange(book_, nullptr)) {
            (dispatched_ ? actions_->abandon : actions_->release)(book.get(), *this);
        }
    }

    std::shared_ptr<void> book_;
    HoldActions const* actions_;
    RecordId id_;
    Usd amount_;
    Instant at_;
    bool dispatched_ = false;
};

/// A hold, or the refusal that says why there is none.
class [[nodiscard]] Reservation {
public:
    Reservation(Hold hold) : hold_{std::move(hold)} {}
    Reservation(Refusal refusal) : refusal_{std::move(refusal)} {}

    explicit operator bool() const noexcept { return hold_.has_value(); }
    [[nodiscard]] Hold* operator->() noexcept { return &*hold_; }
    [[nodiscard]] Hold& operator*() & noexcept { return *hold_; }
    [[nodiscard]] Hold&& operator*() && noexcept { return *std::move(hold_); }

    /// Why nothing was set aside; only of a reservation that is false.
    [[nodiscard]] Refusal const& refusal() const { return refusal_.value(); }

private:
    std::optional<Hold> hold_;
    std::optional<Refusal> refusal_;
};

}  // namespace centavo::inline v0
