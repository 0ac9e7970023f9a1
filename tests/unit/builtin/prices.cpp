// SPDX-License-Identifier: MIT
#include <centavo/builtin/prices.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/cost.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;

namespace {

Instant const autumn = parse_instant("2026-09-23T12:00:00Z");

/// Dollars per million tokens of a unit in a short call; "-" if it has no rate of its own.
std::string rate(std::string_view model, Unit unit) {
    Price const price = builtin_prices().at(model);
    Rate const* found = price->band(1, autumn)->find(unit);
    return found == nullptr ? "-" : found->usd().to_string();
}

}  // namespace

TEST_CASE("the built-in prices equal the vendors' published prices") {
    using namespace units;
    CHECK(rate("gpt-4o", input) == "2.5");
    CHECK(rate("gpt-4o", cache_read) == "1.25");
    CHECK(rate("gpt-4o", output) == "10");
    CHECK(rate("gpt-4o-mini", input) == "0.15");
    CHECK(rate("gpt-4o-mini", cache_read) == "0.075");
    CHECK(rate("gpt-4o-mini", output) == "0.6");
    CHECK(rate("claude-3-5-sonnet", input) == "3");
    CHECK(rate("claude-3-5-sonnet", output) == "15");
    CHECK(rate("claude-3-5-haiku", input) == "0.8");
    CHECK(rate("claude-3-5-haiku", output) == "4");
    CHECK(rate("text-embedding-3-small", input) == "0.02");
    CHECK(rate("text-embedding-3-small", output) == "-");
    CHECK(rate("text-embedding-3-large", input) == "0.13");
    CHECK(rate("gpt-realtime", input_audio) == "32");
    CHECK(rate("gpt-realtime", cache_audio_read) == "0.4");
}

TEST_CASE("dated model names match, and names that only look alike do not") {
    CHECK(builtin_prices().at("gpt-5.1-2026-02-12")->model == ModelId{"gpt-5.1"});
    CHECK(rate("gpt-4o-2024-08-06", units::input) == "2.5");
    CHECK(builtin_prices().at("gpt-4o-2024-05-13")->model ==
          ModelId{"gpt-4o-2024-05-13"});  // cost twice as much
    CHECK(rate("gpt-4o-mini-2024-07-18", units::input) == "0.15");
    CHECK(builtin_prices().at("claude-3-5-sonnet-20241022")->model == ModelId{"claude-3-5-sonnet"});
    CHECK(builtin_prices().at("openai/gpt-4o-mini")->model == ModelId{"gpt-4o-mini"});
    for (std::string_view const name :
         {"my-gpt-4o-clone", "gpt-4ominous", "claude-sonnet-99", "gpt-4o-mini-mini"}) {
        INFO(name);
        CHECK(!builtin_prices().find(name));
    }
}

TEST_CASE("the built-in prices reproduce real bills") {
    auto const total = [](std::string_view model, Usage const& usage, std::string_view at) {
        return cost_of(builtin_prices().at(model), usage, parse_instant(at)).total();
    };
    CHECK(total("claude-3-7-sonnet", {.input = 12'307, .output = 550, .cache_write = 12'304},
                "2025-03-01T00:00:00Z") == 0.054399_usd);
    CHECK(total("claude-sonnet-4-6", {.input = 3'329, .output = 53, .cache_read = 3'211, .cache_write = 115},
                "2026-03-01T00:00:00Z") == 0.00219855_usd);
    Usage const sol{.input = 4'020, .output = 5, .cache_write = 4'012};
    CHECK(total("gpt-5.6-sol", sol, "2026-08-20T23:59:59Z") == 0.025265_usd);
    CHECK(total("gpt-5.6-sol", sol, "2026-08-21T00:00:00Z") == 0.020192_usd);
}

