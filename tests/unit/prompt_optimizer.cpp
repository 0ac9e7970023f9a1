// SPDX-License-Identifier: MIT
#include <centavo/prompt_optimizer.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <ctime>
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

std::string repeated(std::string_view piece, std::size_t size) {
    std::string text;
    while (text.size() < size) {
        text += piece;
    }
    return text;
}

constexpr std::string_view passage = "The keeper of the light writes down each boat that passes, its cargo, "
                                     "and the hour at which the tide turned that "
                                     "day.";

/// A random prompt of text that passes edit and of bytes that break parsers.
std::string made_up(std::mt19937& random) {
    constexpr std::string_view pieces[] = {
        "Hello   world.  ",
        "\n\n\n\n",
        "\r\n",
        "  ",
        "\t",
        "\n",
        "please ",
        "Por favor, resume el texto en dos puntos cortos.\n",
        "Read all of it in order to answer the question.\n",
        "| a  | b |\n|----|---|\n| 1  | 2 |\n",
        "\n```py\nx  =  1  \n\n\n\n```\n",
        "```\n",
        "\n```json\n{ \"a\" : [ 1, 2 ] }\n```\n",
        "`x  y`",
        "\n{ \"k\" : 1.50, \"l\": [ 1, 2, 3 ] }\n",
        "\n[{\"id\": 1, \"name\": \"a\"}, {\"id\": 2, \"name\": \"b\"}]\n",
        "{\"level\": \"info\", \"message\": \"started\", \"n\": 3}\n",
        "{",
        "[",
        "}",
        "]",
        "{{ a  b }}",
        "http://a.b/c  ",
        "========\n",
        "\xe2\x80\x8b",
        "\xc2\xa0",
        "\xff\xfe",
        "\xc3",
        "1",
        "\"",
        ",",
        "\nERROR disk is full\nERROR disk is full\nERROR disk is full\n",
        "Dec 10 06:55:46 host sshd[24200]: Failed password for root port 38926\n",
        "Dec 10 06:55:47 host sshd[24201]: Failed password for root port 38927\n",
        "<pre>  ",
        "</pre>",
        "\n\nThe keeper of the light writes down each boat that passes, its cargo, "
        "and the hour at which the tide turned that day.\n\n",
        "\n\n[chunk 1]\n",
        "\n\n[chunk 2]\n",
        "We keep the old map of the island.  It shows every well. \n",
        "/",
        "x",
        "\\|",
        " |"};
    std::string prompt;
    for (auto left = random() % 24; left > 0; --left) {
        prompt += pieces[random() % std::size(pieces)];
    }
    return prompt;
}

void check_laws(Bpe const& bpe, std::string const& prompt, OptimizeOptions const& options) {
    PromptOptimizer const optimizer{Counter{bpe}};
    Optimized const once = optimizer.optimize(prompt, options);
    INFO(prompt);
    REQUIRE(once.before == bpe.count(prompt));
    REQUIRE(once.after == bpe.count(once.text));
    REQUIRE(once.after <= once.before);
    REQUIRE((once.text == prompt) == (once.after == once.before));
    REQUIRE(once.original() == prompt);
    REQUIRE(optimizer.optimize(once.text, options).text == once.text);
    Tokens sum;
    for (PassReport const& pass : once.passes) {
        sum += pass.tokens_saved;
        REQUIRE((pass.accepted == pass.reason.empty() && pass.accepted == (pass.edits > 0)));
    }
    REQUIRE(sum == once.saved());
}

}  // namespace

TEST_CASE("no prompt gains tokens, a second run changes nothing, and the original can be recovered") {
    std::mt19937 random{65537};
    for (int round = 0; round < 600; ++round) {
        std::string const prompt = made_up(random);
        for (Level const level : levels) {
            check_laws(o200k_base(), prompt, {.level = level});
            check_laws(cl100k_base(), prompt, {.level = level});
        }
        check_laws(o200k_base(), prompt, {.level = Level::aggressive, .whitespace = true, .phrases = true});
    }
}

TEST_CASE("the default level compacts JSON and tables and nothing else") {
    std::string const prompt =
        "Summarize   the rows,  please.  \n\n\n\n[\n  {\"city\": \"Lima\", \"sales\": 12.50},\n  {\"city\": "
        "\"Quito\", "
        "\"sales\": 7}\n]\n\n| city  | sales |\n|-------|-------|\n| Lima  | 12.50 |\n";
    Optimized const done = exact().optimize(prompt);
    CHECK(done.text ==
          "Summarize   the rows,  please.  \n\n\n\n[{\"city\":\"Lima\",\"sales\":12.50},{\"city\":\"Quito\","
          "\"sales\":7}]\n\n|city|sales|\n|-|-|\n|Lima|12.50|\n");
    CHECK(done.saved() > Tokens{10});
    CHECK(done.saved() == done.before - done.after);
    CHECK(done.cost_reduction(1000000_usd) == 1_usd * done.saved().value());
    CHECK(done.original() == prompt);
}

