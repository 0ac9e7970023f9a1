// SPDX-License-Identifier: MIT
#include <centavo/prompt_optimizer.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <iostream>
#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::literals;

TEST_CASE("the examples of the pages about prompts") {
    std::string const prompt =
        "Which city sold most?\n\n[\n  {\"city\": \"Lima\", \"sales\": 12.50},\n  {\"city\": "
        "\"Quito\", \"sales\": 7}\n]\n";
    // [one line]
    PromptOptimizer const optimizer{Counter{o200k_base()}};
    Optimized const shorter = optimizer.optimize(prompt);
    // [one line]
    CHECK(
        shorter.text ==
        "Which city sold most?\n\n[{\"city\":\"Lima\",\"sales\":12.50},{\"city\":\"Quito\",\"sales\":7}]\n");

    // [report]
    Usd const saved = shorter.cost_reduction(2.50_usd);  // at a price per million input tokens
    for (PassReport const& pass : shorter.passes) {
        std::cout << pass.name << ": " << pass.tokens_saved << ' ' << pass.reason << '\n';
    }
    std::string const original = shorter.original();  // the prompt, byte for byte
    // [report]
    CHECK(saved > Usd{});
    CHECK(original == prompt);

    // [levels]
    Optimized const marked = optimizer.optimize(prompt, Level::safe);
    Optimized const tables = optimizer.optimize(prompt, Level::aggressive);
    Optimized const worded = optimizer.optimize(prompt, {.whitespace = true, .phrases = true});
    // [levels]
    CHECK(marked.text == shorter.text);
    CHECK(tables.after <= marked.after);
    CHECK(worded.after <= shorter.after);

    // [protect]
    Optimized const kept = optimizer.optimize("<protect>\n{ \"a\":  1 }\n</protect>\n");
    // [protect]
    CHECK(kept.saved() == Tokens{0});

    // [conversation]
    std::vector<Message> const messages{{"system", "Answer from the rows."}, {"user", prompt}};
    OptimizedMessages const sent = optimizer.optimize(messages, {.level = Level::safe});
    // [conversation]
    CHECK(sent.messages[1].content == shorter.text);
}
