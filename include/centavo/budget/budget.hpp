// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/window.hpp>

#include <algorithm>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

struct AccountState;
class StoreState;

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a call is attributed to: {"team", "search"}.
struct Tag {
    std::string key;
    std::string value;

    friend auto operator<=>(Tag const&, Tag const&) = default;
};

/// A set of tags with distinct keys, sorted by key. Immutable and shared: cheap to copy.
class Tags {
public:
    Tags() = default;

    /// Throws std::invalid_argument for an empty key or value, and for two tags with the same key.
    Tags(std::initializer_list<Tag> tags) : Tags{from({tags.begin(), tags.end()})} {}

    /// The tags of a vector. Throws as the constructor does.
    [[nodiscard]] static Tags from(std::vector<Tag> tags);

    [[nodiscard]] View<Tag> all() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return !tags_; }

    /// The value of a key; empty if there is no such tag.
    [[nodiscard]] std::string_view find(std::string_view key) const noexcept;

    /// A copy with `tag`, which replaces a tag with the same key.
    [[nodiscard]] Tags with(Tag tag) const;

    friend bool operator==(Tags const& a, Tags const& b) noexcept {
        auto const these = a.all();
        auto const those = b.all();
        return std::equal(these.begin(), these.end(), those.begin(), those.end());
    }

private:
    std::shared_ptr<std::vector<Tag> const> tags_;
};

/// Whether a limit denies calls that would exceed it, or only raises alerts.
enum class Enforcement : std::uint8_t { hard, soft };

/// Which calls a budget counts.
///
///     {}                      every call
///     {"team", "search"}      calls with this tag
///     {"user"}                calls with a tag of this key, with a counter for each value: a limit per user
struct TagScope {
    std::string key = {};
    std::string value = {};

    /// Whether each value of the key has its own counter.
    [[nodiscard]] bool each() const noexcept { return !key.empty() && value.empty(); }

    /// The counter of a call with these tags: its value of the key if each value has its own, else ""; nullopt if the
    /// call is not counted.
    [[nodiscard]] std::optional<std::string_view> counter_of(View<Tag> tags) const noexcept;
};

/// A limit on what may be spent in each window of time.
struct Budget {
    std::string name;
    Usd limit;
    TagScope scope = {};
    Period period = Period::day;
    Calendar calendar = {};
    Enforcement enforcement = Enforcement::hard;
    AlertThresholds alerts = {};
};

/// The tags that a call is attributed to, and the budgets of one store that it counts in, resolved once.
///
/// Created by the store's account(); any other store throws std::invalid_argument for it, also after its own store was
/// destroyed. A default account has no tags and is valid for every store. Cheap to copy, and safe to share between
/// threads. The store may free what it keeps for an account when its last copy is destroyed.
class Account {
public:
    Account() = default;

    [[nodiscard]] Tags const& tags() const noexcept;

private:
    friend class detail::StoreState;

    explicit Account(std::shared_ptr<detail::AccountState const> state) noexcept : state_{std::move(state)} {}

    std::shared_ptr<detail::AccountState const> state_;
};

/// Why a reservation was denied.
enum class DenialReason : std::uint8_t {
    no_money,  ///< the call would exceed a hard limit
    unpriced,  ///< the model has no price, so the cost of the call is unknown
    store      ///< the ledger or the store failed
};

/// "no money", "unpriced" or "store".
[[nodiscard]] constexpr std::string_view to_string(DenialReason reason) noexcept {
    switch (reason) {
    case DenialReason::no_money: return "no money";
    case DenialReason::unpriced: return "unpriced";
    case DenialReason::store: return "store";
    }
    return "";
}

/// Why a reservation was denied, with the figures of the denying budget that has the least left.
struct BudgetDenial {
    std::string budget = {};  ///< empty unless the reason is no_money
    std::string value = {};   ///< of the tag, if each value has its own counter
    Usd limit = {};
    Usd spent = {};
    Usd held = {};    ///< reserved for calls in progress
    Usd needed = {};  ///< by the denied call
    Instant window_begin = Instant::min();
    Instant window_end = Instant::max();
    DenialReason reason = DenialReason::no_money;
    std::string detail = {};  ///< the error message of the store, if it failed

    [[nodiscard]] Usd remaining() const { return limit - spent - held; }
};

/// The figures of a budget in one window.
struct BudgetState {
    std::string budget = {};
    std::string value = {};  ///< of the tag, if each value has its own counter
    Usd limit = {};
    Usd spent = {};
    Usd held = {};
    Window window = {};

    /// What may still be reserved; negative if more was spent than the limit.
    [[nodiscard]] Usd remaining() const { return limit - spent - held; }
    [[nodiscard]] Ratio utilization() const { return {spent, limit}; }
};

/// The state of a daily budget, for example after a charge.
///
///     std::cout << monitor.record(cost);  // $41.30 of $50 spent (82.6 %), $8.70 remaining, alert: none
struct DailyState {
    std::optional<Usd> limit = std::nullopt;  ///< nullopt if there is no daily budget or its store failed
    Usd spent = {};
    Usd remaining = {};  ///< without what is reserved; negative if more was spent than the limit
    Ratio utilization = {};
    AlertLevel alert = AlertLevel::none;
};

/// "$41.30 of $50 spent (82.6 %), $8.70 remaining, alert: none".
[[nodiscard]] std::string to_string(DailyState const& state);
std::ostream& operator<<(std::ostream& out, DailyState const& state);

/// What a window is expected to have spent at its end.
struct Forecast {
    Usd linear;  ///< at the average rate of the window so far: spent x length / elapsed
    Usd ewma;    ///< at the recent rate: an exponentially weighted moving average over 24ths of the window
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/budget.ipp>
#endif
