// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

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

/// What one of several models would cost for a usage, or why it has no cost.
struct ModelCost {
    ModelId model;  ///< as asked for
    std::variant<Cost, NoCost> cost;

    [[nodiscard]] Cost const* priced() const noexcept { return std::get_if<Cost>(&cost); }
};

/// One kind of call of an application and how often it is made.
struct PlannedCalls {
    ModelId model;
    Usage usage = {};
    std::int64_t per_day = 0;
    std::int64_t cached_percent = 0;  ///< of the input that usage does not say of what is read from the cache
    Service service = {};
};

/// Something else an application pays for: so many units a month at a rate (an hour, a GB-month, a call).
struct PlannedService {
    std::string name;
    Rate rate;
    std::int64_t per_month = 0;
    CostCategory category = CostCategory::infrastructure;
};

/// What an application does in a month.
struct Workload {
    std::vector<PlannedCalls> calls = {};
    std::vector<PlannedService> services = {};
};

/// What a workload costs a month, line by line in its order, and by category.
struct MonthlyCost {
    struct Line {
        std::string name;
        CostCategory category;
        Usd monthly;
    };
    std::vector<Line> lines;
    CostTotals totals;

    [[nodiscard]] Usd total() const { return totals.total(); }
    [[nodiscard]] CostStructure structure() const { return CostStructure{totals}; }
};

/// What calls cost: exact, by line, over any source of prices.
///
///     CostCalculator calculator{builtin_prices()};
///     Cost cost = calculator.cost("gpt-4o", {.input = 500, .output = 300});    // $0.00425
///     Cost half = calculator.cost("gpt-4o", {.input = 500, .output = 300}, {.tier = ServiceTier::batch});
///
/// As safe to share between threads as its price source; PriceTable and CurrentPrices both are.
template <PriceSource Prices = PriceTable>
class CostCalculator {
public:
    explicit CostCalculator(Prices prices, Clock clock = {}) : prices_{std::move(prices)}, clock_{clock} {}

    /// What `usage` of `model` costs, priced now or at the instant the call was sent, served as said.
    ///
    /// Throws UnknownModel; ContradictoryUsage and UnpricedUsage as cost_of() does; std::overflow_error.
    [[nodiscard]] Cost cost(ModelId const& model, Usage const& usage, std::optional<Instant> at = {},
                            Service const& service = {}) const {
        PriceTable const table = prices_.table();
        return cost_of(table.at(model), usage, at ? *at : clock_.now(), service);
    }
    [[nodiscard]] Cost cost(ModelId const& model, Usage const& usage, Service const& service) const {
        return cost(model, usage, std::nullopt, service);
    }

    /// As cost(), with the reason as a value instead of an exception.
    [[nodiscard]] std::variant<Cost, NoCost> find_cost(ModelId const& model, Usage const& usage,
                                                       std::optional<Instant> at = {},
                                                       Service const& service = {}) const {
        try {
            return cost(model, usage, at, service);
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

    /// The worst case of a call, before it is made, by the prices of `provider` where one is named. Throws UnknownModel
    /// and UnpricedUsage.
    [[nodiscard]] Quote quote(ModelId const& model, CallShape const& shape, std::optional<Instant> at = {},
                              Service const& service = {}, std::string_view provider = {}) const {
        PriceTable const table = prices_.table();
        return Quote{table.at(model, provider), shape, at ? *at : clock_.now(), service};
    }

    /// What the same usage costs at each model, the cheapest first; models without a cost stand last, in their order.
    ///
    /// All at one instant and from one table.
    [[nodiscard]] std::vector<ModelCost> compare(std::span<ModelId const> models, Usage const& usage,
                                                 std::optional<Instant> at = {},
                                                 Service const& service = {}) const {
        CostCalculator<PriceTable> const now{prices_.table()};
        Instant const instant = at ? *at : clock_.now();
        std::vector<ModelCost> compared;
        for (ModelId const& model : models) {
            compared.push_back({model, now.find_cost(model, usage, instant, service)});
        }
        std::stable_sort(compared.begin(), compared.end(), [](ModelCost const& a, ModelCost const& b) {
            Cost const* const first = a.priced();
            Cost const* const second = b.priced();
            return first != nullptr && (second == nullptr || first->total() < second->total());
        });
        return compared;
    }

    /// What a call costs when it is made `rate.per_day` times a day; a month has 30 days, a year 12 months.
    ///
    /// Throws as cost() does, std::out_of_range for a negative rate.
    [[nodiscard]] Estimate estimate(ModelId const& model, Usage const& usage, CallRate rate,
                                    std::optional<Instant> at = {}, Service const& service = {}) const {
        if (rate.per_day < 0) {
            throw std::out_of_range("centavo: a negative number of calls a day");
        }
        Usd const one = cost(model, usage, at, service).total();
        Usd const day = one * rate.per_day;
        return {.per_request = one, .daily = day, .monthly = day * 30, .yearly = day * 30 * 12};
    }

    /// What a whole application costs a month of 30 days: its calls, its embeddings, its infrastructure.
    ///
    /// Throws as cost() does, UnpricedUsage for a tier that a model has no price for, and std::out_of_range for a
    /// negative number or a share beyond 100 %.
    [[nodiscard]] MonthlyCost monthly(Workload const& workload, std::optional<Instant> at = {}) const {
        CostCalculator<PriceTable> const now{prices_.table()};
        Instant const instant = at ? *at : clock_.now();
        MonthlyCost month;
        auto const add = [&](std::string name, CostCategory category, Usd amount) {
            month.totals.add(category, amount);
            month.lines.push_back({std::move(name), category, amount});
        };
        for (PlannedCalls const& calls : workload.calls) {
            if (calls.per_day < 0 || calls.cached_percent < 0 || calls.cached_percent > 100) {
                throw std::out_of_range("centavo: a negative number of calls a day, or a share beyond 100 %");
            }
            Usage usage = calls.usage;
            if (calls.cached_percent > 0 && !usage.cache_read) {
                // Rounded down, so that the estimate does not understate.
                std::int64_t const input = usage.input.value();
                usage.cache_read =
                    input / 100 * calls.cached_percent + input % 100 * calls.cached_percent / 100;
            }
            Cost const one = now.cost(calls.model, usage, instant, calls.service);
            if (!one.tier_priced()) {
                throw UnpricedUsage("\"" + one.model().text() + "\" has no price for the tier " +
                                    std::string{to_string(calls.service.tier)});
            }
            add(calls.model.text(), one.category(), one.total() * calls.per_day * 30);
        }
        for (PlannedService const& service : workload.services) {
            if (service.per_month < 0) {
                throw std::out_of_range("centavo: a negative number of units a month");
            }
            add(service.name, service.category, service.rate.cost(service.per_month));
        }
        return month;
    }

    /// The shares of an application's totals: tokens, embeddings, infrastructure, other.
    [[nodiscard]] static CostStructure structure(CostTotals const& totals) { return CostStructure{totals}; }

    [[nodiscard]] PriceTable prices() const { return prices_.table(); }

private:
    Prices prices_;
    Clock clock_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
