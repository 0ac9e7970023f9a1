// SPDX-License-Identifier: MIT
// One metered call through five components, for compile_cost.sh.
#include <centavo/metered.hpp>

using namespace centavo;
using namespace centavo::literals;

int main() {
    CostCalculator<> calculator{
        PriceTable{}
            .with(ModelPrice::per_million("gpt-4o", {.input = "2.50", .output = "10"}))
            .with(ModelPrice::per_million("gpt-4o-mini", {.input = "0.15", .output = "0.60"}))};
    PromptCache<> cache;
    ModelRouter<> router;
    CostMonitor<> monitor{{.daily_budget = 50_usd}};
    Counter const counter = Counter::upper_bound();
    PromptOptimizer<> optimizer{counter};
    Metered metered{{.calculator = calculator,
                     .counters = counter,
                     .cache = cache,
                     .monitor = monitor,
                     .router = router,
                     .optimizer = optimizer}};
    Result const result =
        metered(Request::chat("gpt-4o", {{"user", "Why?"}}), [](OutgoingRequest const&, Sink sink) -> Reply {
            sink(R"({"choices":[]})");
            return {.http_status = 200};
        });
    return result.outcome == Outcome::called ? 0 : 1;
}