TEST_CASE("Claude's long-context surcharge ends with the price list that dropped it") {
    Price const claude = builtin_prices().at("claude-sonnet-4-6");
    Usage const usage{.input = 300'000};
    CHECK(cost_of(claude, usage, parse_instant("2026-03-12T12:00:00Z")).total() == 1.8_usd);
    CHECK(cost_of(claude, usage, parse_instant("2026-03-13T12:00:00Z")).total() == 0.9_usd);
}

TEST_CASE("every built-in price passes the import lint: plausible, dated, sourced, and free only where it "
          "says so") {
    std::set<std::string> ids;
    for (ModelPrice const& row : builtin_prices().rows()) {
        INFO(row.model.text());
        CHECK(ids.insert(row.provider + "/" + row.model.text()).second);
        CHECK(row.as_of == std::chrono::year{2026} / 9 / 23);
        CHECK(!row.provider.empty());
        CHECK(!row.source.empty());
        REQUIRE(!row.bands.empty());
        CHECK_NOTHROW(row.check_unambiguous());
        for (PriceBand const& band : row.bands) {
            REQUIRE(!band.rates.empty());
            CHECK(band.status != PriceStatus::user);
            for (Rate const& one : band.rates) {
                CHECK((one.exact() || one.per() == 3'600));
                if (one.unit().measure == Measure::tokens) {
                    CHECK(one.cost(1'000'000) < 1'000_usd);
                }
            }
        }
    }
    CHECK(ids.size() > 1'300);
}

TEST_CASE("service tiers are bands from the second price source, with its date") {
    Price const price = builtin_prices().at("gpt-5.6-sol");
    auto const total = [&](Usage const& usage, Service const& service, std::string_view at) {
        return cost_of(price, usage, parse_instant(at), service).total();
    };
    Usage const million{.input = 100'000, .output = 100'000};
    CHECK(total(million, {.tier = ServiceTier::flex}, "2026-08-01T00:00:00Z") == 1.75_usd);
    CHECK(total(million, {.tier = ServiceTier::priority}, "2026-08-01T00:00:00Z") == 7_usd);
    CHECK(total(million, {.tier = ServiceTier::priority, .region = "eu"}, "2026-08-01T00:00:00Z") == 7.7_usd);
    CHECK(total({.input = 271'999}, {}, "2026-08-01T00:00:00Z") == 1.359995_usd);
    CHECK(total({.input = 272'000}, {}, "2026-08-01T00:00:00Z") == 2.72_usd);  // "from 272,000"
    Cost const flex =
        cost_of(price, million, parse_instant("2026-08-01T00:00:00Z"), {.tier = ServiceTier::flex});
    CHECK(flex.as_of() == std::chrono::year{2026} / 8 / 1);
    CHECK(flex.status() == PriceStatus::listed);
    CHECK(flex.stale(parse_instant("2026-09-16T00:00:00Z")));
    CHECK(!flex.stale(parse_instant("2026-09-15T00:00:00Z")));
    // After the price cut only the standard list is known: a tier keeps its share of it, as an estimate.
    Cost const later =
        cost_of(price, million, parse_instant("2026-08-21T00:00:00Z"), {.tier = ServiceTier::flex});
    CHECK(later.status() == PriceStatus::estimated);
    CHECK(later.total() == 1.2_usd);
}

TEST_CASE("DeepSeek's peak hours cost twice as much on weekdays, from the date of their price list") {
    Price const price = builtin_prices().at("deepseek-v4-flash");
    auto const input = [&](std::string_view at) {
        return cost_of(price, {.input = 1'000'000}, parse_instant(at)).total();
    };
    CHECK(input("2026-08-14T02:00:00Z") == 0.14_usd);  // before: no peak
    CHECK(input("2026-08-17T00:30:00Z") == 0.22_usd);
    CHECK(input("2026-08-17T02:00:00Z") == 0.44_usd);
    CHECK(input("2026-08-17T04:00:00Z") == 0.22_usd);
    CHECK(input("2026-08-17T06:00:00Z") == 0.44_usd);
    CHECK(input("2026-08-22T02:00:00Z") == 0.44_usd);  // a Saturday, before the weekend was exempt
    CHECK(input("2026-08-29T02:00:00Z") == 0.22_usd);
    CHECK(input("2026-08-31T02:00:00Z") == 0.44_usd);
}

TEST_CASE("ids of Bedrock and Vertex match the vendors' models, at a higher price inside a region") {
    auto const total = [](std::string_view name, Service const& service = {}) {
        return cost_of(builtin_prices().at(name), {.input = 1'000, .output = 1'000}, autumn, service).total();
    };
    CHECK(total("claude-sonnet-4-5") == 0.018_usd);
    CHECK(total("global.anthropic.claude-sonnet-4-5-20250929-v1:0") == 0.018_usd);
    CHECK(total("us.anthropic.claude-sonnet-4-5-20250929-v1:0") == 0.0198_usd);
    CHECK(total("us.anthropic.claude-3-5-sonnet-20241022-v2:0") == 0.018_usd);  // before regions had a price
    CHECK(total("publishers/anthropic/models/claude-sonnet-4-5@20250929") == 0.018_usd);
    CHECK(total("anthropic.claude-sonnet-4-5-20250929-v1:0") == 0.0198_usd);
    CHECK(total("google/claude-sonnet-4-5@20250929", {.region = "us-east5"}) == 0.0198_usd);
    CHECK(total("us.amazon.nova-2-lite-v1:0") == 0.00308_usd);
    CHECK(total("global.amazon.nova-2-lite-v1:0") == 0.0028_usd);
    CHECK(total("amazon.nova-lite-v1:0") == 0.0003_usd);
    CHECK(total("ft:gpt-4o-2024-08-06:org::id") == 0.01875_usd);
    CHECK(!builtin_prices().find("ft:claude-sonnet-4-5:org::id"));
}

TEST_CASE("providers have prices of their own, and fall back only where the source declares it") {
    auto const total = [](std::string_view id, std::string_view provider, Service const& service = {}) {
        auto const price = builtin_prices().find(id, provider);
        return price ? price->provider() + " " +
                           cost_of(*price, {.input = 1'000'000, .output = 1'000'000}, autumn, service)
                               .total()
                               .to_string()
                     : "none";
    };
    CHECK(total("glm-5", "zai") == "zai 4.2");
    CHECK(total("accounts/fireworks/models/deepseek-v4-pro", "fireworks") == "fireworks 5.22");
    CHECK(total("deepseek-ai/DeepSeek-R1", "together") == "together 10");
    CHECK(total("cohere.command-r-v1:0", "aws") == "aws 2");
    CHECK(total("us.meta.llama3-3-70b-instruct-v1:0", "aws") == "aws 1.44");
    CHECK(total("azure/eu/gpt-4o-2024-08-06", "azure") == "azure 13.75");
    CHECK(total("gpt-4.1-2025-04-14", "azure", {.region = "us"}) == "azure 11");
    CHECK(total("chatgpt-4o-latest", "azure") == "openai 20");
    CHECK(total("gpt-4o", "groq") == "none");
    CHECK(total("claude-sonnet-4-6", "openai") == "none");
    CHECK(total("gpt-oss-120b", "ollama") == "none");
    CHECK(total("gpt-oss-120b", "openai") == "none");
    CHECK(total("claude-sonnet-4-6", "anthropic", {.region = "us"}) == "anthropic 19.8");
    CHECK(total("claude-opus-4-8", "anthropic", {.tier = ServiceTier::fast}) == "anthropic 60");
    CHECK(total("gemini-2.5-pro", "google", {.tier = ServiceTier::batch}) == "google 8.75");
    CHECK(total("rerank-2.5", "voyageai") != "none");
}

TEST_CASE("suffixes that are not declared are other models") {
    for (auto const& [id, provider] : {std::pair{"mistral-small-2799", "mistral"},
                                       {"gemini-2.5-flash-lite-009", "google"},
                                       {"gpt-4.1-latest", "openai"},
                                       {"grok-3-0101", "x-ai"}}) {
        INFO(id);
        CHECK(!builtin_prices().find(id, provider));
    }
}

TEST_CASE("transcription is billed by the second, with Groq's minimum of ten seconds") {
    Price const whisper = builtin_prices().at("whisper-large-v3", "groq");
    Usage usage;
    usage.set(units::input_audio_seconds, 3'600);
    CHECK(cost_of(whisper, usage, autumn).total() == 0.111_usd);
    usage.set(units::input_audio_seconds, 2);
    Cost const brief = cost_of(whisper, usage, autumn);
    CHECK(brief.total() == Usd::parse("0.000308333333333333"));  // 10 s of 0.111 / 3600, rounded once
    REQUIRE(brief.lines().size() == 1);
    CHECK(brief.lines()[0].count == 10);
    CHECK(brief.lines()[0].raised_to_minimum);
    CHECK(brief.rounded());
}
