// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/price.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string DailyWindow::to_string() const {
    auto const two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    auto const time = [&](int minutes) { return two(minutes / 60) + ":" + two(minutes % 60); };
    std::string text = time(from_) + "-" + time(until_);
    if (days_ == every_day) {
        return text;
    }
    for (unsigned i = 1; i <= 7; ++i) {  // from Monday to Sunday
        if (!on(i % 7)) {
            continue;
        }
        text += text.size() == 11 ? " " : ",";
        text += names[i % 7];
        unsigned last = i;
        while (last < 7 && on((last + 1) % 7)) {
            ++last;
        }
        if (last > i + 1) {
            text += "-";
            text += names[last % 7];
            i = last;
        }
    }
    return text;
}

CENTAVO_INLINE bool PriceBand::holds(Tokens input, Instant at, ServiceTier served,
                                     std::string_view where) const noexcept {
    bool const long_enough = above == Tokens{0} || input > above || (inclusive && input == above);
    return tier == served && from <= at && at < until && long_enough && (region.empty() || region == where) &&
           (!window || window->contains(at));
}

CENTAVO_INLINE bool PriceBand::ambiguous_with(PriceBand const& other) const noexcept {
    return rank() == other.rank() && tier == other.tier && region == other.region && from < other.until &&
           other.from < until && (!window || !other.window || window->overlaps(*other.window));
}

CENTAVO_INLINE Rate const* PriceBand::find(Unit unit) const noexcept {
    for (Rate const& rate : rates) {
        if (rate.unit() == unit) {
            return &rate;
        }
    }
    return nullptr;
}

CENTAVO_INLINE std::tuple<int, bool, Instant, Tokens> PriceBand::rank() const noexcept {
    return {priority, !region.empty(), from, above};
}

CENTAVO_INLINE bool Adjustment::holds(Instant at, ServiceTier served,
                                      std::string_view region) const noexcept {
    return from <= at && at < until && (!tier || *tier == served) &&
           (regions.empty() || names_region(region));
}

CENTAVO_INLINE bool Adjustment::names_region(std::string_view region) const noexcept {
    for (std::string const& one : regions) {
        if (one == region) {
            return true;
        }
    }
    return false;
}

CENTAVO_INLINE std::chrono::days price_age(std::chrono::year_month_day as_of, Instant now) noexcept {
    if (!as_of.ok()) {
        return std::chrono::days{0};
    }
    auto const age = std::chrono::floor<std::chrono::days>(now) - std::chrono::sys_days{as_of};
    return age < std::chrono::days{0} ? std::chrono::days{0} : age;
}

CENTAVO_INLINE AmbiguousPrice::AmbiguousPrice(ModelId model, std::size_t first, std::size_t second)
    : Error{ErrorCode::inconsistent, "the price of \"" + model.text() + "\" is ambiguous: its bands " +
                                         std::to_string(first) + " and " + std::to_string(second) +
                                         " can hold at once with one priority"},
      model_{std::move(model)}, first_{first}, second_{second} {}

CENTAVO_INLINE ModelPrice ModelPrice::per_million(ModelId model, PerMillion const& usd) {
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

CENTAVO_INLINE PriceBand const* ModelPrice::band(Tokens input, Instant at,
                                                 Service const& service) const noexcept {
    std::string_view const region = service.priced_region();
    PriceBand const* best = best_band(input, at, service.tier, region);
    return best != nullptr || service.tier == ServiceTier::standard
               ? best
               : best_band(input, at, ServiceTier::standard, region);
}

CENTAVO_INLINE bool ModelPrice::lists(ServiceTier tier, Instant at) const noexcept {
    if (tier == ServiceTier::standard) {
        return true;
    }
    for (PriceBand const& band : bands) {
        if (band.tier == tier && band.from <= at && at < band.until) {
            return true;
        }
    }
    for (Adjustment const& one : adjustments) {
        if (one.tier == tier && one.from <= at && at < one.until) {
            return true;
        }
    }
    return false;
}

CENTAVO_INLINE bool ModelPrice::lists(std::string_view region) const noexcept {
    if (region.empty()) {
        return true;
    }
    bool known = false;
    for (PriceBand const& band : bands) {
        known = known || band.region == region;
    }
    for (Adjustment const& one : adjustments) {
        known = known || one.names_region(region);
    }
    return known;
}

CENTAVO_INLINE Decimal ModelPrice::factor(Unit unit, Instant at, ServiceTier tier,
                                          std::string_view region) const {
    Decimal factor{1, 0};
    for (Adjustment const& one : adjustments) {
        if (one.covers(unit) && one.holds(at, tier, region)) {
            factor = product_of(factor, one.factor);
        }
    }
    return factor;
}

CENTAVO_INLINE void ModelPrice::check_unambiguous() const {
    for (std::size_t i = 0; i < bands.size(); ++i) {
        for (std::size_t j = i + 1; j < bands.size(); ++j) {
            if (bands[i].ambiguous_with(bands[j])) {
                throw AmbiguousPrice{model, i, j};
            }
        }
    }
}

CENTAVO_INLINE PriceBand const* ModelPrice::best_band(Tokens input, Instant at, ServiceTier tier,
                                                      std::string_view region) const noexcept {
    PriceBand const* best = nullptr;
    for (PriceBand const& band : bands) {
        if (band.holds(input, at, tier, region) && (best == nullptr || band.outranks(*best))) {
            best = &band;
        }
    }
    return best;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
