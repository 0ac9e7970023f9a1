// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A source of listed prices: what it is called, and the day it was published.
struct SourceRow {
    std::string_view name;
    std::chrono::year_month_day as_of;
};

/// A rate as a price list states it: decimal text, for so many units.
struct RateRow {
    Unit unit;
    std::string_view usd;
    std::int64_t per;
};

/// A band of a listed model; the next `rates` rows of the rates are its own.
struct BandRow {
    std::uint8_t rates;
    std::uint8_t source;
    ServiceTier tier;
    PriceStatus status;
    std::int8_t priority;
    bool inclusive;      ///< whether `above` itself is enough
    std::int64_t above;  ///< holds where the whole input has more tokens than that
    std::string_view
        from;  ///< the first day it holds (YYYY-MM-DD, from 00:00 UTC), or an instant; empty for always
    std::string_view until;  ///< likewise, exclusive
    std::string_view window;
};

/// A model as a price list names it; the next `bands` rows of the bands are its own.
struct ModelRow {
    std::string_view id;
    std::string_view provider;
    CostCategory category;
    std::uint8_t source;
    std::uint8_t bands;
};

/// Another name of the model in that row.
struct AliasRow {
    std::string_view name;
    std::uint16_t model;
};

/// A factor on the prices of the model in that row; `regions` are divided by commas.
struct AdjustmentRow {
    std::uint16_t model;
    std::string_view name;
    std::string_view factor;
    ServiceTier tier;  ///< standard: of every tier
    std::string_view regions;
};

/// The least that the model in that row bills of a unit.
struct MinimumRow {
    std::uint16_t model;
    Unit unit;
    std::int64_t least;
};

/// A price list as constant data: models, their bands and the bands' rates in one order.
struct PriceList {
    std::span<SourceRow const> sources;
    std::span<ModelRow const> models;
    std::span<BandRow const> bands;
    std::span<RateRow const> rates;
    std::span<AliasRow const> aliases = {};
    std::span<AdjustmentRow const> adjustments = {};
    std::span<MinimumRow const> minimums = {};

    /// Whether the models stand in the order of their providers' and own ids, each once, and every row has its owner.
    [[nodiscard]] constexpr bool sorted() const noexcept {
        std::size_t bands_due = 0;
        std::size_t rates_due = 0;
        for (std::size_t i = 0; i < models.size(); ++i) {
            bands_due += models[i].bands;
            if (i > 0 &&
                (models[i].provider < models[i - 1].provider ||
                 (models[i].provider == models[i - 1].provider && models[i].id <= models[i - 1].id))) {
                return false;
            }
        }
        for (BandRow const& band : bands) {
            rates_due += band.rates;
        }
        auto const owned = [&](auto const& row) { return row.model < models.size(); };
        return bands_due == bands.size() && rates_due == rates.size() && detail::all_of(aliases, owned) &&
               detail::all_of(adjustments, owned) && detail::all_of(minimums, owned);
    }
};

/// The instant that a list writes as a day (from 00:00 UTC) or in full. Throws MalformedInstant.
[[nodiscard]] Instant instant_of(std::string_view text);

/// The rows of a price list as a table's.
///
/// Throws MalformedDecimal or MalformedPrice for a rate that is none, MalformedInstant for a day that is none,
/// MalformedWindow, and std::out_of_range for rows without an owner.
[[nodiscard]] std::vector<ModelPrice> prices_of(PriceList const& list);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price_list.ipp>
#endif
