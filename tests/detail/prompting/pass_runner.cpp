// SPDX-License-Identifier: MIT
#include <centavo/prompting/detail/pass_runner.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

Tokens bytes(std::string_view text) { return text.size(); }

void drop_x(Segmented const& prompt, std::vector<Edit>& edits) {
    for (std::size_t at = 0; at < prompt.text.size(); ++at) {
        if (prompt.text[at] == 'x') {
            edits.push_back({at, at + 1, {}});
        }
    }
}

/// Removes one "ab" at a time from a nest of them: needs a round for each.
void drop_inner(Segmented const& prompt, std::vector<Edit>& edits) {
    std::size_t const at = prompt.text.find("ab");
    if (at != std::string_view::npos) {
        edits.push_back({at, at + 2, {}});
    }
}

constexpr std::array drop_x_pass{Pass{"x", drop_x}};
constexpr std::array drop_inner_pass{Pass{"inner", drop_inner}};

}  // namespace

TEST_CASE("the original can be recovered from the result") {
    auto const counter = bytes;
    std::string const text = "axb\nxx\n\nxcx";
    Optimized const done = PassRunner{counter}.run(text, drop_x_pass);
    CHECK(done.text == "ab\n\n\nc");
    CHECK(done.original() == text);
    std::string const nest = "1aaabbb2ab3";
    Optimized const rounds = PassRunner{counter}.run(nest, drop_inner_pass);
    CHECK(rounds.text == "123");
    CHECK(rounds.original() == nest);
    REQUIRE(rounds.changes.size() == 2);
    CHECK(rounds.changes[0].original == "aaabbb");
}

TEST_CASE("the savings of the passes add up to those of the prompt") {
    auto const counter = bytes;
    Optimized const done = PassRunner{counter}.run("axb\nc\nd\ne\nxx f\n", drop_x_pass);
    CHECK(done.text == "ab\nc\nd\ne\n f\n");
    CHECK(done.before == Tokens{15});
    CHECK(done.after == Tokens{12});
    REQUIRE(done.passes.size() == 1);
    CHECK(done.passes[0].name == "x");
    CHECK(done.passes[0].tokens_saved == Tokens{3});
    CHECK(done.passes[0].edits == 3);
    CHECK(done.passes[0].accepted);
    CHECK(done.passes[0].reason.empty());
}

TEST_CASE("an edit that adds tokens to its lines is not applied, others are") {
    // Without its x a line of "dear" costs more.
    auto const counter = [](std::string_view text) {
        auto const at = text.find("dear");
        return Tokens{
            text.size() +
            (at != std::string_view::npos && text.find("xdear") == std::string_view::npos ? 5U : 0U)};
    };
    Optimized const done = PassRunner{counter}.run("xdear\nb\nc\nd\ne\nxf\n", drop_x_pass);
    CHECK(done.text == "xdear\nb\nc\nd\ne\nf\n");
    CHECK(done.passes[0].edits == 1);
}

TEST_CASE("a prompt that would not have fewer tokens is returned unchanged, with the reason") {
    auto const constant = [](std::string_view) { return Tokens{7}; };
    Optimized const same = PassRunner{constant}.run("axb", drop_x_pass);
    CHECK(same.text == "axb");
    CHECK(same.saved() == Tokens{0});
    CHECK_FALSE(same.passes[0].accepted);
    CHECK(same.passes[0].reason == "it would not save tokens");

    auto const contrary = [](std::string_view text) { return Tokens{100 - text.size()}; };
    Optimized const larger = PassRunner{contrary}.run("axb", drop_x_pass);
    CHECK(larger.text == "axb");
    CHECK(larger.passes[0].reason == "it would not save tokens");

    Optimized const nothing = PassRunner{constant}.run("ab", drop_x_pass);
    CHECK(nothing.passes[0].reason == "no edit was found");
}

TEST_CASE("passes run until nothing changes, and a prompt that does not converge is returned unchanged") {
    auto const counter = bytes;
    auto const nest = [](std::size_t depth) { return std::string(depth, 'a') + std::string(depth, 'b'); };
    CHECK(PassRunner{counter}.run(nest(20) + "c", drop_inner_pass).text == "c");
    Optimized const endless = PassRunner{counter}.run(nest(200) + "c", drop_inner_pass);
    CHECK(endless.text == nest(200) + "c");
    CHECK(endless.passes[0].reason == "repeated runs did not converge");
}

TEST_CASE("runs of edited lines are disjoint, and begin and end where no token spans lines") {
    std::string const text = "0\n1\n2\n3\n4\n5\n\n 7\n8\n9";
    auto const segments = segment(text);
    Segmented const prompt{text, segments};
    std::array const edits{Edit{2, 3, {}}, Edit{10, 11, {}}};
    auto const runs = edited_lines(prompt, edits);
    REQUIRE(runs.size() == 2);
    CHECK(text.substr(runs[0].begin, runs[0].end - runs[0].begin) == "1\n");
    // After line 5 an empty and an indented line follow: no safe place to cut before line 8.
    CHECK(text.substr(runs[1].begin, runs[1].end - runs[1].begin) == "5\n\n 7\n");
}
