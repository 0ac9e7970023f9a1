// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/models/tokens.hpp>
#include <centavo/pricing/daily_window.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace centavo::inline v0 {

/// Where a price comes from: a price list as it stands, one with an end, one that is only announced, somebody's
/// estimate, or the user.
enum class PriceStatus : std::uint8_t { listed, promotional, announced, estimated, user };

/// "listed", "promotional", "announced", "estimated" or "user".
[[nodiscard]] constexpr std::string_view to_string(PriceStatus status) noexcept {
    constexpr std::array<std::string_view, 5> names{"listed", "promotional", "announced", "estimated", "user"};
    return names[static_cast<std::size_t>(status)];
}

/// The status called `name`; nullopt for any other word.
[[nodiscard]] constexpr std::optional<PriceStatus> find_price_status(std::string_view name) noexcept {
    for (auto const status : {PriceStatus::listed, PriceStatus::promotional, PriceStatus::announced,
                              PriceStatus::estimated, PriceStatus::user}) {
        if (to_string(status) == name) {
            return status;
        }
    }
    return std::nullopt;
}

/// Rates that hold together under conditions, all of which must be met.
///
/// `from` is inclusive, `until` exclusive. `above` is compared with the whole input of a request; `reached` makes it
/// inclusive (some providers say "from 272,000", others "over 200,000"). One band prices all of a request: its rates
/// are complete, none is taken from another band. Of several that hold the one that outranks the others counts.
struct PriceBand {
    std::vector<Rate> rates;
    Instant from = Instant::min();
    Instant until = Instant::max();
    Tokens above = 0;
    bool reached = false;
    ServiceTier tier = ServiceTier::standard;
    std::string region = {};                           ///< empty: wherever no band names the region
    std::optional<DailyWindow> window = std::nullopt;  ///< UTC; does not outrank by itself: give it a priority
    int priority = 0;
    PriceStatus status = PriceStatus::user;
    std::string source = {};                ///< where it differs from the model's
    std::chrono::year_month_day as_of = {};  ///< where it differs from the model's

    /// Whether the band holds for a request with that input at that instant, served so.
    [[nodiscard]] bool holds(Tokens input, Instant at, ServiceTier served, std::string_view where) const noexcept {
        bool const long_enough = above == Tokens{0} || input > above || (reached && input == above);
        return tier == served && from <= at && at < until && long_enough && (region.empty() || region == where) &&
               (!window || window->contains(at));
    }

    /// Whether this band goes before another that holds too: by priority, then a named region, then the later start
    /// (a later price list replaces an earlier one with its thresholds), then the higher threshold.
    [[nodiscard]] bool outranks(PriceBand const& other) const noexcept { return rank() > other.rank(); }

    /// Whether both can hold for one request and neither outranks the other.
    [[nodiscard]] bool ambiguous_with(PriceBand const& other) const noexcept {
        return rank() == other.rank() && tier == other.tier && region == other.region && from < other.until &&
               other.from < until && (!window || !other.window || window->overlaps(*other.window));
    }

    /// The band's own rate for a unit, or null.
    [[nodiscard]] Rate const* find(Unit unit) const noexcept {
        for (Rate const& rate : rates) {
            if (rate.unit() == unit) {
                return &rate;
            }
        }
        return nullptr;
    }

private:
    [[nodiscard]] std::tuple<int, bool, Instant, Tokens> rank() const noexcept {
        return {priority, !region.empty(), from, above};
    }
};

}  // namespace centavo::inline v0
