// SPDX-License-Identifier: MIT
#include <centavo/pricing/id_pattern.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace centavo;

namespace {

bool matches(std::string_view pattern, std::string_view id) { return IdPattern::parse(pattern).matches(id); }

}  // namespace

TEST_CASE("each kind of condition matches its ids") {
    CHECK(matches("=gpt-4o", "gpt-4o"));
    CHECK(!matches("=gpt-4o", "gpt-4o-mini"));
    CHECK(matches("^GPT-4o", "gpt-4o-mini"));
    CHECK(!matches("^gpt-4o", "my-gpt-4o"));
    CHECK(matches("$-tts", "gemini-2.5-tts"));
    CHECK(!matches("$-tts", "gemini-2.5-tts-x"));
    CHECK(matches("*nova", "amazon.nova-lite"));
    CHECK(!matches("*nova", "amazon.titan"));
    CHECK(matches("|3 =a =b $z", "xyz"));
    CHECK(matches("&2 |2 ^a ^b $z", "b-z"));
    CHECK(!matches("&2 |2 ^a ^b $z", "c-z"));
}

TEST_CASE("a regular expression is searched for in the id") {
    CHECK(matches("/^claude-opus-5-\\d{8}$", "claude-opus-5-20260101"));
    CHECK(!matches("/^claude-opus-5-\\d{8}$", "claude-opus-5-202601012"));
    CHECK(matches("/^o[134]", "o3-mini"));
    CHECK(!matches("/^o[134]", "o2"));
    CHECK(matches("/^grok-4\\.5\\[fast=true\\]$", "grok-4.5[fast=true]"));
    CHECK(!matches("/^grok-4\\.5", "grok-4-5"));
    CHECK(matches("/^(?:labs-)?(?:(?:mi|dev)stral|pixtral)", "labs-devstral-2"));
    CHECK(!matches("/^(?:labs-)?(?:(?:mi|dev)stral|pixtral)", "labs-codestral"));
    CHECK(matches("/a{2,3}b", "xaab"));
    CHECK(!matches("/^a{2,3}b", "aaaab"));
    CHECK(matches("/^[^/]+$", "plain"));
    CHECK(!matches("/^[^/]+$", "a/b"));
}

TEST_CASE("a lookahead excludes ids") {
    std::string_view const pattern = "&2 ^gemini-2.5-pro /^(?!.*-[tT][tT][sS](?:$|-))";
    CHECK(matches(pattern, "gemini-2.5-pro-preview-05-06"));
    CHECK(!matches(pattern, "gemini-2.5-pro-preview-tts"));
    CHECK(!matches(pattern, "gemini-2.5-pro-tts-preview"));
    CHECK(matches(pattern, "gemini-2.5-pro-ttsx"));
    CHECK(matches("/^a(?=b)", "abc"));
    CHECK(!matches("/^a(?=b)", "acb"));
}

TEST_CASE("text that is not a pattern is rejected") {
    for (std::string_view const text :
         {"", "a", "=", "=a =b", "&2 =a", "&0", "|x =a", "/(", "/a**", "/[a", "/[z-a]", "/(?<n>a)", "/\\b",
          "/a{300}", "/((((((a{99}){99}){99}){99}){99}){99})", "/*", "/a)"}) {
        INFO(text);
        CHECK_THROWS_AS(IdPattern::parse(text), MalformedPattern);
    }
    CHECK_THROWS_AS(IdPattern::parse(std::string(100'000, '&')), MalformedPattern);
}

TEST_CASE("a pattern that backtracking engines take exponential time for is matched in bounded time") {
    CHECK(!matches("/^(a+)+$", std::string(200, 'a') + "b"));
    CHECK(!matches("/^(?:a|a)*$", std::string(200, 'a') + "b"));
    CHECK(!matches("*a", std::string(IdPattern::max_id + 1, 'a')));
}

TEST_CASE("a pattern is written as it is read") {
    CHECK(IdPattern::parse("&2 ^A /^B").to_string() == "&2 ^a /^B");
    CHECK(IdPattern::parse("^a") == IdPattern::parse("^A"));
}
