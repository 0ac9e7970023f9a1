// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// What a hold stores for its store.
struct HoldState {
    IdempotencyKey id = {};
    Account account = {};
    std::optional<Price> price = std::nullopt;
    Usd amount = {};           ///< reserved
    Usd observed = {};         ///< the known cost so far: that of the input, or more
    Instant at = {};           ///< when it was reserved
    std::uint64_t ticket = 0;  ///< assigned by the store: the number of the hold's record, or a random one
    DisconnectBilling on_disconnect = DisconnectBilling::continues;
    bool dispatched = false;

    [[nodiscard]] std::string_view model() const noexcept {
        return price ? std::string_view{(*price)->model.text()} : std::string_view{};
    }
    [[nodiscard]] std::string_view provider() const noexcept {
        return price ? std::string_view{(*price)->provider} : std::string_view{};
    }
    [[nodiscard]] CostCategory category() const noexcept {
        return price ? (*price)->category : CostCategory::other;
    }

    /// The charge for a hold that is dropped: zero before it was dispatched; afterwards the whole amount, or what was
    /// observed if the provider stops billing when the connection closes.
    [[nodiscard]] Usd charge_when_dropped() const noexcept {
        return !dispatched ? Usd{} : on_disconnect == DisconnectBilling::stops ? observed : amount;
    }
};

/// The record of a hold, or of what happens to it at `now`; its amount is the hold's. Refers to the hold.
[[nodiscard]] inline LedgerRecord record_of(RecordKind kind, HoldState const& hold, Instant now) {
    bool const opens = kind == RecordKind::hold;
    return {.kind = kind,
            .seq = opens ? hold.ticket : 0,
            .hold = opens ? 0 : hold.ticket,
            .time = opens ? hold.at : now,
            .at = hold.at,
            .operation = hold.id.operation,
            .attempt = hold.id.attempt,
            .amount = hold.amount,
            .category = hold.category(),
            .quality = UsageQuality::estimated,
            .model = hold.model(),
            .provider = hold.provider(),
            .tags = hold.account.tags().all()};
}

/// The record of a dropped hold: a charge if it was dispatched, else a release. Refers to the hold.
[[nodiscard]] inline LedgerRecord record_of_dropped(HoldState const& hold, Instant now) {
    LedgerRecord record = record_of(hold.dispatched ? RecordKind::settle : RecordKind::release, hold, now);
    if (hold.dispatched) {
        record.amount = hold.charge_when_dropped();
    }
    return record;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
