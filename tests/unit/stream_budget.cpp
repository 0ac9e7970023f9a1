// SPDX-License-Identifier: MIT
#include <centavo/stream_budget.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace {

using namespace centavo;
using namespace centavo::detail;

Quote quote_for(std::string_view model, CallShape const& shape) {
    return {builtin_prices().at(model), shape, parse_instant("2026-10-01T00:00:00Z")};
}

// gpt-4o: $2.50 input and $10.00 output per million tokens, so one output token costs $0.00001.
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

/// The end of the first `paid` tokens of `text`, moved back to a character boundary. The text is well-formed except
/// for an incomplete character at its end.
std::size_t end_of_tokens(Bpe const& bpe, std::string const& text, std::int64_t paid) {
    auto const ranks = bpe.encode(text);
    std::string const kept = bpe.decode(std::span{ranks}.first(static_cast<std::size_t>(paid)));
    std::size_t end = static_cast<std::size_t>(std::ranges::mismatch(kept, text).in1 - kept.begin());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return end;
}

}  // namespace

TEST_CASE("the output cap leaves room for the cost of the input") {
    Quote const quote = quote_for("gpt-4o", {.input = 1'000, .max_output = 4'000});  // input: $0.0025
    StreamBudget const stream{quote, Counter{o200k_base()}, {.max_cost = 1_cent}};
    CHECK(stream.max_tokens() == Tokens{750});
    CHECK(quote.with_max_output(750).worst_case() == 1_cent);
}

TEST_CASE("the output cap never exceeds the model's own") {
    StreamBudget const stream{
        quote_for("gpt-4o", {.input = 10, .max_output = 300}), Counter{o200k_base()}, {.max_cost = 5_usd}};
    CHECK(stream.max_tokens() == Tokens{300});
}

TEST_CASE(
    "if the input alone exceeds the limit, there is no output cap, and the first token stops the stream") {
    StreamBudget stream{quote_for("gpt-4o", {.input = 10'000, .max_output = 100}),
                        Counter{o200k_base()},
                        {.max_cost = 1_cent}};
    CHECK_FALSE(stream.max_tokens());
    CHECK(stream.feed("") == Flow::keep_going);
    CHECK(stream.feed("Hi") == Flow::stop);
    CHECK(stream.paid_bytes() == std::size_t{0});
}

TEST_CASE("a stream stops at the first token beyond its limit, however the text is split") {
    // CENTAVO_STREAM_TEXTS sets the number of texts; 10,000 per vocabulary take a second without sanitizers.
    char const* const asked = std::getenv("CENTAVO_STREAM_TEXTS");
    int const rounds = asked == nullptr ? 500 : std::atoi(asked);
    std::mt19937 random{20261124};
    int stops = 0;
    for (Bpe const* const bpe : {&o200k_base(), &cl100k_base()}) {
        for (int round = 0; round < rounds; ++round) {
            std::string const text = mixed_text(random);
            std::int64_t const paid = static_cast<std::int64_t>(random() % 60);
            std::size_t const widest = 1 + random() % 40;
            Quote const quote = quote_for("gpt-4o", {.input = 100, .max_output = 1'000});
            StreamBudget stream{quote, Counter{*bpe}, {.max_cost = quote.input_cost() + token * paid}};
            REQUIRE(stream.max_tokens() == Tokens{paid});
            std::string fed;
            for (std::size_t at = 0; at < text.size() && !stream.stopped();) {
                std::size_t const size = 1 + random() % widest;
                fed += text.substr(at, size);
                bool const stop = stream.feed(std::string_view{text}.substr(at, size)) == Flow::stop;
                at += size;
                REQUIRE(stop == (bpe->count(fed) > Tokens{paid}));
                REQUIRE(stream.output() == bpe->count(fed));
            }
            if (stream.stopped()) {
                ++stops;
                REQUIRE(*stream.paid_bytes() == end_of_tokens(*bpe, fed, paid));
            }
        }
    }
    CHECK(stops > rounds);
}

TEST_CASE("ill-formed bytes count as in the tokenizer and are never split") {
    std::mt19937 random{20261124};
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 1'000});
    std::string_view const parts[] = {"a",    " word",    "\xFF",         "\xE4\xB8",
                                      "\xAD", "\xF0\x9F", "\xEF\xBF\xBD", "\xE4\xB8\xAD"};
    for (int round = 0; round < 500; ++round) {
        StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = token * 10}};
        std::string fed;
        while (!stream.stopped()) {
            std::string_view const part = parts[random() % std::size(parts)];
            fed += part;
            REQUIRE((stream.feed(part) == Flow::stop) == (o200k_base().count(fed) > Tokens{10}));
        }
        REQUIRE(*stream.paid_bytes() <= fed.size());
        REQUIRE(o200k_base().count(std::string_view{fed}.substr(0, *stream.paid_bytes())) <= Tokens{12});
    }
}

TEST_CASE("the kept text can end with the last affordable line or sentence") {
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 100});
    std::string const text =
        "First it rains. Then (they say \"it stops.\") Version 3.14 is\nnext! And so on and on and on";
    auto const kept = [&](StopBoundary cut, std::int64_t paid, std::size_t piece) {
        StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = token * paid, .cut = cut}};
        for (std::size_t at = 0; at < text.size(); at += piece) {
            static_cast<void>(stream.feed(std::string_view{text}.substr(at, piece)));
        }
        return text.substr(0, stream.paid_bytes().value_or(text.size()));
    };
    for (std::size_t const piece : {1U, 4U, 200U}) {
        CHECK(kept(StopBoundary::sentence, 8, piece) == "First it rains.");
        CHECK(kept(StopBoundary::sentence, 16, piece) == "First it rains. Then (they say \"it stops.\")");
        CHECK(kept(StopBoundary::line, 16, piece) == "");
        CHECK(kept(StopBoundary::line, 24, piece) == text.substr(0, text.find('\n') + 1));
        CHECK(kept(StopBoundary::sentence, 26, piece) == text.substr(0, text.find('!') + 1));
        CHECK(kept(StopBoundary::token, 3, piece) == "First it rains");
        CHECK(kept(StopBoundary::line, 100, piece) == text);
    }
}

