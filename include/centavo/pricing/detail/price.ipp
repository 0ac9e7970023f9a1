// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/price.hpp>

#include <array>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
inline constexpr std::array<std::string_view, 7> weekday_names{"Sun", "Mon", "Tue", "Wed",
                                                               "Thu", "Fri", "Sat"};
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE DailyWindow DailyWindow::parse(std::string_view text) {
    auto const fail = [&] {
        return MalformedWindow("not a daily window like \"01:00-04:00 Mon-Fri\": \"" +
                               std::string{text.substr(0, 40)} + "\"");
    };
    auto const minutes = [&](std::size_t at) {
        auto const digit = [&](std::size_t place) {
            if (place >= text.size() || text[place] < '0' || text[place] > '9') {
                throw fail();
            }
            return text[place] - '0';
        };
        int const hour = digit(at) * 10 + digit(at + 1);
        int const minute = digit(at + 3) * 10 + digit(at + 4);
        if (text[at + 2] != ':' || hour > 23 || minute > 59) {
            throw fail();
        }
        return static_cast<std::int16_t>(hour * 60 + minute);
    };
    DailyWindow window;
    window.from_ = minutes(0);
    if (text.size() < 11 || text[5] != '-') {
        throw fail();
    }
    window.until_ = minutes(6);
    if (text.size() == 11) {
        return window;
    }
    auto const day = [&](std::string_view name) {
        for (unsigned i = 0; i < 7; ++i) {
            if (detail::weekday_names[i] == name) {
                return i;
            }
        }
        throw fail();
    };
    window.days_ = 0;
    for (std::size_t at = 11; at < text.size(); at += 4) {
        bool const range = text[at] == '-' && at > 11;
        if (text.size() - at < 4 || (text[at] != (at == 11 ? ' ' : ',') && !range)) {
            throw fail();
        }
        unsigned const last = day(text.substr(at + 1, 3));
        unsigned const first = range ? day(text.substr(at - 3, 3)) : last;
        for (unsigned i = first;; i = (i + 1) % 7) {
            window.days_ = static_cast<std::uint8_t>(window.days_ | 1U << i);
            if (i == last) {
                break;
            }
        }
    }
    return window;
}

CENTAVO_INLINE bool DailyWindow::contains(Instant at) const noexcept {
    auto const day = std::chrono::floor<std::chrono::days>(at);
    auto const minute = std::chrono::floor<std::chrono::minutes>(at - day).count();
    return contains(static_cast<int>(minute), std::chrono::weekday{day}.c_encoding());
}

CENTAVO_INLINE bool DailyWindow::contains(int minute, unsigned day) const noexcept {
    if (from_ < until_) {
        return on(day) && from_ <= minute && minute < until_;
    }
    return (on(day) && minute >= from_) || (on((day + 6) % 7) && minute < until_);
}

CENTAVO_INLINE bool DailyWindow::overlaps(DailyWindow const& other) const noexcept {
    // Windows that overlap do so at the beginning of one of them.
    for (unsigned day = 0; day < 7; ++day) {
        if ((on(day) && other.contains(from_, day)) || (other.on(day) && contains(other.from_, day))) {
            return true;
        }
    }
    return false;
}

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
        text += detail::weekday_names[i % 7];
        unsigned last = i;
        while (last < 7 && on((last + 1) % 7)) {
            ++last;
        }
        if (last > i + 1) {
            text += "-";
            text += detail::weekday_names[last % 7];
            i = last;
        }
    }
    return text;
}

CENTAVO_INLINE bool PriceBand::applies(Tokens input, Instant at, ServiceTier served,
                                       std::string_view served_region) const noexcept {
    bool const long_enough = above == Tokens{0} || input > above || (inclusive && input == above);
    return tier == served && from <= at && at < until && long_enough &&
           (region.empty() || region == served_region) && (!window || window->contains(at));
}

CENTAVO_INLINE bool PriceBand::outranks(PriceBand const& other) const noexcept {
    if (priority != other.priority) {
        return priority > other.priority;
    }
    if (region.empty() != other.region.empty()) {
        return other.region.empty();
    }
    return from != other.from ? from > other.from : above > other.above;
}

CENTAVO_INLINE bool PriceBand::ambiguous_with(PriceBand const& other) const noexcept {
    return !outranks(other) && !other.outranks(*this) && tier == other.tier && region == other.region &&
           from < other.until && other.from < until &&
           (!window || !other.window || window->overlaps(*other.window));
}

CENTAVO_INLINE Rate const* PriceBand::find(Unit unit) const noexcept {
    for (Rate const& rate : rates) {
        if (rate.unit() == unit) {
            return &rate;
        }
    }
    return nullptr;
}

CENTAVO_INLINE bool Adjustment::applies(Instant at, ServiceTier served,
                                        std::string_view region) const noexcept {
    return from <= at && at < until && (!tier || *tier == served) &&
           (regions.empty() || names_region(region));
}

CENTAVO_INLINE bool Adjustment::names_region(std::string_view region) const noexcept {
    return detail::any_of(regions, [&](std::string_view one) {
        bool const prefix = one.ends_with('*');
        return prefix ? region.starts_with(one.substr(0, one.size() - 1)) : one == region;
    });
}

CENTAVO_INLINE std::chrono::days price_age(std::chrono::year_month_day as_of, Instant now) noexcept {
    if (!as_of.ok()) {
        return std::chrono::days{0};
    }
    auto const age = std::chrono::floor<std::chrono::days>(now) - std::chrono::sys_days{as_of};
    return age < std::chrono::days{0} ? std::chrono::days{0} : age;
}

CENTAVO_INLINE AmbiguousPrice::AmbiguousPrice(ModelId model, std::size_t first, std::size_t second)
    : Error{ErrorCode::inconsistent,
            "the price of \"" + model.text() + "\" is ambiguous: bands " + std::to_string(first) + " and " +
                std::to_string(second) +
                " can apply to the same request; give one of them a higher priority"},
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

CENTAVO_INLINE bool ModelPrice::has_tier(ServiceTier tier, Instant at) const noexcept {
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

CENTAVO_INLINE bool ModelPrice::has_region(std::string_view region) const noexcept {
    if (region.empty()) {
        return true;
    }
    bool known = zone_of(model.text()) == region;
    for (PriceBand const& band : bands) {
        known = known || band.region == region;
    }
    for (Adjustment const& one : adjustments) {
        known = known || one.names_region(region);
    }
    return known;
}

CENTAVO_INLINE std::optional<Decimal> ModelPrice::find_factor(Unit unit, Instant at, ServiceTier tier,
                                                              std::string_view region) const noexcept {
    Decimal product{1, 0};
    for (Adjustment const& one : adjustments) {
        if (one.covers(unit) && one.applies(at, tier, region)) {
            std::int64_t coefficient = 0;
            if (__builtin_mul_overflow(product.coefficient(), one.factor.coefficient(), &coefficient)) {
                return std::nullopt;
            }
            product = {coefficient, product.exponent() + one.factor.exponent()};
        }
    }
    return product;
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
        if (band.applies(input, at, tier, region) && (best == nullptr || band.outranks(*best))) {
            best = &band;
        }
    }
    return best;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
