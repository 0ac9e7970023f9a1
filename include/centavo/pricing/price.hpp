// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/models/tokens.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/unit.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// Where a price comes from.
enum class PriceStatus : std::uint8_t { listed, promotional, announced, estimated, user };

/// What a cost is booked under in the cost structure of an application.
enum class CostCategory : std::uint8_t { tokens, embeddings, infrastructure, other };

/// "tokens", "embeddings", "infrastructure" or "other".
[[nodiscard]] constexpr std::string_view to_string(CostCategory category) noexcept {
    switch (category) {
    case CostCategory::tokens: return "tokens";
    case CostCategory::embeddings: return "embeddings";
    case CostCategory::infrastructure: return "infrastructure";
    case CostCategory::other: return "other";
    }
    return "";
}

/// Rates that hold under conditions: from an instant until another, and above so many input tokens.
///
/// `until` is exclusive. `above` is compared with the whole input of a request; `reached` makes it inclusive (some
/// providers say "from 272,000", others "over 200,000"). One band prices all of a request.
struct PriceBand {
    std::vector<Rate> rates;
    Instant from = Instant::min();
    Instant until = Instant::max();
    Tokens above = 0;
    bool reached = false;

    /// Whether the band holds for a request with that input at that instant.
    [[nodiscard]] bool holds(Tokens input, Instant at) const noexcept {
        bool const long_enough = above == Tokens{0} || input > above || (reached && input == above);
        return from <= at && at < until && long_enough;
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
};

/// The decimal texts of the everyday rates, USD for a million tokens; an absent one falls under its whole's rate.
struct PerMillion {
    std::string_view input = {};
    std::string_view output = {};
    std::string_view cache_read = {};
    std::string_view cache_write = {};
    std::string_view cache_write_1h = {};
};

/// What one model costs: its bands, and where they are from.
struct ModelPrice {
    ModelId model;
    std::string provider;
    std::vector<PriceBand> bands;
    std::vector<ModelId> aliases = {};
    CostCategory category = CostCategory::tokens;
    bool cache_writes_on_request =
        false;  ///< no prompt is written, and billed so, unless the call asks for it
    PriceStatus status = PriceStatus::user;
    std::string source = {};
    std::chrono::year_month_day as_of = {};  ///< when the source was read

    /// A price of one band in the everyday rates: `ModelPrice::per_million("m", {.input = "2.50", .output = "10"})`.
    ///
    /// Throws MalformedDecimal or MalformedPrice for text that is no price.
    [[nodiscard]] static ModelPrice per_million(ModelId model, PerMillion const& usd) {
        PriceBand band;
        auto const add = [&](Unit unit, std::string_view text) {
            if (!text.empty()) {
                band.rates.push_back(Rate::per_million(unit, text));
            }
        };
        add(units::input, usd.input);
        add(units::output, usd.output);
        add(units::cache_read, usd.cache_read);
        add(units::cache_write, usd.cache_write);
        add(units::cache_write_1h, usd.cache_write_1h);
        ModelPrice price{.model = std::move(model), .provider = {}, .bands = {}};
        price.bands.push_back(std::move(band));
        return price;
    }

    /// The band for a request; of several that hold the one with the latest start, then the highest threshold.
    ///
    /// A later price list replaces an earlier one with its thresholds: one without a threshold ends the surcharge.
    /// Null where no band holds.
    [[nodiscard]] PriceBand const* band(Tokens input, Instant at) const noexcept {
        PriceBand const* best = nullptr;
        for (PriceBand const& band : bands) {
            bool const better = best == nullptr || band.from > best->from ||
                                (band.from == best->from && band.above > best->above);
            if (better && band.holds(input, at)) {
                best = &band;
            }
        }
        return best;
    }
};

}  // namespace centavo::inline v0
