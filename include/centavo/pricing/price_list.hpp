// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A source of prices: its name, and the day of its publication.
struct SourceRow {
    std::string_view name;
    std::chrono::year_month_day as_of;
};

/// A rate as published: a price in decimal text per `per` units.
struct RateRow {
    Unit unit;
    std::string_view usd;
    std::int64_t per;
};

/// A band of a model, which owns the next `rates` rows of PriceList::rates.
struct BandRow {
    std::uint8_t rates;
    std::uint8_t source;
    ServiceTier tier;
    PriceStatus status;
    std::int8_t priority;
    bool inclusive;          ///< an input of exactly `above` suffices
    std::int64_t above;      ///< the whole input must exceed this
    std::string_view from;   ///< a day (YYYY-MM-DD, at 00:00 UTC) or an instant; empty: no limit
    std::string_view until;  ///< likewise, exclusive
    std::string_view window;
};

/// A model, which owns the next `bands` rows of PriceList::bands.
struct ModelRow {
    std::string_view id;
    std::string_view provider;
    CostCategory category;
    std::uint8_t source;
    std::uint8_t bands;
};

/// Another name of the model in row `model`.
struct AliasRow {
    std::string_view name;
    std::uint16_t model;
};

/// A factor on the prices of the model in row `model`; `regions` are separated by commas.
struct AdjustmentRow {
    std::uint16_t model;
    std::string_view name;
    std::string_view factor;
    ServiceTier tier;  ///< standard: every tier
    std::string_view regions;
};

/// The minimum count of a unit that the model in row `model` bills.
struct MinimumRow {
    std::uint16_t model;
    Unit unit;
    std::int64_t count;
};

/// A price list as constant data. Bands follow the order of the models, rates the order of the bands.
struct PriceList {
    View<SourceRow> sources;
    View<ModelRow> models;
    View<BandRow> bands;
    View<RateRow> rates;
    View<AliasRow> aliases = {};
    View<AdjustmentRow> adjustments = {};
    View<MinimumRow> minimums = {};

    /// Whether the models are ordered by provider and id without duplicates, and every row belongs to a model.
    [[nodiscard]] constexpr bool sorted() const noexcept {
        std::size_t band_count = 0;
        std::size_t rate_count = 0;
        for (std::size_t i = 0; i < models.size(); ++i) {
            band_count += models[i].bands;
            if (i > 0 &&
                (models[i].provider < models[i - 1].provider ||
                 (models[i].provider == models[i - 1].provider && models[i].id <= models[i - 1].id))) {
                return false;
            }
        }
        for (BandRow const& band : bands) {
            rate_count += band.rates;
        }
        auto const owned = [&](auto const& row) { return row.model < models.size(); };
        return band_count == bands.size() && rate_count == rates.size() && detail::all_of(aliases, owned) &&
               detail::all_of(adjustments, owned) && detail::all_of(minimums, owned);
    }
};

/// The instant of a day (at 00:00 UTC) or of a full timestamp. Throws MalformedInstant.
[[nodiscard]] Instant instant_of(std::string_view text);

/// The prices of a list, for a PriceTable.
///
/// Throws MalformedDecimal, MalformedPrice, MalformedInstant or MalformedWindow for text that is not such a value, and
/// std::out_of_range for rows that belong to no model.
[[nodiscard]] std::vector<ModelPrice> prices_of(PriceList const& list);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price_list.ipp>
#endif
