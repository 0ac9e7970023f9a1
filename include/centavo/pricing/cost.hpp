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
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What an application spent, by category: a ledger's totals, or figures of one's own.
struct CostTotals {
    Usd tokens = {};
    Usd embeddings = {};
    Usd infrastructure = {};
    Usd other = {};

    [[nodiscard]] constexpr Usd total() const { return tokens + embeddings + infrastructure + other; }

    /// Adds to the total of a category. Throws std::overflow_error.
    constexpr void add(CostCategory category, Usd amount) { at(category) += amount; }

    [[nodiscard]] constexpr Usd of(CostCategory category) const noexcept {
        switch (category) {
        case CostCategory::tokens: return tokens;
        case CostCategory::embeddings: return embeddings;
        case CostCategory::infrastructure: return infrastructure;
        case CostCategory::other: return other;
        }
        return {};
    }

    /// What is above another's totals, category by category, negative where it is below: a ledger against a plan.
    [[nodiscard]] friend constexpr CostTotals operator-(CostTotals const& a, CostTotals const& b) {
        return {a.tokens - b.tokens, a.embeddings - b.embeddings, a.infrastructure - b.infrastructure,
                a.other - b.other};
    }

    friend constexpr bool operator==(CostTotals const&, CostTotals const&) = default;

private:
    [[nodiscard]] constexpr Usd& at(CostCategory category) noexcept {
        switch (category) {
        case CostCategory::tokens: return tokens;
        case CostCategory::embeddings: return embeddings;
        case CostCategory::infrastructure: return infrastructure;
        case CostCategory::other: break;
        }
        return other;
    }
};

/// One category of a cost structure: its amount, and its share of the whole.
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

/// Usage of a unit that the model has no rate for, or an instant before its first or after its last price.
class CENTAVO_VISIBLE UnpricedUsage : public Error {
public:
    explicit UnpricedUsage(std::string const& what) : Error{ErrorCode::unknown, what} {}
};

/// One line of a bill: `count` of `rate.unit()`, what is billed by a rate of its own inside it left out.
struct CostLine {
    Rate rate;
    std::int64_t count = 0;
    Usd cost;
    Decimal factor = Decimal{1, 0};  ///< what adjustments multiplied the rate with
    bool rounded = false;            ///< not a whole number of 10^-18 USD: rounded once, half-even
    bool inherited = false;          ///< counts units, too, that have no rate of their own
    bool raised_to_minimum = false;  ///< `count` is the least that is billed, more than was used
};

/// What a call cost, line by line; the lines add up to `total()` exactly.
///
/// Reasoning tokens without a rate of their own are billed as output and have no line. Keeps the price it was made
/// with alive. No allocation. A value.
class Cost {
public:
    static constexpr std::size_t capacity = 16;

    [[nodiscard]] Usd total() const noexcept { return total_; }
    [[nodiscard]] Usd input_cost() const noexcept { return input_; }    ///< the lines of input
    [[nodiscard]] Usd output_cost() const noexcept { return output_; }  ///< the lines of output
    [[nodiscard]] std::span<CostLine const> lines() const noexcept;

    [[nodiscard]] ModelId const& model() const noexcept { return price_->model; }  ///< the id that was priced
    [[nodiscard]] MatchKind match() const noexcept { return price_.match(); }      ///< how the name led to it
    [[nodiscard]] CostCategory category() const noexcept { return price_->category; }
    [[nodiscard]] Price const& price() const noexcept { return price_; }
    [[nodiscard]] PriceBand const& band() const noexcept { return *band_; }  ///< whose rates the lines have
    [[nodiscard]] PriceStatus status() const noexcept { return band_->status; }
    [[nodiscard]] Usage const& usage() const noexcept { return usage_; }
    [[nodiscard]] Instant at() const noexcept { return at_; }  ///< the instant it was priced at
    [[nodiscard]] Service const& service() const noexcept { return service_; }

    /// The day the price was read from its source, and how old it is at `now`.
    [[nodiscard]] std::chrono::year_month_day as_of() const noexcept;
    [[nodiscard]] std::chrono::days age(Instant now) const noexcept { return price_age(as_of(), now); }
    /// Whether that is more than 45 days.
    [[nodiscard]] bool stale(Instant now) const noexcept { return age(now) > stale_after; }

    /// False where a unit other than tokens (a search, a page) was used that the price says nothing of.
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    /// False where the price does not know the tier: billed as standard, which may be too much or too little.
    [[nodiscard]] bool tier_priced() const noexcept { return tier_priced_; }
    /// False where the price does not know the region: billed as the usual one.
    [[nodiscard]] bool region_priced() const noexcept { return region_priced_; }
    /// Whether a line was rounded.
    [[nodiscard]] bool rounded() const noexcept;

    UsageQuality quality = UsageQuality::reported;
    std::optional<Usd> reported_cost = std::nullopt;  ///< the provider's own figure, where it gives one

private:
    friend Cost cost_of(Price price, Usage const& usage, Instant at, Service const& service);

    Cost(Price price, PriceBand const& band, Usage const& usage, Instant at, Service const& service)
        : price_{std::move(price)}, band_{&band}, usage_{usage}, at_{at}, service_{service} {}

    void bill(std::string_view region);
    void bill_everyday(std::uint32_t& inherited);
    void bill_any(std::uint32_t& inherited);
    void add(Rate const& rate, std::int64_t count);
    void append(Rate const& rate, std::int64_t count);
    void charge(CostLine& line, std::string_view region);
    [[nodiscard]] CostLine* first() noexcept;
    bool falls_under_a_line(Unit unit, std::int64_t count, std::uint32_t& inherited);
    [[noreturn]] static void throw_contradiction(Unit unit, std::int64_t parts, std::int64_t whole);
    /// The bit of a rate of the band; none beyond 32 of them.
    [[nodiscard]] std::uint32_t mask_of(Rate const& rate) const noexcept;

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
    // Room for lines of which size_ are alive: to clear all of it takes as long as to price.
    alignas(CostLine) std::array<std::byte, capacity * sizeof(CostLine)> lines_;
};
static_assert(std::is_trivially_copyable_v<CostLine> && std::is_trivially_destructible_v<CostLine>);

/// What `usage` costs at the instant `at`, served so: the one place where a price meets a count.
///
/// Each unit with a rate is billed for its count less what its parts are billed for. A unit without a rate falls
/// under the nearest whole that has one; where two wholes cross in it (cached audio lies in cached input and in audio
/// input), under the dearer, and is taken out of both. A fee for requests is due once where usage says no number. A
/// tier or region without a price is billed as the usual one, and the cost says so.
///
/// Throws ContradictoryUsage where billed parts exceed their whole, UnpricedUsage where tokens have no rate or no
/// band holds, std::overflow_error beyond 128 bits, std::length_error beyond Cost::capacity lines.
[[nodiscard]] Cost cost_of(Price price, Usage const& usage, Instant at, Service const& service = {});

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/cost.ipp>
#endif
