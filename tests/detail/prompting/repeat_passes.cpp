// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/pass_runner.hpp>
#include <centavo/prompting/detail/repeat_passes.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

namespace {

centavo::Tokens bytes(std::string_view text) { return text.size(); }

std::string shortened(std::string_view prompt) {
    auto const counter = bytes;
    return centavo::detail::PassRunner{counter}.run(prompt, centavo::detail::repeat_passes).text;
}

bool untouched(std::string_view prompt) { return shortened(prompt) == prompt; }

std::string const passage = "The keeper of the light writes down each boat that passes, its cargo, and the "
                            "hour at which the tide turned that "
                            "day.";

}  // namespace

TEST_CASE("a passage that occurred before becomes a mark with its first words and its size") {
    CHECK(shortened("Source 1\n\n" + passage + "\n\nSource 2\n\n" + passage + "\n") ==
          "Source 1\n\n" + passage + "\n\nSource 2\n\n[as above: \"The keeper of the\", 117 characters]\n");
}

TEST_CASE("a run of equal lines is one passage, and headings in it stay") {
    std::string const other =
        "Nothing is written on days of fog, when the bell rings twice and all the boats stay in the harbor.";
    std::string const both = passage + "\n\n" + other + "\n";
    CHECK(shortened(both + "\n# Again\n\n" + both) ==
          both + "\n# Again\n\n[as above: \"The keeper of the\", 217 characters]\n");
    std::string const headed = passage + "\n\n# Fog\n\n" + other + "\n";
    CHECK(shortened(headed + "\nOnce more.\n\n" + headed).find("# Fog", headed.size()) != std::string::npos);
}

TEST_CASE("numbered lines of a file are folded, and other code is not") {
    std::string listing;
    std::string plain;
    for (int line = 10; line < 20; ++line) {
        listing += std::to_string(line) + ":    value = compute(value, " + std::to_string(line) + ")\n";
        plain += "    value = compute(value, " + std::to_string(line) + ")\n";
    }
    CHECK(shortened("First.\n" + listing + "Then.\n" + listing + "End.\n") ==
          "First.\n" + listing + "Then.\n[as above: lines 10 to 19, 10 lines]\nEnd.\n");
    CHECK(untouched("First.\n" + plain + "Then.\n" + plain));
}

TEST_CASE("records, verse, chats, code and short lines are not folded") {
    for (std::string const& line :
         {std::string{"timber with kernel 2.50"},
          std::string{"2031-02-3,saddle with upland and a long name of the thing,2.50"},
          std::string{"Ana: I said no to that, and I will say it again as often as you want me to say it, my "
                      "friend, no."},
          std::string{"O wild west wind, thou breath of autumn's being"}, std::string{"total = total + 1"},
          "x = \"" + passage + "\"", "<p>" + passage + "</p>", "| " + passage + " | 1 |"}) {
        INFO(line);
        CHECK(untouched(line + "\n" + line + "\n\nand\n\n" + line + "\n"));
    }
}

TEST_CASE("nothing is folded where the prompt is about repetitions") {
    CHECK(untouched("How many times does each passage occur?\n\n" + passage + "\n\n" + passage + "\n"));
    CHECK(untouched(passage + "\n\n" + passage + "\n\nFind the duplicates.\n"));
}

TEST_CASE("the overlap of two chunks becomes a mark, cut at white space outside links and code spans") {
    std::string const overlap =
        "and the harbor stays open in every season of the year for the boats that come from the north";
    std::string const prompt = "[chunk 1]\nThe tide turns at noon " + overlap + "\n\n[chunk 2]\n" + overlap +
                               " with their cargo of timber, salt and wool, as they always did.\n";
    CHECK(shortened(prompt) ==
          "[chunk 1]\nThe tide turns at noon " + overlap +
              "\n\n[chunk 2]\n[overlap: and\xe2\x80\xa6 92 characters] with their cargo of timber, "
              "salt and wool, as they always did.\n");
    std::string const linked = overlap + " [see the";
    CHECK(shortened("[chunk 1]\nThe tide " + linked + "\n\n[chunk 2]\n" + linked +
                    " map](https://a.b/c) of it.\n")
              .find("[see the map](https://a.b/c)") != std::string::npos);
}

TEST_CASE("equal log lines become one with their number, and other equal lines stay") {
    CHECK(shortened("ERROR disk is full\nERROR disk is full\nERROR disk is full\nINFO up\n") ==
          "ERROR disk is full [\xc3\x97"
          "3]\nINFO up\n");
    CHECK(shortened("2031-04-09 10:00:01 ERROR a b\n2031-04-09 10:00:01 ERROR a b\n") ==
          "2031-04-09 10:00:01 ERROR a b [\xc3\x97"
          "2]\n");
    CHECK(untouched("2031-04-09 10:00 Ana: no\n2031-04-09 10:00 Ana: no\n"));
    CHECK(untouched("10:30:00 2 x Latte 3.50\n10:30:00 2 x Latte 3.50\n"));
    CHECK(untouched("errors happen\nerrors happen\n"));
}

TEST_CASE("passages of earlier messages are known") {
    centavo::detail::EarlierLines earlier;
    earlier.add("Read this.\n\n" + passage + "\n");
    auto const counter = bytes;
    CHECK(centavo::detail::PassRunner{counter}
              .run(passage + "\n\nAgain.", centavo::detail::repeat_passes, &earlier)
              .text == "[as above: \"The keeper of the\", 117 characters]\n\nAgain.");
}
