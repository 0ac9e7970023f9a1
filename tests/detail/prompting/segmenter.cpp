// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/segmenter.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using centavo::detail::Segment;
using centavo::detail::segment;
using centavo::detail::SegmentKind;

namespace {

using Texts = std::vector<std::string>;

/// The texts of all segments of `kind`.
Texts all(SegmentKind kind, std::string_view prompt) {
    Texts found;
    for (Segment const& part : segment(prompt)) {
        if (part.kind == kind) {
            found.emplace_back(prompt.substr(part.begin, part.end - part.begin));
        }
    }
    return found;
}

Texts json(std::string_view prompt) { return all(SegmentKind::json, prompt); }
Texts code(std::string_view prompt) { return all(SegmentKind::code, prompt); }

}  // namespace

TEST_CASE("segments cover the prompt, in order and without gaps") {
    std::mt19937 random{20240817};
    constexpr std::string_view pieces[] = {"```\n",
                                           "~~~\n",
                                           "`",
                                           "```json\n",
                                           "{",
                                           "}\n",
                                           "[",
                                           "]\n",
                                           "\n\n",
                                           "{\"a\": 1}\n",
                                           "{{x}}",
                                           "| a |\n",
                                           "|-|\n",
                                           "\n",
                                           " ",
                                           "    ",
                                           "x\n",
                                           "\xff",
                                           "\xc3\xa9",
                                           "<pre>",
                                           "</pre>",
                                           "\"\"\"",
                                           "[chunk 1]\n",
                                           "[chunk 2]\n",
                                           "+x\n",
                                           "--- a\n",
                                           "+++ b\n",
                                           "@@ -1 @@\n",
                                           "<<EOF\n",
                                           "EOF\n",
                                           "<<<<<<< a\n",
                                           ">>>>>>> b\n",
                                           "[table: 2 rows] a\n"};
    for (int round = 0; round < 4000; ++round) {
        std::string prompt;
        for (auto left = random() % 30; left > 0; --left) {
            prompt += pieces[random() % std::size(pieces)];
        }
        INFO(prompt);
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
    CHECK(code("a\n```cpp\nint  x;\n```\nb") == Texts{"```cpp\nint  x;\n```\n"});
    CHECK(code("- a\n   ```\n   x\n   ```\nb") == Texts{"   ```\n   x\n   ```\n"});
    CHECK(code("a\n~~~\nx\n```\n~~~\n") == Texts{"~~~\nx\n```\n~~~\n"});
    CHECK(code("````\n```\n````\nb") == Texts{"````\n```\n````\n"});
    CHECK(code("a\n```py\nx\n\n\ny") == Texts{"```py\nx\n\n\ny"});
    CHECK(code("a\r\n```\r\nx\r\n```\r\nb") == Texts{"```\r\nx\r\n```\r\n"});
    CHECK(code("a ``` b").empty());
}

TEST_CASE("a fence is JSON by its tag or, without one, if all of it parses") {
    CHECK(json("```json\n{\"a\": 1}\n```\n") == Texts{"{\"a\": 1}"});
    CHECK(json("```\n[1, 2]\n{\"a\": 1}\n```\n") == Texts{"[1, 2]", "{\"a\": 1}"});
    CHECK(json("```python\n[1, 2]\n```\n").empty());
    CHECK(json("```js\n{\"a\": 1}\n```\n").empty());
    CHECK(json("```\n[1, 2]\nx = 3\n```\n").empty());
    CHECK(json("```json\n{\"a\": 1} // why\n```\n").empty());
}

TEST_CASE("a fence of log lines is a log") {
    CHECK(all(SegmentKind::log, "```\n2031-01-02 10:00:00 INFO up\n2031-01-02 10:00:01 INFO down\n```\n") ==
          Texts{"2031-01-02 10:00:00 INFO up\n2031-01-02 10:00:01 INFO down\n"});
    CHECK(all(SegmentKind::log, "```python\n2031-01-02 10:00:00 INFO up\n2031-01-02 10:00:01 INFO up\n```\n")
              .empty());
}

TEST_CASE("JSON is a segment where it begins and ends with a line, or follows a label") {
    CHECK(json("{\"a\": [1, {\"b\": \"}\"}]}") == Texts{"{\"a\": [1, {\"b\": \"}\"}]}"});
    CHECK(json("The rows.\n\n[\n  1,\n  2\n]\n\nThanks.") == Texts{"[\n  1,\n  2\n]"});
    CHECK(json("TOOL: {\"a\": 1}\nASSISTANT: Done.") == Texts{"{\"a\": 1}"});
    CHECK(json("<tool_call>\n{\"a\": 1}\n</tool_call>") == Texts{"{\"a\": 1}"});
    CHECK(json("<doc>\n  {\"a\": 1}\n</doc>") == Texts{"{\"a\": 1}"});
    CHECK(json("{\"a\": 1}\n{\"a\": 2}\n") == Texts{"{\"a\": 1}", "{\"a\": 2}"});
    CHECK(json("{\"a\": 1}{\"a\": 2}") == Texts{"{\"a\": 1}", "{\"a\": 2}"});
    CHECK(json("see {\"a\": 1} there").empty());
    CHECK(json("{\"a\": 1,}").empty());
    CHECK(json("{'a': 1}").empty());
    CHECK(json("[link](x)").empty());
    CHECK(json("{\"a\": 01}").empty());
    CHECK(json("{\"a\": \"\\x\"}").empty());
}

TEST_CASE("JSON in a program, a patch, YAML, a quotation or a here-document is protected") {
    for (std::string_view const prompt :
         {"x = {\n  \"a\":  1\n}\n", "f(\n{\"a\":  1}\n)", "items = [\n  {\"a\":  1}\n]\n",
          "payload: |\n  {\"a\":  1}\n", "curl -d '\n{\"a\":  1}\n'", "cat <<EOF\n{\"a\":  1}\nEOF\n",
          "@@ -1,2 +1,2 @@\n {\"a\":  1}\n-x\n+y\n", "<pre>\n{\"a\":  1}\n</pre>\n",
          "s = \"\"\"\n{\"a\":  1}\n\"\"\"\n", "<<<<<<< SEARCH\n{\"a\":  1}\n=======\n>>>>>>> REPLACE\n",
          "\\begin{verbatim}\n{\"a\":  1}\n\\end{verbatim}\n", "<!--\n{\"a\":  1}\n-->\n",
          "{\"a\":  1},\nmore", "    {\"a\":  1}\n", "const x =\n{\"a\":  1};\n",
          ">>> print(x)\n{\"a\":  1}\n"}) {
        INFO(prompt);
        CHECK(json(prompt).empty());
    }
}

TEST_CASE("JSON beside words about its layout is protected") {
    for (std::string_view const words :
         {"Answer in exactly this layout, indented by two spaces:", "Line 3 of this file is wrong.",
          "Keep the whitespace.", "What is the SHA256 hash of this?", "Devuelve esto tal cual:",
          "How many lines does it have?", "Copy it verbatim.", "Respeta la sangría."}) {
        std::string const prompt = std::string{words} + "\n{\n  \"a\": 1\n}\n";
        INFO(prompt);
        CHECK(json(prompt).empty());
        CHECK(json("{\n  \"a\": 1\n}\n\n" + std::string{words}).empty());
    }
    CHECK(json("Answer in JSON format:\n{\n  \"a\": 1\n}\n").size() == 1);
}

TEST_CASE("broken JSON is protected as far as it was read") {
    CHECK(code("{\"a\": [\n  1,\n  2\n") == Texts{"{\"a\": [\n  1,\n  2\n"});
    CHECK(json("{\"a\": [\n  {\"b\":  1}\n  x\n{\"c\":  1}\n") == Texts{"{\"c\":  1}"});
}

TEST_CASE("a table has a header, a rule and rows that begin and end with pipes") {
    CHECK(all(SegmentKind::table, "a\n\n| x | y |\n|---|:-:|\n| 1 | 2 |\nb") ==
          Texts{"| x | y |\n|---|:-:|\n| 1 | 2 |\n"});
    CHECK(all(SegmentKind::table, "| x | y |\n| 1 | 2 |\n").empty());
    CHECK(all(SegmentKind::table, "|---|\n").empty());
    CHECK(all(SegmentKind::table, "@@ -1 +1 @@\n | x | y |\n |---|---|\n").empty());
    CHECK(all(SegmentKind::table, "How wide is the first cell?\n\n| x | y |\n|---|---|\n").empty());
}

TEST_CASE("lines between the marks of the user are protected") {
    CHECK(code("a\n<protect>{\"a\":  1}</protect>\nb\n") == Texts{"<protect>{\"a\":  1}</protect>\n"});
    CHECK(code("a\n<protect>\n{\"a\":  1}\n</protect>\nb") == Texts{"<protect>\n{\"a\":  1}\n</protect>\n"});
    std::string_view const prompt = "%%keep\n{\"a\":  1}\n%%end\n{\"b\":  1}\n";
    std::vector<Segment> const parts = segment(prompt, {"%%keep", "%%end"});
    CHECK(parts.front().kind == SegmentKind::code);
    CHECK(prompt.substr(parts.front().begin, parts.front().end) == "%%keep\n{\"a\":  1}\n%%end\n");
}

TEST_CASE("forms that an optimizer wrote are protected to their last line") {
    CHECK(all(SegmentKind::form, "[table: 2 rows] a\n{}\n[1]\n{\"b\":  1}\n") ==
          Texts{"[table: 2 rows] a\n{}\n[1]\n"});
    CHECK(all(SegmentKind::form, "(tools: 1 lines)\nf: x\ny") == Texts{"(tools: 1 lines)\nf: x\n"});
}

TEST_CASE("a fence that the end of a chunk cut ends at the heading of the next chunk") {
    std::string_view const prompt = "Use it.\n\n[chunk 1]\n```sh\nls\n\n[chunk 2]\nMore text.\n";
    CHECK(code(prompt) == Texts{"```sh\nls\n\n"});
    CHECK(code("```sh\nls\n\n[chunk 2]\nMore text.\n").front().ends_with("text.\n"));
}
