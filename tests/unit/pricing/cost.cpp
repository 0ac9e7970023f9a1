// SPDX-License-Identifier: MIT
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_table.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/pricing/price_table.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr Unit cached_audio = units::cache_audio_read;

Price price_of(std::vector<std::pair<Unit, std::string_view>> const& per_million) {
    PriceBand band;
    for (auto const& [unit, usd] : per_million) {
        band.rates.push_back(Rate::per_million(unit, usd));
    }
    ModelPrice row{.model = "m", .provider = "p", .bands = {}};
    row.bands.push_back(std::move(band));
    return PriceTable{{row}}.at("m");
}

Price claude() {
    return price_of({{units::input, "3"},
                     {units::output, "15"},
                     {units::cache_read, "0.30"},
                     {units::cache_write, "3.75"},
                     {units::cache_write_1h, "6"}});
}

Usd total(Price const& price, Usage const& usage) { return cost_of(price, usage, Instant{}).total(); }

/// The billed counts by unit name.
std::map<std::string, std::int64_t> billed(Cost const& cost) {
    std::map<std::string, std::int64_t> lines;
    for (CostLine const& line : cost.lines()) {
        if (line.count > 0) {
            lines[std::string{name_of(line.rate.unit())}] += line.count;
        }
    }
    return lines;
}

using Lines = std::map<std::string, std::int64_t>;

}  // namespace

TEST_CASE("gpt-4o at 500 tokens in and 300 out costs $0.00425") {
    Price const gpt =
        price_of({{units::input, "2.50"}, {units::cache_read, "1.25"}, {units::output, "10.00"}});
    Cost const cost = cost_of(gpt, {.input = 500, .output = 300}, Instant{});
    CHECK(cost.input_cost() == 0.00125_usd);
    CHECK(cost.output_cost() == 0.003_usd);
    CHECK(cost.total() == 0.00425_usd);
    CHECK(cost.complete());
}

TEST_CASE("real bill: Claude 3.7 Sonnet with a cache write, $0.054399") {
    CHECK(total(claude(), {.input = 3 + 12'304, .output = 550, .cache_write = 12'304}) == 0.054399_usd);
}

TEST_CASE("real bill: Claude Sonnet 4.6 with a read and a write, $0.00219855") {
    CHECK(
        total(claude(), {.input = 3 + 3'211 + 115, .output = 53, .cache_read = 3'211, .cache_write = 115}) ==
        0.00219855_usd);
}

TEST_CASE("real bill: Grok 4.20 with reasoning beside its completion, 232,856,000 ticks") {
    Price const grok =
        price_of({{units::input, "1.25"}, {units::cache_read, "0.20"}, {units::output, "2.50"}});
    Usage const usage{.input = 10'120, .output = 1'499 + 2'809, .cache_read = 128, .reasoning = 2'809};
    CHECK(total(grok, usage) == 0.0232856_usd);
}

TEST_CASE("real bill: GPT-5.6 Sol with a cache write, before and after its price fell") {
    PriceBand before;
    PriceBand after;
    auto const fill = [](PriceBand& band, std::string_view in, std::string_view write, std::string_view out) {
        band.rates = {Rate::per_million(units::input, in), Rate::per_million(units::cache_write, write),
                      Rate::per_million(units::output, out)};
    };
    fill(before, "5", "6.25", "30");
    fill(after, "4", "5", "20");
    after.from = parse_instant("2026-08-21T00:00:00Z");
    Price const sol =
        PriceTable{{{.model = "gpt-5.6-sol", .provider = "openai", .bands = {before, after}}}}.at(
            "gpt-5.6-sol");
    Usage const usage{.input = 4'020, .output = 5, .cache_write = 4'012};
    CHECK(cost_of(sol, usage, parse_instant("2026-08-20T23:59:59Z")).total() == 0.025265_usd);
    CHECK(cost_of(sol, usage, parse_instant("2026-08-21T00:00:00Z")).total() == 0.020192_usd);
}

