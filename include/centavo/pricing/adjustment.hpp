// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/decimal.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/unit.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::inline v0 {

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

    [[nodiscard]] bool holds(Instant at, ServiceTier served, std::string_view region) const noexcept {
        return from <= at && at < until && (!tier || *tier == served) && (regions.empty() || names_region(region));
    }

    [[nodiscard]] bool names_region(std::string_view region) const noexcept {
        for (std::string const& one : regions) {
            if (one == region) {
                return true;
            }
        }
        return false;
    }

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
    std::int64_t least = 0;
};

/// The product of two factors. Throws std::overflow_error beyond 18 significant digits.
[[nodiscard]] constexpr Decimal product_of(Decimal a, Decimal b) {
    std::int64_t coefficient = 0;
    if (__builtin_mul_overflow(a.coefficient(), b.coefficient(), &coefficient)) {
        throw std::overflow_error("centavo: a product of factors with more than 18 digits");
    }
    return {coefficient, a.exponent() + b.exponent()};
}

}  // namespace centavo::inline v0
