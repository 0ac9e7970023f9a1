// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/record.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Throws std::invalid_argument for a negative charge.
inline void require_not_negative(Charge const& charge) {
    if (charge.amount < Usd{}) {
        throw std::invalid_argument("a charge must not be negative, but is " + charge.amount.to_string() +
                                    " USD; record a refund with adjust()");
    }
}

/// When a charge without a hold is written, and the instant whose windows it counts in: `when`, unless that is in the
/// future.
struct ChargeTime {
    Instant now;
    std::optional<Instant> when = std::nullopt;

    [[nodiscard]] Instant at() const { return when ? std::min(*when, now) : now; }
};

/// Whether an instant has windows and can be stored in a record: within 280 years of 365 days of 1970.
[[nodiscard]] constexpr bool is_representable(Instant at) noexcept {
    constexpr Instant last{std::chrono::days{280 * 365}};
    return -last.time_since_epoch() <= at.time_since_epoch() && at <= last;
}

/// later - earlier for later >= earlier, at most nanoseconds::max().
[[nodiscard]] constexpr std::chrono::nanoseconds saturated_difference(Instant later,
                                                                      Instant earlier) noexcept {
    bool const fits =
        earlier.time_since_epoch().count() >= 0 ||
        later.time_since_epoch() <= std::chrono::nanoseconds::max() + earlier.time_since_epoch();
    return fits ? later - earlier : std::chrono::nanoseconds::max();
}

/// The record of a charge or a correction without a hold; refers to its arguments. Throws std::invalid_argument for an
/// instant that is_representable() rejects.
[[nodiscard]] inline LedgerRecord record_of(RecordKind kind, IdempotencyKey const& id, View<Tag> tags,
                                            Charge const& charge, ChargeTime time) {
    if (!is_representable(time.at())) {
        throw std::invalid_argument("the time of a charge must be between 1690 and 2249");
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
}  // namespace centavo::detail
