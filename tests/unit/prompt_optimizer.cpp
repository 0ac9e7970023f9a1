// SPDX-License-Identifier: MIT
#include <centavo/prompt_optimizer.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace centavo;
using namespace centavo::literals;

namespace {

PromptOptimizer<> exact() { return PromptOptimizer{Counter{o200k_base()}}; }

constexpr Level levels[] = {Level::lossless, Level::safe, Level::aggressive};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// A random prompt of text that passes edit and of bytes that break parsers.
std::string made_up(std::mt19937& random) {
    constexpr std::string_view pieces[] = {"Hello   world.  ",
                                           "\n\n\n\n",
                                           "\r\n",
                                           "  ",
                                           "\t",
                                           "\n",
                                           "please ",
                                           "Por favor, ",
                                           ", por favor, ",
                                           "in order to ",
                                           "de acuerdo con ",
                                           "A continuaci\xc3\xb3n ",
                                           "| a  | b |\n|----|---|\n| 1  | 2 |\n",
                                           "```py\nx  =  1  \n\n\n\n```\n",
                                           "```\n",
                                           "```json\n{ \"a\" : [ 1, 2 ] }\n```\n",
                                           "`x  y`",
                                           "`",
                                           "{ \"k\" : 1.50, \"l\": [ 1, 2, 3 ] }",
                                           "{",
                                           "[",
                                           "}",
                                           "]",
                                           "{{ a  b }}",
                                           "${x}",
                                           "http://a.b/c  ",
                                           "========\n",
                                           "\xe2\x80\x8b",
                                           "\xc2\xad",
                                           "\xff\xfe",
                                           "\xc3",
                                           "1",
                                           "\"",
                                           ",",
                                           ".",
                                           "ERROR disk is full\nERROR disk is full\n",
                                           "<pre>  ",
                                           "</pre>",
                                           "\nA paragraph that is long enough to be worth while folding "
                                           "when it stands in the prompt twice or more.\n\n",
                                           "/",
                                           "\xe2\x80\x8b```\n",
                                           "a  b  c\nd  e  f\n",
                                           "x",
                                           "\\|",
                                           " |"};
    std::string prompt;
    for (auto left = random() % 24; left > 0; --left) {
        prompt += pieces[random() % std::size(pieces)];
    }
    return prompt;
}

}  // namespace

TEST_CASE("no prompt gains tokens, and optimizing again changes nothing") {
    auto const optimizer = exact();
    std::mt19937 random{65537};
    for (int round = 0; round < 4000; ++round) {
        std::string const prompt = made_up(random);
        for (Level const level : levels) {
            Optimized const once = optimizer.optimize(prompt, level);
            INFO(prompt);
            REQUIRE(once.before == o200k_base().count(prompt));
            REQUIRE(once.after == o200k_base().count(once.text));
            REQUIRE(once.after <= once.before);
            REQUIRE((once.text == prompt) == (once.after == once.before));
            Optimized const twice = optimizer.optimize(once.text, level);
            REQUIRE(twice.text == once.text);
            Tokens sum;
            for (PassReport const& pass : once.passes) {
                sum += pass.tokens_saved;
                REQUIRE((pass.accepted == pass.reason.empty() && pass.accepted == (pass.edits > 0)));
            }
            REQUIRE(sum == once.saved());
        }
    }
}

TEST_CASE("redundant spaces and line feeds are removed by default") {
    Optimized const done = exact().optimize("Hello    world.\n\n\n\nAnswer   in   Spanish.   \nThanks.");
    CHECK(done.text == "Hello world.\n\nAnswer in Spanish.\nThanks.");
    CHECK(done.saved() > Tokens{0});
    CHECK(done.saved() == done.before - done.after);
    CHECK(done.cost_reduction(1000000_usd) == 1_usd * done.saved().value());
}

TEST_CASE("phrases are replaced at the aggressive level only") {
    constexpr std::string_view prompt =
        "Explain, de acuerdo con el informe, why it failed due to the fact that the disk was full.";
    CHECK(exact().optimize(prompt).text == prompt);
    CHECK(exact().optimize(prompt, Level::safe).text == prompt);
    CHECK(exact().optimize(prompt, Level::aggressive).text ==
          "Explain, seg\xc3\xban el informe, why it failed because the disk was full.");
}

