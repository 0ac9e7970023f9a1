// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/window.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// For whom or for what money is spent: {"team", "search"}.
struct Tag {
    std::string key;
    std::string value;

    friend auto operator<=>(Tag const&, Tag const&) = default;
};

/// A set of tags, one for a key, sorted by key: a handle to shared constants, cheap to copy.
class Tags {
public:
    Tags() = default;

    /// An empty key or value, or two tags of one key throw std::invalid_argument.
    Tags(std::initializer_list<Tag> tags) : Tags{from({tags.begin(), tags.end()})} {}

    /// The same of tags that are in a vector.
    [[nodiscard]] static Tags from(std::vector<Tag> tags);

    [[nodiscard]] std::span<Tag const> all() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return !tags_; }

    /// The value of a key; empty where there is none.
    [[nodiscard]] std::string_view find(std::string_view key) const noexcept;

    /// These tags and another one, which replaces one of its key.
    [[nodiscard]] Tags with(Tag tag) const;

    friend bool operator==(Tags const& a, Tags const& b) noexcept {
        auto const these = a.all();
        auto const those = b.all();
        return std::equal(these.begin(), these.end(), those.begin(), those.end());
    }

private:
    std::shared_ptr<std::vector<Tag> const> tags_;
};

/// Whether a limit refuses what would pass it, or only tells.
enum class Enforcement : std::uint8_t { hard, soft };

/// Which calls a budget counts.
///
///     {}                      every call
///     {"team", "search"}      the calls tagged so
///     {"user"}                the calls with that tag, each value by itself: a limit for every user
struct TagScope {
    std::string key = {};
    std::string value = {};

    /// Whether every value of the key has a counter of its own.
    [[nodiscard]] bool each() const noexcept { return !key.empty() && value.empty(); }

    /// The counter that a call with these tags counts in: its value of the key where each has its own, else "";
    /// nullopt where the call is not counted.
    [[nodiscard]] std::optional<std::string_view> counter_of(std::span<Tag const> tags) const noexcept;
};

/// So much money for each window of time.
struct Budget {
    std::string name;
    Usd limit;
    TagScope scope = {};
    Period period = Period::day;
    Calendar calendar = {};
    Enforcement enforcement = Enforcement::hard;
    AlertThresholds alerts = {};
};

/// Why nothing was set aside.
enum class DenialReason : std::uint8_t {
    no_money,  ///< a hard limit would be passed
    unpriced,  ///< nobody knows what the call may cost
    store      ///< the ledger or the book's store failed
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

/// Why money was not set aside: of the budgets that have not enough, the one with the least left.
struct BudgetDenial {
    std::string budget = {};  ///< empty where the reason is not money
    std::string value = {};   ///< of the tag, where every value has its own counter
    Usd limit = {};
    Usd spent = {};
    Usd held = {};    ///< set aside for calls under way
    Usd needed = {};  ///< by the call that was refused
    Instant window_begin = Instant::min();
    Instant window_end = Instant::max();
    DenialReason reason = DenialReason::no_money;
    std::string detail = {};  ///< what the store said, where it failed

    [[nodiscard]] Usd remaining() const { return limit - spent - held; }
};

/// A budget's figures in one window.
struct BudgetState {
    std::string budget = {};
    std::string value = {};  ///< of the tag, where every value has its own counter
    Usd limit = {};
    Usd spent = {};
    Usd held = {};
    Window window = {};

    /// What calls may still set aside; below zero where more was spent than the limit.
    [[nodiscard]] Usd remaining() const { return limit - spent - held; }
    [[nodiscard]] Ratio utilization() const { return {spent, limit}; }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/budget.ipp>
#endif
