// SPDX-License-Identifier: MIT
#include <centavo/pricing/price_table.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/cost.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;
using Catch::Matchers::ContainsSubstring;

namespace {

PriceTable two_models() {
    auto small = ModelPrice::per_million("small", {.input = "0.15", .output = "0.60"});
    small.aliases = {"little", "wee"};
    return PriceTable{{ModelPrice::per_million("large", {.input = "2.50", .output = "10"}), small}};
}

Usd input_rate(Price const& price) { return price->bands.front().find(units::input)->cost(1'000'000); }

PriceBand band(std::string_view input, std::string_view from, Tokens above = 0, bool reached = false) {
    return {.rates = {Rate::per_million(units::input, input)},
            .from = from.empty() ? Instant::min() : parse_instant(std::string{from} + "T00:00:00Z"),
            .above = above,
            .inclusive = reached};
}

std::string rate_at(ModelPrice const& price, Tokens input, std::string_view at) {
    PriceBand const* found = price.band(input, parse_instant(at));
    return found == nullptr ? "none" : found->find(units::input)->usd().to_string();
}

}  // namespace

TEST_CASE("a price is found by id, alias and dated id, and reports which") {
    PriceTable const table = two_models();
    CHECK(table.at("small").match() == MatchKind::exact);
    CHECK(table.at("little").match() == MatchKind::alias);
    CHECK(table.at("little")->model == ModelId{"small"});
    CHECK(table.at("vendor/small").match() == MatchKind::alias);
    CHECK(table.at("small-2024-07-18").match() == MatchKind::dated);
    CHECK(table.at("small-20240718").match() == MatchKind::dated);
    CHECK(table.at("small@20240718").match() == MatchKind::dated);
    CHECK(table.at("vendor/small-2024-07-18").match() == MatchKind::dated);
}

TEST_CASE("ids are case-insensitive") {
    CHECK(two_models().at("SMALL").match() == MatchKind::exact);
    CHECK(two_models().at("Vendor/Wee")->model == ModelId{"small"});
    CHECK(two_models().at("Vendor/Small-2024-07-18")->model == ModelId{"small"});
}

TEST_CASE("only a full date is removed, and only from an id") {
    PriceTable const table = two_models();
    for (std::string_view const name :
         {"wee-2024-07-18", "little-20240718", "small-latest", "small-001", "small-0718", "small-2407",
          "small-99999999", "small-20241345", "small-2024-13-01", "small-2024-07", "small-2024-07-18x"}) {
        INFO(name);
        CHECK(!table.find(name));
    }
}

TEST_CASE("a pattern declares further ids") {
    auto const matched = [](std::string_view pattern, std::string_view name) {
        auto price = ModelPrice::per_million("m", {.input = "1"});
        price.provider = "acme";
        price.patterns = {IdPattern::parse(pattern)};
        auto const found = PriceTable{{price}}.find(name, "acme");
        return found && found->match() == MatchKind::pattern;
    };
    CHECK(matched("=gpt-4o", "GPT-4o"));
    CHECK(!matched("=gpt-4o", "gpt-4o-mini"));
    CHECK(matched("^gpt-4o-", "gpt-4o-x"));
    CHECK(matched("^gpt-4o-", "host/gpt-4o-x"));
    CHECK(matched("$-preview", "any-preview"));
    CHECK(matched("*nova-lite", "eu.amazon.nova-lite-v1:0"));
    CHECK(matched("/^a-\\d{2}$", "a-12"));
    CHECK(!matched("/^a-\\d{2}$", "a-123"));
    CHECK(matched("&2 ^a $z", "a-z"));
    CHECK(!matched("&2 ^a $z", "a-y"));
    CHECK(matched("|2 ^a $z", "b-z"));
    CHECK(!matched("^ft", "ft:gpt-4o:org::id"));  // a fine-tuned model has its own price or none
}

TEST_CASE("an id and a date take precedence over another row's pattern") {
    auto wide = ModelPrice::per_million("a", {.input = "1"});
    wide.patterns = {IdPattern::parse("^a")};
    PriceTable const table{{wide, ModelPrice::per_million("a-mini", {.input = "2"})}};
    CHECK(table.at("a-mini")->model == ModelId{"a-mini"});
    CHECK(table.at("a-mini-2024-07-18")->model == ModelId{"a-mini"});
    CHECK(table.at("a-large")->model == ModelId{"a"});
}

