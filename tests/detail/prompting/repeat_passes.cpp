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

constexpr std::string_view paragraph =
    "The quick brown fox jumps over the lazy dog,\nand does so again and again until the evening comes.\n";

}  // namespace

TEST_CASE("adjacent equal lines are reduced to one") {
    CHECK(shortened("a b c d\na b c d\na b c d\ne\na b c d") == "a b c d\ne\na b c d");
    CHECK(shortened("x\n2024-01-01 12:00 ERROR disk full\n2024-01-01 12:00 ERROR disk full\n") ==
          "x\n2024-01-01 12:00 ERROR disk full\n");
}

TEST_CASE("short and symbolic lines may repeat") {
    CHECK(untouched("}\n}\n---\n---\n- a b c\n- a b c\n"));
    CHECK(untouched("ha ha\nha ha\n"));
    CHECK(untouched("    a b c\n  a b c\n"));
    CHECK(untouched("```\na b c d\na b c d\n```\n"));
    CHECK(untouched("| a b c | d |\n|---|---|\n| a b c | d |\n| a b c | d |\n"));
}

TEST_CASE("a repeated paragraph is removed") {
    std::string const p{paragraph};
    CHECK(shortened(p + "\nBetween.\n\n" + p + "\nEnd.\n") == p + "\nBetween.\n\nEnd.\n");
    CHECK(shortened(p + "\n" + p + "\n" + p) == p);
}

TEST_CASE("short paragraphs, different ones and those with code are kept") {
    std::string const p{paragraph};
    CHECK(untouched("Output:\n\na\n\nOutput:\n\nb\n"));
    CHECK(untouched(p + "\n" + p + "but not quite\n"));
    CHECK(untouched(p + "```\nx\n```\n\n" + p + "```\ny\n```\n"));
}
