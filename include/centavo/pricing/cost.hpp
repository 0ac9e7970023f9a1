// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
class Biller;
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// Usage of a unit without a rate, or at an instant for which the model has no price.
class CENTAVO_VISIBLE UnpricedUsage : public Error {
public:
    explicit UnpricedUsage(std::string const& what) : Error{ErrorCode::unknown, what} {}
};

/// Why a usage has no cost.
enum class CostProblem : std::uint8_t {
    unknown_model,
    unpriced_usage,       ///< tokens without a rate, or an instant without a price
    contradictory_usage,  ///< the parts of a count exceed the whole
    too_many_units,       ///< more kinds of units than Cost::capacity
    overflow              ///< counts beyond 63 bits or an amount beyond 128
};

/// Why a usage has no cost, with a message that names the model, the unit and the counts.
struct NoCost {
    CostProblem problem;
    std::string message;
};

/// Writes the message.
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, NoCost const& none) {
    return out << none.message;
}

/// One line of a Cost: `count` units at `rate`, without the units that other lines bill.
struct CostLine {
    Rate rate;
    std::int64_t count = 0;
    Usd cost;
    Decimal factor = Rate::unadjusted;  ///< the product of the adjustments that apply
    bool rounded = false;            ///< `cost` was rounded, once and half-even, to a multiple of 10^-18 USD
    bool inherited = false;          ///< `count` includes units that have no rate of their own
    bool raised_to_minimum = false;  ///< `count` is the billed minimum and exceeds what was used
};

/// The cost of one call, line by line. A value that allocates nothing.
///
///     sum of lines()[i].cost == total()                   exactly
///     line.cost == line.rate x line.count x line.factor   rounded once, half-even, where line.rounded
///     input_cost() + output_cost() <= total()             units without a direction, such as searches, are in neither
///
/// A count is billed once, at the most specific rate: cached tokens are not billed again as input. Reasoning tokens
/// without a rate of their own are part of the output line. Keeps its price alive.
class Cost {
public:
    static constexpr std::size_t capacity = 16;  ///< the maximum number of lines

    [[nodiscard]] Usd total() const noexcept { return total_; }
    [[nodiscard]] Usd input_cost() const noexcept { return input_; }    ///< the sum of the lines of input
    [[nodiscard]] Usd output_cost() const noexcept { return output_; }  ///< the sum of the lines of output
    [[nodiscard]] std::span<CostLine const> lines() const noexcept;

    [[nodiscard]] ModelId const& model() const noexcept {
        return price_->model;
    }  ///< the id in the price table
    [[nodiscard]] MatchKind match() const noexcept {
        return price_.match();
    }  ///< how the requested id matched
    [[nodiscard]] CostCategory category() const noexcept { return price_->category; }
    [[nodiscard]] Price const& price() const noexcept { return price_; }
    [[nodiscard]] PriceBand const& band() const noexcept {
        return *band_;
    }  ///< the band that priced the call
    [[nodiscard]] PriceStatus status() const noexcept { return band_->status; }
    [[nodiscard]] Usage const& usage() const noexcept { return usage_; }
    [[nodiscard]] Instant at() const noexcept { return at_; }  ///< the instant of the price
    [[nodiscard]] Service const& service() const noexcept { return service_; }

    /// The day on which the price was read from its source.
    [[nodiscard]] std::chrono::year_month_day as_of() const noexcept;
    [[nodiscard]] std::chrono::days age(Instant now) const noexcept { return price_age(as_of(), now); }
    /// Whether the price is older than `stale_after`.
    [[nodiscard]] bool stale(Instant now) const noexcept { return age(now) > stale_after; }

    /// False if the usage counts a unit other than tokens (searches, pages) that has no price and is not billed.
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    /// False if the price does not list the tier: the call is billed at standard rates, which may be too low.
    [[nodiscard]] bool tier_priced() const noexcept { return tier_priced_; }
    /// False if the price does not list the region: the call is billed at the rates of the default region.
    [[nodiscard]] bool region_priced() const noexcept { return region_priced_; }
    /// Whether any line was rounded.
    [[nodiscard]] bool rounded() const noexcept;

    /// "gpt-4o: $0.00425 (500 input_tokens $0.00125, 300 output_tokens $0.003)".
    [[nodiscard]] std::string to_string() const;

