// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/models/tokens.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/cost_structure.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/pricing/usage.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace centavo::inline v0 {

/// Why a usage has no cost.
enum class CostProblem : std::uint8_t { unknown_model, unpriced_usage, contradictory_usage, overflow };

/// A reason and its sentence.
struct NoCost {
    CostProblem problem;
    std::string detail;
};

/// How often a call is made.
struct CallRate {
    std::int64_t per_day = 0;
};

/// A call's cost, projected.
struct Estimate {
    Usd per_request;
    Usd daily;
    Usd monthly;  ///< 30 days
    Usd yearly;   ///< 12 of these months
};

/// What calls cost: exact, by line, over any source of prices.
///
///     CostCalculator calculator{builtin_prices()};
///     Cost cost = calculator.cost("gpt-4o", {.input = 500, .output = 300});    // $0.00425
///
/// As safe to share between threads as its price source; PriceTable and CurrentPrices both are.
template <PriceSource Prices = PriceTable>
class CostCalculator {
public:
    explicit CostCalculator(Prices prices, Clock clock = {}) : prices_{std::move(prices)}, clock_{clock} {}

    /// What `usage` of `model` costs, priced now or at the instant the call was sent.
    ///
    /// Throws UnknownModel; ContradictoryUsage and UnpricedUsage as cost_of() does; std::overflow_error.
    [[nodiscard]] Cost cost(ModelId const& model, Usage const& usage, std::optional<Instant> at = {}) const {
        PriceTable const table = prices_.table();
        return cost_of(table.at(model), usage, at ? *at : clock_.now());
    }

    /// As cost(), with the reason as a value instead of an exception.
    [[nodiscard]] std::variant<Cost, NoCost> find_cost(ModelId const& model, Usage const& usage,
                                                       std::optional<Instant> at = {}) const {
        try {
            return cost(model, usage, at);
        } catch (UnknownModel const& unknown) {
            return NoCost{CostProblem::unknown_model, unknown.what()};
        } catch (UnpricedUsage const& unpriced) {
            return NoCost{CostProblem::unpriced_usage, unpriced.what()};
        } catch (ContradictoryUsage const& contradiction) {
            return NoCost{CostProblem::contradictory_usage, contradiction.what()};
        } catch (std::overflow_error const& overflow) {
            return NoCost{CostProblem::overflow, overflow.what()};
        }
    }

    /// The worst case of a call, before it is made. Throws UnknownModel and UnpricedUsage.
    [[nodiscard]] Quote quote(ModelId const& model, CallShape const& shape,
                              std::optional<Instant> at = {}) const {
        PriceTable const table = prices_.table();
        return Quote{table.at(model), shape, at ? *at : clock_.now()};
    }

    /// What a call costs when it is made `rate.per_day` times a day; a month has 30 days, a year 12 months.
    ///
    /// Throws as cost() does, std::out_of_range for a negative rate.
    [[nodiscard]] Estimate estimate(ModelId const& model, Usage const& usage, CallRate rate,
                                    std::optional<Instant> at = {}) const {
        if (rate.per_day < 0) {
            throw std::out_of_range("centavo: a negative number of calls a day");
        }
        Usd const one = cost(model, usage, at).total();
        Usd const day = one * rate.per_day;
        return {.per_request = one, .daily = day, .monthly = day * 30, .yearly = day * 30 * 12};
    }

    /// The shares of an application's totals: tokens, embeddings, infrastructure, other.
    [[nodiscard]] static CostStructure structure(CostTotals const& totals) { return CostStructure{totals}; }

    [[nodiscard]] PriceTable prices() const { return prices_.table(); }

private:
    Prices prices_;
    Clock clock_;
};

}  // namespace centavo::inline v0