TEST_CASE("an id is resolved in the list of one provider") {
    auto const row = [](std::string_view provider, std::string_view input) {
        auto price = ModelPrice::per_million("gpt-oss-120b", {.input = input, .output = "1"});
        price.provider = provider;
        return price;
    };
    PriceTable const table{{row("cerebras", "0.35"), row("openai", "0.10"), row("groq", "0.15")}};
    CHECK(input_rate(table.at("gpt-oss-120b")) == 0.1_usd);
    CHECK(table.at("gpt-oss-120b").provider() == "openai");
    CHECK(input_rate(table.at("gpt-oss-120b", "cerebras")) == 0.35_usd);
    CHECK(input_rate(table.at("gpt-oss-120b", "groq")) == 0.15_usd);
    CHECK(!table.find("gpt-oss-120b", "azure"));
    CHECK(!table.find("gpt-oss-120b", "ollama"));
    CHECK(!table.find("claude-sonnet-4-6", "openai"));
    PriceTable const mine = table.with(row("", "0.01"));
    CHECK(input_rate(mine.at("gpt-oss-120b", "groq")) == 0.01_usd);
    CHECK(input_rate(mine.at("gpt-oss-120b", "ollama")) == 0.01_usd);
    CHECK(mine.rows().size() == 1);
    CHECK(input_rate(table.with(row("groq", "0.02")).at("gpt-oss-120b")) == 0.1_usd);
}

TEST_CASE("without a provider, the id's own provider, the maker or the only seller is used") {
    auto const row = [](std::string_view provider, std::string_view id) {
        auto price = ModelPrice::per_million(id, {.input = "1"});
        price.provider = provider;
        return price;
    };
    PriceTable const table{{row("aws", "claude-x"), row("anthropic", "claude-x"), row("groq", "llama-9"),
                            row("groq", "qwen-9"), row("cerebras", "qwen-9"), row("azure", "gpt-9")}};
    CHECK(table.at("claude-x").provider() == "anthropic");
    CHECK(table.at("us.anthropic.claude-x").provider() == "aws");
    CHECK(table.at("aws/claude-x").provider() == "aws");
    CHECK(table.at("bedrock/us.anthropic.claude-x-v1:0").provider() == "aws");
    CHECK(table.at("llama-9").provider() == "groq");
    CHECK(table.at("azure/eu/gpt-9").region() == "eu");
    CHECK(!table.find("qwen-9"));
    CHECK_THROWS_WITH(table.at("qwen-9"), ContainsSubstring("groq, cerebras"));
}

TEST_CASE("a provider falls back only to the lists that the price source declares, and the price says so") {
    auto gpt = ModelPrice::per_million("gpt-4o", {.input = "2.50"});
    gpt.provider = "openai";
    auto own = ModelPrice::per_million("gpt-9", {.input = "1"});
    own.provider = "azure";
    PriceTable const table{{gpt, own}, {{"azure", {"anthropic", "openai"}}}};
    Price const found = table.at("gpt-4o-2024-08-06", "azure");
    CHECK(found.fallback());
    CHECK(found.provider() == "openai");
    CHECK(found.match() == MatchKind::dated);
    CHECK(!table.at("gpt-9", "azure").fallback());
    CHECK(!table.find("gpt-4o", "groq"));
    CHECK(!table.find("gpt-9", "openai"));
    CHECK(table.with(own).at("gpt-4o", "azure").fallback());
    CHECK(table.fallbacks().size() == 1);
}

