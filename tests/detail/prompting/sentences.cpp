// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/sentences.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    for (auto const& sentence : centavo::detail::sentences(text)) {
        out.emplace_back(text.substr(sentence.begin, sentence.end - sentence.begin));
    }
    return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("sentences end at a mark before a capital, a digit or an opening mark, and at line feeds") {
    CHECK(split("One is here.  Two! 3 follow? \xc2\xbfQu\xc3\xa9? Fin") ==
          Texts{"One is here.", "Two!", "3 follow?", "\xc2\xbfQu\xc3\xa9?", "Fin"});
    CHECK(split("A title\n\n  and a line\n") == Texts{"A title", "and a line"});
    CHECK(split("He said \"Go.\" Then he went.") == Texts{"He said \"Go.\"", "Then he went."});
    CHECK(split("Well\xe2\x80\xa6 Yes.") == Texts{"Well\xe2\x80\xa6", "Yes."});
}

TEST_CASE("abbreviations, initials, versions and lower-case letters do not end a sentence") {
    CHECK(split("Dr. Smith met J. R. Ewing of the U.S. Army.").size() == 1);
    CHECK(split("See p\xc3\xa1g. 12 or e.g. Figure 3.5 of v2.0.1 at example.org now.").size() == 1);
    CHECK(split("It ended. and went on.").size() == 1);
}

TEST_CASE("an empty text has no sentences") {
    CHECK(split("").empty());
    CHECK(split(" \n\t ").empty());
    CHECK(split(".").size() == 1);
    CHECK(split("\xff. \xff").size() == 2);
}
