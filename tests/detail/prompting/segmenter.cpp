// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/segmenter.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using centavo::detail::Segment;
using centavo::detail::segment;
using centavo::detail::SegmentKind;

namespace {

/// The texts of all segments of `kind`.
std::vector<std::string> all(SegmentKind kind, std::string_view prompt) {
    std::vector<std::string> found;
    for (Segment const& part : segment(prompt)) {
        if (part.kind == kind) {
            found.emplace_back(prompt.substr(part.begin, part.end - part.begin));
        }
    }
    return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("segments cover the prompt, in order and without gaps") {
    std::mt19937 random{20240817};
    constexpr std::string_view pieces[] = {
        "```\n",        "~~~\n", "`",    "``",       "{",     "}",     "[", "]",
        "{\"a\": 1}",   "{{x}}", "${y}", "| a |",    "\n",    "|-|-|", " ", "  ",
        "http://a.b/c", "word",  "\xff", "\xc3\xa9", "<pre>", "</pre>"};
    for (int round = 0; round < 3000; ++round) {
        std::string prompt;
        for (auto left = random() % 30; left > 0; --left) {
            prompt += pieces[random() % std::size(pieces)];
        }
        std::size_t at = 0;
        for (Segment const& part : segment(prompt)) {
            REQUIRE(part.begin == at);
            REQUIRE(part.end > part.begin);
            at = part.end;
        }
        REQUIRE(at == prompt.size());
    }
}

TEST_CASE("an empty prompt has no segments") { CHECK(segment("").empty()); }

TEST_CASE("fences are code from mark to mark, indented, unclosed, or around shorter marks") {
    CHECK(all(SegmentKind::code, "a\n```cpp\nint  x;\n```\nb") == Texts{"```cpp\nint  x;\n```\n"});
    CHECK(all(SegmentKind::code, "- a\n   ```\n   x\n   ```\nb") == Texts{"   ```\n   x\n   ```\n"});
    CHECK(all(SegmentKind::code, "a\n~~~\nx\n```\n~~~\n") == Texts{"~~~\nx\n```\n~~~\n"});
    CHECK(all(SegmentKind::code, "````\n```\n````\nb") == Texts{"````\n```\n````\n"});
    CHECK(all(SegmentKind::code, "a\n```py\nx\n\n\ny") == Texts{"```py\nx\n\n\ny"});
    CHECK(all(SegmentKind::code, "a\r\n```\r\nx\r\n```\r\nb") == Texts{"```\r\nx\r\n```\r\n"});
    CHECK(all(SegmentKind::code, "a ``` b").empty());
}

TEST_CASE("a fence is JSON by its tag or, without one, if all of it parses") {
    CHECK(all(SegmentKind::json, "```json\n{\"a\": 1}\n```\n") == Texts{"{\"a\": 1}"});
    CHECK(all(SegmentKind::json, "```\n[1, 2]\n{\"a\": 1}\n```\n") == Texts{"[1, 2]", "{\"a\": 1}"});
    CHECK(all(SegmentKind::json, "```python\n[1, 2]\n```\n").empty());
    CHECK(all(SegmentKind::json, "```js\n{\"a\": 1}\n```\n").empty());
    CHECK(all(SegmentKind::json, "```\n[1, 2]\nx = 3\n```\n").empty());
    CHECK(all(SegmentKind::json, "```json\n{\"a\": 1} // why\n```\n").empty());
}

TEST_CASE("JSON in prose extends as far as a parser accepts it") {
    CHECK(all(SegmentKind::json, "see {\"a\": [1, {\"b\": \"}\"}]} there") ==
          Texts{"{\"a\": [1, {\"b\": \"}\"}]}"});
    CHECK(all(SegmentKind::json, "{\"a\": 1,}").empty());
    CHECK(all(SegmentKind::json, "{'a': 1}").empty());
    CHECK(all(SegmentKind::json, "[link](x) and [true story]").empty());
    CHECK(all(SegmentKind::json, std::string(5'000, '[')).empty());
}

TEST_CASE("code spans close on their line with as many back quotes") {
    CHECK(all(SegmentKind::inline_code, "a `b  c` d") == Texts{"`b  c`"});
    CHECK(all(SegmentKind::inline_code, "a ``b ` c`` d") == Texts{"``b ` c``"});
    CHECK(all(SegmentKind::inline_code, "a `b\nc` d").empty());
    CHECK(all(SegmentKind::inline_code, "`{\"a\":  1}`") == Texts{"`{\"a\":  1}`"});
    CHECK(all(SegmentKind::inline_code, "``a` b") == Texts{"``a`"});
}

TEST_CASE("placeholders and URLs are separate from prose") {
    CHECK(all(SegmentKind::placeholder, "{{ user  name }} ${A  B} {x_1} {1} {a b}") ==
          Texts{"{{ user  name }}", "${A  B}", "{x_1}"});
    CHECK(all(SegmentKind::url, "(https://a.b/c?d=1) http://e.f|https") ==
          Texts{"https://a.b/c?d=1", "http://e.f"});
}

TEST_CASE("a table has a header, a rule and rows") {
    CHECK(all(SegmentKind::table, "a\n| x | y |\n|---|:-:|\n| 1 | 2 |\nb") ==
          Texts{"| x | y |\n|---|:-:|\n| 1 | 2 |\n"});
    CHECK(all(SegmentKind::table, "| x | y |\n| 1 | 2 |\n").empty());
    CHECK(all(SegmentKind::table, "|---|\n").empty());
}

TEST_CASE("preformatted markup is code if it is closed") {
    CHECK(all(SegmentKind::code, "a <pre>  x\n\n\n y</pre> b") == Texts{"<pre>  x\n\n\n y</pre>"});
    CHECK(all(SegmentKind::code, "a <pre>  x").empty());
    CHECK(all(SegmentKind::code, "a <prefix>  </prefix>").empty());
}

TEST_CASE("no prompt takes quadratic time") {
    constexpr std::size_t size = 2'000'000;
    auto const repeated = [](std::string_view piece) {
        std::string text;
        while (text.size() < size) {
            text += piece;
        }
        return text;
    };
    auto const begin = std::chrono::steady_clock::now();
    for (std::string_view const piece :
         {"`a` ", "[\"a\", ", "{{", "${a ", "<pre> ", "[1 ", "``", "| a ", "{\"a\":", "``` a\n", "\n|\n"}) {
        CHECK(segment(repeated(piece)).size() < size);
    }
    // Quadratic would be hours; sanitizers and slow machines stay far below this.
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::minutes{1});
}