TEST_CASE("the zone of an id is the region of its price") {
    auto hosted = ModelPrice::per_million("anthropic.claude-x", {.input = "3"});
    hosted.provider = "aws";
    hosted.adjustments = {
        {.name = "regional", .factor = Decimal::parse("1.1"), .regions = {"regional", "us", "eu"}}};
    auto old = ModelPrice::per_million("anthropic.claude-w", {.input = "3"});
    old.provider = "aws";
    auto literal = ModelPrice::per_million("eu.anthropic.claude-v", {.input = "4"});
    literal.provider = "aws";
    PriceTable const table{{hosted, old, literal}};
    auto const region = [&](std::string_view id) { return std::string{table.at(id, "aws").region()}; };
    CHECK(region("us.anthropic.claude-x") == "us");
    CHECK(region("global.anthropic.claude-x-v1:0") == "global");
    CHECK(region("anthropic.claude-x") == "regional");
    CHECK(region("anthropic.claude-x-20250929-v1:0") == "regional");
    CHECK(region("apac.anthropic.claude-x") == "apac");
    CHECK(region("anthropic.claude-w") == "");
    CHECK(region("us.anthropic.claude-w-v1:0:51k") == "us");
    CHECK(region("eu.anthropic.claude-v") == "");  // the id of the row has the zone
    CHECK(zone_of("us.anthropic.claude-x") == "us");
    CHECK(zone_of("azure/eu/gpt-4o") == "eu");
    CHECK(zone_of("azure/global-standard/gpt-4o") == "global");
    CHECK(zone_of("eu/gpt-4o") == "eu");
    CHECK(zone_of("gpt-4o") == "");
    CHECK(zone_of("meta-llama/llama-4") == "");
}

TEST_CASE("an unknown model's message suggests the nearest ids of the provider, or its sellers") {
    auto const row = [](std::string_view provider, std::string_view id) {
        auto price = ModelPrice::per_million(id, {.input = "1"});
        price.provider = provider;
        return price;
    };
    PriceTable const table{{row("openai", "gpt-5"), row("openai", "gpt-5.1"), row("openai", "o3"),
                            row("groq", "llama-9"), row("x-ai", "gpt-5.6")}};
    CHECK(table.nearest("gpt-5.7", "openai") == std::vector<std::string>{"gpt-5.1", "gpt-5"});
    CHECK(table.nearest("gpt-5.7", "", 1) == std::vector<std::string>{"gpt-5.1"});
    CHECK(table.nearest("something-else", "openai").empty());
    CHECK_THROWS_WITH(
        table.at("gpt-5.7", "openai"),
        ContainsSubstring("no price for the model \"gpt-5.7\" of openai; the nearest ids are \"gpt-5.1\""));
    CHECK_THROWS_WITH(table.at("llama-9", "openai"), ContainsSubstring("sold by groq"));
}

TEST_CASE(
    "a negotiated discount is a factor on every line of a provider's models and keeps the listed rate") {
    PriceTable const mine =
        two_models().with(Adjustment{.name = "negotiated", .factor = Decimal::parse("0.9")});
    Cost const cost = cost_of(mine.at("large"), {.input = 1'000'000, .output = 1'000'000}, Instant{});
    CHECK(cost.total() == 11.25_usd);
    CHECK(cost.lines()[0].rate.usd() == Decimal::parse("2.5"));
    CHECK(cost.lines()[0].factor == Decimal::parse("0.9"));
}

