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

TEST_CASE("every replacement is shorter, every phrase unique, and no phrase contains a negation") {
    std::set<std::string_view> seen;
    for_each_phrase([&](Phrase const& phrase) {
        INFO(phrase.words);
        CHECK(phrase.replacement.size() < phrase.words.size());
        CHECK(seen.insert(phrase.words).second);
        std::string const padded = " " + std::string{phrase.words} + " ";
        for (std::string_view const negator :
             {" not ", " no ", " never ", " without ", " only ", " except ", " unless ", " cannot ", " sin ",
              " nunca ", " solo ", " sólo ", " salvo ", " excepto ", " ni ", " jamás "}) {
            CHECK(padded.find(negator) == std::string::npos);
        }
    });
}

TEST_CASE("a phrase is replaced in a sentence, in any case and with or without accents") {
    CHECK(shortened("The call failed due to the fact that the disk was full.") ==
          "The call failed because the disk was full.");
    CHECK(shortened("Read all of it in order to answer the question.") ==
          "Read all of it to answer the question.");
    CHECK(shortened("Explain, de acuerdo con el informe, por que fallo todo.") ==
          "Explain, según el informe, por que fallo todo.");
    CHECK(shortened("De acuerdo con el informe, el disco estaba lleno ayer.") ==
          "Según el informe, el disco estaba lleno ayer.");
    CHECK(shortened("Lee el informe con el fin de responder a la pregunta.") ==
          "Lee el informe para responder a la pregunta.");
    CHECK(shortened("Todo sigue a dia de hoy como antes en la oficina.") ==
          "Todo sigue hoy como antes en la oficina.");
}

TEST_CASE("the longest phrase is replaced first") {
    CHECK(shortened("Sigue a pesar del hecho de que llueve mucho aquí.") ==
          "Sigue aunque llueve mucho aquí.");
    CHECK(shortened("Please note that the list is short and old.") == "The list is short and old.");
}

TEST_CASE("commas, spaces and capitals are adjusted, and no comma is left over") {
    CHECK(shortened("Por favor, resume el texto en una sola frase corta.") ==
          "Por favor, resume el texto en una sola frase corta.");
    CHECK(shortened("Por favor, resume el texto en dos o tres puntos.") ==
          "Resume el texto en dos o tres puntos.");
    CHECK(shortened("Resume, por favor, el texto en dos o tres puntos.") ==
          "Resume el texto en dos o tres puntos.");
    CHECK(shortened("Resume el texto en dos o tres puntos, por favor.") ==
          "Resume el texto en dos o tres puntos.");
    CHECK(shortened("Please summarize the text in two or three points.") ==
          "Summarize the text in two or three points.");
    CHECK(shortened("A continuación, resume el texto en dos puntos.") == "Resume el texto en dos puntos.");
    CHECK(shortened("- Please be as brief as you can be.") == "- Be as brief as you can be.");
    CHECK(shortened("It is important to note that the list is short.") == "The list is short.");
}

TEST_CASE("identifiers, addresses, paths, hashtags and markup are kept") {
    for (std::string_view const prompt :
         {"Send it to please@example.com as soon as you can today.",
          "Open the file kindly.py and please.py in order-to mode for me.",
          "See #please and #kindly for all of the other posts.",
          "Look in C:\\please\\prior to\\x for all of the files.",
          "Visit please.com for all that you want to know today.",
          "Set in order to_go as the name of the new branch.", "`in order to`",
          "```\nPlease do it in order to win the game now.\n```\n",
          "| in order to | x |\n|---|---|\n| please y | z |\n", "{\"a\": \"please do it in order to win\"}",
          "https://a.b/please"}) {
        INFO(prompt);
        CHECK(untouched(prompt));
    }
}

TEST_CASE("names, quotations and sentences about wording are kept") {
    for (std::string_view const prompt : {"Who sang Please Please Me in the year of the storm?",
                                          "Please Please Me is a record that all of us know.",
                                          "Who wrote The Kindly Ones and all of the other books?",
                                          "Do not use the phrase it is important to note that in the answer.",
                                          "No escribas es importante destacar que en la respuesta.",
                                          "Translate in order to into German and into French for me.",
                                          "Banned words: please, kindly, in order to, prior to.",
                                          "The safe word is please and not any other one.",
                                          "She said \"in order to\" more often than all of the others.",
                                          "Rate the politeness: Please send me the file today.",
                                          "Do not present it as a matter of fact to the other people."}) {
        INFO(prompt);
        CHECK(untouched(prompt));
    }
}

TEST_CASE("words that only resemble phrases are kept") {
    for (std::string_view const prompt :
         {"con el fin de semana que viene nos vamos a la playa",
          "Coincide con el fin de la guerra en toda la zona.",
          "Compara los datos con el objetivo de ventas del año.",
          "Estoy de acuerdo con Ana en casi todo lo demás.",
          "Todo parece de acuerdo con el plan que hicimos ayer.",
          "a continuación de la figura hay una tabla con datos",
          "Use a prior to regularise the model that you have.",
          "We aim to please the customer in every way we can.",
          "Choose words that please the ear of the reader now.",
          "Do as you please now and do not ask me again.", "This is what I want you to do for me today.",
          "Sin embargo, no lo hagas hasta que te lo pida yo."}) {
        INFO(prompt);
        CHECK(untouched(prompt));
    }
}

TEST_CASE("a phrase that is a whole sentence is kept") {
    CHECK(untouched("Please."));
    CHECK(untouched("¡Por favor!"));
    CHECK(untouched("Yes.\nPlease\nNo."));
    CHECK(untouched("(por favor)"));
}