TEST_CASE("drain mode reads on past the limit, and cap_only never stops") {
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 100});
    StreamBudget drained{quote, Counter{o200k_base()}, {.max_cost = token * 2, .mode = StopMode::drain}};
    CHECK(drained.feed("one two three") == Flow::keep_going);
    CHECK(drained.stopped());
    CHECK(drained.paid_bytes() == std::size_t{7});
    StreamBudget capped{quote, Counter{o200k_base()}, {.max_cost = token * 2, .mode = StopMode::cap_only}};
    CHECK(capped.feed("one two three") == Flow::keep_going);
    CHECK_FALSE(capped.stopped());
    CHECK(capped.max_tokens() == Tokens{2});
    CHECK(capped.cost().total() == token * 3);
}

TEST_CASE("hidden reasoning is reserved and charged until the provider reports usage") {
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 100});
    StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = token * 12, .hidden_reasoning = 10}};
    CHECK(stream.max_tokens() == Tokens{12});  // the cap bounds visible and hidden output
    CHECK(stream.feed("one two") == Flow::keep_going);
    CHECK(stream.cost().total() == token * 12);
    CHECK(stream.feed(" three") == Flow::stop);
    stream.settle({.input = 0, .output = 7, .reasoning = 4});
    CHECK(stream.cost().total() == token * 7);
    CHECK(stream.drift() == -4);
}

TEST_CASE("texts of different kinds are counted separately and share the limit") {
    struct Piece {
        std::string_view text;
        int choice;
        int kind;
    };
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 100});
    StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = token * 3}};
    CHECK(stream.feed(Piece{"inter", 0, 1}) == Flow::keep_going);
    CHECK(stream.feed(Piece{"national", 0, 0}) == Flow::keep_going);  // not "international", a single token
    CHECK(stream.output() == o200k_base().count("inter") + o200k_base().count("national"));
    CHECK(stream.feed(Piece{"{\"a\": 1}", 0, 3}) == Flow::stop);
    CHECK(stream.stopped_text() == StreamText{.choice = 0, .part = 3});
}

