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
            .reported_cost = cost.reported_cost,
            .complete = cost.complete()};
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
    record.complete = charge.complete;
    return record;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
