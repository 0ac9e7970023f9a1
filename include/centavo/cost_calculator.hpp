// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/detail/price_messages.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/pricing/rate.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/usage.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// When, how and by whom a call is served, as far as its price depends on it. The default is now, at standard rates.
///
///     calculator.cost("gpt-4o", usage, {.service = {.tier = ServiceTier::batch}})
struct CallContext {
    std::optional<Instant> at =
        std::nullopt;  ///< the instant of the price; the calculator's clock by default
    Service service = {};
    std::string_view provider = {};  ///< the host whose prices apply; the model's maker by default
};

/// The frequency of a call.
struct CallRate {
    std::int64_t per_day = 0;
};

/// The projected cost of a call that is made at some rate.
struct Estimate {
    Usd per_request;
    Usd daily;
    Usd monthly;  ///< 30 days
    Usd yearly;   ///< 12 such months
};

/// The cost of a usage at one of several models, or why it has none there.
struct ModelCost {
    ModelId model;  ///< as passed to compare()
    std::variant<Cost, NoCost> cost;

    /// The cost, or null.
    [[nodiscard]] Cost const* priced() const noexcept { return std::get_if<Cost>(&cost); }

    /// "gpt-4o: $0.00425", or the reason: "gpt-9: no price for the model "gpt-9"".
    [[nodiscard]] std::string to_string() const;
};

/// Writes to_string().
template <typename Char, typename Traits>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, ModelCost const& row) {
    return out << row.to_string();
}

/// A kind of call that an application makes, and how often.
struct PlannedCalls {
    ModelId model;
    Usage usage = {};
    std::int64_t per_day = 0;
    std::int64_t cached_percent =
        0;  ///< the share of the input read from the cache, if `usage` has no cache_read
    Service service = {};
};

/// A service that an application pays for by the hour, the GB-month or the call.
struct PlannedService {
    std::string name;
    Rate rate;
    std::int64_t per_month = 0;
    CostCategory category = CostCategory::infrastructure;
};

/// The calls and services of an application.
struct Workload {
    std::vector<PlannedCalls> calls = {};
    std::vector<PlannedService> services = {};
};

/// The monthly cost of a Workload: one line per kind of call and per service, in order, and the totals by category.
struct MonthlyCost {
    struct Line {
        std::string name;
        CostCategory category;
        Usd monthly;
    };
    std::vector<Line> lines;
    CostTotals totals;

    /// Adds the line of a kind of call, at its price at an instant. Throws as CostCalculator::estimate() does.
    void add(PlannedCalls const& calls, Price const& price, Instant at);
    /// Adds the line of a service. Throws std::out_of_range for a negative count, std::overflow_error.
    void add(PlannedService const& service);

    [[nodiscard]] Usd total() const { return totals.total(); }
    [[nodiscard]] CostStructure structure() const { return CostStructure{totals}; }
};

/// Options of a CostCalculator.
struct CalculatorOptions {
    /// Whether a counted unit, a tier or a region without a price is an error instead of a warning of the cost.
    bool require_complete = false;
};

/// Calculates exact costs from any source of prices.
///
///     CostCalculator calculator{builtin_prices()};
///     Cost cost = calculator.cost("gpt-4o", {.input = 500, .output = 300});    // $0.00425
///
/// A count, tier or region without a price makes a cost incomplete, and its warnings name it. With
/// `CostCalculator{builtin_prices(), {.require_complete = true}}` such a cost throws IncompleteCost instead.
///
/// Safe for concurrent use if its price source is; PriceTable and CurrentPrices are.
template <PriceSource Prices = PriceTable>
class CostCalculator {
public:
    explicit CostCalculator(Prices prices, Clock clock = {}) : prices_{std::move(prices)}, clock_{clock} {}
    CostCalculator(Prices prices, CalculatorOptions options, Clock clock = {})
        : prices_{std::move(prices)}, clock_{clock}, options_{options} {}

    /// The cost of `usage` at `model`. Throws UnknownModel, what cost_of() throws, and IncompleteCost if complete costs
    /// are required.
    [[nodiscard]] Cost cost(ModelId const& model, Usage const& usage, CallContext const& context = {}) const {
        Cost found =
            cost_of(prices_.table().at(model, context.provider), usage, instant(context), context.service);
        require_complete(found);
        return found;
    }

