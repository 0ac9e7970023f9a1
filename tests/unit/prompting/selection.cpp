// SPDX-License-Identifier: MIT
#include <centavo/prompting/selection.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;

namespace {

/// Words, for the most: near to what a tokenizer counts, and easy to count by hand.
Tokens words(std::string_view text) {
    bool inside = false;
    std::int64_t count = 0;
    for (char const c : text) {
        bool const space = c == ' ' || c == '\n';
        count += !space && !inside ? 1 : 0;
        inside = !space;
    }
    return count;
}

constexpr std::array library{
    Passage{"Madrid", "Madrid is the capital of Spain. It lies on the Manzanares. The city has parks."},
    Passage{"Paris", "Paris is the capital of France. The Seine flows through it. It has museums."},
    Passage{"Bread", "Bread is made of flour. Bakers sell it. It is eaten everywhere."},
};

Selection select(std::string_view question, std::int64_t limit) {
    auto const counter = words;
    return select_sentences(counter, question, library, {.tokens = limit});
}

bool holds(Selection const& selection, std::string_view part) {
    return selection.text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the relevant sentence is kept, below its title") {
    Selection const found = select("What is the capital of France?", 8);
    CHECK(found.text == "Paris\nParis is the capital of France.");
    CHECK(found.before == Tokens{44});
    CHECK(found.after == Tokens{7});
    CHECK(found.saved() == Tokens{37});
    REQUIRE(found.kept.size() == 1);
    CHECK(found.kept[0].passage == 1);
    CHECK(found.kept[0].begin == 0);
    CHECK(found.kept[0].end == 31);
}

TEST_CASE("adjacent sentences are one span, and passages keep their order") {
    Selection const all = select("capital of France and bread", 1'000);
    CHECK(all.kept.size() == 3);
    CHECK(all.text == join_passages(library));
    CHECK(all.after == all.before);
}

TEST_CASE("the selection never exceeds the limit, and every kept span is in its text") {
    std::mt19937 random{4242};
    constexpr std::array questions{
        "capital of Spain", "museums in Paris and parks", "", "the of and", "zzz", "flour"};
    auto const bytes = [](std::string_view text) { return Tokens{text.size()}; };
    for (int round = 0; round < 500; ++round) {
        Tokens const limit{static_cast<std::int64_t>(random() % 260)};
        Selection const found =
            select_sentences(bytes, questions[random() % questions.size()], library, {.tokens = limit});
        REQUIRE(found.after <= limit);
        REQUIRE(found.after == Tokens{found.text.size()});
        std::size_t at = 0;
        for (KeptSpan const& span : found.kept) {
            std::size_t const here =
                found.text.find(library[span.passage].text.substr(span.begin, span.end - span.begin), at);
            REQUIRE(here != std::string::npos);
            at = here + span.end - span.begin;
        }
    }
}

TEST_CASE("a passage named by the best passage scores higher") {
    constexpr std::array passages{
        Passage{"Viglen", "The firm makes servers and workstations."},
        Passage{"Bordan Tkachuk", "Bordan Tkachuk is the chief executive of Viglen."},
        Passage{"Kingstone", "The firm makes insurance and pays dividends."},
    };
    auto const counter = words;
    Selection const found =
        select_sentences(counter, "What does the company of Bordan Tkachuk make?", passages, {.tokens = 20});
    CHECK(holds(found, "makes servers"));
    CHECK_FALSE(holds(found, "insurance"));
}

TEST_CASE("a limit of zero and an empty list of passages select nothing") {
    CHECK(select("capital", 0).text.empty());
    CHECK(select("capital", 0).after == Tokens{0});
    auto const counter = words;
    Selection const none = select_sentences(counter, "capital", {}, {.tokens = 10});
    CHECK(none.text.empty());
    CHECK(none.before == Tokens{0});
    constexpr std::array empty{Passage{"", ""}, Passage{"Title", ""}};
    CHECK(select_sentences(counter, "title", empty, {.tokens = 10}).kept.empty());
}

TEST_CASE("a sentence contained in its title is not kept") {
    constexpr std::array passages{Passage{"Author! Author! (film)", "Author! Author! is a comedy."}};
    auto const counter = words;
    Selection const found = select_sentences(counter, "author", passages, {.tokens = 4});
    CHECK(found.kept.empty());
}
