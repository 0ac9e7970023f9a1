// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price.hpp>
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
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {
class Biller;
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// Usage without a price: no counted unit has a rate, or the model has no price at that instant.
class CENTAVO_VISIBLE UnpricedUsage : public Error {
public:
    explicit UnpricedUsage(std::string const& what) : Error{ErrorCode::unknown, what} {}
};

/// Why a usage has no cost.
enum class CostProblem : std::uint8_t {
    unknown_model,
    unpriced_usage,       ///< no counted unit has a rate, or no price applies at that instant
    contradictory_usage,  ///< the parts of a count exceed the whole
    too_many_units,       ///< more kinds of units than Cost::capacity
    overflow,             ///< counts beyond 63 bits or an amount beyond 128
    incomplete  ///< a count, tier or region without a price, if the calculator requires complete costs
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

/// What a warning of a Cost is about. The first three make the cost incomplete: its total may be too low.
enum class CostWarningKind : std::uint8_t {
    unpriced_unit,        ///< a unit was counted that has no rate; the total covers the rest
    unpriced_tier,        ///< the tier has no price or is unknown; billed as the standard tier
    unpriced_region,      ///< the region has no price or is unknown; billed as the default region
    inherited_rate,       ///< a unit was billed at the rate of a more general one
    unknown_usage_field,  ///< a number in the provider's usage block that the reader does not understand
    other_provider  ///< the price is that of another provider, by a fallback that the price source declares
};

/// "unpriced_unit", "unpriced_tier", "unpriced_region", "inherited_rate", "unknown_usage_field" or "other_provider".
[[nodiscard]] constexpr std::string_view to_string(CostWarningKind kind) noexcept {
    switch (kind) {
    case CostWarningKind::unpriced_unit: return "unpriced_unit";
    case CostWarningKind::unpriced_tier: return "unpriced_tier";
    case CostWarningKind::unpriced_region: return "unpriced_region";
    case CostWarningKind::inherited_rate: return "inherited_rate";
    case CostWarningKind::unknown_usage_field: return "unknown_usage_field";
    case CostWarningKind::other_provider: return "other_provider";
    }
    return "";
}

/// Whether a warning of that kind makes a cost incomplete.
[[nodiscard]] constexpr bool makes_incomplete(CostWarningKind kind) noexcept {
    return kind <= CostWarningKind::unpriced_region;
}

/// A reason to read a Cost with care. A value.
struct CostWarning {
    CostWarningKind kind;
    Unit unit = {};          ///< the unit without a rate or with an inherited one
    std::int64_t count = 0;  ///< the units without a price, or those billed at the inherited rate
    Unit billed_as = {};     ///< the unit whose rate was inherited
    std::string name = {};   ///< the tier, region, field, provider, or the model of a unit without a rate

    /// "2 web_searches have no price".
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(CostWarning const&, CostWarning const&) = default;
};

/// Writes to_string().
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                             CostWarning const& warning) {
    return out << warning.to_string();
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

/// The cost of one call, line by line. A value that allocates nothing unless warn() is called.
///
///     sum of lines()[i].cost == total()                   exactly
///     line.cost == line.rate x line.count x line.factor   rounded once, half-even, where line.rounded
///     input_cost() + output_cost() <= total()             units without a direction, such as searches, are in neither
///
/// A count is billed once, at the most specific rate: cached tokens are not billed again as input. Reasoning tokens
/// without a rate of their own are part of the output line. Every unit with a count above zero is billed in a line or
/// named by a warning. Keeps its price alive.
class Cost {
public:
    static constexpr std::size_t capacity = 16;  ///< the maximum number of lines

    [[nodiscard]] Usd total() const noexcept { return total_; }
    [[nodiscard]] Usd input_cost() const noexcept { return input_; }    ///< the sum of the lines of input
    [[nodiscard]] Usd output_cost() const noexcept { return output_; }  ///< the sum of the lines of output
    [[nodiscard]] View<CostLine> lines() const noexcept;

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

    /// The provider whose price was applied; empty for a price without one.
    [[nodiscard]] std::string const& provider() const noexcept { return price_->provider; }

    /// False if a counted unit, the tier or the region has no price: the total covers the rest and may be too low.
    [[nodiscard]] bool complete() const noexcept;
    /// False if the price does not list the tier: the call is billed at standard rates, which may be too low.
    [[nodiscard]] bool tier_priced() const noexcept { return tier_priced_; }
    /// False if the price does not list the region: the call is billed at the rates of the default region.
    [[nodiscard]] bool region_priced() const noexcept { return region_priced_; }
    /// Every reason to read this cost with care, each kind once for each thing that it is about.
    [[nodiscard]] std::vector<CostWarning> warnings() const;
    /// Adds a warning that only the caller can know of, such as a usage field that the reader did not understand.
    void warn(CostWarning warning) { added_.push_back(std::move(warning)); }

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
    std::uint32_t unpriced_ = 0;   // the units of the usage, in the order of for_each(), that have no rate
    std::uint32_t inherited_ = 0;  // likewise: that are billed at the rate of a more general unit
    bool tier_priced_ = true;
    bool region_priced_ = true;
    std::vector<CostWarning> added_;
    // Storage in which size_ lines are alive: clearing all of it would take as long as pricing a call.
    alignas(CostLine) std::array<std::byte, capacity * sizeof(CostLine)> lines_;
};
/// A cost that is not complete(), where complete costs are required.
class CENTAVO_VISIBLE IncompleteCost : public Error {
public:
    explicit IncompleteCost(Cost cost);

    /// The cost of what has a price, with the warnings about the rest.
    [[nodiscard]] Cost const& cost() const noexcept { return *cost_; }

private:
    std::shared_ptr<Cost const> cost_;  // a copy of an exception must not throw
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
/// input and audio input), with the more expensive one, and excluded from the other. Tokens that one call reads from
/// the cache and writes to it are billed as written. A fee per request is charged once unless `usage` counts requests,
/// at the rate of the search context's size if there is one. Units, tiers and regions without a price are not errors
/// but warnings of the Cost, as long as some counted unit has a rate.
///
/// Throws ContradictoryUsage if parts exceed their whole, UnpricedUsage if no counted unit has a rate or no band
/// applies, std::overflow_error beyond 128 bits, std::length_error beyond Cost::capacity lines.
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
