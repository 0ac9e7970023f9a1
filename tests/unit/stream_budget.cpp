// SPDX-License-Identifier: MIT
#include <centavo/stream_budget.hpp>

#include <centavo/base/instant.hpp>
#include <centavo/data/o200k_base.hpp>
#include <centavo/data/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace centavo;

Quote quote_for(std::string_view model, CallShape const& shape) {
    return {builtin_prices().at(model), shape, parse_instant("2026-10-01T00:00:00Z")};
}

// gpt-4o: $2.50 in and $10.00 out for a million tokens, so one output token is $0.00001.
constexpr Usd token = 0.00001_usd;

std::string mixed_text(std::mt19937& random) {
    static constexpr std::string_view base = "The quick brown fox, jumps over 12345 lazy dogs — señor 😀😀 "
                                             "\n\n if (x == 1) { return \"héllo\"; } 日本語のテキスト ";
    std::string text;
    while (text.size() < 250) {
        std::size_t at = random() % base.size();
        while ((static_cast<unsigned char>(base[at]) & 0xC0U) == 0x80U) {
            ++at;
        }
        text += base.substr(at);
    }
    return text;
}

}  // namespace

TEST_CASE("the cap to send leaves room for the input's cost") {
    Quote const quote = quote_for("gpt-4o", {.input = 1'000, .max_output = 4'000});  // input: $0.0025
    StreamBudget const stream{quote, Counter{o200k_base()}, {.max_cost = 1_cent}};
    CHECK(stream.max_tokens() == Tokens{750});
    CHECK(quote.with_max_output(750).worst() == 1_cent);
}

TEST_CASE("the cap to send is never above the model's own") {
    StreamBudget const stream{
        quote_for("gpt-4o", {.input = 10, .max_output = 300}), Counter{o200k_base()}, {.max_cost = 5_usd}};
    CHECK(stream.max_tokens() == Tokens{300});
}

TEST_CASE(
    "where the input alone costs more than the limit there is no cap to send, and the first token stops") {
    StreamBudget stream{quote_for("gpt-4o", {.input = 10'000, .max_output = 100}),
                        Counter{o200k_base()},
                        {.max_cost = 1_cent}};
    CHECK_FALSE(stream.max_tokens());
    CHECK(stream.feed("") == Flow::keep_going);
    CHECK(stream.feed("Hi") == Flow::stop);
    CHECK(stream.paid_bytes() == std::size_t{0});
}

TEST_CASE("a stream is stopped at the token that its money no longer pays for, however it is cut") {
    std::mt19937 random{20261124};
    Bpe const& bpe = o200k_base();
    int stops = 0;
    for (int round = 0; round < 300; ++round) {
        std::string const text = mixed_text(random);
        std::int64_t const paid = static_cast<std::int64_t>(random() % 50);
        Quote const quote = quote_for("gpt-4o", {.input = 100, .max_output = 1'000});
        StreamBudget stream{quote, Counter{bpe}, {.max_cost = quote.input_cost() + token * paid}};
        REQUIRE(stream.max_tokens() == Tokens{paid});
        std::string fed;
        for (std::size_t at = 0; at < text.size() && !stream.stopped();) {
            std::size_t const size = 1 + random() % 9;
            fed += text.substr(at, size);
            bool const stop = stream.feed(std::string_view{text}.substr(at, size)) == Flow::stop;
            at += size;
            REQUIRE(stop == (bpe.count(fed) > Tokens{paid}));
            REQUIRE(stream.output() == bpe.count(fed));
        }
        if (stream.stopped()) {
            ++stops;
            auto const ranks = bpe.encode(fed);
            std::string kept = bpe.decode(std::span{ranks}.first(static_cast<std::size_t>(paid)));
            REQUIRE(fed.starts_with(std::string_view{kept}.substr(0, *stream.paid_bytes())));
            REQUIRE(kept.size() - *stream.paid_bytes() < 4);
        }
    }
    CHECK(stops > 200);
}

TEST_CASE("what arrives after a stop is counted, because it is billed") {
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 100});
    StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = token}};
    CHECK(stream.feed("one two") == Flow::stop);
    auto const paid = stream.paid_bytes();
    CHECK(stream.feed(" three four") == Flow::stop);
    CHECK(stream.output() == Tokens{4});
    CHECK(stream.paid_bytes() == paid);
    CHECK(stream.cost().total() == token * 4);
    CHECK(stream.cost().quality == UsageQuality::partial);
}

TEST_CASE("the choices of one request share its money") {
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 100, .choices = 2});
    StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = token * 4}};
    CHECK(stream.max_tokens() == Tokens{2});
    CHECK(stream.feed("one two", 0) == Flow::keep_going);
    CHECK(stream.feed("uno", 1) == Flow::keep_going);
    CHECK(stream.feed(" dos tres", 1) == Flow::stop);
}

TEST_CASE("the provider's usage overrules the count, and the difference is told") {
    StreamBudget stream{
        quote_for("gpt-4o", {.input = 100, .max_output = 100}), Counter{o200k_base()}, {.max_cost = 1_usd}};
    static_cast<void>(stream.feed("one two three"));
    CHECK(stream.cost().quality == UsageQuality::estimated);
    CHECK_FALSE(stream.drift());
    stream.settle({.input = 90, .output = 5, .reasoning = 2});
    CHECK(stream.cost().total() == Usd::parse("0.000225") + token * 5);
    CHECK(stream.cost().quality == UsageQuality::reported);
    CHECK(stream.drift() == -2);
}

TEST_CASE("an estimating counter stops a stream too") {
    StreamBudget stream{quote_for("claude-sonnet-4-5", {.input = 0, .max_output = 100}),
                        Counter::upper_bound(),
                        {.max_cost = 0.000045_usd}};  // three tokens at $15 for a million
    CHECK(stream.feed("ab") == Flow::keep_going);
    CHECK(stream.feed("cd") == Flow::stop);
    CHECK(stream.paid_bytes() == std::size_t{3});
}