TEST_CASE(
    "two bands of equal priority that can apply at once are an error that names the model and the bands") {
    ModelPrice price{
        .model = "torn", .provider = "", .bands = {band("1", "2026-01-01"), band("2", "2026-01-01")}};
    CHECK_THROWS_AS(PriceTable{{price}}, AmbiguousPrice);
    CHECK_THROWS_WITH(PriceTable{{price}}, ContainsSubstring("torn") && ContainsSubstring("bands 0 and 1"));
    price.bands[1].priority = 1;
    CHECK(PriceTable{{price}}.at("torn")->band(1, Instant::max() - std::chrono::hours{1})->priority == 1);
    price.bands[1] = band("2", "2026-01-01");
    price.bands[1].tier = ServiceTier::batch;
    CHECK(PriceTable{{price}}.find("torn"));
    price.bands[1] = band("2", "2026-01-01", 200'000);
    CHECK(PriceTable{{price}}.find("torn"));
    price.bands[0] = band("1", "2026-01-01", 200'000, true);
    CHECK_THROWS_AS(PriceTable{{price}}, AmbiguousPrice);  // one exclusive, one inclusive
}

TEST_CASE("an unknown model has no price: find returns nullopt and at throws UnknownModel") {
    PriceTable const table = two_models();
    for (std::string_view const name : {"", "smal", "smaller", "my-small-clone", "small-99", "SMALLER"}) {
        INFO(name);
        CHECK(!table.find(name));
        CHECK_THROWS_AS(table.at(name), UnknownModel);
    }
    CHECK_THROWS_WITH(table.at("claude-sonnet-99"), ContainsSubstring("claude-sonnet-99"));
    try {
        (void)table.at("gpt-4ominous");
        FAIL("an unknown model has a price");
    } catch (UnknownModel const& unknown) {
        CHECK(unknown.model() == ModelId{"gpt-4ominous"});
    }
    CHECK(!PriceTable{}.find("small"));
}

TEST_CASE("a row of the user replaces the listed row and leaves the old table unchanged") {
    PriceTable const listed = two_models();
    PriceTable const mine = listed.with(ModelPrice::per_million("large", {.input = "1", .output = "4"}))
                                .with(ModelPrice::per_million("our-model", {.input = "0.01"}));
    CHECK(input_rate(listed.at("large")) == 2.5_usd);
    CHECK(input_rate(mine.at("large")) == 1_usd);
    CHECK(input_rate(mine.at("our-model")) == 0.01_usd);
    CHECK(!listed.find("our-model"));
    CHECK(mine.rows().size() == 3);
}

TEST_CASE("the later of two rows for one id is used, and an id takes precedence over another row's alias") {
    auto impostor = ModelPrice::per_million("impostor", {.input = "99"});
    impostor.aliases = {"large"};
    PriceTable const table{{impostor, ModelPrice::per_million("large", {.input = "1"}),
                            ModelPrice::per_million("large", {.input = "2"})}};
    CHECK(input_rate(table.at("large")) == 2_usd);
}

TEST_CASE("merging replaces the rates that a row lists, keeps the others and reports what it replaced") {
    ModelPrice known = ModelPrice::per_million("m", {.input = "2", .output = "8", .cache_read = "0.2"});
    known.provider = "acme";
    known.aliases = {"m-alias"};
    known.adjustments = {{.name = "batch", .factor = Decimal::parse("0.5"), .tier = ServiceTier::batch}};
    PriceBand later = band("1", "2026-08-21");
    later.rates.push_back(Rate::per_million(units::output, "4"));
    PriceBand long_context = band("4", "", 200'000);
    known.bands.push_back(later);
    known.bands.push_back(long_context);
    PriceTable const table{{known}};

    ModelPrice mine = ModelPrice::per_million("m", {.input = "1.50", .output = "8"});
    mine.provider = "acme";
    mine.source = "our contract";
    MergedPrices const merged = table.merge({mine});
    ModelPrice const& m = *merged.table.at("m", "acme");
    CHECK(rate_at(m, 1, "2026-01-01T00:00:00Z") == "1.5");
    CHECK(rate_at(m, 1, "2026-09-01T00:00:00Z") == "1.5");  // without a period, whatever the period
    CHECK(rate_at(m, 200'001, "2026-01-01T00:00:00Z") == "4");
    CHECK(m.bands[0].find(units::cache_read)->usd() == Decimal::parse("0.2"));
    CHECK(m.bands[0].source == "our contract");
    CHECK(m.adjustments.size() == 1);
    CHECK(merged.table.at("m-alias", "acme").match() == MatchKind::alias);
    REQUIRE(merged.replaced.size() == 3);  // the input of both periods, the output of the later one
    CHECK(merged.replaced[0].to_string() == "acme m: input_tokens 2 becomes 1.5");
    CHECK(rate_at(*table.at("m", "acme"), 1, "2026-01-01T00:00:00Z") == "2");
}

TEST_CASE("merging adds tiers, periods, thresholds and regions as whole bands") {
    ModelPrice known = ModelPrice::per_million("m", {.input = "2", .output = "8"});
    known.provider = "acme";
    known.bands[0].rates.push_back({units::web_searches, Decimal::parse("10"), 1'000});
    known.adjustments = {{.name = "zone", .factor = Decimal::parse("1.1"), .regions = {"us", "eu"}},
                         {.name = "batch", .factor = Decimal::parse("0.5"), .tier = ServiceTier::batch}};
    ModelPrice mine{.model = "m",
                    .provider = "acme",
                    .bands = {band("1", ""), band("3", "2026-05-01"), band("5", "", 1'000), band("2.5", "")}};
    mine.bands[0].tier = ServiceTier::batch;
    mine.bands[1].until = parse_instant("2026-06-01T00:00:00Z");
    mine.bands[3].region = "eu";
    ModelPrice const m = *PriceTable{{known}}.merge({mine}).table.at("m", "acme");
    Instant const spring = parse_instant("2026-05-02T00:00:00Z");
    Instant const winter = parse_instant("2026-01-02T00:00:00Z");
    PriceBand const* batch = m.band(1, winter, {.tier = ServiceTier::batch});
    REQUIRE(batch != nullptr);
    CHECK(batch->find(units::input)->usd() == Decimal::parse("1"));
    CHECK(batch->find(units::web_searches) != nullptr);
    CHECK(m.find_factor(units::input, winter, ServiceTier::batch, "") ==
          Decimal{1, 0});  // a band replaces the factor
    CHECK(m.band(1, spring)->find(units::input)->usd() == Decimal::parse("3"));
    CHECK(m.band(1, spring)->find(units::output)->usd() == Decimal::parse("8"));
    CHECK(m.band(1'001, winter)->find(units::output)->usd() == Decimal::parse("8"));
    PriceBand const* eu = m.band(1, winter, {.region = "eu"});
    CHECK(eu->find(units::input)->usd() == Decimal::parse("2.5"));
    CHECK(eu->find(units::output)->usd() == Decimal::parse("8.8"));
    CHECK(m.find_factor(units::output, winter, ServiceTier::standard, "eu") == Decimal{1, 0});
    CHECK(m.find_factor(units::output, winter, ServiceTier::standard, "us") == Decimal::parse("1.1"));
}

TEST_CASE("merging an alias makes a row of it, and a zone in an id a region") {
    ModelPrice known = ModelPrice::per_million("anthropic.m", {.input = "3"});
    known.provider = "aws";
    known.aliases = {"m-also"};
    PriceTable const table{{known}};
    ModelPrice alias = ModelPrice::per_million("m-also", {.input = "4"});
    alias.provider = "aws";
    ModelPrice zone = ModelPrice::per_million("us.anthropic.m", {.input = "5"});
    zone.provider = "aws";
    ModelPrice fresh = ModelPrice::per_million("other", {.input = "6"});
    fresh.provider = "aws";
    PriceTable const merged = table.merge({alias, zone, fresh}).table;
    CHECK(merged.rows().size() == 3);
    CHECK(merged.at("m-also", "aws").match() == MatchKind::exact);
    CHECK(input_rate(merged.at("m-also", "aws")) == 4_usd);
    CHECK(input_rate(merged.at("anthropic.m", "aws")) == 3_usd);
    CHECK(
        merged.at("us.anthropic.m", "aws")->band(1, Instant{}, {.region = "us"})->find(units::input)->usd() ==
        Decimal::parse("5"));
    CHECK(input_rate(merged.at("other", "aws")) == 6_usd);
}

TEST_CASE("a merged row without a provider applies to every provider's row") {
    auto const row = [](std::string_view provider, std::string_view input) {
        auto price = ModelPrice::per_million("m", {.input = input});
        price.provider = provider;
        return price;
    };
    PriceTable const table{{row("a", "1"), row("b", "2")}};
    MergedPrices const merged = table.merge({row("", "3")}, {{"c", {"a"}}});
    CHECK(input_rate(merged.table.at("m", "a")) == 3_usd);
    CHECK(input_rate(merged.table.at("m", "b")) == 3_usd);
    CHECK(merged.replaced.size() == 2);
    CHECK(merged.table.at("m", "c").fallback());
}

TEST_CASE("a table merged with its own rows is the same table") {
    PriceTable const table = two_models();
    MergedPrices const merged = table.merge({table.rows().begin(), table.rows().end()});
    CHECK(merged.replaced.empty());
    CHECK(merged.table.rows().size() == table.rows().size());
}

TEST_CASE("a price outlives its table") {
    std::optional<Price> price;
    {
        PriceTable const table = two_models();
        price = table.at("large");
    }
    CHECK(input_rate(*price) == 2.5_usd);
}

TEST_CASE("a band includes its first instant and excludes its last") {
    ModelPrice price{.model = "m", .provider = {}, .bands = {band("1", "2026-01-01")}};
    price.bands[0].until = parse_instant("2026-02-01T00:00:00Z");
    CHECK(rate_at(price, 1, "2025-12-31T23:59:59Z") == "none");
    CHECK(rate_at(price, 1, "2026-01-01T00:00:00Z") == "1");
    CHECK(rate_at(price, 1, "2026-01-31T23:59:59.999999999Z") == "1");
    CHECK(rate_at(price, 1, "2026-02-01T00:00:00Z") == "none");
}

TEST_CASE("exclusive and inclusive thresholds are exact at the boundary") {
    ModelPrice const over{.model = "m", .provider = {}, .bands = {band("1", ""), band("2", "", 200'000)}};
    CHECK(rate_at(over, 200'000, "2026-01-01T00:00:00Z") == "1");
    CHECK(rate_at(over, 200'001, "2026-01-01T00:00:00Z") == "2");
    ModelPrice const from{
        .model = "m", .provider = {}, .bands = {band("1", ""), band("2", "", 272'000, true)}};
    CHECK(rate_at(from, 271'999, "2026-01-01T00:00:00Z") == "1");
    CHECK(rate_at(from, 272'000, "2026-01-01T00:00:00Z") == "2");
}

TEST_CASE("a later price list without a long-context surcharge ends the surcharge") {
    // Claude Sonnet 4.6: $6 above 200,000 input tokens until 2026-03-13, $3 for any input afterwards.
    ModelPrice const price{.model = "claude-sonnet-4-6",
                           .provider = "anthropic",
                           .bands = {band("3", ""), band("6", "", 200'000), band("3", "2026-03-13")}};
    CHECK(rate_at(price, 300'000, "2026-03-12T23:59:59Z") == "6");
    CHECK(rate_at(price, 300'000, "2026-03-13T00:00:00Z") == "3");
    CHECK(rate_at(price, 100, "2026-03-12T23:59:59Z") == "3");
}

TEST_CASE("the order of bands does not matter") {
    ModelPrice price{.model = "m",
                     .provider = {},
                     .bands = {band("8", "2026-08-21", 271'999), band("5", ""), band("4", "2026-08-21"),
                               band("10", "", 271'999)}};
    for (int turn = 0; turn < 4; ++turn) {
        CHECK(rate_at(price, 100, "2026-08-20T00:00:00Z") == "5");
        CHECK(rate_at(price, 272'000, "2026-08-20T00:00:00Z") == "10");
        CHECK(rate_at(price, 100, "2026-08-21T00:00:00Z") == "4");
        CHECK(rate_at(price, 272'000, "2026-08-21T00:00:00Z") == "8");
        std::rotate(price.bands.begin(), price.bands.begin() + 1, price.bands.end());
    }
}

TEST_CASE("text that is not a price is rejected") {
    CHECK_THROWS_AS(ModelPrice::per_million("m", {.input = "free"}), MalformedDecimal);
    CHECK_THROWS_AS(ModelPrice::per_million("m", {.input = "-1"}), MalformedPrice);
}

TEST_CASE("a table in use is not affected by its replacement") {
    CurrentPrices const source = [] {
        CurrentPrices first{two_models()};
        return first;
    }();
    CurrentPrices writer = source;
    PriceTable const before = source.table();
    writer.replace(before.with(ModelPrice::per_million("large", {.input = "7"})));
    CHECK(input_rate(before.at("large")) == 2.5_usd);
    CHECK(input_rate(source.table().at("large")) == 7_usd);
}

TEST_CASE("every cost is from one table or the other while prices are replaced", "[threads]") {
    CurrentPrices current{two_models()};
    PriceTable const cheap = current.table();
    PriceTable const expensive = cheap.with(ModelPrice::per_million("large", {.input = "5", .output = "20"}));
    std::atomic<bool> done = false;
    std::atomic<int> mixed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            for (int call = 0; call < 3'000; ++call) {
                Usd const total =
                    cost_of(current.table().at("large"), {.input = 500, .output = 300}, Instant{}).total();
                mixed += total != 0.00425_usd && total != 0.0085_usd ? 1 : 0;
            }
            done = true;
        });
    }
    for (bool flip = false; !done; flip = !flip) {
        current.replace(flip ? cheap : expensive);
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(mixed == 0);
}
