// SPDX-License-Identifier: MIT
#include <centavo/tokens/counter.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

using namespace centavo;
using namespace centavo::detail;

static_assert(TokenCounter<Counter>);
static_assert(!TokenCounter<std::string>);
static_assert(!std::is_constructible_v<Counter, Bpe&&>, "a counter does not outlive its tokenizer");

TEST_CASE("a counter of an encoding is exact", "[tokens][counter]") {
    CHECK(counter_for(Encoding::o200k_base).count("hello world") == 2);
    CHECK(counter_for(Encoding::cl100k_base).count("tiktoken is great!") == 6);
    CHECK(counter_for(Encoding::o200k_base).exact());
    CHECK(counter_for(ModelId{"gpt-4o"}).bpe() == &o200k_base());
    CHECK(counter_for(ModelId{"text-embedding-3-small"}).bpe() == &cl100k_base());
}

TEST_CASE("without a public vocabulary a family's measured factor scales o200k_base's count",
          "[tokens][counter]") {
    Counter const counter = counter_for(ModelId{"claude-sonnet-4-5"});
    CHECK_FALSE(counter.exact());
    CHECK(counter.bpe() == nullptr);
    CHECK(counter.reference() == &o200k_base());
    REQUIRE(counter.estimate());
    CHECK(counter.estimate()->family == "claude");
    CHECK(counter.error() == 0.056);
    std::string const prose = [] {
        std::string text;
        for (int i = 0; i < 100; ++i) {
            text += " hello";
        }
        return text;
    }();
    CHECK(o200k_base().count(prose) == 100);
    CHECK(counter.count(prose) == 115);
    CHECK(counter.count("") == 0);
}

TEST_CASE("a model of an unknown family is bounded by the bytes of the text", "[tokens][counter]") {
    Counter const counter = counter_for(ModelId{"no-such-model"});
    CHECK(counter.count("hello") == 5);
    CHECK_FALSE(counter.exact());
    CHECK_FALSE(counter.error());
    CHECK_FALSE(counter.estimate());
    CHECK(counter_for(ModelId{"gpt-4o"}).error() == 0.0);
}

TEST_CASE("a counter keeps a copy of the caller's own function", "[tokens][counter]") {
    std::string const unit = "long enough not to be stored in the string itself";
    Counter const words = [&] {
        return Counter::estimating(
            [unit](std::string_view text) { return Tokens{text.size() / unit.size()}; });
    }();
    CHECK(words.count(unit + unit) == 2);
    CHECK_FALSE(words.exact());
    CHECK(Counter::exactly([](std::string_view) { return Tokens{3}; }).exact());
    Counter const copy = words;
    CHECK(copy(unit) == 1);
}

TEST_CASE("text that starts a JSON object or array is data", "[tokens][counter]") {
    CHECK(content_class("\n {\"a\":1}") == ContentClass::data);
    CHECK(content_class("[1]") == ContentClass::data);
    CHECK(content_class("See {1}") == ContentClass::text);
    CHECK(content_class(" ") == ContentClass::text);
}

TEST_CASE("Counters finds a counter for each model") {
    Counters const builtin = builtin_counters();
    CHECK(builtin.of("gpt-4o").bpe() == &o200k_base());
    CHECK(builtin.of("gpt-4").bpe() == &cl100k_base());
    CHECK(builtin.of("claude-sonnet-4-5").estimate());
    CHECK_FALSE(builtin.of("no-such-model").exact());

    Counters const words = builtin.with("my-model", Counter::exactly([](std::string_view text) {
                                            return Tokens{1 + std::count(text.begin(), text.end(), ' ')};
                                        }));
    CHECK(words.of("my-model").count("one two three") == 3);
    CHECK(words.of("host/my-model-2025-01-01").count("one two three") == 3);
    CHECK(words.of("gpt-4o").bpe() == &o200k_base());
    CHECK(words.with("my-model", Counter::upper_bound()).of("my-model").count("one") == 3);

    Counters const same = Counter{cl100k_base()};
    CHECK(same.of("gpt-4o").bpe() == &cl100k_base());
}
