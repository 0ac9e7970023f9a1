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
    Quote(Price price, CallShape const& shape, Instant at, Service const& service = {});

    [[nodiscard]] Usd worst_case() const noexcept { return worst_; }
    /// Due before the first output token.
    [[nodiscard]] Usd input_cost() const noexcept { return input_cost_; }

    /// The most output tokens of each choice that `limit` pays for after the input, at most the cap asked for;
    /// nullopt where the input alone costs more. The inverse of worst_case(): with that cap the call never passes `limit`.
    [[nodiscard]] std::optional<Tokens> affordable_output(Usd limit) const;

    /// This quote with another cap: what a call that was made to fit is reserved for.
    [[nodiscard]] Quote with_max_output(Tokens cap) const;

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
    void raise(PriceBand const& band);

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

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/quote.ipp>
#endif
