// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The properties of a call that bound its cost.
struct CallShape {
    Tokens input = 0;  ///< exact, or an upper bound: a byte-level tokenizer makes at most one token per byte
    Tokens max_output = 0;  ///< the output cap in the request, for each choice
    int choices = 1;        ///< the number of completions requested
    bool writes_cache =
        false;  ///< the call asks the provider to cache its prompt (ModelPrice::cache_writes_on_request)
};

/// The worst case of one text call: every input token at the highest rate that can apply, every choice at its cap.
///
/// The rates are the highest of the bands that apply at that instant to the input or to a shorter one, adjustments
/// included. Fees per request are included; searches and other tools that the provider runs by itself are not. Keeps
/// its price alive, so that the call is settled with the price it was quoted from. A value.
class Quote {
public:
    /// Throws UnpricedUsage if no band applies, if tokens have no rate, if the tier costs more than standard (priority,
    /// fast) and has no price, or for fewer than one choice; std::overflow_error.
    Quote(Price price, CallShape const& shape, Instant at, Service const& service = {});

    /// The upper bound of the cost of the call.
    [[nodiscard]] Usd worst_case() const noexcept { return worst_case_; }
    /// The part of the worst case that is charged before the first output token.
    [[nodiscard]] Usd input_cost() const noexcept { return input_cost_; }

    /// The largest output cap per choice, at most max_output(), with which the call costs no more than `limit`.
    ///
    /// nullopt if the input alone costs more. The inverse of worst_case().
    [[nodiscard]] std::optional<Tokens> affordable_output(Usd limit) const;

    /// This quote with another output cap.
    [[nodiscard]] Quote with_max_output(Tokens cap) const;

    /// The cost of a usage at the quoted price and instant. Throws as cost_of() does.
    [[nodiscard]] Cost cost(Usage const& usage) const { return cost_of(price_, usage, at_, service_); }

    [[nodiscard]] ModelId const& model() const noexcept { return price_->model; }
    [[nodiscard]] Price const& price() const noexcept { return price_; }
    [[nodiscard]] CallShape const& shape() const noexcept { return shape_; }
    [[nodiscard]] Tokens max_output() const noexcept { return shape_.max_output; }
    [[nodiscard]] Instant at() const noexcept { return at_; }
    [[nodiscard]] Service const& service() const noexcept { return service_; }

    /// "gpt-4o: at most $0.00425".
    [[nodiscard]] std::string to_string() const;

private:
    /// Raises the rates and the fee to those of the band.
    void raise_to(PriceBand const& band);

    Price price_;
    CallShape shape_;
    Instant at_;
    Service service_;
    Usd fee_;
    Rate input_;
    Rate output_;
    Usd input_cost_;
    Usd worst_case_;
};

/// Writes to_string().
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, Quote const& quote) {
    return out << quote.to_string();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/quote.ipp>
#endif