TEST_CASE("the charge is the reported cost, or at least what may be billed") {
    Quote const quote = quote_for("gpt-4o", {.input = 1'000, .max_output = 100});  // $0.0025 and $0.001
    auto const stream_of = [&](std::string_view text) {
        StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = 1_usd}};
        static_cast<void>(stream.feed(text));
        return stream;
    };
    StreamBudget stream = stream_of("one two three");
    auto const charge = [&](StreamEnd end, DisconnectBilling after) { return stream.due(end, after); };
    Usd const counted = Usd::parse("0.0025") + token * 3;
    CHECK(charge(StreamEnd::whole, DisconnectBilling::continues).amount == counted);
    CHECK(charge(StreamEnd::whole, DisconnectBilling::continues).quality == UsageQuality::estimated);
    CHECK(charge(StreamEnd::cut, DisconnectBilling::stops).amount == counted);
    CHECK(charge(StreamEnd::cut, DisconnectBilling::stops).quality == UsageQuality::partial);
    CHECK(charge(StreamEnd::cut, DisconnectBilling::continues).amount == quote.worst_case());
    CHECK(charge(StreamEnd::cut, DisconnectBilling::continues).quality == UsageQuality::estimated);
    CHECK(stream_of("").due(StreamEnd::cut, DisconnectBilling::stops).amount == quote.input_cost());
    stream.settle({.input = 900, .output = 2});
    for (auto const after : {DisconnectBilling::continues, DisconnectBilling::stops}) {
        CHECK(charge(StreamEnd::cut, after).amount == Usd::parse("0.00225") + token * 2);
        CHECK(charge(StreamEnd::cut, after).quality == UsageQuality::reported);
    }
}

TEST_CASE("the cost is never below the usage reported so far") {
    StreamBudget stream{
        quote_for("gpt-4o", {.input = 100, .max_output = 100}), Counter{o200k_base()}, {.max_cost = 1_usd}};
    stream.observe({.input = 400, .output = 1, .cache_read = 100});
    static_cast<void>(stream.feed("one two"));
    CHECK(stream.cost().usage() == Usage{.input = 400, .output = 2, .cache_read = 100});
    stream.observe({.input = 400, .output = 9, .cache_read = 100});
    CHECK(stream.cost().usage().output == Tokens{9});
    CHECK(stream.cost().quality == UsageQuality::estimated);
}

TEST_CASE("a counter that throws stops the stream, which is charged its worst case") {
    Quote const quote = quote_for("gpt-4o", {.input = 10, .max_output = 100});
    auto const failing = Counter::estimating([](std::string_view) -> Tokens { throw std::bad_alloc{}; });
    StreamBudget stream{quote, failing, {.max_cost = 1_usd, .mode = StopMode::cap_only}};
    static_assert(noexcept(stream.feed(std::string_view{})));
    CHECK(stream.feed("x") == Flow::stop);
    CHECK(stream.failed());
    CHECK(stream.due(StreamEnd::cut, DisconnectBilling::stops).amount == quote.worst_case());
}

TEST_CASE("the output cap is at most the model's maximum output") {
    StreamBudget const stream{quote_for("gpt-4o", {.input = 10, .max_output = 1'000'000}),
                              Counter{o200k_base()},
                              {.max_cost = 100_usd}};
    CHECK(stream.max_tokens() == Tokens{16'384});
}

TEST_CASE("text after a stop is counted, because it is billed") {
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

TEST_CASE("the choices of one request share its limit") {
    Quote const quote = quote_for("gpt-4o", {.input = 0, .max_output = 100, .choices = 2});
    StreamBudget stream{quote, Counter{o200k_base()}, {.max_cost = token * 4}};
    CHECK(stream.max_tokens() == Tokens{2});
    CHECK(stream.feed("one two", 0) == Flow::keep_going);
    CHECK(stream.feed("uno", 1) == Flow::keep_going);
    CHECK(stream.feed(" dos tres", 1) == Flow::stop);
}

TEST_CASE("the reported usage overrides the count, and the difference is reported") {
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

TEST_CASE("an estimating counter stops a stream") {
    StreamBudget stream{quote_for("claude-sonnet-4-5", {.input = 0, .max_output = 100}),
                        Counter::upper_bound(),
                        {.max_cost = 0.000045_usd}};  // three tokens at $15 per million
    CHECK(stream.feed("ab") == Flow::keep_going);
    CHECK(stream.feed("cd") == Flow::stop);
    CHECK(stream.paid_bytes() == std::size_t{3});
}
