// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/cost.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::span<CostLine const> Cost::lines() const noexcept {
    return {std::launder(reinterpret_cast<CostLine const*>(lines_.data())), size_};
}

CENTAVO_INLINE std::chrono::year_month_day Cost::as_of() const noexcept {
    return band_->as_of.ok() ? band_->as_of : price_->as_of;
}

CENTAVO_INLINE bool Cost::rounded() const noexcept {
    return detail::any_of(lines(), [](CostLine const& line) { return line.rounded; });
}

CENTAVO_INLINE void Cost::append(Rate const& rate, std::int64_t count) {
    if (size_ == capacity) {
        throw std::length_error("centavo: more lines than one cost can have");
    }
    // In place: a line that is copied there is read before it is written out.
    ::new (static_cast<void*>(lines_.data() + size_ * sizeof(CostLine)))
        CostLine{.rate = rate, .count = count, .cost = {}};
    ++size_;
}

CENTAVO_INLINE CostLine* Cost::first() noexcept {
    return std::launder(reinterpret_cast<CostLine*>(lines_.data()));
}

CENTAVO_INLINE void Cost::throw_contradiction(Unit unit, std::int64_t parts, std::int64_t whole) {
    throw ContradictoryUsage("the parts of " + std::string{name_of(unit)} + " add up to " +
                             std::to_string(parts) + ", the whole is " + std::to_string(whole));
}

CENTAVO_INLINE std::uint32_t Cost::mask_of(Rate const& rate) const noexcept {
    auto const place = &rate - band_->rates.data();
    return place < 32 ? std::uint32_t{1} << place : 0;
}

CENTAVO_INLINE Cost cost_of(Price price, Usage const& usage, Instant at, Service const& service) {
    PriceBand const* band = price->band(usage.input, at, service);
    if (band == nullptr) {
        throw UnpricedUsage("no price of \"" + price->model.text() + "\" holds at that instant");
    }
    std::string_view const said = service.priced_region();
    std::string_view const region = service.region.empty() ? price.region() : said;
    Cost cost{std::move(price), *band, usage, at, service};
    cost.tier_priced_ = cost.price_->lists(service.tier, at);
    cost.region_priced_ = cost.price_->lists(said);
    cost.bill(region);
    return cost;
}

CENTAVO_INLINE void Cost::bill(std::string_view region) {
    std::uint32_t inherited = 0;  // rates of the band under which units without one fall
    if (usage_.others.all().empty()) {
        bill_everyday(inherited);
    } else {
        bill_any(inherited);
    }
    for (std::size_t i = 0; inherited != 0; ++i, inherited >>= 1) {
        if ((inherited & 1U) != 0) {
            for (CostLine& line : std::span{first(), size_}) {
                line.inherited = line.inherited || line.rate.unit() == band_->rates[i].unit();
            }
        }
    }
    bool const plain = price_->adjustments.empty() && price_->minimums.empty();
    for (CostLine& line : std::span{first(), size_}) {
        if (plain && line.rate.exact()) {
            line.cost = line.rate.cost(line.count);
        } else {
            charge(line, region);
        }
        total_ += line.cost;
        Direction const direction = line.rate.unit().direction;
        if (direction == Direction::input) {
            input_ += line.cost;
        } else if (direction == Direction::output) {
            output_ += line.cost;
        }
    }
}

/// bill_any() for the units that have members, whose places are known: most calls have no others.
CENTAVO_INLINE void Cost::bill_everyday(std::uint32_t& inherited) {
    Rate const* const input = band_->find(units::input);
    Rate const* const output = band_->find(units::output);
    std::int64_t input_parts = 0;   // billed in lines of their own
    std::int64_t output_parts = 0;  // likewise
    bool strays = false;            // a line may be there that another count belongs to
    auto const take = [&](Unit const& unit, std::int64_t count, std::int64_t inside, Rate const* whole,
                          std::int64_t& parts) {
        if (inside > count) {
            throw_contradiction(unit, inside, count);
        }
        std::int64_t own = count - inside;
        if (own == 0) {
            return own;
        }
        if (Rate const* const rate = band_->find(unit)) {
            append(*rate, own);
        } else if (whole != nullptr) {
            inherited |= mask_of(*whole);
            own = 0;
        } else {
            strays = true;
            own = falls_under_a_line(unit, own, inherited) ? 0 : own;
        }
        if (__builtin_add_overflow(parts, own, &parts)) {
            throw std::overflow_error("centavo: more units than 63 bits hold");
        }
        return own;
    };
    std::int64_t written = 0;
    if (usage_.cache_write_1h) {
        written = take(units::cache_write_1h, usage_.cache_write_1h->value(), 0, nullptr, input_parts);
    }
    if (usage_.cache_read) {
        take(units::cache_read, usage_.cache_read->value(), 0, input, input_parts);
    }
    if (usage_.cache_write) {
        take(units::cache_write, usage_.cache_write->value(), written, input, input_parts);
    }
    if (usage_.reasoning) {
        take(units::reasoning, usage_.reasoning->value(), 0, output, output_parts);
    }
    if (usage_.input_audio) {
        take(units::input_audio, usage_.input_audio->value(), 0, input, input_parts);
    }
    if (usage_.output_audio) {
        take(units::output_audio, usage_.output_audio->value(), 0, output, output_parts);
    }
    auto const whole = [&](Unit const& unit, std::int64_t count, std::int64_t parts, Rate const* rate) {
        if (parts > count) {
            throw_contradiction(unit, parts, count);
        }
        if (rate != nullptr && strays) {
            add(*rate, count - parts);
        } else if (rate != nullptr) {
            append(*rate, count - parts);
        } else if (count > parts) {
            falls_under_a_line(unit, count - parts, inherited);
        }
    };
    whole(units::input, usage_.input.value(), input_parts, input);
    whole(units::output, usage_.output.value(), output_parts, output);
    if (Rate const* const fee = band_->find(units::requests)) {
        append(*fee, 1);
    }
}

