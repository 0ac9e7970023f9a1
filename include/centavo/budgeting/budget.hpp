// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budgeting/alert.hpp>
#include <centavo/budgeting/calendar.hpp>
#include <centavo/budgeting/tags.hpp>
#include <centavo/budgeting/window.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace centavo::inline v0 {

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
    [[nodiscard]] std::optional<std::string_view> counter_of(std::span<Tag const> tags) const noexcept {
        if (key.empty()) {
            return std::string_view{};
        }
        auto const tag = std::ranges::find(tags, key, &Tag::key);
        if (tag == tags.end() || (!value.empty() && tag->value != value)) {
            return std::nullopt;
        }
        return value.empty() ? std::string_view{tag->value} : std::string_view{};
    }
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
enum class RefusalReason : std::uint8_t {
    no_money,  ///< a hard limit would be passed
    unpriced,  ///< nobody knows what the call may cost
    store      ///< the ledger or the book's store failed
};

/// "no money", "unpriced" or "store".
[[nodiscard]] constexpr std::string_view to_string(RefusalReason reason) noexcept {
    switch (reason) {
    case RefusalReason::no_money: return "no money";
    case RefusalReason::unpriced: return "unpriced";
    case RefusalReason::store: return "store";
    }
    return "";
}

/// Why money was not set aside: of the budgets that have not enough, the one with the least left.
struct Refusal {
    std::string budget = {};  ///< empty where the reason is not money
    std::string value = {};   ///< of the tag, where every value has its own counter
    Usd limit = {};
    Usd spent = {};
    Usd held = {};    ///< set aside for calls under way
    Usd needed = {};  ///< by the call that was refused
    Instant window_begin = Instant::min();
    Instant window_end = Instant::max();
    RefusalReason reason = RefusalReason::no_money;
    std::string detail = {};  ///< what the store said, where it failed

    [[nodiscard]] Usd left() const { return limit - spent - held; }
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
    [[nodiscard]] Share utilisation() const { return {spent, limit}; }
};

}  // namespace centavo::inline v0