TEST_CASE("an edit that would add tokens is skipped") {
    // o200k_base: "Please summarize the text." is 5 tokens, "Summarize the text." is 6.
    constexpr std::string_view prompt = "Please summarize the text.";
    Optimized const done = exact().optimize(prompt, Level::aggressive);
    CHECK(done.before == Tokens{5});
    CHECK(done.text == prompt);
    CHECK(done.passes.back().name == "phrases");
    CHECK(done.passes.back().reason == "it would add tokens");
}

TEST_CASE("an empty prompt stays empty") {
    for (Level const level : levels) {
        Optimized const done = exact().optimize("", level);
        CHECK(done.text.empty());
        CHECK(done.before == Tokens{0});
        CHECK(done.saved() == Tokens{0});
    }
    CHECK(exact().optimize("   \n\n\n  ").after <= exact().optimize("   \n\n\n  ").before);
}

TEST_CASE("ill-formed UTF-8 is not changed") {
    CHECK(exact().optimize("\xff\xfe  \xc3(  \xe2\x80", Level::aggressive).text == "\xff\xfe \xc3( \xe2\x80");
    std::string const zeros{"a\0  b", 5};
    CHECK(exact().optimize(zeros).text == std::string("a\0 b", 4));
}

TEST_CASE("no level changes code, table cells, JSON values, URLs, placeholders or numbers") {
    constexpr std::string_view kept[] = {
        "```cpp\nint  main()  {\n\n\n\n    return  0; // please, in order to  \n}\n```\n",
        "`SELECT  *  FROM t -- please`",
        "{\"price\":1.50,\"big\":12345678901234567890,\"text\":\"a  b, please\"}",
        "https://example.org/a,b/please?x=1",
        "{{ user  name }}",
        "${HOME  DIR}",
        "\n    indented  by  four\n",
        "|in order to  go|1.50|\n",
        "1,234.50",
        "\xc2\xa1no, sin embargo, nunca!",
    };
    std::string prompt = "Read   this,  please,  in order to answer.\n";
    prompt += "```cpp\nint  main()  {\n\n\n\n    return  0; // please, in order to  \n}\n```\n";
    prompt += "Then  run `SELECT  *  FROM t -- please` against\n";
    prompt += "{ \"price\": 1.50,\n  \"big\": 12345678901234567890, \"text\": \"a  b, please\" }\n";
    prompt += "https://example.org/a,b/please?x=1  {{ user  name }}  ${HOME  DIR}\n    indented  by  four\n";
    prompt += "| why | price |\n|-----|-------|\n| in order to  go | 1.50 |\n";
    prompt += "It costs   1,234.50.  \xc2\xa1no, sin embargo, nunca!\n";
    for (Level const level : levels) {
        Optimized const done = exact().optimize(prompt, level);
        CHECK(done.saved() > Tokens{10});
        for (std::string_view const part : kept) {
            INFO(part);
            CHECK(contains(done.text, part));
        }
    }
}

TEST_CASE("any callable serves as the counter") {
    PromptOptimizer const optimizer{[](std::string_view text) { return Tokens{text.size()}; }};
    CHECK(optimizer.optimize("a  b").saved() == Tokens{1});
    PromptOptimizer const indifferent{[](std::string_view) { return Tokens{1}; }};
    CHECK(indifferent.optimize("a  b").text == "a  b");
    STATIC_REQUIRE(std::is_same_v<decltype(exact()), PromptOptimizer<Counter>>);
}

TEST_CASE("context is selected within its limit, counted exactly") {
    std::string const filler =
        "Bread is made of flour, water and salt. Bakers sell it every morning. It keeps for days.";
    std::vector<Passage> const passages{{"Bread", filler},
                                        {"Paris", "Paris is the capital of France. It has museums."}};
    Selection const found = exact().select("What is the capital of France?", passages, {.tokens = 10});
    CHECK(found.text == "Paris\nParis is the capital of France.");
    CHECK(found.after == o200k_base().count(found.text));
    CHECK(found.after <= Tokens{10});
    CHECK(found.before == o200k_base().count(join_passages(passages)));
}
