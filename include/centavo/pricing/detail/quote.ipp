// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/pricing/detail/price_messages.hpp>
#include <centavo/pricing/quote.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE Quote::Quote(Price price, CallShape const& shape, Instant at, Service const& service)
    : price_{std::move(price)}, shape_{shape}, at_{at}, service_{service} {
    if (service_.region.empty()) {
        service_.region = price_.region();
    }
    if (shape_.choices < 1) {
        throw UnpricedUsage("a call has at least one choice, not " + std::to_string(shape_.choices));
    }
    PriceBand const* band = price_->band(shape_.input, at_, service_);
    if (band == nullptr) {
        throw UnpricedUsage(detail::no_price_message(*price_, at_));
    }
    bool const above_standard = service_.tier == ServiceTier::priority || service_.tier == ServiceTier::fast;
    if (above_standard && !price_->has_tier(service_.tier, at_)) {
        throw UnpricedUsage(detail::unpriced_tier_message(*price_, service_.tier));
    }
    raise_to(*band);
    for (PriceBand const& other : price_->bands) {
        // A shorter input may be priced by another band; the longest below the threshold costs the most.
        if (other.above > Tokens{0} && other.above <= shape_.input) {
            PriceBand const* below =
                price_->band(other.inclusive ? other.above - Tokens{1} : other.above, at_, service_);
            if (below != nullptr && below != band) {
                raise_to(*below);
            }
        }
    }
    bool const no_input = input_.unit() == Unit{} && shape_.input > Tokens{0};
    bool const no_output = output_.unit() == Unit{} && shape_.max_output > Tokens{0};
    if (no_input || no_output) {
        throw UnpricedUsage("\"" + price_->model.text() + "\" has no rate for " +
                            std::string{name_of(no_input ? units::input : units::output)});
    }
    input_cost_ = fee_ + input_.cost(shape_.input.value());
    worst_case_ = input_cost_ + output_.cost(shape_.max_output.value()) * shape_.choices;
}

CENTAVO_INLINE std::optional<Tokens> Quote::affordable_output(Usd limit) const {
    if (input_cost_ > limit) {
        return std::nullopt;
    }
    Usd const each = Usd::from_atto((limit - input_cost_).atto() / shape_.choices);
    return std::min(Tokens{output_.affordable(each)}, shape_.max_output);
}

CENTAVO_INLINE std::string Quote::to_string() const {
    return model().text() + ": at most $" + worst_case_.to_string();
}

CENTAVO_INLINE Quote Quote::with_max_output(Tokens cap) const {
    CallShape shape = shape_;
    shape.max_output = cap;
    return Quote{price_, shape, at_, service_};
}

CENTAVO_INLINE void Quote::raise_to(PriceBand const& band) {
    bool const writes = shape_.writes_cache || !price_->cache_writes_on_request;
    std::string_view const region = service_.priced_region();
    auto const factor_of = [&](Unit unit) {
        auto const factor = price_->find_factor(unit, at_, service_.tier, region);
        if (!factor) {
            throw std::overflow_error("the factors on the price of \"" + price_->model.text() +
                                      "\" overflow");
        }
        return *factor;
    };
    for (Rate const& listed : band.rates) {
        Unit const unit = listed.unit();
        bool const text = unit.modality == Modality::any || unit.modality == Modality::text;
        bool const fee = unit.measure == Measure::requests;
        if (!fee && (unit.measure != Measure::tokens || !text)) {
            continue;
        }
        Rate const rate = price_->adjustments.empty() ? listed : listed.times_rounded_up(factor_of(unit));
        if (fee) {
            fee_ = std::max(fee_, rate.cost(1));
        }
        bool const write = unit.category == TokenCategory::cache_write;
        if (unit.direction == Direction::input && (!write || writes) &&
            (input_.unit() == Unit{} || more_expensive(rate, input_))) {
            input_ = rate;
        }
        if (unit.direction == Direction::output &&
            (output_.unit() == Unit{} || more_expensive(rate, output_))) {
            output_ = rate;
        }
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
