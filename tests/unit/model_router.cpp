// SPDX-License-Identifier: MIT
#include <centavo/model_router.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("the built-in table sends easy work to the small model and hard work to the large one") {
    ModelRouter<> const router;
    auto const chosen = [&](std::string const& task, Complexity complexity) {
        return router.choose({.task = task, .complexity = complexity}).model.text();
    };
    CHECK(chosen("classification", Complexity::low) == "gpt-4o-mini");
    CHECK(chosen("classification", Complexity::high) == "gpt-4o-mini");
    CHECK(chosen("generation", Complexity::low) == "gpt-4o-mini");
    CHECK(chosen("generation", Complexity::high) == "gpt-4o");
    CHECK(chosen("code", Complexity::low) == "gpt-4o-mini");
    CHECK(chosen("code", Complexity::high) == "gpt-4o");
    CHECK(chosen("reasoning", Complexity::low) == "gpt-4o");
    CHECK(chosen("reasoning", Complexity::high) == "gpt-4o");
}

TEST_CASE(
    "a task that the table does not know goes to the default, and the choice says that nothing is known") {
    ModelRouter<> const router;
    Choice const choice = router.choose({.task = "poetry", .prompt = "Explain this function"});
    CHECK(choice.model == ModelId{"gpt-4o-mini"});
    CHECK(choice.evidence == Evidence::none);
    CHECK(choice.complexity == Complexity::high);
}

TEST_CASE("without a complexity the prompt is classified") {
    ModelRouter<> const router;
    CHECK(router.choose({.task = "code", .prompt = "Explain this function"}).model == ModelId{"gpt-4o"});
    CHECK(router.choose({.task = "code", .prompt = "Write a function"}).model == ModelId{"gpt-4o-mini"});
}

TEST_CASE("tables over the user's own task type") {
    enum class Job { triage, draft };
    ModelRouter<Job> const router{
        RoutingTable<Job>{"claude-3-5-haiku", {{Job::draft, Complexity::high, "claude-3-5-sonnet"}}}};
    CHECK(router.choose({.task = Job::draft, .complexity = Complexity::high}).model ==
          ModelId{"claude-3-5-sonnet"});
    CHECK(router.choose({.task = Job::triage, .complexity = Complexity::high}).model ==
          ModelId{"claude-3-5-haiku"});
}

TEST_CASE("a model that cannot do it gives way to one that can, and the choice says why") {
    ModelRouter<> const router{default_routing_table(),
                               {{.model = "gpt-4o"}, {.model = "gpt-4o-mini"}, {.model = "gpt-4.1"}}};
    Choice const choice =
        router.choose({.task = "code", .complexity = Complexity::high, .needs = {.context = 500'000}});
    CHECK(choice.model == ModelId{"gpt-4.1"});
    CHECK(choice.evidence == Evidence::fallback);
    REQUIRE(choice.refused.size() == 2);
    CHECK(choice.refused[0].model == ModelId{"gpt-4o"});
    CHECK(choice.refused[0].why == RejectReason::window_too_small);
}

TEST_CASE("where no candidate can do it the choice is empty and lists every refusal") {
    ModelRouter<> const router;
    Choice const choice = router.choose({.task = "code", .needs = {.context = 5'000'000}});
    CHECK_FALSE(choice);
    CHECK(choice.refused.size() == 2);
}

TEST_CASE("tools and the money that is left decide, too") {
    ModelRouter<> const router{
        default_routing_table(), {{.model = "gpt-4o-mini", .tools = false}, {.model = "gpt-4o", .worst = 0.02_usd}}};
    CHECK(router.choose({.task = "code", .needs = {.tools = true}}).model == ModelId{"gpt-4o"});
    Choice const poor = router.choose({.task = "code", .needs = {.tools = true}, .budget_left = 0.01_usd});
    CHECK_FALSE(poor);
    CHECK(poor.refused.back().why == RejectReason::over_budget);
}

TEST_CASE("two policies have one digest only where they choose alike") {
    CHECK(ModelRouter<>{}.policy_digest() == ModelRouter<>{}.policy_digest());
    auto other = default_routing_table();
    other.set("code", Complexity::low, "gpt-4.1-mini");
    CHECK(ModelRouter<>{other}.policy_digest() != ModelRouter<>{}.policy_digest());
    auto const digest = [](Candidate const& candidate) {
        return ModelRouter<>{default_routing_table(), {candidate}}.policy_digest();
    };
    CHECK(digest({.model = "m"}) == digest({.model = "m"}));
    CHECK(digest({.model = "m", .tools = false}) != digest({.model = "m"}));
    CHECK(digest({.model = "m", .window = Tokens{4'096}}) != digest({.model = "m"}));
}