TEST_CASE("repeated passages become marks from Level::safe on, and their text can be recovered") {
    std::string const prompt =
        "Source 1\n\n" + std::string{passage} + "\n\nSource 2\n\n" + std::string{passage} + "\n";
    CHECK(exact().optimize(prompt).text == prompt);
    Optimized const done = exact().optimize(prompt, Level::safe);
    REQUIRE(done.changes.size() == 1);
    CHECK(done.changes[0].original == passage);
    CHECK(done.text.substr(done.changes[0].begin, done.changes[0].end - done.changes[0].begin) ==
          "[as above: \"The keeper of the\", 117 characters]");
}

TEST_CASE("white space and phrases are changed only by name, at no level") {
    constexpr std::string_view prompt = "We keep the old map of the island.  It shows every well and every "
                                        "path.\n\n\n\nThe call failed due to the fact that "
                                        "the disk was full.\n";
    for (Level const level : levels) {
        CHECK(exact().optimize(prompt, level).text == prompt);
    }
    CHECK(contains(exact().optimize(prompt, {.phrases = true}).text, "failed because the disk"));
    CHECK(contains(exact().optimize(prompt, {.whitespace = true}).text, "path.\n\nThe call"));
}

TEST_CASE("an edit that saves no tokens is skipped") {
    // o200k_base: "Please summarize the text for me today." is not longer than the same without the first word.
    constexpr std::string_view prompt = "Please summarize the text.";
    Optimized const done = exact().optimize(prompt, {.phrases = true});
    CHECK(done.before == Tokens{5});
    CHECK(done.text == prompt);
    CHECK(done.passes.back().name == "phrases");
}

TEST_CASE("lines between the marks of the caller are never changed") {
    constexpr std::string_view prompt = "<protect>\n{\"a\":  1,  \"b\":  2}\n</protect>\n";
    CHECK(exact().optimize(prompt, Level::aggressive).text == prompt);
    constexpr std::string_view marked = "(keep)\n{\"a\":  1,  \"b\":  2}\n(end)\n";
    CHECK(exact().optimize(marked, {.protect_begin = "(keep)", .protect_end = "(end)"}).text == marked);
    CHECK(exact().optimize(marked).text != marked);
}

TEST_CASE("an empty prompt stays empty") {
    for (Level const level : levels) {
        Optimized const done = exact().optimize("", level);
        CHECK(done.text.empty());
        CHECK(done.before == Tokens{0});
        CHECK(done.saved() == Tokens{0});
        CHECK(done.original().empty());
    }
}

TEST_CASE("no level changes code, patches, records, quotations, verse, URLs or placeholders") {
    constexpr std::string_view kept[] = {
        "```cpp\nint  main()  {\n\n\n\n    return  0; // please, in order to  \n}\n```\n",
        "`SELECT  *  FROM t -- please`",
        "https://example.org/a,b/please?x=1",
        "{{ user  name }}",
        "${HOME  DIR}",
        "\n    indented  by  four\n",
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n  a  b\n-c  d\n+e  f\n",
        "name,price\nwheat,2.50\nwheat,2.50\n",
        "two  \nlines  of verse\n",
        "\xc2\xa1no, sin embargo, nunca!",
    };
    std::string prompt;
    for (std::string_view const part : kept) {
        prompt += part;
        prompt += "\n\n[\n  1,\n  2,\n  3\n]\n\n";
    }
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
    CHECK(optimizer.optimize("[1,  2]").saved() == Tokens{2});
    PromptOptimizer const indifferent{[](std::string_view) { return Tokens{1}; }};
    CHECK(indifferent.optimize("[1,  2]").text == "[1,  2]");
    STATIC_REQUIRE(std::is_same_v<decltype(exact()), PromptOptimizer<Counter>>);
}

