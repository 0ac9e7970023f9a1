// SPDX-License-Identifier: MIT
#include <centavo/model_router.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/builtin/prices.hpp>
#include <centavo/cost_calculator.hpp>

#include <string>
#include <string_view>

using namespace centavo;

namespace {

// [task type]
enum class Task { triage, draft };
// [task type]

}  // namespace

TEST_CASE("the router selects a model by task and complexity in text") {
    // [one line]
    ModelId const model = ModelRouter{}.select("code", "low");
    // [one line]
    CHECK(model == ModelId{"gpt-4o-mini"});
}

TEST_CASE("a custom table routes every other task to its fallback") {
    // [table]
    using enum Complexity;
    RoutingTable<> table{"gpt-4o-mini",
                         {{"summarization", low, "gpt-4o-mini"},
                          {"summarization", high, "gpt-4o"},
                          {"code", high, "gpt-4.1"}}};
    table.set("code", low, "gpt-4.1-mini");
    ModelRouter const router{table};
    // [table]
    CHECK(router.select("code", "low") == ModelId{"gpt-4.1-mini"});
    CHECK(router.select("poetry", "high") == ModelId{"gpt-4o-mini"});
}

TEST_CASE("a task may be an enumeration") {
    // [tasks]
    ModelRouter<Task> const router{
        RoutingTable<Task>{"claude-3-5-haiku", {{Task::draft, Complexity::high, "claude-3-5-sonnet"}}}};
    ModelId const model = router.select(Task::draft, "high");
    // [tasks]
    CHECK(model == ModelId{"claude-3-5-sonnet"});
}

TEST_CASE("a choice lists its reasons") {
    std::string_view const prompt = "Explain this function";
    // [choose]
    ModelRouter const router{default_routing_table(),
                             {{.model = "gpt-4o"}, {.model = "gpt-4o-mini"}, {.model = "gpt-4.1"}}};
    Choice const choice =
        router.choose({.task = "code", .prompt = prompt, .needs = {.context = 500'000, .tools = true}});
    std::string const why = to_string(choice);
    // [choose]
    CHECK(why == "gpt-4.1: fallback, high complexity; rejected gpt-4o (window_too_small), "
                 "gpt-4o-mini (window_too_small)");
}

TEST_CASE("a candidate whose worst case exceeds the budget is rejected") {
    CostCalculator const calculator{builtin_prices()};
    ModelRouter const router;
    Usd const left = Usd::parse("0.005");
    // [budget]
    CallShape const shape{.input = 1'000, .max_output = 1'000};
    auto const candidate = [&](ModelId const& model) {
        return Candidate{.model = model, .worst_case = calculator.quote(model, shape).worst_case()};
    };
    Choice const choice = router.choose({.task = "code", .complexity = Complexity::high, .budget_left = left},
                                        {candidate("gpt-4o"), candidate("gpt-4o-mini")});
    // [budget]
    CHECK(choice.model == ModelId{"gpt-4o-mini"});
    CHECK(choice.rejected.at(0).reason == RejectReason::over_budget);
}

TEST_CASE("a prompt is classified without a router") {
    // [complexity]
    Complexity const complexity = classify_complexity("Explica la función");
    // [complexity]
    CHECK(complexity == Complexity::high);
}