    UsageQuality quality = UsageQuality::reported;
    std::optional<Usd> reported_cost =
        std::nullopt;  ///< the provider's own figure, where the response has one

private:
    friend class detail::Biller;

    Cost(Price price, PriceBand const& band, Usage const& usage, Instant at, Service const& service)
        : price_{std::move(price)}, band_{&band}, usage_{usage}, at_{at}, service_{service} {}

    Price price_;
    PriceBand const* band_;
    Usage usage_;
    Instant at_;
    Service service_;
    Usd total_;
    Usd input_;
    Usd output_;
    std::size_t size_ = 0;
    bool complete_ = true;
    bool tier_priced_ = true;
    bool region_priced_ = true;
    // Storage in which size_ lines are alive: clearing all of it would take as long as pricing a call.
    alignas(CostLine) std::array<std::byte, capacity * sizeof(CostLine)> lines_;
};
static_assert(std::is_trivially_copyable_v<CostLine> && std::is_trivially_destructible_v<CostLine>);

/// Writes to_string().
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, Cost const& cost) {
    return out << cost.to_string();
}

/// The cost of `usage` at the instant `at`: the one place where a price meets a count.
///
/// Each unit with a rate is billed for its count less the parts that have a line of their own. A unit without a rate
/// is billed with the smallest containing unit that has one; if two such units overlap (cached audio is both cached
/// input and audio input), with the more expensive one, and excluded from the other. A fee per request is charged once
/// unless `usage` counts requests. A tier or region without a price is billed as the default one and reported by the
/// Cost.
///
/// Throws ContradictoryUsage if parts exceed their whole, UnpricedUsage if tokens have no rate or no band applies,
/// std::overflow_error beyond 128 bits, std::length_error beyond Cost::capacity lines.
[[nodiscard]] Cost cost_of(Price price, Usage const& usage, Instant at, Service const& service = {});

/// The same, with the problem as a value instead of an exception.
[[nodiscard]] std::variant<Cost, NoCost> find_cost_of(Price price, Usage const& usage, Instant at,
                                                      Service const& service = {});

/// The spending of an application by category: the totals of a ledger, or of a plan.
struct CostTotals {
    Usd tokens = {};
    Usd embeddings = {};
    Usd infrastructure = {};
    Usd other = {};

    [[nodiscard]] constexpr Usd total() const { return tokens + embeddings + infrastructure + other; }

    /// Adds to the total of a category. Throws std::overflow_error.
    constexpr void add(CostCategory category, Usd amount) { (*this).*member(category) += amount; }

    [[nodiscard]] constexpr Usd of(CostCategory category) const noexcept { return (*this).*member(category); }

    /// The difference in each category, negative where `b` is larger: a ledger against a plan.
    [[nodiscard]] friend constexpr CostTotals operator-(CostTotals const& a, CostTotals const& b) {
        return {a.tokens - b.tokens, a.embeddings - b.embeddings, a.infrastructure - b.infrastructure,
                a.other - b.other};
    }

    friend constexpr bool operator==(CostTotals const&, CostTotals const&) = default;

private:
    [[nodiscard]] static constexpr Usd CostTotals::*member(CostCategory category) noexcept {
        switch (category) {
        case CostCategory::tokens: return &CostTotals::tokens;
        case CostCategory::embeddings: return &CostTotals::embeddings;
        case CostCategory::infrastructure: return &CostTotals::infrastructure;
        case CostCategory::other: break;
        }
        return &CostTotals::other;
    }
};

/// The amount of one category, and its share of the total.
struct CostPart {
    CostCategory category;
    Usd amount;
    Ratio share;
};

/// The cost structure of an LLM application: four categories whose amounts add up to the total exactly.
class CostStructure {
public:
    constexpr explicit CostStructure(CostTotals const& totals) : total_{totals.total()} {
        std::size_t next = 0;
        for (auto const category : {CostCategory::tokens, CostCategory::embeddings,
                                    CostCategory::infrastructure, CostCategory::other}) {
            parts_[next++] = {category, totals.of(category), Ratio{totals.of(category), total_}};
        }
    }

    [[nodiscard]] constexpr Usd total() const noexcept { return total_; }

    /// Tokens, embeddings, infrastructure, other, in this order.
    [[nodiscard]] constexpr std::array<CostPart, 4> const& parts() const noexcept { return parts_; }

private:
    Usd total_;
    std::array<CostPart, 4> parts_{};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/cost.ipp>
#endif
