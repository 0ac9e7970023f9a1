// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_band.hpp>
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
    bool reached;        ///< whether `above` itself is enough
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
        return bands_due == bands.size() && rates_due == rates.size() &&
               std::ranges::all_of(aliases, owned) && std::ranges::all_of(adjustments, owned) &&
               std::ranges::all_of(minimums, owned);
    }
};

/// The instant that a list writes as a day (from 00:00 UTC) or in full. Throws MalformedInstant.
[[nodiscard]] inline Instant instant_of(std::string_view text) {
    return parse_instant(text.size() == 10 ? std::string{text} + "T00:00:00Z" : std::string{text});
}

/// The rows of a price list as a table's.
///
/// Throws MalformedDecimal or MalformedPrice for a rate that is none, MalformedInstant for a day that is none,
/// MalformedWindow, and std::out_of_range for rows without an owner.
[[nodiscard]] inline std::vector<ModelPrice> prices_of(PriceList const& list) {
    std::vector<ModelPrice> prices;
    prices.reserve(list.models.size());
    std::size_t next_band = 0;
    std::size_t next_rate = 0;
    auto const take = [](auto rows, std::size_t& next, std::size_t count) {
        if (count > rows.size() - next) {
            throw std::out_of_range("centavo: a price list with fewer rows than it names");
        }
        next += count;
        return rows.subspan(next - count, count);
    };
    for (ModelRow const& model : list.models) {
        ModelPrice price{.model = model.id, .provider = std::string{model.provider}, .bands = {}};
        price.category = model.category;
        price.cache_writes_on_request = model.provider == "anthropic";  // by cache_control in the request
        price.source = list.sources[model.source].name;
        price.as_of = list.sources[model.source].as_of;
        price.bands.reserve(model.bands);
        for (BandRow const& row : take(list.bands, next_band, model.bands)) {
            PriceBand band;
            band.from = row.from.empty() ? Instant::min() : instant_of(row.from);
            band.until = row.until.empty() ? Instant::max() : instant_of(row.until);
            band.above = row.above;
            band.reached = row.reached;
            band.tier = row.tier;
            band.status = row.status;
            band.priority = row.priority;
            if (!row.window.empty()) {
                band.window = DailyWindow::parse(row.window);
            }
            if (row.source != model.source) {
                band.source = list.sources[row.source].name;
                band.as_of = list.sources[row.source].as_of;
            }
            band.rates.reserve(row.rates);
            for (RateRow const& rate : take(list.rates, next_rate, row.rates)) {
                band.rates.emplace_back(rate.unit, Decimal::parse(rate.usd), rate.per);
            }
            price.bands.push_back(std::move(band));
        }
        prices.push_back(std::move(price));
    }
    for (AliasRow const& alias : list.aliases) {
        prices.at(alias.model).aliases.emplace_back(alias.name);
    }
    for (AdjustmentRow const& row : list.adjustments) {
        Adjustment one{.name = std::string{row.name}, .factor = Decimal::parse(row.factor)};
        if (row.tier != ServiceTier::standard) {
            one.tier = row.tier;
        }
        for (std::string_view rest = row.regions; !rest.empty();) {
            auto const comma = std::min(rest.find(','), rest.size());
            one.regions.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
        prices.at(row.model).adjustments.push_back(std::move(one));
    }
    for (MinimumRow const& row : list.minimums) {
        prices.at(row.model).minimums.push_back({row.unit, row.least});
    }
    return prices;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