TEST_CASE("cached tokens are billed once") {
    // Not 0.003625, which bills the 900 cached tokens as input too.
    Price const gpt = price_of({{units::input, "2.50"}, {units::cache_read, "1.25"}, {units::output, "10"}});
    CHECK(total(gpt, {.input = 1'000, .cache_read = 900}) == 0.001375_usd);
}

TEST_CASE("one-hour cache writes are billed at their own rate, the other writes at theirs") {
    Cost const cost = cost_of(
        claude(), {.input = 1'000, .output = 0, .cache_write = 600, .cache_write_1h = 400}, Instant{});
    CHECK(billed(cost) ==
          Lines{{"cache_write_1h_tokens", 400}, {"cache_write_tokens", 200}, {"input_tokens", 400}});
    CHECK(cost.total() == 0.0024_usd + 0.00075_usd + 0.0012_usd);
}

TEST_CASE("a unit without a rate is billed with the smallest containing unit that has one") {
    Price const plain = price_of({{units::input, "2"}, {units::output, "8"}});
    CHECK(billed(cost_of(plain, {.input = 100, .output = 50, .cache_read = 40, .reasoning = 30},
                         Instant{})) == Lines{{"input_tokens", 100}, {"output_tokens", 50}});
    Usage reported{.input = 100, .cache_write = 60};
    reported.set(units::cache_write_5m, 60);
    Price const writes = price_of({{units::input, "2"}, {units::cache_write, "2.5"}});
    CHECK(billed(cost_of(writes, reported, Instant{})) ==
          Lines{{"cache_write_tokens", 60}, {"input_tokens", 40}});
}

TEST_CASE("the containing unit is billed even if the usage counts only its part") {
    Usage reported{.input = 100};
    reported.set(units::cache_write_5m, 60);
    Price const writes = price_of({{units::input, "2"}, {units::cache_write, "2.5"}});
    CHECK(billed(cost_of(writes, reported, Instant{})) ==
          Lines{{"cache_write_tokens", 60}, {"input_tokens", 40}});
}

TEST_CASE("cached audio with a rate of its own is excluded from cached input and from audio input") {
    Price const price = price_of(
        {{units::input, "1"}, {units::cache_read, "0.1"}, {units::input_audio, "10"}, {cached_audio, "3"}});
    Usage usage{.input = 1'000, .cache_read = 300, .input_audio = 400};
    usage.set(cached_audio, 100);
    CHECK(billed(cost_of(price, usage, Instant{})) == Lines{{"cache_audio_read_tokens", 100},
                                                            {"cache_read_tokens", 200},
                                                            {"input_audio_tokens", 300},
                                                            {"input_tokens", 400}});
}

TEST_CASE("cached audio without a rate of its own is billed once, at the higher rate of cached input and "
          "audio input") {
    Price const price =
        price_of({{units::input, "1"}, {units::cache_read, "0.1"}, {units::input_audio, "10"}});
    Usage usage{.input = 1'000, .cache_read = 300, .input_audio = 400};
    usage.set(cached_audio, 100);
    CHECK(billed(cost_of(price, usage, Instant{})) ==
          Lines{{"cache_read_tokens", 200}, {"input_audio_tokens", 400}, {"input_tokens", 400}});
    Usage all{.input = 100, .cache_read = 100, .input_audio = 100};
    all.set(cached_audio, 100);
    CHECK(billed(cost_of(price, all, Instant{})) == Lines{{"input_audio_tokens", 100}});
}

TEST_CASE("parts larger than their whole are contradictory, never clamped") {
    CHECK_THROWS_AS(total(claude(), {.input = 10, .cache_read = 11}), ContradictoryUsage);
    CHECK_THROWS_AS(total(claude(), {.input = 10, .cache_read = 5, .cache_write = 11}), ContradictoryUsage);
    CHECK_THROWS_AS(total(claude(), {.input = 10, .cache_write = 4, .cache_write_1h = 5}),
                    ContradictoryUsage);
    CHECK_THROWS_WITH(total(claude(), {.input = 10, .cache_read = 11}), ContainsSubstring("input_tokens"));
}

TEST_CASE("an oversized part without a rate of its own does not prevent a cost") {
    // Recorded at OpenRouter: 11 reasoning tokens in a completion of 10.
    CHECK(total(claude(), {.input = 10, .output = 10, .reasoning = 11}) == 0.00018_usd);
}

TEST_CASE("tokens that a call both reads from the cache and writes to it are billed once, as written") {
    Cost const cost =
        cost_of(claude(), {.input = 2'168, .cache_read = 2'161, .cache_write = 2'161}, Instant{});
    CHECK(billed(cost) == Lines{{"cache_read_tokens", 7}, {"cache_write_tokens", 2'161}});
    CHECK(cost.complete());
    CHECK(billed(cost_of(claude(), {.input = 10, .cache_read = 6, .cache_write = 5}, Instant{})) ==
          Lines{{"cache_read_tokens", 5}, {"cache_write_tokens", 5}});
    Price const reads = price_of({{units::input, "3"}, {units::cache_read, "0.3"}});
    CHECK(billed(cost_of(reads, {.input = 10, .cache_read = 8, .cache_write = 9}, Instant{})) ==
          Lines{{"cache_read_tokens", 8}, {"input_tokens", 2}});
    for (Price const& price : {claude(), reads, price_of({{units::input, "3"}})}) {
        CHECK_THROWS_AS(total(price, {.input = 10, .cache_read = 11}), ContradictoryUsage);
        CHECK_THROWS_AS(total(price, {.input = 10, .cache_read = 1, .cache_write = 11}), ContradictoryUsage);
    }
}

TEST_CASE("a usage whose counted units all lack a rate is an error and never free") {
    Price const embedding = price_of({{units::input, "0.02"}});
    CHECK(total(embedding, {.input = 1}) == 0.00000002_usd);
    CHECK_THROWS_AS(total(embedding, {.input = 0, .output = 1}), UnpricedUsage);
    CHECK_THROWS_AS(total(price_of({}), {.input = 1}), UnpricedUsage);
    CHECK_THROWS_WITH(total(embedding, {.input = 0, .output = 1}), ContainsSubstring("output_tokens"));
    Usage pages;
    pages.set(units::pages, 3);
    CHECK_THROWS_WITH(total(claude(), pages), ContainsSubstring("pages"));
    CHECK(total(claude(), {}) == 0_usd);
    CHECK(total(price_of({}), {}) == 0_usd);
}

TEST_CASE("tokens without a rate beside tokens with one make the cost incomplete") {
    Price const embedding = price_of({{units::input, "0.02"}});
    Cost const cost = cost_of(embedding, {.input = 1'000, .output = 7, .reasoning = 3}, Instant{});
    CHECK(cost.total() == 0.00002_usd);
    CHECK(!cost.complete());
    CHECK(cost.warnings() ==
          std::vector<CostWarning>{
              {.kind = CostWarningKind::unpriced_unit, .unit = units::output, .count = 7},
              {.kind = CostWarningKind::unpriced_unit, .unit = units::reasoning, .count = 3}});
    CHECK(cost.warnings().front().to_string() == "no price for 7 output_tokens");
    CHECK(cost_of(embedding, {.input = 1'000, .output = 0, .reasoning = 0}, Instant{}).complete());
    Price const cached = price_of({{units::cache_read, "0.1"}, {units::output, "1"}});
    Cost const part = cost_of(cached, {.input = 10, .cache_read = 4}, Instant{});
    CHECK(part.warnings() == std::vector<CostWarning>{
                                 {.kind = CostWarningKind::unpriced_unit, .unit = units::input, .count = 6}});
}

TEST_CASE("a unit that is known to be free is complete") {
    Usage usage{.input = 10};
    usage.set(units::web_fetches, 2);
    CHECK(!cost_of(claude(), usage, Instant{}).complete());
    CHECK(cost_of(price_of({{units::input, "3"}, {units::web_fetches, "0"}}), usage, Instant{}).complete());
}

TEST_CASE("a warning names every unit that is billed at the rate of a more general one") {
    Price const plain = price_of({{units::input, "2"}, {units::output, "8"}, {units::cache_write, "3"}});
    auto const inherited = [&](Usage const& usage) {
        std::vector<std::string> texts;
        Cost const cost = cost_of(plain, usage, Instant{});
        CHECK(cost.complete());
        for (CostWarning const& warning : cost.warnings()) {
            CHECK(warning.kind == CostWarningKind::inherited_rate);
            texts.push_back(warning.to_string());
        }
        return texts;
    };
    using Texts = std::vector<std::string>;
    CHECK(inherited({.input = 100, .output = 50}) == Texts{});
    CHECK(inherited({.input = 100, .output = 50, .cache_read = 0, .reasoning = 0}) == Texts{});
    CHECK(inherited({.input = 100, .output = 50, .cache_read = 40, .reasoning = 30}) ==
          Texts{"40 cache_read_tokens are billed at the rate of input_tokens",
                "30 output_reasoning_tokens are billed at the rate of output_tokens"});
    CHECK(inherited({.input = 100, .cache_write = 60, .cache_write_1h = 20}) ==
          Texts{"20 cache_write_1h_tokens are billed at the rate of cache_write_tokens"});
    CHECK(inherited({.input = 100, .output = 9, .input_audio = 5, .output_audio = 4}) ==
          Texts{"5 input_audio_tokens are billed at the rate of input_tokens",
                "4 output_audio_tokens are billed at the rate of output_tokens"});
    // The rate of writes is that of five-minute ones, and the rate of tokens that of text.
    Usage usual{.input = 100, .cache_write = 60};
    usual.set(units::cache_write_5m, 60);
    usual.set(units::input_text, 100);
    CHECK(inherited(usual) == Texts{});
}

TEST_CASE("a tier or a region without a price makes the cost incomplete, and the warning names it") {
    Cost const cost =
        cost_of(claude(), {.input = 1'000}, Instant{}, {.tier = ServiceTier::priority, .region = "atlantis"});
    CHECK(cost.total() == 0.003_usd);
    CHECK(!cost.complete());
    CHECK(cost.warnings() ==
          std::vector<CostWarning>{{.kind = CostWarningKind::unpriced_tier, .name = "priority"},
                                   {.kind = CostWarningKind::unpriced_region, .name = "atlantis"}});
    for (std::string_view const usual : {"", "global", "default", "not_available"}) {
        CHECK(cost_of(claude(), {.input = 1}, Instant{}, {.region = std::string{usual}}).complete());
    }
}

TEST_CASE("callers add warnings of their own, and only some make a cost incomplete") {
    Cost cost = cost_of(claude(), {.input = 1'000}, Instant{});
    cost.warn({.kind = CostWarningKind::unknown_usage_field, .name = "smell_tokens"});
    cost.warn({.kind = CostWarningKind::other_provider, .name = "anthropic"});
    CHECK(cost.complete());
    CHECK(cost.warnings().size() == 2);
    cost.warn({.kind = CostWarningKind::unpriced_tier, .name = "scale"});
    CHECK(!cost.complete());
    CHECK(cost.warnings().back().to_string() ==
          "no price for the service tier \"scale\"; billed as the standard tier");
}

TEST_CASE("the fee of a request depends on the size of its search context") {
    PriceBand band;
    auto const fee = [](Unit unit, std::string_view usd) { return Rate{unit, Decimal::parse(usd), 1'000}; };
    band.rates = {Rate::per_million(units::input, "1"), fee(units::requests, "12"),
                  fee(units::requests_low_context, "5")};
    Price const price = PriceTable{{{.model = "m", .provider = {}, .bands = {band}}}}.at("m");
    auto const billed_fee = [&](SearchContext size) {
        return cost_of(price, {.input = 0}, Instant{}, {.search_context = size}).total();
    };
    CHECK(billed_fee(SearchContext::unspecified) == 0.012_usd);
    CHECK(billed_fee(SearchContext::low) == 0.005_usd);
    CHECK(billed_fee(SearchContext::high) == 0.012_usd);
}

TEST_CASE("every counted unit is billed by a line or named by a warning, for any rates and any usage") {
    std::mt19937_64 random{20'261'128};
    auto const below = [&](std::int64_t limit) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit + 1));
    };
    int priced = 0;
    for (int round = 0; round < 5'000; ++round) {
        std::vector<std::pair<Unit, std::string_view>> rates;
        Usage usage{.input = below(1) * 1'000, .output = below(1) * 1'000};
        for (UnitName const& known : unit_names()) {
            if (below(3) == 0) {
                rates.emplace_back(known.unit, below(5) == 0 ? "0" : "3");
            }
            bool const part = depth_of(known.unit) > 0 && known.unit.measure == Measure::tokens;
            if (below(3) == 0 && (part ? usage.others.all().size() < 8 : usage.others.all().size() < 16)) {
                usage.set(known.unit, part ? below(30) : below(3) * 1'000);
            }
        }
        if (rates.size() > 12) {
            rates.resize(12);
        }
        auto const found = find_cost_of(price_of(rates), usage, Instant{});
        auto const* const cost = std::get_if<Cost>(&found);
        if (cost == nullptr) {
            REQUIRE(std::get<NoCost>(found).problem != CostProblem::overflow);
            continue;
        }
        ++priced;
        Usd sum;
        for (CostLine const& line : cost->lines()) {
            sum += line.cost;
        }
        REQUIRE(sum == cost->total());
        auto const warnings = cost->warnings();
        bool unpriced = false;
        usage.for_each([&](Unit unit, std::int64_t count) {
            std::int64_t inside = 0;  // billed in lines of its parts, or of units that overlap with it
            auto const covers = [](Unit counted) {
                return [counted](CostLine const& line) { return line.rate.unit().contains(counted); };
            };
            bool const covered = std::ranges::any_of(cost->lines(), covers(unit));
            for (CostLine const& line : cost->lines()) {
                inside += unit.contains(line.rate.unit()) ? line.count : 0;
            }
            usage.for_each([&](Unit part, std::int64_t counted) {
                bool const elsewhere =
                    part != unit && unit.contains(part) && std::ranges::any_of(cost->lines(), covers(part));
                inside += elsewhere ? counted : 0;
            });
            bool const named = std::ranges::any_of(warnings, [&](CostWarning const& warning) {
                return warning.kind == CostWarningKind::unpriced_unit && warning.unit == unit &&
                       warning.count > 0;
            });
            unpriced = unpriced || named;
            INFO("round " << round << ": " << count << " " << name_of(unit));
            REQUIRE((count == 0 || covered || inside >= count || named));
            REQUIRE(!(count == 0 && named));
        });
        REQUIRE(cost->complete() == !unpriced);
    }
    CHECK(priced > 1'000);
}

TEST_CASE("a search without a price makes the cost incomplete") {
    Usage usage{.input = 10};
    usage.set(units::web_searches, 2);
    Cost const cost = cost_of(claude(), usage, Instant{});
    CHECK(!cost.complete());
    CHECK(cost.total() == 0.00003_usd);
    usage.set(units::web_searches, 0);
    CHECK(cost_of(claude(), usage, Instant{}).complete());
}

TEST_CASE("searches are billed per thousand, separately from tokens") {
    PriceBand band;
    band.rates = {Rate::per_million(units::input, "3"),
                  Rate{units::web_searches, Decimal::parse("10"), 1'000}};
    Price const price = PriceTable{{{.model = "m", .provider = {}, .bands = {band}}}}.at("m");
    Usage usage{.input = 1'000};
    usage.set(units::web_searches, 3);
    Cost const cost = cost_of(price, usage, Instant{});
    CHECK(cost.total() == 0.033_usd);
    CHECK(cost.input_cost() == 0.003_usd);
    CHECK(cost.output_cost() == 0_usd);
}

TEST_CASE("a fee per request is charged once unless the usage counts requests") {
    PriceBand band;
    band.rates = {Rate::per_million(units::input, "1"), Rate{units::requests, Decimal::parse("5"), 1'000}};
    Price const price = PriceTable{{{.model = "m", .provider = {}, .bands = {band}}}}.at("m");
    Usage usage{.input = 1'000};
    CHECK(total(price, usage) == 0.006_usd);
    usage.set(units::requests, 3);
    CHECK(total(price, usage) == 0.016_usd);
}

TEST_CASE("an instant outside every band has no price") {
    PriceBand band;
    band.rates = {Rate::per_million(units::input, "1")};
    band.from = parse_instant("2026-01-01T00:00:00Z");
    Price const price = PriceTable{{{.model = "m", .provider = {}, .bands = {band}}}}.at("m");
    CHECK_THROWS_AS(cost_of(price, {.input = 1}, parse_instant("2025-12-31T23:59:59Z")), UnpricedUsage);
}

TEST_CASE(
    "one band prices every unit of a long context, selected by the whole input including cached tokens") {
    PriceBand low;
    PriceBand high;
    low.rates = {Rate::per_million(units::input, "3"), Rate::per_million(units::cache_read, "0.30"),
                 Rate::per_million(units::output, "15")};
    high.rates = {Rate::per_million(units::input, "6"), Rate::per_million(units::cache_read, "0.60"),
                  Rate::per_million(units::output, "22.50")};
    high.above = 200'000;
    Price const price = PriceTable{{{.model = "m", .provider = {}, .bands = {low, high}}}}.at("m");
    CHECK(total(price, {.input = 200'000, .output = 1'000}) == 0.615_usd);
    CHECK(total(price, {.input = 200'001, .output = 1'000, .cache_read = 200'000}) ==
          0.12_usd + 0.000006_usd + 0.0225_usd);
}

TEST_CASE("counts whose sum exceeds 63 bits throw instead of wrapping to a small cost") {
    Price const price = price_of({{units::input, "1"}, {units::cache_read, "1"}, {units::cache_write, "1"}});
    CHECK_THROWS_AS(total(price, {.input = INT64_MAX, .cache_read = INT64_MAX, .cache_write = INT64_MAX}),
                    std::overflow_error);
}

TEST_CASE("a cost keeps its price alive") {
    std::optional<Cost> cost;
    {
        Price const price = claude();
        cost = cost_of(price, {.input = 1'000}, Instant{});
    }
    CHECK(cost->model() == ModelId{"m"});
    CHECK(cost->match() == MatchKind::exact);
    CHECK(cost->lines().front().cost == 0.003_usd);
}

TEST_CASE("lines add up to the total, and every token is billed exactly once, for any rates and "
          "any reported counts") {
    std::mt19937_64 random{2'024};
    auto const below = [&](std::int64_t limit) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(limit + 1));
    };
    // A prompt of four disjoint kinds, reported as inclusive counts: text and audio, cached and uncached.
    for (int round = 0; round < 5'000; ++round) {
        std::int64_t const text = below(500);
        std::int64_t const text_read = below(500);
        std::int64_t const audio = below(500);
        std::int64_t const audio_read = below(500);
        Usage usage{.input = text + text_read + audio + audio_read,
                    .cache_read = text_read + audio_read,
                    .input_audio = audio + audio_read};
        usage.set(cached_audio, audio_read);
        std::vector<std::pair<Unit, std::string_view>> rates{{units::input, "1"}};
        bool const read_rate = below(1) == 1;
        bool const audio_rate = below(1) == 1;
        bool const both_rate = below(1) == 1;
        if (read_rate) {
            rates.emplace_back(units::cache_read, "0.1");
        }
        if (audio_rate) {
            rates.emplace_back(units::input_audio, "7");
        }
        if (both_rate) {
            rates.emplace_back(cached_audio, "0.5");
        }
        std::ranges::shuffle(rates, random);
        Cost const cost = cost_of(price_of(rates), usage, Instant{});
        // In 10^-7 USD per token of each kind.
        std::int64_t const expected = 10 * text + (read_rate ? 1 : 10) * text_read +
                                      (audio_rate ? 70 : 10) * audio +
                                      (both_rate    ? 5
                                       : audio_rate ? 70
                                       : read_rate  ? 1
                                                    : 10) *
                                          audio_read;
        CHECK(cost.total() == Usd::parse("1e-7") * expected);
        Usd sum;
        std::int64_t count = 0;
        for (CostLine const& line : cost.lines()) {
            sum += line.cost;
            count += line.count;
        }
        CHECK(sum == cost.total());
        CHECK(count == usage.input.value());
    }
}

TEST_CASE("a line reports that it includes units without a rate of their own") {
    auto const priced = [](ModelPrice price, Usage const& usage) {
        return cost_of(PriceTable{{std::move(price)}}.at("m"), usage, Instant{});
    };
    auto const plain = ModelPrice::per_million("m", {.input = "3", .output = "15"});
    Cost const cost = priced(plain, {.input = 1'000, .output = 100, .cache_read = 400});
    REQUIRE(cost.lines().size() == 2);
    CHECK(cost.lines()[0].count == 1'000);
    CHECK(cost.lines()[0].inherited);
    CHECK(!cost.lines()[1].inherited);
    auto const cached = ModelPrice::per_million("m", {.input = "3", .output = "15", .cache_read = "0.3"});
    CHECK(!priced(cached, {.input = 1'000, .cache_read = 400}).lines()[0].inherited);
}

TEST_CASE("factors are multiplied and each line is rounded once") {
    auto price = ModelPrice::per_million("m", {.input = "3", .output = "15"});
    price.adjustments = {
        {.name = "batch", .factor = Decimal::parse("0.5"), .tier = ServiceTier::batch},
        {.name = "residency", .factor = Decimal::parse("1.1"), .regions = {"us"}},
        {.name = "odd", .factor = Decimal::parse("1.00000000000001"), .scope = AdjustmentScope::output}};
    PriceTable const table{{price}};
    auto const total = [&](Usage const& usage, Service const& service) {
        return cost_of(table.at("m"), usage, Instant{}, service);
    };
    CHECK(total({.input = 1'000'000}, {}).total() == 3_usd);
    CHECK(total({.input = 1'000'000}, {.region = "us"}).total() == 3.3_usd);
    CHECK(total({.input = 1'000'000}, {.tier = ServiceTier::batch, .region = "us"}).total() == 1.65_usd);
    CHECK(total({.input = 1'000'000}, {.tier = ServiceTier::batch, .region = "mars"}).total() == 1.5_usd);
    CHECK(!total({.input = 1'000'000}, {.region = "mars"}).region_priced());
    Cost const odd = total({.input = 0, .output = 1}, {});  // 0.000015 x 1.00000000000001
    CHECK(odd.total() == Usd::parse("0.000015"));           // rounded half-even from 15000000000000.00015
    CHECK(odd.rounded());
}
