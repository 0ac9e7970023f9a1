// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/decimal.hpp>
#include <centavo/base/instant.hpp>
#include <centavo/models/tokens.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::inline v0 {

/// A rate as a price list states it: a row of constant data.
struct ListedRate {
    std::string_view model;
    std::string_view provider;
    CostCategory category;
    std::string_view from;   ///< the first day it holds (YYYY-MM-DD, from 00:00 UTC), empty for always
    std::int64_t above;      ///< holds where the whole input has more tokens than that
    Unit unit;
    std::string_view usd;    ///< decimal text
    std::int64_t per;        ///< for so many units
};

/// Another name of a listed model.
struct ListedAlias {
    std::string_view name;
    std::string_view model;
};

/// The rows of a price list as a table's: rates of one model stand together, those of one band too.
///
/// Throws MalformedDecimal or MalformedPrice for a rate that is none, MalformedInstant for a day that is none.
[[nodiscard]] inline std::vector<ModelPrice> listed_prices(std::span<ListedRate const> rates,
                                                           std::span<ListedAlias const> aliases,
                                                           std::chrono::year_month_day as_of, std::string_view source) {
    std::vector<ModelPrice> prices;
    std::string_view from;
    for (ListedRate const& row : rates) {
        if (prices.empty() || prices.back().model.text() != row.model) {
            prices.push_back({.model = row.model, .provider = std::string{row.provider}, .bands = {}});
            prices.back().category = row.category;
            prices.back().cache_writes_on_request = row.provider == "anthropic";  // by cache_control in the request
            prices.back().status = PriceStatus::listed;
            prices.back().source = source;
            prices.back().as_of = as_of;
            from = {};
        }
        auto& bands = prices.back().bands;
        if (bands.empty() || bands.back().above != Tokens{row.above} || from != row.from) {
            from = row.from;
            PriceBand band;
            band.above = row.above;
            if (!from.empty()) {
                band.from = parse_instant(std::string{from} + "T00:00:00Z");
            }
            bands.push_back(std::move(band));
        }
        bands.back().rates.emplace_back(row.unit, Decimal::parse(row.usd), row.per);
    }
    for (ListedAlias const& alias : aliases) {
        auto const at = std::ranges::find(prices, ModelId{alias.model}, &ModelPrice::model);
        if (at != prices.end()) {
            at->aliases.emplace_back(alias.name);
        }
    }
    return prices;
}

}  // namespace centavo::inline v0
