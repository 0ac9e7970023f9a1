// SPDX-License-Identifier: MIT
#include <centavo/model_router.hpp>

#include <catch2/catch_test_macros.hpp>

#include <compare>
#include <stdexcept>
#include <string>

using namespace centavo;

TEST_CASE("the built-in table routes tasks of low complexity to gpt-4o-mini and others to gpt-4o") {
    ModelRouter const router;
    auto const chosen = [&](std::string const& task, Complexity complexity) {
        return router.choose({.task = task, .complexity = complexity}).model.text();
    };
    CHECK(chosen("classification", Complexity::low) == "gpt-4o-mini");
    CHECK(chosen("classification", Complexity::high) == "gpt-4o-mini");
    CHECK(chosen("generation", Complexity::low) == "gpt-4o-mini");
    CHECK(chosen("generation", Complexity::high) == "gpt-4o");
    CHECK(chosen("code", Complexity::low) == "gpt-4o-mini");
    CHECK(chosen("code", Complexity::high) == "gpt-4o");
    CHECK(chosen("reasoning", Complexity::low) == "gpt-4o-mini");
    CHECK(chosen("reasoning", Complexity::high) == "gpt-4o");
}

TEST_CASE("a task without a row is routed to the fallback model, and the choice says so") {
    ModelRouter const router;
    Choice const choice = router.choose({.task = "poetry", .prompt = "Explain this function"});
    CHECK(choice.model == ModelId{"gpt-4o-mini"});
    CHECK(choice.evidence == Evidence::none);
    CHECK(choice.complexity == Complexity::high);
}

TEST_CASE("without a complexity the prompt is classified") {
    ModelRouter const router;
    CHECK(router.choose({.task = "code", .prompt = "Explain this function"}).model == ModelId{"gpt-4o"});
    CHECK(router.choose({.task = "code", .prompt = "Write a function"}).model == ModelId{"gpt-4o-mini"});
}

TEST_CASE("a table may use the user's own task type") {
    enum class Job { triage, draft };
    ModelRouter<Job> const router{
        RoutingTable<Job>{"claude-3-5-haiku", {{Job::draft, Complexity::high, "claude-3-5-sonnet"}}}};
    CHECK(router.choose({.task = Job::draft, .complexity = Complexity::high}).model ==
          ModelId{"claude-3-5-sonnet"});
    CHECK(router.choose({.task = Job::triage, .complexity = Complexity::high}).model ==
          ModelId{"claude-3-5-haiku"});
}

TEST_CASE("a model that does not meet the needs is replaced, and the choice says why") {
    ModelRouter const router{default_routing_table(),
                             {{.model = "gpt-4o"}, {.model = "gpt-4o-mini"}, {.model = "gpt-4.1"}}};
    Choice const choice =
        router.choose({.task = "code", .complexity = Complexity::high, .needs = {.context = 500'000}});
    CHECK(choice.model == ModelId{"gpt-4.1"});
    CHECK(choice.evidence == Evidence::fallback);
    REQUIRE(choice.rejected.size() == 2);
    CHECK(choice.rejected[0].model == ModelId{"gpt-4o"});
    CHECK(choice.rejected[0].reason == RejectReason::window_too_small);
}

TEST_CASE("if every candidate is rejected, the choice is empty and lists the reasons") {
    ModelRouter const router;
    Choice const choice = router.choose({.task = "code", .needs = {.context = 5'000'000}});
    CHECK_FALSE(choice);
    CHECK(choice.rejected.size() == 2);
}

TEST_CASE("candidates without tools or over the budget are rejected") {
    ModelRouter const router{
        default_routing_table(),
        {{.model = "gpt-4o-mini", .tools = false}, {.model = "gpt-4o", .worst_case = 0.02_usd}}};
    CHECK(router.choose({.task = "code", .needs = {.tools = true}}).model == ModelId{"gpt-4o"});
    Choice const poor = router.choose({.task = "code", .needs = {.tools = true}, .budget_left = 0.01_usd});
    CHECK_FALSE(poor);
    CHECK(poor.rejected.back().reason == RejectReason::over_budget);
}

TEST_CASE("the policy digest differs for routers that choose differently") {
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

TEST_CASE("a task and a complexity in text select a model in one line") {
    ModelRouter const router;
    CHECK(router.select("code", "high") == ModelId{"gpt-4o"});
    CHECK(router.select("code", Complexity::low) == ModelId{"gpt-4o-mini"});
    CHECK(router.select("poetry", "high") == ModelId{"gpt-4o-mini"});
    try {
        static_cast<void>(router.select("code", "medium"));
        FAIL("accepted an unknown complexity");
    } catch (std::invalid_argument const& error) {
        CHECK(error.what() == std::string{R"(complexity must be "low" or "high", not "medium")"});
    }
}

TEST_CASE("a choice explains itself in one line") {
    ModelRouter const router{default_routing_table(), {{.model = "gpt-4o"}, {.model = "gpt-4.1"}}};
    CHECK(to_string(router.choose(
              {.task = "code", .complexity = Complexity::high, .needs = {.context = 500'000}})) ==
          "gpt-4.1: fallback, high complexity; rejected gpt-4o (window_too_small)");
    CHECK(to_string(router.choose({.task = "code", .needs = {.context = 5'000'000}})) ==
          "no model: every candidate rejected, low complexity; rejected gpt-4o-mini (window_too_small), "
          "gpt-4o (window_too_small), gpt-4.1 (window_too_small)");
}

namespace {

enum class Job { triage, draft };

struct Step {
    int number = 0;

    friend bool operator==(Step const&, Step const&) = default;
    friend auto operator<=>(Step const&, Step const&) = default;
    friend std::string to_string(Step const& step) { return "step " + std::to_string(step.number); }
};

template <typename Task>
std::string digest_of(Task task) {
    return ModelRouter<Task>{RoutingTable<Task>{"m", {{task, Complexity::low, "n"}}}}.policy_digest();
}

}  // namespace

TEST_CASE("the policy digest works for strings, enumerations, integers and types with to_string") {
    CHECK(digest_of(Job::triage) != digest_of(Job::draft));
    CHECK(digest_of(Job::triage) == digest_of(Job::triage));
    CHECK(digest_of(1) != digest_of(2));
    CHECK(digest_of(Step{1}) != digest_of(Step{2}));
    CHECK(digest_of(Step{1}) == digest_of(std::string{"step 1"}));
}
