// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/detail/price_index.hpp>
#include <centavo/pricing/price_list.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Instant instant_of(std::string_view text) {
    return parse_instant(text.size() == 10 ? std::string{text} + "T00:00:00Z" : std::string{text});
}

CENTAVO_INLINE std::vector<ModelPrice> prices_of(PriceList const& list) {
    std::vector<ModelPrice> prices;
    prices.reserve(list.models.size());
    std::size_t next_band = 0;
    std::size_t next_rate = 0;
    auto const take = [](auto rows, std::size_t& next, std::size_t count) {
        if (count > rows.size() - next) {
            throw std::out_of_range("the price list has fewer bands or rates than its models own");
        }
        next += count;
        return rows.subspan(next - count, count);
    };
    for (ModelRow const& model : list.models) {
        ModelPrice price{.model = model.id, .provider = std::string{model.provider}, .bands = {}};
        price.category = model.category;
        price.cache_writes_on_request = writes_cache_on_request(model.provider);
        price.source = list.sources[model.source].name;
        price.as_of = list.sources[model.source].as_of;
        price.bands.reserve(model.bands);
        for (BandRow const& row : take(list.bands, next_band, model.bands)) {
            PriceBand band;
            band.from = row.from.empty() ? Instant::min() : instant_of(row.from);
            band.until = row.until.empty() ? Instant::max() : instant_of(row.until);
            band.above = row.above;
            band.inclusive = row.inclusive;
            band.tier = row.tier;
            band.status = row.status;
            band.priority = row.priority;  // NOLINT(bugprone-signed-char-misuse): a small number
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
        prices.at(row.model).minimums.push_back({row.unit, row.count});
    }
    return prices;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
