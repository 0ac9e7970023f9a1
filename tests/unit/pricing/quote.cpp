// SPDX-License-Identifier: MIT
#include <centavo/pricing/price_table.hpp>
#include <centavo/pricing/quote.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/pricing/price_table.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;

namespace {

Price one(ModelPrice row) { return PriceTable{{std::move(row)}}.at("m"); }

Price gpt_4o() {
    return one(ModelPrice::per_million("m", {.input = "2.50", .output = "10", .cache_read = "1.25"}));
}

ModelPrice claude() {
    return ModelPrice::per_million(
        "m",
        {.input = "3", .output = "15", .cache_read = "0.30", .cache_write = "3.75", .cache_write_1h = "6"});
}

}  // namespace

TEST_CASE("the worst case is the whole input and every choice at its cap") {
    Quote const quote{gpt_4o(), {.input = 500, .max_output = 300, .choices = 2}, Instant{}};
    CHECK(quote.input_cost() == 0.00125_usd);
    CHECK(quote.worst_case() == 0.00725_usd);
    CHECK(quote.model() == ModelId{"m"});
    CHECK(quote.max_output() == Tokens{300});
}

TEST_CASE("the affordable output stays within the limit, and one more token exceeds it") {
    std::mt19937_64 random{365};
    auto const below = [&](std::uint64_t limit) { return static_cast<std::int64_t>(random() % limit); };
    for (int i = 0; i < 20'000; ++i) {
        std::string const input = "0." + std::to_string(1 + below(999));
        std::string const output = std::to_string(1 + below(60)) + "." + std::to_string(below(1'000));
        Price const price = one(ModelPrice::per_million("m", {.input = input, .output = output}));
        Quote const quote{
            price,
            {.input = below(200'000), .max_output = 1'000'000'000, .choices = static_cast<int>(1 + below(4))},
            Instant{}};
        Usd const limit = Usd::from_atto(static_cast<Int128>(random() % 3'000'000'000'000'000'000U));
        auto const tokens = quote.affordable_output(limit);
        INFO(input << " " << output << " " << limit.to_string() << " seed 365, round " << i);
        if (!tokens) {
            CHECK(quote.input_cost() > limit);
            CHECK(quote.with_max_output(0).worst_case() > limit);
            continue;
        }
        CHECK(quote.with_max_output(*tokens).worst_case() <= limit);
        CHECK(quote.with_max_output(*tokens + 1).worst_case() > limit);
    }
}

TEST_CASE("the affordable output is exact for prices that are rounded") {
    PriceBand band;
    band.rates = {Rate{units::input, Decimal::parse("0"), 1},
                  Rate{units::output, Decimal::parse("1e-17"), 7}};
    Price const price = one({.model = "m", .provider = {}, .bands = {band}});
    for (int choices = 1; choices < 5; ++choices) {
        for (int atto = 0; atto < 60; ++atto) {
            Quote const quote{price, {.max_output = 1'000, .choices = choices}, Instant{}};
            auto const tokens = quote.affordable_output(Usd::from_atto(atto));
            REQUIRE(tokens);
            CHECK(quote.with_max_output(*tokens).worst_case() <= Usd::from_atto(atto));
        }
    }
}

TEST_CASE("the affordable output never exceeds the cap of the call") {
    Quote const quote{gpt_4o(), {.input = 500, .max_output = 300}, Instant{}};
    CHECK(quote.affordable_output(1'000_usd) == Tokens{300});
    CHECK(quote.affordable_output(quote.worst_case()) == Tokens{300});
    CHECK(quote.affordable_output(quote.worst_case() - Usd::from_atto(1)) == Tokens{299});
}

TEST_CASE("a limit of zero pays for no priced call") {
    Quote const quote{gpt_4o(), {.input = 1, .max_output = 300}, Instant{}};
    CHECK(!quote.affordable_output(0_usd));
    CHECK(!quote.affordable_output(-(1_usd)));
    CHECK(quote.affordable_output(quote.input_cost()) == Tokens{0});
    Quote const no_input{gpt_4o(), {.max_output = 300}, Instant{}};
    CHECK(no_input.affordable_output(0_usd) == Tokens{0});
    CHECK(!no_input.affordable_output(-(1_usd)));
}

TEST_CASE("a limit of zero pays for a free model") {
    Quote const quote{one(ModelPrice::per_million("m", {.input = "0", .output = "0"})),
                      {.input = 9, .max_output = 300},
                      Instant{}};
    CHECK(quote.worst_case() == 0_usd);
    CHECK(quote.affordable_output(0_usd) == Tokens{300});
}

TEST_CASE("a provider that caches every prompt is quoted at the write rate") {
    Price const unasked =
        one(ModelPrice::per_million("m", {.input = "5", .output = "30", .cache_write = "6.25"}));
    Quote const quote{unasked, {.input = 4'020, .max_output = 5}, Instant{}};
    CHECK(quote.cost({.input = 4'020, .output = 5, .cache_write = 4'012}).total() == 0.025265_usd);
    CHECK(quote.worst_case() == 0.025275_usd);
}

TEST_CASE("a provider that caches on request is quoted at the write rate only on request") {
    ModelPrice row = claude();
    row.cache_writes_on_request = true;
    Price const price = one(row);
    CHECK(Quote{price, {.input = 1'000'000}, Instant{}}.worst_case() == 3_usd);
    CHECK(Quote{price, {.input = 1'000'000, .writes_cache = true}, Instant{}}.worst_case() == 6_usd);
}

TEST_CASE("no text call within its shape exceeds its quote") {
    Price const price = one(claude());
    std::mt19937_64 random{99};
    for (int i = 0; i < 5'000; ++i) {
        auto const below = [&](std::int64_t limit) {
            return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit + 1));
        };
        std::int64_t const input = below(10'000);
        std::int64_t const cap = below(4'000);
        Quote const quote{price, {.input = input, .max_output = cap}, Instant{}};
        std::int64_t const used = below(input);
        std::int64_t const read = below(used);
        std::int64_t const write = below(used - read);
        Usage const usage{.input = used,
                          .output = below(cap),
                          .cache_read = read,
                          .cache_write = write,
                          .cache_write_1h = below(write)};
        CHECK(quote.cost(usage).total() <= quote.worst_case());
    }
}

TEST_CASE("a fee per request is part of the input cost") {
    PriceBand band;
    band.rates = {Rate::per_million(units::input, "1"), Rate::per_million(units::output, "1"),
                  Rate{units::requests, Decimal::parse("5"), 1'000}};
    Price const price = one({.model = "m", .provider = {}, .bands = {band}});
    Quote const quote{price, {.input = 1'000, .max_output = 1'000}, Instant{}};
    CHECK(quote.input_cost() == 0.006_usd);
    CHECK(quote.worst_case() == 0.007_usd);
    CHECK(quote.cost({.input = 1'000, .output = 1'000}).total() == quote.worst_case());
}

TEST_CASE("a call without a rate has no quote") {
    Price const embedding = one(ModelPrice::per_million("m", {.input = "0.02"}));
    CHECK_THROWS_AS((Quote{embedding, {.input = 1, .max_output = 1}, Instant{}}), UnpricedUsage);
    CHECK((Quote{embedding, {.input = 1'000'000}, Instant{}}.worst_case()) == 0.02_usd);
    CHECK_THROWS_AS((Quote{gpt_4o(), {.input = 1, .max_output = 1, .choices = 0}, Instant{}}), UnpricedUsage);
    ModelPrice later = claude();
    later.bands.front().from = Instant{std::chrono::hours{1}};
    CHECK_THROWS_AS((Quote{one(later), {.input = 1}, Instant{}}), UnpricedUsage);
}

TEST_CASE("a quote settles with the price it was made from") {
    CurrentPrices prices{PriceTable{{ModelPrice::per_million("m", {.input = "1", .output = "1"})}}};
    Quote const quote{prices.table().at("m"), {.input = 1'000, .max_output = 1'000}, Instant{}};
    prices.replace(PriceTable{{ModelPrice::per_million("m", {.input = "9", .output = "9"})}});
    CHECK(quote.cost({.input = 1'000, .output = 1'000}).total() == 0.002_usd);
}
