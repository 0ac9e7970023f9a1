// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Bytes that are not a ledger, or not one that this version reads.
class CENTAVO_VISIBLE MalformedLedger : public Error {
public:
    explicit MalformedLedger(std::string const& what) : Error{ErrorCode::malformed, what} {}
};

/// A ledger that another process, or another object of this one, has open.
class CENTAVO_VISIBLE LedgerLocked : public Error {
public:
    explicit LedgerLocked(std::string const& what) : Error{ErrorCode::locked, what} {}
};

/// What makes a charge count once: an operation, and which attempt at it. A retry is another attempt and is billed.
struct IdempotencyKey {
    std::string operation = {};  ///< empty: the charge is its own operation
    int attempt = 1;

    friend auto operator<=>(IdempotencyKey const&, IdempotencyKey const&) = default;
};

/// What a record tells.
enum class RecordKind : std::uint8_t {
    hold,      ///< money was set aside
    dispatch,  ///< the request has left; LocalBudgets writes none, since it charges an open hold either way
    settle,    ///< a charge: what a hold came to, or a call without one
    release,   ///< a hold's money was given back
    adjust,    ///< a correction, which alone may be negative
    alert,     ///< an alert was told: its rule in `note`, its counter in `tags`
    config     ///< a book's own settings from here on, in `note`; LocalBudgets has none to keep
};

/// "hold", "dispatch", "settle", "release", "adjust", "alert" or "config".
[[nodiscard]] constexpr std::string_view to_string(RecordKind kind) noexcept {
    switch (kind) {
    case RecordKind::hold: return "hold";
    case RecordKind::dispatch: return "dispatch";
    case RecordKind::settle: return "settle";
    case RecordKind::release: return "release";
    case RecordKind::adjust: return "adjust";
    case RecordKind::alert: return "alert";
    case RecordKind::config: return "config";
    }
    return "";
}

/// What a charge is made of, besides its amount. Refers to the cost, or to whatever it was made from.
struct Charge {
    Usd amount;
    CostCategory category = CostCategory::other;
    UsageQuality quality = UsageQuality::reported;
    std::string_view model = {};
    std::string_view provider = {};
    std::span<CostLine const> lines = {};  ///< price x count = cost of each; add up to the amount
    std::optional<Usd> reported_cost = std::nullopt;
    std::string_view note = {};
};

/// The charge that a cost comes to; refers to it.
[[nodiscard]] Charge charge_of(Cost const& cost);

/// Throws std::invalid_argument for a charge below zero, which only a correction may be.
void require_cost(Charge const& charge);

/// One line of a ledger.
///
/// A view: text, tags and lines belong to whoever hands it out, and live as long as the call it is handed to. What is
/// to be kept is copied, encode_record() being the way to copy all of it.
struct LedgerRecord {
    RecordKind kind = RecordKind::settle;
    std::uint64_t seq = 0;   ///< its number in the ledger, from 1 on; given by append()
    std::uint64_t hold = 0;  ///< the number of the hold that it is about; 0 for a charge without one
    Instant time = {};       ///< when it was written
    Instant at = {};         ///< when the money was set aside: it belongs to that moment's windows
    std::string_view operation = {};
    int attempt = 1;
    Usd amount = {};
    CostCategory category = CostCategory::other;
    UsageQuality quality = UsageQuality::reported;
    std::string_view model = {};
    std::string_view provider = {};
    std::span<Tag const> tags = {};  ///< of the account
    std::span<CostLine const> lines = {};
    std::optional<Usd> reported_cost = std::nullopt;
    std::string_view note = {};

    /// Whether its amount is money spent, as every total counts it.
    [[nodiscard]] bool spends() const noexcept;

    /// This record with what a charge is made of; refers to it.
    [[nodiscard]] LedgerRecord charging(Charge const& charge) const;
};

/// When a charge without a hold is written, and the moment whose windows it belongs to: that one, if it is not to come.
struct ChargeTime {
    Instant now;
    std::optional<Instant> when = std::nullopt;

    [[nodiscard]] Instant at() const { return when ? std::min(*when, now) : now; }
};

/// Whether a moment has windows and can be written down: 280 years of 365 days around 1970.
[[nodiscard]] constexpr bool in_calendars(Instant at) noexcept {
    constexpr Instant last{std::chrono::days{280 * 365}};
    return -last.time_since_epoch() <= at.time_since_epoch() && at <= last;
}

/// The record of a charge or a correction that no hold stands behind; refers to all that it is made of. A moment beyond
/// all calendars throws std::invalid_argument.
[[nodiscard]] LedgerRecord record_of(RecordKind kind, IdempotencyKey const& id, std::span<Tag const> tags,
                                     Charge const& charge, ChargeTime time);

/// What ledger records can be read from: a ledger, a book, or anything else that visits them in their order.
template <typename Source>
concept RecordSource = requires(Source const& source) {
    source.replay([](LedgerRecord const&) {});
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/record.ipp>
#endif
