// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/record.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Charge charge_of(Cost const& cost) {
    return {.amount = cost.total(),
            .category = cost.category(),
            .quality = cost.quality,
            .model = cost.model().text(),
            .provider = cost.price()->provider,
            .lines = cost.lines(),
            .reported_cost = cost.reported_cost};
}

CENTAVO_INLINE void require_cost(Charge const& charge) {
    if (charge.amount < Usd{}) {
        throw std::invalid_argument(
            "centavo: a call does not cost less than nothing; a refund is an adjustment");
    }
}

CENTAVO_INLINE bool LedgerRecord::spends() const noexcept {
    return kind == RecordKind::settle || kind == RecordKind::adjust;
}

CENTAVO_INLINE LedgerRecord LedgerRecord::charging(Charge const& charge) const {
    LedgerRecord record = *this;
    record.amount = charge.amount;
    record.category = charge.category;
    record.quality = charge.quality;
    record.model = charge.model;
    record.provider = charge.provider;
    record.lines = charge.lines;
    record.reported_cost = charge.reported_cost;
    record.note = charge.note;
    return record;
}

CENTAVO_INLINE LedgerRecord record_of(RecordKind kind, IdempotencyKey const& id, std::span<Tag const> tags,
                                      Charge const& charge, ChargeTime time) {
    if (!in_calendars(time.at())) {
        throw std::invalid_argument("centavo: a charge of a time beyond all calendars");
    }
    return LedgerRecord{.kind = kind,
                        .time = time.now,
                        .at = time.at(),
                        .operation = id.operation,
                        .attempt = id.attempt,
                        .tags = tags}
        .charging(charge);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