TEST_CASE("each message of a conversation depends on the messages before it alone") {
    std::string const rows = "[\n  {\"id\": 1, \"name\": \"alpha\"},\n  {\"id\": 2, \"name\": \"beta\"}\n]";
    std::vector<Message> const messages{{"system", "Keep this:\n" + rows},
                                        {"user", std::string{passage} + "\n\n" + rows},
                                        {"assistant", "Once more.\n\n" + std::string{passage} + "\n"},
                                        {"tool", std::string{passage} + "  \n\n" + rows},
                                        {"user", "Thanks.\n\n" + std::string{passage}}};
    for (Level const level : levels) {
        OptimizedMessages const all = exact().optimize(messages, {.level = level});
        REQUIRE(all.messages.size() == messages.size());
        CHECK(all.messages[0] == messages[0]);
        CHECK(all.after < all.before);
        CHECK(contains(all.messages[3].content, std::string{passage} + "  \n"));
        for (std::size_t count = 1; count < messages.size(); ++count) {
            OptimizedMessages const part =
                exact().optimize(View<Message>{messages}.first(count), {.level = level});
            CHECK(std::equal(part.messages.begin(), part.messages.end(), all.messages.begin()));
        }
        CHECK(contains(all.messages[4].content, "[as above: ") == (level >= Level::safe));
    }
}

TEST_CASE("a request is edited in the texts of its messages only, in one step") {
    Request const request = Request::parse(
        R"({"model":"gpt-4o", "messages":[{"role":"system","content":"[1,  2,  3,  4]"},)"
        R"({"role":"user", "content":"[1,  2,  3,  4]", "name":"a"},)"
        R"({"role":"user","content":[{"type":"text","text":"[5,  6,  7,  8]"},{"type":"image_url","image_url":{"url":"x"}}]},)"
        R"({"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":  1}"}}]}],)"
        R"( "temperature":0})");
    OptimizedRequest const shorter = exact().optimize(request);
    CHECK(shorter.saved > Tokens{0});
    CHECK(contains(shorter.request.body(), R"({"role":"system","content":"[1,  2,  3,  4]"})"));
    CHECK(contains(shorter.request.body(), R"({"role":"user", "content":"[1,2,3,4]", "name":"a"})"));
    CHECK(contains(shorter.request.body(), R"("text":"[5,6,7,8]")"));
    CHECK(contains(shorter.request.body(), R"("arguments":"{\"a\":  1}")"));
    CHECK(exact().optimize(shorter.request).request.body() == shorter.request.body());
}

TEST_CASE("doubling a prompt at most doubles the time, whatever it repeats") {
    PromptOptimizer const optimizer{[](std::string_view text) { return Tokens{text.size()}; }};
    auto const seconds = [&](std::string const& prompt, Level level) {
        double best = 1e9;
        for (int run = 0; run < 4; ++run) {
            std::clock_t const begin = std::clock();
            static_cast<void>(optimizer.optimize(prompt, level));
            best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
        }
        return best;
    };
    for (std::string_view const piece :
         {R"({"a":1})", "{\"a\": 1}\n", "`a ", "http://a ", "[1,", "[1,\n", "{\"a\":[1,2,3],\n",
          "[\"abc\\\" ", "\\begin{a} ",
          "\n\n[chunk 1]\na a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a", "<pre> ",
          "\"\"\"\n", "cat <<EOF\n", "2031-04-09 10:00:01 ERROR {\"a\": [1, 2\n", "| a |\n|---|\n",
          "[table: 3 rows] a\n", "<<<<<<< a\n",
          "The keeper of the light writes down each boat that passes, and all of its cargo as well.\n"}) {
        for (Level const level : {Level::lossless, Level::aggressive}) {
            INFO(piece);
            // Quadratic time would be 16 times as much for 4 times the text; the slack is for noisy machines.
            double const once = seconds(repeated(piece, 40'000), level);
            double const more = seconds(repeated(piece, 160'000), level);
            CHECK(more < 4 * 2.3 * once + 0.02);
        }
    }
}

TEST_CASE("the time for a conversation grows with its size") {
    PromptOptimizer const optimizer{[](std::string_view text) { return Tokens{text.size()}; }};
    auto const seconds = [&](std::size_t count) {
        std::string body = R"({"model":"gpt-4o","messages":[)";
        for (std::size_t i = 0; i < count; ++i) {
            body += (i > 0 ? "," : "");
            body +=
                R"({"role":"user","content":"{\n    \"rows\": [\n        {\n            \"id\": 1\n        }\n    ]\n}"})";
        }
        Request const request = Request::parse(body + "]}");
        double best = 1e9;
        for (int run = 0; run < 4; ++run) {
            std::clock_t const begin = std::clock();
            CHECK(optimizer.optimize(request, Level::safe).saved > Tokens{0});
            best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
        }
        return best;
    };
    CHECK(seconds(1'600) < 16 * 2.3 * seconds(100) + 0.03);
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
