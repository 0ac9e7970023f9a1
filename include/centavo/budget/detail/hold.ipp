// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/hold.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string_view HoldState::model() const noexcept {
    return price ? std::string_view{(*price)->model.text()} : std::string_view{};
}

CENTAVO_INLINE std::string_view HoldState::provider() const noexcept {
    return price ? std::string_view{(*price)->provider} : std::string_view{};
}

CENTAVO_INLINE CostCategory HoldState::category() const noexcept {
    return price ? (*price)->category : CostCategory::other;
}

CENTAVO_INLINE Usd HoldState::due_when_dropped() const noexcept {
    return !dispatched ? Usd{} : abort == DisconnectBilling::stops ? seen : amount;
}

CENTAVO_INLINE HoldState held_of(Account const& account, ReserveRequest&& need) {
    if (need.amount < Usd{} || need.input_cost < Usd{}) {
        throw std::invalid_argument("centavo: a call does not need less than nothing");
    }
    return {.id = std::move(need.id),
            .account = account,
            .price = std::move(need.price),
            .amount = need.amount,
            .seen = need.input_cost,
            .abort = need.abort};
}

CENTAVO_INLINE LedgerRecord record_of(RecordKind kind, HoldState const& held, Instant now) {
    bool const hold = kind == RecordKind::hold;
    return {.kind = kind,
            .seq = hold ? held.ticket : 0,
            .hold = hold ? 0 : held.ticket,
            .time = hold ? held.at : now,
            .at = held.at,
            .operation = held.id.operation,
            .attempt = held.id.attempt,
            .amount = held.amount,
            .category = held.category(),
            .quality = UsageQuality::estimated,
            .model = held.model(),
            .provider = held.provider(),
            .tags = held.account.all_tags()};
}

CENTAVO_INLINE LedgerRecord record_of_dropped(HoldState const& held, Instant now) {
    LedgerRecord record = record_of(held.dispatched ? RecordKind::settle : RecordKind::release, held, now);
    if (held.dispatched) {
        record.amount = held.due_when_dropped();
    }
    return record;
}

CENTAVO_INLINE Hold& Hold::operator=(Hold&& other) noexcept {
    if (this != &other) {
        drop();
        book_ = std::move(other.book_);
        actions_ = other.actions_;
        held_ = std::move(other.held_);
    }
    return *this;
}

CENTAVO_INLINE void Hold::dispatched() noexcept {
    if (book_ && !held_.dispatched) {
        held_.dispatched = true;
        actions_->dispatch(book_.get(), held_);
    }
}

CENTAVO_INLINE void Hold::settle(Usd amount) {
    settle(Charge{.amount = amount,
                  .category = held_.category(),
                  .model = held_.model(),
                  .provider = held_.provider()});
}

CENTAVO_INLINE void Hold::settle(Charge const& charge) {
    require_open();
    require_cost(charge);
    actions_->settle(book_.get(), held_, charge);
    auto const book = std::exchange(book_, nullptr);
    actions_->tell(book.get());
}

CENTAVO_INLINE void Hold::release() {
    require_open();
    actions_->release(std::exchange(book_, nullptr).get(), held_);
}

CENTAVO_INLINE void Hold::require_open() const {
    if (!book_) {
        throw std::logic_error("centavo: this hold was settled or released before");
    }
}

CENTAVO_INLINE void Hold::drop() noexcept {
    if (auto const book = std::exchange(book_, nullptr)) {
        actions_->drop(book.get(), held_);
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
