// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/usage.hpp>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// Makes a charge count once: an operation and the number of the attempt. A retry is another attempt and is billed.
struct IdempotencyKey {
    std::string operation = {};  ///< if empty, this is not a key and the charge always counts
    int attempt = 1;

    friend auto operator<=>(IdempotencyKey const&, IdempotencyKey const&) = default;
};

/// What a record is about.
enum class RecordKind : std::uint8_t {
    hold,      ///< money was reserved
    dispatch,  ///< the request was sent; not written today, since an open hold is charged either way
    settle,    ///< a charge: of a hold, or of a call without one
    release,   ///< the money of a hold was returned
    adjust,    ///< a correction: the only kind whose amount may be negative
    alert,     ///< an alert fired: its rule is in `note`, its counter in `tags`
    config     ///< the settings of the store from here on, in `note`; not written today
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

/// An amount to charge, and what it was for. Refers to the Cost or the text that it was made from.
struct Charge {
    Usd amount;
    CostCategory category = CostCategory::other;
    UsageQuality quality = UsageQuality::reported;
    std::string_view model = {};
    std::string_view provider = {};
    View<CostLine> lines = {};  ///< add up to the amount
    std::optional<Usd> reported_cost = std::nullopt;
    std::string_view note = {};
    bool complete = true;  ///< false if something that was counted, the tier or the region has no price
};

/// The charge for a cost; refers to it.
[[nodiscard]] Charge charge_of(Cost const& cost);

/// One record of a ledger.
///
/// A view: text, tags and lines are valid only during the call that the record is passed to. Copy what must be kept.
struct LedgerRecord {
    RecordKind kind = RecordKind::settle;
    std::uint64_t seq = 0;   ///< its number in the ledger, starting at 1; assigned by append()
    std::uint64_t hold = 0;  ///< the number of the record of its hold; 0 for a charge without one
    Instant time = {};       ///< when it was written
    Instant at = {};  ///< when the money was reserved: the amount counts in the windows of this instant
    std::string_view operation = {};
    int attempt = 1;
    Usd amount = {};
    CostCategory category = CostCategory::other;
    UsageQuality quality = UsageQuality::reported;
    std::string_view model = {};
    std::string_view provider = {};
    View<Tag> tags = {};  ///< of the account
    View<CostLine> lines = {};
    std::optional<Usd> reported_cost = std::nullopt;
    std::string_view note = {};
    bool complete = true;  ///< false if something that was counted, the tier or the region has no price

    /// Whether the amount counts as spent: a charge or a correction.
    [[nodiscard]] bool spends() const noexcept;

    /// A copy with the amount and details of a charge; refers to it.
    [[nodiscard]] LedgerRecord charging(Charge const& charge) const;
};

/// A hold that was still open when its process ended.
struct OpenHold {
    std::uint64_t record = 0;  ///< the number of its record
    IdempotencyKey id = {};
    Tags tags = {};
    std::string model = {};
    std::string provider = {};
    CostCategory category = CostCategory::other;
    Usd amount = {};
    Instant at = {};
};

/// Anything that visits ledger records in order: a ledger or a budget store.
template <typename Source>
concept RecordSource = requires(Source const& source) {
    source.replay([](LedgerRecord const&) {});
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/record.ipp>
#endif
