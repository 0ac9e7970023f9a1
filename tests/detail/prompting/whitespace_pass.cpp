// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/pass_runner.hpp>
#include <centavo/prompting/detail/whitespace_pass.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>
#include <string_view>

namespace {

centavo::Tokens bytes(std::string_view text) { return text.size(); }

std::string shortened(std::string_view prompt) {
    auto const counter = bytes;
    return centavo::detail::PassRunner{counter}
        .run(prompt, std::array{centavo::detail::whitespace_pass})
        .text;
}

bool untouched(std::string_view prompt) { return shortened(prompt) == prompt; }

}  // namespace

TEST_CASE("spaces after punctuation, at line ends and between paragraphs are reduced in prose") {
    CHECK(shortened("We keep the old map of the island.  It shows every well. \n\n\n\nA short walk leads "
                    "from the house to the "
                    "mill by the river.\n") == "We keep the old map of the island. It shows every well.\n\nA "
                                               "short walk leads from the house to the mill by the "
                                               "river.\n");
}

TEST_CASE("white space that may mean something is kept") {
    for (std::string_view const prompt :
         {"How many spaces stand between these two words of the line: one     two",
          "The separator is '  ' and nothing else at all, dear reader.",
          "A line of verse with a break at its end,  \nand another line that follows it in the poem.",
          "x = 1.  Then y = 2, and so on, until the end of the program is reached.", "Short.  Line.",
          "- We keep the old map of the island.  It shows every well.",
          "name:  value of the thing that is set here.  And more.",
          "    We keep the old map of the island.  It shows every well.",
          "We keep the old   map of the island and show it to everyone."}) {
        INFO(prompt);
        CHECK(untouched(prompt));
    }
}
