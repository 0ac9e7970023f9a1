// SPDX-License-Identifier: MIT
#include <centavo/routing/complexity.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("code words and reasoning words together make a prompt look hard, in English and in Spanish") {
    CHECK(classify_complexity("Explain this function") == Complexity::high);
    CHECK(classify_complexity("Why does this class not compile?") == Complexity::high);
    CHECK(classify_complexity("Analiza este código") == Complexity::high);
    CHECK(classify_complexity("¿Por qué falla la función?") == Complexity::high);
    CHECK(classify_complexity("Compara def y function") == Complexity::high);
}

TEST_CASE("either kind of word alone does not") {
    CHECK(classify_complexity("Write a function") == Complexity::low);
    CHECK(classify_complexity("Explain the weather") == Complexity::low);
    CHECK(classify_complexity("") == Complexity::low);
}

TEST_CASE("words are matched whole: class is not in classical, def not in default") {
    CHECK(classify_complexity("Explain classical music") == Complexity::low);
    CHECK(classify_complexity("Explain the default") == Complexity::low);
    CHECK(classify_complexity("Explain class_action law") == Complexity::low);
    CHECK(classify_complexity("Explain class-action law") == Complexity::high);
    CHECK(classify_complexity("por favor, que función es") == Complexity::low);
}

TEST_CASE("case and accents do not matter, composed or not") {
    CHECK(classify_complexity("EXPLICA LA FUNCIÓN") == Complexity::high);
    CHECK(classify_complexity("explica la funcion") == Complexity::high);
    CHECK(classify_complexity("explica la funcio\xCC\x81n") == Complexity::high);
    CHECK(classify_complexity("POR QUE no va el CODIGO") == Complexity::high);
}

TEST_CASE("more than 200 words look hard, 200 do not") {
    std::string prompt;
    for (int i = 0; i < 200; ++i) {
        prompt += "palabra ";
    }
    CHECK(classify_complexity(prompt) == Complexity::low);
    CHECK(classify_complexity(prompt + "más") == Complexity::high);
}

TEST_CASE("ill-formed UTF-8 and other scripts are read to the end") {
    std::vector<std::string> words;
    for_each_plain_word("\xFF"
                        "Ab\xC3 日本語 x\xF0\x9F\x98\x80 ½ Straße",
                        [&](std::string_view word) { words.emplace_back(word); });
    CHECK(words == std::vector<std::string>{"ab", "日本語", "x😀", "straße"});
}

static_assert(classify_complexity("explain this code") == Complexity::high);
