// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/price_band.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Which lines of a bill a factor multiplies.
enum class AdjustmentScope : std::uint8_t { tokens, input, output, everything };

/// "tokens", "input", "output" or "everything".
[[nodiscard]] constexpr std::string_view to_string(AdjustmentScope scope) noexcept {
    switch (scope) {
    case AdjustmentScope::tokens: return "tokens";
    case AdjustmentScope::input: return "input";
    case AdjustmentScope::output: return "output";
    case AdjustmentScope::everything: return "everything";
    }
    return "";
}

/// The scope called `name`; nullopt for any other word.
[[nodiscard]] constexpr std::optional<AdjustmentScope> find_adjustment_scope(std::string_view name) noexcept {
    for (auto const scope : {AdjustmentScope::tokens, AdjustmentScope::input, AdjustmentScope::output,
                             AdjustmentScope::everything}) {
        if (to_string(scope) == name) {
            return scope;
        }
    }
    return std::nullopt;
}

/// A factor on every line in its scope while its conditions hold: x 1.1 for a region, x 0.5 for a batch, a discount.
///
/// Several that hold are multiplied with one another. Without a tier or regions it holds for all. A price whose tier
/// or region is named by an adjustment alone is its standard band times the factor. A factor is not below zero.
struct Adjustment {
    std::string name;
    Decimal factor = Decimal{1, 0};
    AdjustmentScope scope = AdjustmentScope::tokens;
    std::optional<ServiceTier> tier = std::nullopt;
    std::vector<std::string> regions = {};
    Instant from = Instant::min();
    Instant until = Instant::max();

    [[nodiscard]] bool holds(Instant at, ServiceTier served, std::string_view region) const noexcept;

    [[nodiscard]] bool names_region(std::string_view region) const noexcept;

    [[nodiscard]] constexpr bool covers(Unit unit) const noexcept {
        switch (scope) {
        case AdjustmentScope::tokens: return unit.measure == Measure::tokens;
        case AdjustmentScope::input: return unit.direction == Direction::input;
        case AdjustmentScope::output: return unit.direction == Direction::output;
        case AdjustmentScope::everything: break;
        }
        return true;
    }
};

/// The least of a unit that a call is billed for once it uses any: Groq bills transcription by the second, 10 at least.
struct BilledMinimum {
    Unit unit;
    std::int64_t count = 0;
};

/// The product of two factors. Throws std::overflow_error beyond 18 significant digits.
[[nodiscard]] constexpr Decimal product_of(Decimal a, Decimal b) {
    std::int64_t coefficient = 0;
    if (__builtin_mul_overflow(a.coefficient(), b.coefficient(), &coefficient)) {
        throw std::overflow_error("centavo: a product of factors with more than 18 digits");
    }
    return {coefficient, a.exponent() + b.exponent()};
}

/// What a cost is booked under in the cost structure of an application.
enum class CostCategory : std::uint8_t { tokens, embeddings, infrastructure, other };

/// "tokens", "embeddings", "infrastructure" or "other".
[[nodiscard]] constexpr std::string_view to_string(CostCategory category) noexcept {
    switch (category) {
    case CostCategory::tokens: return "tokens";
    case CostCategory::embeddings: return "embeddings";
    case CostCategory::infrastructure: return "infrastructure";
    case CostCategory::other: return "other";
    }
    return "";
}

/// Prices older than this are said to be stale.
inline constexpr std::chrono::days stale_after{45};

/// How old prices of that day are; zero where the day is not known, or lies ahead.
[[nodiscard]] std::chrono::days price_age(std::chrono::year_month_day as_of, Instant now) noexcept;

/// The decimal texts of the everyday rates, USD for a million tokens; an absent one falls under its whole's rate.
struct PerMillion {
    std::string_view input = {};
    std::string_view output = {};
    std::string_view cache_read = {};
    std::string_view cache_write = {};
    std::string_view cache_write_1h = {};
};

/// Two bands of one model that may hold at once without one outranking the other.
class CENTAVO_VISIBLE AmbiguousPrice : public Error {
public:
    AmbiguousPrice(ModelId model, std::size_t first, std::size_t second);

    [[nodiscard]] ModelId const& model() const noexcept { return model_; }
    [[nodiscard]] std::size_t first() const noexcept { return first_; }  ///< of ModelPrice::bands, from 0
    [[nodiscard]] std::size_t second() const noexcept { return second_; }

private:
    ModelId model_;
    std::size_t first_;
    std::size_t second_;
};

/// What one model costs: its bands, what multiplies them, and where they are from.
struct ModelPrice {
    ModelId model;
    std::string provider;
    std::vector<PriceBand> bands;
    std::vector<ModelId> aliases = {};
    CostCategory category = CostCategory::tokens;
    bool cache_writes_on_request =
        false;  ///< no prompt is written, and billed so, unless the call asks for it
    std::string source = {};
    std::chrono::year_month_day as_of = {};  ///< when the source was read
    std::vector<Adjustment> adjustments = {};
    std::vector<BilledMinimum> minimums = {};

    /// A price of one band in the everyday rates: `ModelPrice::per_million("m", {.input = "2.50", .output = "10"})`.
    ///
    /// Throws MalformedDecimal or MalformedPrice for text that is no price.
    [[nodiscard]] static ModelPrice per_million(ModelId model, PerMillion const& usd);

    /// The band for a request: of those that hold the one that outranks the others; null where none holds.
    ///
    /// Where no band of the tier holds, the standard one: lists() says whether that tier has a price at all.
    [[nodiscard]] PriceBand const* band(Tokens input, Instant at, Service const& service = {}) const noexcept;

    /// Whether a band or an adjustment gives that tier a price at that instant.
    [[nodiscard]] bool lists(ServiceTier tier, Instant at) const noexcept;

    /// Whether a band or an adjustment knows that region; the usual one, of an empty name, always is.
    [[nodiscard]] bool lists(std::string_view region) const noexcept;

    /// What the lines of that unit are multiplied with. Throws std::overflow_error beyond 18 digits.
    [[nodiscard]] Decimal factor(Unit unit, Instant at, ServiceTier tier, std::string_view region) const;

    /// Throws AmbiguousPrice where two bands may hold at once and neither outranks the other.
    void check_unambiguous() const;

private:
    [[nodiscard]] PriceBand const* best_band(Tokens input, Instant at, ServiceTier tier,
                                             std::string_view region) const noexcept;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/price.ipp>
#endif
