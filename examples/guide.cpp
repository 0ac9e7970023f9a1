// SPDX-License-Identifier: MIT
// The program of an LLMOps guide: docs/guide.md shows each part beside its usual Python. Prints examples/guide.txt.
#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/cost_calculator.hpp>
#include <centavo/cost_monitor.hpp>
#include <centavo/model_router.hpp>
#include <centavo/prompt_cache.hpp>
#include <centavo/prompt_optimizer.hpp>
#include <centavo/stream_budget.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::literals;
using namespace std::chrono_literals;

namespace {

/// Stands in for the provider: the body of a response to any request.
std::string call_provider(Request const&) {
    return R"({"model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop",)"
           R"("message":{"role":"assistant","content":"4"}}],)"
           R"("usage":{"prompt_tokens":500,"completion_tokens":300,"total_tokens":800}})";
}

}  // namespace

int main() {
    // [calculator]
    CostCalculator calculator{builtin_prices()};
    Cost cost = calculator.cost("gpt-4o", {.input = 500, .output = 300});
    // [calculator]
    std::cout << "cost          " << cost << '\n';

    // [estimate]
    Estimate estimate = calculator.estimate("gpt-4o", {.input = 500, .output = 300}, {.per_day = 10'000});
    // [estimate]
    std::cout << "per month     $" << estimate.monthly << '\n';

    // [models]
    for (ModelCost const& row :
         calculator.compare({"gpt-4o", "gpt-4o-mini"}, {.input = 500, .output = 300})) {
        std::cout << "model         " << row << '\n';
    }
    // [models]

    // [router]
    ModelRouter router;
    ModelId model = router.select("code", "low");
    // [router]
    std::cout << "route         " << model << '\n';

    // [routing table]
    using enum Complexity;
    ModelRouter support{
        RoutingTable<>{"gpt-4o-mini", {{"refund", low, "gpt-4o-mini"}, {"refund", high, "gpt-4o"}}}};
    // [routing table]
    std::cout << "support       " << support.select("refund", "high") << '\n';

    // [cache]
    PromptCache cache{{.ttl = 1h}};
    Request request = Request::chat("gpt-4o", "2 + 2?").with_temperature(0);
    for (int i = 0; i < 3; ++i) {
        if (auto hit = cache.get(request); !hit) {
            cache.put(request, call_provider(request), cost.total());
        }
    }
    std::cout << "cache         " << cache.savings() << '\n';
    // [cache]

    // [optimizer]
    PromptOptimizer optimizer{Counter{o200k_base()}};
    Optimized shorter = optimizer.optimize(
        "Mean sales?\n\n[\n  {\"city\": \"Lima\", \"sales\": 12},\n  {\"city\": \"Quito\", \"sales\": 7}\n]");
    // [optimizer]
    std::cout << "optimizer     " << shorter.before << " to " << shorter.after << " tokens, $"
              << shorter.cost_reduction(2.50_usd) << " saved\n";

    // [stream]
    Quote quote = calculator.quote("gpt-4o", {.input = 500, .max_output = 1'000});
    StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = 0.0013_usd}};
    std::string text;
    for (std::string_view piece :
         {"The sky", " is blue", " because", " air scatters", " short", " waves", " more."}) {
        text += piece;
        if (stream.feed(piece) == Flow::stop) {
            break;  // close the connection
        }
    }
    // [stream]
    std::cout << "stream        \"" << text << "\", $" << stream.cost().total() << ", "
              << (stream.stopped() ? "stopped" : "finished") << '\n';

    // [monitor]
    CostMonitor monitor{{.daily_budget = 0.009_usd}};
    std::vector<Alert> alerts;
    monitor.on_alert([&](Alert const& alert) { alerts.push_back(alert); });
    for (int i = 0; i < 3; ++i) {
        std::cout << "day           " << monitor.record(cost) << '\n';
    }
    // [monitor]
    for (Alert const& alert : alerts) {
        std::cout << "alert         " << to_string(alert.kind) << ", $" << alert.spent << " spent\n";
    }
}
