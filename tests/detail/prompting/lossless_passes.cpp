// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/lossless_passes.hpp>
#include <centavo/prompting/detail/pass_runner.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

namespace {

/// Every byte a token, so that all that passes propose is made.
centavo::Tokens bytes(std::string_view text) { return text.size(); }

std::string shortened(std::string_view prompt) {
    auto const counter = bytes;
    return centavo::detail::PassRunner{counter}.run(prompt, centavo::detail::lossless_passes).text;
}

bool untouched(std::string_view prompt) { return shortened(prompt) == prompt; }

}  // namespace

TEST_CASE("JSON loses the white space between its tokens, and numbers and strings stay as they are written") {
    CHECK(shortened("{ \"a\" : [ 1.50 , 1e2, 12345678901234567890 ],\n\t\"b  c\": \"d  e\\u0020\" }") ==
          "{\"a\":[1.50,1e2,12345678901234567890],\"b  c\":\"d  e\\u0020\"}");
    CHECK(shortened("```json\n[\n  {},\n  []\n]\n```\n") == "```json\n[{},[]]\n```\n");
    CHECK(shortened("TOOL: [1, 2]\n") == "TOOL: [1,2]\n");
    CHECK(shortened("{\"a\":1, \"a\":2}") == "{\"a\":1,\"a\":2}");
    CHECK(untouched("{\"a\":[1,2]}"));
}

TEST_CASE("tables lose their padding, and cells stay as they are") {
    CHECK(shortened("| a  | b |\n|----|:--|\n| 1  | 2 |\n") == "|a|b|\n|-|:-|\n|1|2|\n");
    CHECK(shortened("| `x | y`  | a \\| b |\n|---|---|\n") == "|`x | y`|a \\| b|\n|-|-|\n");
    CHECK(shortened("|   | x  y |\n|---|---|\n|   |   |\n") == "||x  y|\n|-|-|\n|||\n");
    CHECK(shortened("| ---- | ` |\n|---|---|\n| ---- | x |\n") == "| ---- | ` |\n|-|-|\n|----|x|\n");
    CHECK(untouched("| a  | b\n|---|---\n"));
}

TEST_CASE("nothing else is changed, byte for byte") {
    for (std::string_view const prompt :
         {"Hello    world.\n\n\n\nAnswer   in   Spanish.   \nThanks.", "a\r\nb\r\n", "x\xe2\x80\x8by",
          "\xef\xbb\xbfx", "=======\n", "verse  \nverse  \n", "name:  'a  b'\n", "a\t\tb\t\n", "  x\n",
          "please, in order to\n", "\xff\xfe  "}) {
        INFO(prompt);
        CHECK(untouched(prompt));
    }
}
