// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a call asks for, as far as its price depends on it.
struct CallShape {
    Tokens input = 0;       ///< exact, or an upper bound (UTF-8 bytes are one for byte-level vocabularies)
    Tokens max_output = 0;  ///< the cap that is sent: of one choice
    int choices = 1;
    bool writes_cache =
        false;  ///< asks the provider to cache its prompt: the dearest write rate may apply; where
                ///< the provider writes unasked (ModelPrice::cache_writes_on_request) it always may
};

/// The worst case of one call of text: every input token at the highest rate that can apply, every choice at its cap.
///
/// The highest rate of any band that holds at that instant for that input or a shorter one, adjustments included. A fee
/// for each request is in it; searches and other tools the provider runs by itself are not.
/// Reserve, fit, stream stop and routing all take it from here. It keeps the price it was made with, so that a call
/// settles with the table it was quoted from. A value.
class Quote {
public:
    /// Throws UnpricedUsage where no band of the price holds, tokens have no rate, or a tier dearer than standard
    /// (priority, fast) has no price; std::overflow_error.
    Quote(Price price, CallShape const& shape, Instant at, Service const& service = {})
        : price_{std::move(price)}, shape_{shape}, at_{at}, service_{service} {
        PriceBand const* band = price_->band(shape_.input, at_, service_);
        if (band == nullptr) {
            throw UnpricedUsage("no price of \"" + price_->model.text() + "\" holds at that instant");
        }
        bool const dear_tier = service_.tier == ServiceTier::priority || service_.tier == ServiceTier::fast;
        if (dear_tier && !price_->lists(service_.tier, at_)) {
            throw UnpricedUsage("\"" + price_->model.text() + "\" has no price for the tier " +
                                std::string{to_string(service_.tier)});
        }
        raise(*band);
        for (PriceBand const& other : price_->bands) {
            // The longest input that does not reach the threshold may be priced by another band.
            if (other.above > Tokens{0} && other.above <= shape_.input) {
                PriceBand const* below =
                    price_->band(other.reached ? other.above - Tokens{1} : other.above, at_, service_);
                if (below != nullptr && below != band) {
                    raise(*below);
                }
            }
        }
        bool const no_input = input_.unit() == Unit{} && shape_.input > Tokens{0};
        bool const no_output = output_.unit() == Unit{} && shape_.max_output > Tokens{0};
        if (no_input || no_output || shape_.choices < 1) {
            throw UnpricedUsage("\"" + price_->model.text() + "\" has no rate for this kind of call");
        }
        input_cost_ = fee_ + input_.cost(shape_.input.value());
        worst_ = input_cost_ + output_.cost(shape_.max_output.value()) * shape_.choices;
    }

    [[nodiscard]] Usd worst() const noexcept { return worst_; }
    /// Due before the first output token.
    [[nodiscard]] Usd input_cost() const noexcept { return input_cost_; }

    /// The most output tokens of each choice that `limit` pays for after the input, at most the cap asked for;
    /// nullopt where the input alone costs more. The inverse of worst(): with that cap the call never passes `limit`.
    [[nodiscard]] std::optional<Tokens> affordable(Usd limit) const {
        if (input_cost_ > limit) {
            return std::nullopt;
        }
        Usd const each = Usd::from_atto((limit - input_cost_).atto() / shape_.choices);
        return std::min(Tokens{output_.affordable(each)}, shape_.max_output);
    }

    /// This quote with another cap: what a call that was made to fit is reserved for.
    [[nodiscard]] Quote with_max_output(Tokens cap) const {
        CallShape shape = shape_;
        shape.max_output = cap;
        return Quote{price_, shape, at_, service_};
    }

    /// What a usage costs by the price and at the instant that were quoted. Throws as cost_of() does.
    [[nodiscard]] Cost cost(Usage const& usage) const { return cost_of(price_, usage, at_, service_); }

    [[nodiscard]] ModelId const& model() const noexcept { return price_->model; }
    [[nodiscard]] Price const& price() const noexcept { return price_; }
    [[nodiscard]] CallShape const& shape() const noexcept { return shape_; }
    [[nodiscard]] Tokens max_output() const noexcept { return shape_.max_output; }
    [[nodiscard]] Instant at() const noexcept { return at_; }
    [[nodiscard]] Service const& service() const noexcept { return service_; }

private:
    /// Takes the rates of a band that are dearer than those so far.
    void raise(PriceBand const& band) {
        bool const writes = shape_.writes_cache || !price_->cache_writes_on_request;
        std::string_view const region = service_.region.empty() ? price_.region() : service_.priced_region();
        for (Rate const& listed : band.rates) {
            Unit const unit = listed.unit();
            bool const text = unit.modality == Modality::any || unit.modality == Modality::text;
            if (unit != units::requests && (unit.measure != Measure::tokens || !text)) {
                continue;
            }
            Rate const rate = price_->adjustments.empty()
                                  ? listed
                                  : listed.times_rounded_up(price_->factor(unit, at_, service_.tier, region));
            if (unit == units::requests) {
                fee_ = std::max(fee_, rate.cost(1));
            }
            bool const write = unit.treatment == TokenCategory::cache_write;
            if (unit.direction == Direction::input && (!write || writes) &&
                (input_.unit() == Unit{} || dearer(rate, input_))) {
                input_ = rate;
            }
            if (unit.direction == Direction::output && (output_.unit() == Unit{} || dearer(rate, output_))) {
                output_ = rate;
            }
        }
    }

    Price price_;
    CallShape shape_;
    Instant at_;
    Service service_;
    Usd fee_;
    Rate input_;
    Rate output_;
    Usd input_cost_;
    Usd worst_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
