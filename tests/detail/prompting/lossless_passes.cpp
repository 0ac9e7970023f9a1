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

TEST_CASE("carriage returns are removed from prose and kept in fences") {
    CHECK(shortened("a\r\nb\r\n```\r\nc\r\n```\r\nd\r\n") == "a\nb\n```\r\nc\r\n```\r\nd\n");
    CHECK(untouched("a\rb"));
}

TEST_CASE("invisible characters are removed from prose") {
    CHECK(shortened("\xef\xbb\xbfHello") == "Hello");
    CHECK(shortened("op\xc2\xadti\xc3\xb3n\xe2\x80\x8b is") == "op\xc2\xadti\xc3\xb3n is");
    CHECK(shortened("na\xc3\xaf\xc2\xadve") == "na\xc3\xafve");
}

TEST_CASE("an invisible character between words or numbers or beside a mark is kept") {
    CHECK(untouched("12\xc2\xad"
                    "34"));
    CHECK(untouched("no\xe2\x80\x8bt"));
    CHECK(untouched("\xe2\x80\x8b```"));
    CHECK(untouched("\xef\xbb\xbf{\"a\":1}"));
    CHECK(untouched("a.\xe2\x80\x8b,"));
    CHECK(untouched("`a\xe2\x80\x8b b`"));
    CHECK(untouched("{\"a\":\"x\xe2\x80\x8b y\"}"));
}

TEST_CASE("trailing white space and double spaces of prose are removed") {
    CHECK(shortened("Hello    world.  Bye.  \nNext\t\n") == "Hello world. Bye.\nNext\n");
    CHECK(shortened("a `b`  c  {x}  d") == "a `b` c {x} d");
    CHECK(shortened("Say \"yes\"  now") == "Say \"yes\" now");
}

TEST_CASE("significant spaces are kept") {
    CHECK(untouched("  two\n    four\n\ttab\n      six"));
    CHECK(untouched("    x = 1  # indented by four is code"));
    CHECK(untouched("split on \"  \" here"));
    CHECK(untouched("-   item\n1.  item\n>  quote"));
    CHECK(untouched("12:    return x\n13:        y"));
    CHECK(untouched("src/main.cpp:12:    return x"));
    CHECK(untouched("12     return x\n13         y"));
    CHECK(untouched("name   size   date\nx             today\n"));
    CHECK(untouched("a  , b"));
    CHECK(untouched("ends in spaces  "));
}

TEST_CASE("blank lines are reduced to one, and rules to three marks") {
    CHECK(shortened("a\n\n\n\nb\n\nc\n") == "a\n\nb\n\nc\n");
    CHECK(shortened("a\n \n\t\n  b") == "a\n\n  b");
    CHECK(shortened("a\n==========\nb\n----------\n") == "a\n===\nb\n---\n");
    CHECK(shortened("a\n\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\nb") ==
          "a\n\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\nb");
    CHECK(untouched("a\n----\nb\n--------x\n-----BEGIN KEY-----\n##########\n~~~~~~~~\nx"));
}

TEST_CASE("only the padding of tables is removed") {
    CHECK(shortened("| a   | b |\n|-----|:---:|\n| c d | `x  y` |\n") == "|a|b|\n|-|:-:|\n|c d|`x  y`|\n");
    CHECK(shortened("  | a | b |\n  |---|---|\n  | c \\| d | |\n") == "  |a|b|\n  |-|-|\n  |c \\| d||\n");
    CHECK(shortened("| a  b | -- |\n|---|---|\n| --x | 1 -- 2 |\n") == "|a  b|-|\n|-|-|\n|--x|1 -- 2|\n");
    CHECK(shortened("| a |\n|---|\n|   {\"key\":  \"a long  value here\"} |\n") ==
          "|a|\n|-|\n| {\"key\":\"a long  value here\"}|\n");
    CHECK(untouched("| a | b |\n| c | d |\n"));
}

TEST_CASE("white space between JSON tokens is removed, and values are kept as written") {
    CHECK(shortened("{\n  \"a\" : [ 1.0, 1e2, -0 ],\n  \"b\": \"x  y\\\" \\\\\"\n}") ==
          "{\"a\":[1.0,1e2,-0],\"b\":\"x  y\\\" \\\\\"}");
    CHECK(shortened("```json\n[ { \"name\": \"value\" },\n  {} ]\n```\n") ==
          "```json\n[{\"name\":\"value\"},{}]\n```\n");
    CHECK(shortened("{\r\n\"carriage\": \"returns go\"\r\n}\r\n") == "{\"carriage\":\"returns go\"}\n");
    CHECK(shortened("\"b\": {\"dup\": 1, \"dup\": 2, \"c\": 123}") ==
          "\"b\": {\"dup\":1,\"dup\":2,\"c\":123}");
}

TEST_CASE("text that only resembles JSON is kept") {
    CHECK(untouched("{\"a\": 1, \"trailing comma\": 2,}"));
    CHECK(untouched("as in [1, 2]"));
    CHECK(untouched("`{\"a\": 1, \"b\": [1, 2, 3, 4, 5]}`"));
    CHECK(untouched("```python\n{\"a\": 1, \"b\": [1, 2, 3, 4, 5]}\n```\n"));
    CHECK(untouched("```js\nconst x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];\n```\n"));
    CHECK(untouched("x[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"));
}

TEST_CASE("code, URLs and placeholders are kept byte for byte") {
    CHECK(untouched("```py\nx = 1  \n\n\n\ny  =  2\n```\n"));
    CHECK(untouched("~~~\nnever  closed   \n\n\n\n"));
    CHECK(untouched("`WHERE username =  %s`"));
    CHECK(untouched("https://a.b/c\xc2\xad"
                    "d?e=1,,2"));
    CHECK(untouched("{{ a  b }} and ${c  d} and {e}"));
    CHECK(untouched("<pre>\n a   b  \n\n\n\n</pre>"));
}
