// SPDX-License-Identifier: MIT
#include <centavo/routing/detail/words.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>
#include <vector>

TEST_CASE("words of other scripts are kept, and ill-formed UTF-8 separates words") {
    std::vector<std::string> words;
    centavo::detail::for_each_folded_word("\xFF"
                                          "Ab\xC3 日本語 x\xF0\x9F\x98\x80 ½ Straße",
                                          [&](std::string_view word) { words.emplace_back(word); });
    CHECK(words == std::vector<std::string>{"ab", "日本語", "x😀", "straße"});
}

TEST_CASE("a word is truncated to 31 bytes") {
    std::vector<std::string> words;
    centavo::detail::for_each_folded_word(std::string(40, 'x') + " y",
                                          [&](std::string_view word) { words.emplace_back(word); });
    CHECK(words == std::vector<std::string>{std::string(31, 'x'), "y"});
}
