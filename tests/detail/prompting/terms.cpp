// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/terms.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace {

std::vector<std::string> terms(std::string_view text) {
    std::vector<std::string> out;
    centavo::detail::for_each_term(text, [&](std::string_view term) { out.emplace_back(term); });
    return out;
}

}  // namespace

TEST_CASE("words that differ in case, accents, plurals and endings have the same term") {
    CHECK(terms("CANCI\xc3\x93N") == terms("cancion"));
    CHECK(terms("canci\xc3\xb3n") == terms("cancio\xcc\x81n"));
    CHECK(terms("tokens") == terms("token"));
    CHECK(terms("walked") == terms("walking"));
    CHECK(terms("protestan") == terms("protestas"));
    CHECK(terms("rodea") == terms("rodean"));
    CHECK(terms("answer") != terms("question"));
}

TEST_CASE("stop words have no term, and numbers and short words are not stemmed") {
    CHECK(terms("what is the of and \xc2\xbfqu\xc3\xa9 es la de los?").empty());
    CHECK(terms("1984s") == std::vector<std::string>{"1984s"});
    CHECK(terms("us7 gas").size() == 2);
    CHECK(terms("").empty());
    CHECK(terms("\xff\xfe").empty());
}
