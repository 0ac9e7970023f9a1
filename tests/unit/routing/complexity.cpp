// SPDX-License-Identifier: MIT
#include <centavo/routing/complexity.hpp>

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <string>

using namespace centavo;

TEST_CASE("a code word and a reasoning word together are of high complexity, in English and Spanish") {
    CHECK(classify_complexity("Explain this function") == Complexity::high);
    CHECK(classify_complexity("Why does this class not compile?") == Complexity::high);
    CHECK(classify_complexity("Analiza este código") == Complexity::high);
    CHECK(classify_complexity("¿Por qué falla la función?") == Complexity::high);
    CHECK(classify_complexity("Compara def y function") == Complexity::high);
}

TEST_CASE("either kind of word alone is of low complexity") {
    CHECK(classify_complexity("Write a function") == Complexity::low);
    CHECK(classify_complexity("Explain the weather") == Complexity::low);
    CHECK(classify_complexity("") == Complexity::low);
}

TEST_CASE("only whole words match") {
    CHECK(classify_complexity("Explain classical music") == Complexity::low);
    CHECK(classify_complexity("Explain the default") == Complexity::low);
    CHECK(classify_complexity("Explain class_action law") == Complexity::low);
    CHECK(classify_complexity("Explain class-action law") == Complexity::high);
    CHECK(classify_complexity("por favor, que función es") == Complexity::low);
}

TEST_CASE("case and accents, composed or decomposed, are ignored") {
    CHECK(classify_complexity("EXPLICA LA FUNCIÓN") == Complexity::high);
    CHECK(classify_complexity("explica la funcion") == Complexity::high);
    CHECK(classify_complexity("explica la funcio\xCC\x81n") == Complexity::high);
    CHECK(classify_complexity("POR QUE no va el CODIGO") == Complexity::high);
}

TEST_CASE("more than 200 words are of high complexity") {
    std::string prompt;
    for (int i = 0; i < 200; ++i) {
        prompt += "palabra ";
    }
    CHECK(classify_complexity(prompt) == Complexity::low);
    CHECK(classify_complexity(prompt + "más") == Complexity::high);
}

TEST_CASE("complexities are found by name") {
    CHECK(find_complexity("low") == Complexity::low);
    CHECK(find_complexity("high") == Complexity::high);
    CHECK(find_complexity("High") == std::nullopt);
    CHECK(find_complexity("") == std::nullopt);
}

static_assert(classify_complexity("explain this code") == Complexity::high);
