// SPDX-License-Identifier: MIT
#include <centavo/tokens/detail/splitter.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

using Pieces = std::vector<std::string>;

template <SplitPattern split>
Pieces cut(std::string_view text) {
    Pieces pieces;
    for (Splitter<split> splitter{text}; !splitter.done();) {
        pieces.emplace_back(splitter.next().text);
    }
    return pieces;
}

Pieces o200k(std::string_view text) { return cut<SplitPattern::o200k>(text); }
Pieces cl100k(std::string_view text) { return cut<SplitPattern::cl100k>(text); }

}  // namespace

TEST_CASE("classes are those of Unicode 16.0", "[tokens][splitter]") {
    using enum CharClass;
    CHECK(char_class(U'\n') == newline);
    CHECK(char_class(0x85) == space);
    CHECK(char_class(0x3000) == space);
    CHECK(char_class(0x180E) == other);  // white space only in old Unicode
    CHECK(char_class(0xFEFF) == other);  // white space only in JavaScript
    CHECK(char_class(U'½') == number);
    CHECK(char_class(U'Ⅳ') == number);
    CHECK(char_class(U'ǅ') == upper);
    CHECK(char_class(U'ß') == lower);
    CHECK(char_class(U'中') == both);
    CHECK(char_class(0x0301) == mark);
    CHECK(char_class(0x1C89) == upper);  // new in 16.0
    CHECK(char_class(0x105C0) == both);  // Todhri, new in 16.0
    CHECK(char_class(0x10FFFF) == other);
}

TEST_CASE("o200k_base splits words before an upper-case letter", "[tokens][splitter]") {
    CHECK(o200k("helloWorld FOOBar") == Pieces{"hello", "World", " FOOBar"});
    CHECK(o200k("ABC中DE") == Pieces{"ABC中", "DE"});
    CHECK(o200k("ABCdeF") == Pieces{"ABCde", "F"});
    CHECK(cl100k("helloWorld") == Pieces{"helloWorld"});
}

TEST_CASE("contractions end a word in o200k_base and begin a piece in cl100k_base", "[tokens][splitter]") {
    CHECK(o200k("it's we'LLx") == Pieces{"it's", " we'LL", "x"});
    CHECK(cl100k("it's we'LLx") == Pieces{"it", "'s", " we", "'LL", "x"});
    CHECK(o200k("it'\u017F!") == Pieces{"it'\u017F", "!"});
    CHECK(o200k("it'q") == Pieces{"it", "'q"});
    CHECK(o200k("it'") == Pieces{"it", "'"});
}

TEST_CASE("a mark is a prefix, part of a word, or a piece of its own", "[tokens][splitter]") {
    CHECK(o200k("\u0301AB") == Pieces{"\u0301", "AB"});
    CHECK(o200k("\u0301ab") == Pieces{"\u0301ab"});
    CHECK(o200k("a\u0301b") == Pieces{"a\u0301b"});
    CHECK(cl100k("a\u0301b") == Pieces{"a", "\u0301b"});
    CHECK(o200k("!\u0301!") == Pieces{"!\u0301", "!"});
}

TEST_CASE("the last white space character joins the following piece", "[tokens][splitter]") {
    CHECK(o200k("a   b") == Pieces{"a", "  ", " b"});
    CHECK(o200k("a\t\tb") == Pieces{"a", "\t", "\tb"});
    CHECK(o200k("a \n\n  b") == Pieces{"a", " \n\n", " ", " b"});
    CHECK(o200k("a  ") == Pieces{"a", "  "});
    CHECK(o200k("a\n  ") == Pieces{"a", "\n", "  "});
    CHECK(cl100k("a\n  ") == Pieces{"a", "\n  "});
    CHECK(o200k("a  1") == Pieces{"a", " ", " ", "1"});
}

TEST_CASE("digits split into groups of three, and symbols include trailing line breaks",
          "[tokens][splitter]") {
    CHECK(o200k("1234567") == Pieces{"123", "456", "7"});
    CHECK(o200k("1½٣4") == Pieces{"1½٣", "4"});
    CHECK(o200k("a !?\r\n/\nb") == Pieces{"a", " !?\r\n/\n", "b"});
    CHECK(cl100k("a !?\r\n/\nb") == Pieces{"a", " !?\r\n", "/\n", "b"});
    CHECK(o200k("\t!") == Pieces{"\t", "!"});
    CHECK(o200k("\u00A0!") == Pieces{"\u00A0", "!"});
}

TEST_CASE("other vocabularies use their own split patterns", "[tokens][splitter]") {
    auto const llama3 = cut<SplitPattern::llama3>;
    auto const qwen = cut<SplitPattern::qwen>;
    auto const gpt2 = cut<SplitPattern::gpt2>;
    // Llama 3 and Qwen: words as in cl100k_base, and trailing white space is split after its last line end.
    CHECK(llama3("it'S helloWorld 1234!\n/") ==
          Pieces{"it", "'S", " helloWorld", " ", "123", "4", "!\n", "/"});
    CHECK(llama3("a\n  ") == Pieces{"a", "\n", "  "});
    CHECK(qwen("it's 12½") == Pieces{"it", "'s", " ", "1", "2", "½"});
    // GPT-2: only a space precedes a word, a number of any length or symbols, and no piece includes line ends.
    CHECK(gpt2("it's It'S 12345 x") == Pieces{"it", "'s", " It", "'", "S", " 12345", " x"});
    CHECK(gpt2("\tx !?\n\nb") == Pieces{"\t", "x", " !?", "\n", "\n", "b"});
    CHECK(gpt2("a\u0301b  c ") == Pieces{"a", "\u0301", "b", " ", " c", " "});
    CHECK(gpt2(" \n 12") == Pieces{" \n", " 12"});
    CHECK(gpt2("we'\u017F") == Pieces{"we", "'", "\u017F"});
}

TEST_CASE("pieces add up to the input, and ill-formed pieces are marked", "[tokens][splitter]") {
    std::mt19937 random{20261124};
    std::string_view const alphabet[] = {
        "a",    "B",    "'",        "s",      " ", "\n", "\r",           "7",   "/", "!", "\u0301", "中",
        "\x80", "\xE4", "\xF0\x9F", "\u00A0", "½", "ǅ",  "\xED\xA0\x80", "\xFF"};
    for (int round = 0; round < 2'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 24; i > 0; --i) {
            text += alphabet[random() % std::size(alphabet)];
        }
        std::string together;
        for (Splitter<SplitPattern::o200k> splitter{text}; !splitter.done();) {
            Piece const piece = splitter.next();
            REQUIRE_FALSE(piece.text.empty());
            REQUIRE(piece.well_formed == !find_ill_formed_utf8(piece.text));
            together += piece.text;
        }
        REQUIRE(together == text);
    }
}