CENTAVO_INLINE void Cost::bill_any(std::uint32_t& inherited) {
    constexpr std::size_t most = UnitCounts::capacity + 8;
    std::array<Unit const*, most> kinds;
    std::array<int, most> depths;
    std::array<std::int64_t, most> counts;
    std::array<std::int64_t, most> billed;  // in a line of its own: what lies inside it is not in it
    std::size_t size = 0;
    bool fee_said = false;
    int deepest = 0;
    usage_.for_each([&](Unit const& unit, std::int64_t count) {
        int const depth = (unit.modality != Modality::any ? 1 : 0) +
                          (unit.category != TokenCategory::any ? 1 : 0) + (unit.ttl != CacheTtl::any ? 1 : 0);
        deepest = std::max(deepest, depth);
        fee_said = fee_said || unit == units::requests;
        kinds[size] = &unit;
        depths[size] = depth;
        counts[size] = count;
        billed[size] = 0;
        ++size;
    });
    // Parts before their wholes: a unit strictly inside another is deeper on the free axes.
    for (int depth = deepest; depth >= 0; --depth) {
        for (std::size_t i = 0; i < size; ++i) {
            if (depths[i] != depth) {
                continue;
            }
            std::int64_t inside = 0;
            for (std::size_t j = 0; j < size; ++j) {
                if (billed[j] > 0 && kinds[i]->contains(*kinds[j]) &&
                    __builtin_add_overflow(inside, billed[j], &inside)) {
                    throw std::overflow_error("centavo: more units than 63 bits hold");
                }
            }
            if (inside > counts[i]) {
                throw_contradiction(*kinds[i], inside, counts[i]);
            }
            std::int64_t const own = counts[i] - inside;
            if (Rate const* rate = band_->find(*kinds[i])) {
                billed[i] = own;
                if (own > 0 || depth == 0) {
                    add(*rate, own);
                }
            } else if (own > 0 && !falls_under_a_line(*kinds[i], own, inherited)) {
                billed[i] = own;
            }
        }
    }
    if (!fee_said) {
        if (Rate const* fee = band_->find(units::requests)) {
            add(*fee, 1);
        }
    }
}

CENTAVO_INLINE void Cost::charge(CostLine& line, std::string_view region) {
    Unit const unit = line.rate.unit();
    for (BilledMinimum const& one : price_->minimums) {
        if (one.unit == unit && line.count > 0 && line.count < one.count) {
            line.count = one.count;
            line.raised_to_minimum = true;
        }
    }
    line.factor = price_->factor(unit, at_, service_.tier, region);
    RoundedUsd const charged = line.rate.cost(line.count, line.factor);
    line.cost = charged.amount;
    line.rounded = charged.rounded;
}

/// Whether `count` of a unit without a rate is in the line of a whole that usage names; else it is billed here.
CENTAVO_INLINE bool Cost::falls_under_a_line(Unit unit, std::int64_t count, std::uint32_t& inherited) {
    Rate const* dearest = nullptr;
    bool crossed = false;
    for (Rate const& rate : band_->rates) {
        bool nearest = rate.unit().contains(unit);
        for (Rate const& other : band_->rates) {
            nearest = nearest && !(other.unit() != rate.unit() && rate.unit().contains(other.unit()) &&
                                   other.unit().contains(unit));
        }
        if (nearest) {
            crossed = dearest != nullptr;
            dearest = dearest == nullptr || more_expensive(rate, *dearest) ? &rate : dearest;
        }
    }
    if (dearest == nullptr) {
        if (unit.measure == Measure::tokens) {
            throw UnpricedUsage("\"" + price_->model.text() + "\" has no rate for " +
                                std::string{name_of(unit)});
        }
        complete_ = false;
        return true;
    }
    inherited |= mask_of(*dearest);
    if (!crossed && usage_.find(dearest->unit())) {
        return true;
    }
    add(*dearest, count);
    return false;
}

CENTAVO_INLINE void Cost::add(Rate const& rate, std::int64_t count) {
    for (CostLine& line : std::span{first(), size_}) {
        if (line.rate.unit() == rate.unit()) {
            if (__builtin_add_overflow(line.count, count, &line.count)) {
                throw std::overflow_error("centavo: more units than 63 bits hold");
            }
            return;
        }
    }
    append(rate, count);
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