    /// The same, with the problem as a value instead of an exception.
    [[nodiscard]] std::variant<Cost, NoCost> find_cost(ModelId const& model, Usage const& usage,
                                                       CallContext const& context = {}) const {
        auto price = prices_.table().find(model, context.provider);
        if (!price) {
            return NoCost{CostProblem::unknown_model, detail::unknown_model_message(model)};
        }
        auto found = find_cost_of(*std::move(price), usage, instant(context), context.service);
        if (Cost const* const cost = std::get_if<Cost>(&found);
            options_.require_complete && cost != nullptr && !cost->complete()) {
            found = NoCost{CostProblem::incomplete, IncompleteCost{*cost}.what()};
        }
        return found;
    }

    /// The worst case of a call before it is made. Throws UnknownModel, and what Quote's constructor throws.
    [[nodiscard]] Quote quote(ModelId const& model, CallShape const& shape,
                              CallContext const& context = {}) const {
        return Quote{prices_.table().at(model, context.provider), shape, instant(context), context.service};
    }

    /// The cost of the same usage at each model, the cheapest first, at one instant and from one table.
    ///
    /// Models without a cost come last, in their order.
    [[nodiscard]] std::vector<ModelCost> compare(View<ModelId> models, Usage const& usage,
                                                 CallContext const& context = {}) const {
        CostCalculator<PriceTable> const fixed{prices_.table(), options_};
        CallContext const now{instant(context), context.service, context.provider};
        std::vector<ModelCost> costs;
        costs.reserve(models.size());
        for (ModelId const& model : models) {
            costs.push_back({model, fixed.find_cost(model, usage, now)});
        }
        std::stable_sort(costs.begin(), costs.end(), [](ModelCost const& a, ModelCost const& b) {
            Cost const* const first = a.priced();
            Cost const* const second = b.priced();
            return first != nullptr && (second == nullptr || first->total() < second->total());
        });
        return costs;
    }
    [[nodiscard]] std::vector<ModelCost> compare(std::initializer_list<ModelId> models, Usage const& usage,
                                                 CallContext const& context = {}) const {
        return compare(View<ModelId>{models.begin(), models.size()}, usage, context);
    }

    /// The cost of a call that is made `rate.per_day` times a day. A month has 30 days, a year 12 months.
    ///
    /// Throws as cost() does, and std::out_of_range for a negative rate.
    [[nodiscard]] Estimate estimate(ModelId const& model, Usage const& usage, CallRate rate,
                                    CallContext const& context = {}) const {
        if (rate.per_day < 0) {
            throw std::out_of_range("per_day must not be negative: " + std::to_string(rate.per_day));
        }
        Usd const each = cost(model, usage, context).total();
        Usd const daily = each * rate.per_day;
        return {.per_request = each, .daily = daily, .monthly = daily * 30, .yearly = daily * 30 * 12};
    }

    /// The cost of a workload in a month of 30 days. Each kind of call has a Service of its own; the context's is unused.
    ///
    /// Throws as cost() does, UnpricedUsage for a tier without a price, and std::out_of_range for a negative count or
    /// a percentage beyond 100.
    [[nodiscard]] MonthlyCost estimate(Workload const& workload, CallContext const& context = {}) const {
        PriceTable const table = prices_.table();
        Instant const at = instant(context);
        MonthlyCost month;
        for (PlannedCalls const& calls : workload.calls) {
            Price const price = table.at(calls.model, context.provider);
            if (options_.require_complete) {
                require_complete(cost_of(price, calls.usage, at, calls.service));
            }
            month.add(calls, price, at);
        }
        for (PlannedService const& service : workload.services) {
            month.add(service);
        }
        return month;
    }

    [[nodiscard]] PriceTable prices() const { return prices_.table(); }

    /// The instant at which a call is priced if its context names none.
    [[nodiscard]] Instant now() const { return clock_.now(); }

private:
    void require_complete(Cost const& cost) const {
        if (options_.require_complete && !cost.complete()) {
            throw IncompleteCost{cost};
        }
    }

    [[nodiscard]] Instant instant(CallContext const& context) const {
        return context.at ? *context.at : clock_.now();
    }

    Prices prices_;
    Clock clock_;
    CalculatorOptions options_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/pricing/detail/cost_calculator.ipp>
#endif
