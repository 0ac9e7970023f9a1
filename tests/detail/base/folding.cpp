// SPDX-License-Identifier: MIT
#include <centavo/base/detail/folding.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <string_view>

using namespace centavo::detail;

namespace {

std::string folded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        auto const character = fold_at(text, at);
        out += character.letter == '\0' ? ' ' : character.letter;
        at += character.size;
    }
    return out;
}

}  // namespace

TEST_CASE("letters of ASCII and Latin-1 fold to lower case without accents") {
    CHECK(folded("AbZ09_") == "abz09_");
    CHECK(folded("ÀÉÎÕÜÑÇÝ") == "aeiounc"
                                "y");
    CHECK(folded("àéîõüñçÿ") == "aeiounc"
                                "y");
    CHECK(folded("Canción") == folded("CANCIO\xCC\x81N"));
    CHECK(folded("e\xCC\x81\xCC\xA3") == "e");
}

TEST_CASE("letters without an ASCII letter fold to a question mark") {
    CHECK(folded("ßæþ") == "???");
    CHECK(folded("日本") == "??");
    CHECK(folded("щ") == "?");
}

TEST_CASE("punctuation, symbols and bytes that are not UTF-8 are outside words") {
    CHECK(folded("a-b c") == "a b c");
    CHECK(folded("¿qué—x×y") == " que x y");
    CHECK(folded("a\xFF"
                 "b\xC3") == "a b ");
    CHECK(folded("、\xCC\x81") == "  ");
    CHECK(fold_at("", 0).letter == '\0');
    CHECK(fold_at("", 0).size == 1);
}

static_assert(fold_at("É").letter == 'e');
