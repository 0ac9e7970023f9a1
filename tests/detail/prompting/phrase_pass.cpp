// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/pass_runner.hpp>
#include <centavo/prompting/detail/phrase_pass.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <set>
#include <string>
#include <string_view>

using centavo::detail::english_phrases;
using centavo::detail::Phrase;
using centavo::detail::spanish_phrases;

namespace {

centavo::Tokens bytes(std::string_view text) { return text.size(); }

std::string shortened(std::string_view prompt) {
    auto const counter = bytes;
    return centavo::detail::PassRunner{counter}.run(prompt, std::array{centavo::detail::phrase_pass}).text;
}

bool untouched(std::string_view prompt) { return shortened(prompt) == prompt; }

template <class Check>
void for_each_phrase(Check check) {
    for (Phrase const& phrase : english_phrases) {
        check(phrase);
    }
    for (Phrase const& phrase : spanish_phrases) {
        check(phrase);
    }
}

}  // namespace

TEST_CASE("every phrase of the tables is replaced, in lower case and capitalized") {
    for_each_phrase([](Phrase const& phrase) {
        INFO(phrase.words);
        std::string const words{phrase.words};
        std::string const instead{phrase.replacement};
        CHECK(shortened("Hoy, " + words + " xyz") ==
              "Hoy, " + (instead.empty() ? "" : instead + " ") + "xyz");
        CHECK(shortened(centavo::detail::capitalized(words) + " xyz") ==
              (instead.empty() ? "Xyz" : centavo::detail::capitalized(instead) + " xyz"));
    });
}

TEST_CASE("every replacement is shorter, every phrase unique, and no phrase contains a negation") {
    std::set<std::string_view> seen;
    for_each_phrase([&](Phrase const& phrase) {
        INFO(phrase.words);
        CHECK(phrase.replacement.size() < phrase.words.size());
        CHECK(seen.insert(phrase.words).second);
        std::string const padded = " " + std::string{phrase.words} + " ";
        for (std::string_view const negator :
             {" not ", " no ", " never ", " without ", " only ", " except ", " unless ", " cannot ", " sin ",
              " nunca ", " solo ", " s\xc3\xb3lo ", " salvo ", " excepto ", " ni ", " jam\xc3\xa1s "}) {
            CHECK(padded.find(negator) == std::string::npos);
        }
    });
}

TEST_CASE("the longest phrase is replaced first") {
    CHECK(shortened("x a pesar del hecho de que y") == "x aunque y");
    CHECK(shortened("x con respecto al plan") == "x sobre el plan");
    CHECK(shortened("Please note that x is y.") == "X is y.");
}

TEST_CASE("only whole words are phrases") {
    CHECK(untouched("Pleased to meet a pleaser"));
    CHECK(untouched("debido a quejas"));
    CHECK(untouched("de acuerdo contigo"));
    CHECK(untouched("please_note or in order total"));
    CHECK(untouched("por favorable"));
    CHECK(untouched("\xc3\xb1por favor\xc3\xad"
                    "a"));
}

TEST_CASE("phrases match whatever their case and accents, and capitalization is kept") {
    CHECK(shortened("DE ACUERDO CON el plan") == "Seg\xc3\xban el plan");
    CHECK(shortened("De  acuerdo con el plan") == "Seg\xc3\xban el plan");
    CHECK(shortened("Mira: a continuacion el texto") == "Mira: el texto");
    CHECK(shortened("Mira: a continuacio\xcc\x81n el texto") == "Mira: el texto");
    CHECK(shortened("Por favor, \xc3\xa9"
                    "chale un vistazo") == "\xc3\x89"
                                           "chale un vistazo");
}

TEST_CASE("commas, spaces and capitals are adjusted") {
    CHECK(shortened("Por favor, resume el texto.") == "Resume el texto.");
    CHECK(shortened("Por favor resume el texto.") == "Resume el texto.");
    CHECK(shortened("Resume, por favor, el texto.") == "Resume el texto.");
    CHECK(shortened("Resume el texto, por favor.") == "Resume el texto.");
    CHECK(shortened("Resume el texto por favor") == "Resume el texto");
    CHECK(shortened("\xc2\xbfPuedes resumir, por favor?") == "\xc2\xbfPuedes resumir?");
    CHECK(shortened("\xc2\xbfPor favor, puedes?") == "\xc2\xbfPuedes?");
    CHECK(shortened("Lee el texto a continuaci\xc3\xb3n: uno") == "Lee el texto: uno");
    CHECK(shortened("A continuaci\xc3\xb3n se muestra") == "Se muestra");
    CHECK(shortened("Hi.\nPlease be brief, please.") == "Hi.\nBe brief.");
    CHECK(shortened("- Please be brief") == "- Be brief");
}

TEST_CASE("a phrase that is a whole sentence is kept") {
    CHECK(untouched("Please."));
    CHECK(untouched("\xc2\xa1Por favor!"));
    CHECK(untouched("por favor"));
    CHECK(untouched("Yes.\nPlease\nNo."));
    CHECK(untouched("(por favor)"));
    CHECK(untouched("\"por favor\""));
    CHECK(untouched("A continuaci\xc3\xb3n: uno"));
}

TEST_CASE("words that only resemble fillers are kept") {
    CHECK(untouched("sin embargo, no lo hagas"));
    CHECK(untouched("Sin embargo, s\xc3\xb3lo si hace falta"));
    CHECK(untouched("Estoy de acuerdo con Ana"));
    CHECK(untouched("no est\xc3\xa1n de acuerdo con el plan"));
    CHECK(untouched("We aim to please the customer"));
    CHECK(untouched("Do as you please now"));
    CHECK(untouched("This is what I want you to do"));
}

TEST_CASE("phrases in code, tables, JSON, URLs and placeholders are kept") {
    CHECK(untouched("```\nplease do it in order to win\n```\n"));
    CHECK(untouched("`in order to`"));
    CHECK(untouched("| in order to | x |\n|---|---|\n| please y | z |\n"));
    CHECK(untouched("{\"a\": \"please do it in order to win\"}"));
    CHECK(untouched("{please} {{ in order to }}"));
    CHECK(untouched("https://a.b/please"));
}
