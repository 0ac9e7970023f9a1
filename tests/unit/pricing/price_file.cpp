// SPDX-License-Identifier: MIT
#include <centavo/pricing/price_file.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/price_table.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;
using Catch::Matchers::ContainsSubstring;

namespace {

Usd total(ImportedPrices const& prices, std::string_view model, Usage const& usage,
          std::string_view at = "2026-06-01T12:00:00Z", Service const& service = {}) {
    return cost_of(PriceTable{prices.rows}.at(model), usage, parse_instant(at), service).total();
}

std::optional<PriceFinding> finding(ImportedPrices const& prices, PriceFault fault) {
    auto const at = std::ranges::find(prices.findings, fault, &PriceFinding::fault);
    return at == prices.findings.end() ? std::nullopt : std::optional{*at};
}

/// The first finding of a LiteLLM model with these members.
std::optional<PriceFinding> lint(std::string const& members, PriceFault fault) {
    return finding(read_prices(R"({"m":{"litellm_provider":"openai","mode":"chat",)" + members + "}}"),
                   fault);
}

constexpr std::string_view genai = R"([{"id":"anthropic","name":"Anthropic","models":[
  {"id":"claude-sonnet-4-6","match":{"or":[{"starts_with":"claude-sonnet-4-6"},{"equals":"claude-sonnet-4.6"},
     {"contains":"sonnet-4-6"}]},
   "prices":[{"prices":{"input_mtok":{"base":3,"tiers":[{"start":200000,"price":6}]},
                        "output_mtok":{"base":15,"tiers":[{"start":200000,"price":22.5}]},
                        "cache_write_1h_mtok":{"base":6,"tiers":[{"start":200000,"price":12}]},"web_searches_kcount":10}},
             {"constraint":{"type":"start_date","start_date":"2026-03-13"},"prices":{"input_mtok":3,"output_mtok":15}}]}]},
 {"id":"deepseek","models":[{"id":"deepseek-chat","match":{"equals":"deepseek-chat"},
   "prices":[{"prices":{"input_mtok":0.135,"output_mtok":0.55}},
             {"constraint":{"type":"time_of_date","start_time":"00:30:00Z","end_time":"16:30:00Z"},
              "prices":{"input_mtok":0.27,"output_mtok":1.1}}]},
   {"id":"tiny:free","match":{"equals":"tiny:free"},"prices":{}}]}])";

constexpr std::string_view litellm = R"({"sample_spec":{"litellm_provider":"one of"},
 "gpt-5.6":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":5e-06,"output_cost_per_token":3e-05,
   "cache_read_input_token_cost":5e-07,"input_cost_per_token_above_272k_tokens":1e-05,
   "output_cost_per_token_above_272k_tokens":4.5e-05,"input_cost_per_token_batches":2.5e-06,
   "output_cost_per_token_batches":1.5e-05,"input_cost_per_token_priority":1e-05,"output_cost_per_token_priority":6e-05,
   "regional_processing_uplift_multiplier_eu":1.1,"supports_vision":true,"max_tokens":128000},
 "gemini/gemini-x":{"litellm_provider":"gemini","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-06,
   "search_context_cost_per_query":{"search_context_size_low":0.01,"search_context_size_high":0.014}},
 "dashscope/qwen":{"litellm_provider":"dashscope","mode":"chat","tiered_pricing":[
   {"range":[0,256000.0],"input_cost_per_token":5e-08,"output_cost_per_token":4e-07},
   {"range":[256000.0,1000000.0],"input_cost_per_token":2.5e-07,"output_cost_per_token":2e-06}]}})";

constexpr std::string_view ours = R"({"source":"our contract","as_of":"2026-11-01","models":[
  {"id":"gpt-4o","provider":"openai","aliases":["our-4o"],
   "prices":[{"rates":{"input_tokens":"2.00","output_tokens":8.00,"web_searches":{"price":"10","per":1000}}},
             {"from":"2026-07-01","until":"2026-08-01","status":"promotional","rates":{"input_tokens":"1","output_tokens":"4"}},
             {"tier":"batch","rates":{"input_tokens":"0.9","output_tokens":"3"}},
             {"window":"22:00-06:00 Sat,Sun","priority":1,"rates":{"input_tokens":"0.5","output_tokens":"2"}},
             {"from_input_tokens":128000,"rates":{"input_tokens":"3","output_tokens":"9"}}],
   "adjustments":[{"name":"negotiated","factor":"0.9","scope":"everything"}]},
  {"id":"gift","prices":[{"free":true,"rates":{"input_tokens":0,"output_tokens":0}}]},
  {"id":"ears","prices":[{"rates":{"input_audio_seconds":{"price":"0.36","per":3600}}}],"minimums":{"input_audio_seconds":10}}]})";

}  // namespace

TEST_CASE("the format of a price file is recognized by its content") {
    CHECK(read_prices(genai).format == PriceFormat::genai_prices);
    CHECK(read_prices(litellm).format == PriceFormat::litellm);
    CHECK(read_prices(ours).format == PriceFormat::centavo);
    for (std::string_view const text :
         {"{}", "7", "{\"a\":{\"b\":1}}", "", "[", "{\"models\":[}", "[{\"id\":1}]"}) {
        INFO(text);
        CHECK_THROWS_AS(read_prices(text), MalformedPriceFile);
    }
}

TEST_CASE("a malformed file is rejected with its name and the position") {
    try {
        (void)read_prices(R"([{"id":"a","models":[{"id":"b","prices":{"input_mtok":01}}]}])",
                          {.name = "data.json"});
        FAIL("a number that begins with 0");
    } catch (MalformedPriceFile const& broken) {
        CHECK(broken.position() == 55);
        CHECK_THAT(broken.what(), ContainsSubstring("data.json: byte 55"));
    }
}

TEST_CASE(
    "genai-prices: the last applicable prices are used, and a tier prices a whole request above its start") {
    auto const prices = read_prices(genai);
    CHECK(total(prices, "claude-sonnet-4-6", {.input = 200'000}, "2026-01-01T00:00:00Z") == 0.6_usd);
    CHECK(total(prices, "claude-sonnet-4-6", {.input = 200'001}, "2026-01-01T00:00:00Z") == 1.200006_usd);
    CHECK(total(prices, "claude-sonnet-4.6", {.input = 200'001}, "2026-03-13T00:00:00Z") == 0.600003_usd);
    Usage long_call{.input = 300'000, .output = 1'000, .cache_write = 100'000, .cache_write_1h = 100'000};
    long_call.set(units::web_searches, 2);
    CHECK(total(prices, "claude-sonnet-4-6", long_call, "2026-01-01T00:00:00Z") == 2.4425_usd);
    CHECK(total(prices, "deepseek-chat", {.input = 1'000'000}, "2025-11-06T12:00:00Z") == 0.27_usd);
    CHECK(total(prices, "deepseek-chat", {.input = 1'000'000}, "2025-11-06T16:30:00Z") == 0.135_usd);
    CHECK(total(prices, "tiny:free", {.input = 1'000}) == 0_usd);
}

TEST_CASE("genai-prices: every kind of match clause resolves ids, and declared fallbacks are imported") {
    auto const prices = read_prices(R"#([{"id":"acme","fallback_model_providers":["openai"],"models":[
      {"id":"a","match":{"equals":"a"},"prices":{"input_mtok":1}},
      {"id":"b","match":{"or":[{"starts_with":"B-"},{"ends_with":"-b"},{"contains":"+b+"}]},"prices":{"input_mtok":2}},
      {"id":"c","match":{"regex":"^c-\\d{8}$"},"prices":{"input_mtok":3}},
      {"id":"d","match":{"and":[{"starts_with":"d"},{"or":[{"ends_with":"x"},{"equals":"dy"}]}]},"prices":{"input_mtok":4}},
      {"id":"e","match":{"or":[{"equals":"e1"},{"and":[{"starts_with":"e"},{"regex":"^(?!.*tts)"}]},{"equals":"E2"}]},
       "prices":{"input_mtok":5}},
      {"id":"f","match":{"regex":"(?<name>x)"},"prices":{"input_mtok":6}},
      {"id":"g","match":{"soundex":"g"},"prices":{"input_mtok":7}}]}])#");
    PriceTable const table{prices.rows, prices.fallbacks};
    auto const matched = [&](std::string_view id) {
        auto const price = table.find(id, "acme");
        return price ? (*price)->model.text() + " " + std::string{to_string(price->match())} : "none";
    };
    CHECK(matched("a") == "a exact");
    CHECK(matched("ab") == "none");
    CHECK(matched("b-1") == "b pattern");
    CHECK(matched("1-b") == "b pattern");
    CHECK(matched("1+B+1") == "b pattern");
    CHECK(matched("c-20260101") == "c dated");
    CHECK(matched("c-12345678") == "c pattern");
    CHECK(matched("c-2026") == "none");
    CHECK(matched("d-x") == "d pattern");
    CHECK(matched("dy") == "d pattern");
    CHECK(matched("dz") == "none");
    CHECK(matched("e1") == "e alias");
    CHECK(matched("e2") == "e alias");
    CHECK(matched("e-3") == "e pattern");
    CHECK(matched("e-tts") == "none");
    CHECK(prices.fallbacks == std::vector<ProviderFallback>{{"acme", {"openai"}}});
    CHECK(std::count_if(prices.findings.begin(), prices.findings.end(),
                        [](PriceFinding const& one) { return one.fault == PriceFault::pattern_match; }) == 2);
    CHECK(prices.rows.size() == 7);  // the ids of the other two still hold
}

TEST_CASE("LiteLLM: suffixes of keys become tiers, thresholds and regions") {
    auto const prices = read_prices(litellm);
    CHECK(prices.findings.empty());
    Usage const usage{.input = 100'000, .output = 10'000, .cache_read = 50'000};
    CHECK(total(prices, "gpt-5.6", usage) == 0.575_usd);
    CHECK(total(prices, "gpt-5.6", usage, "2026-06-01T12:00:00Z", {.tier = ServiceTier::batch}) == 0.4_usd);
    CHECK(total(prices, "gpt-5.6", usage, "2026-06-01T12:00:00Z", {.tier = ServiceTier::priority}) ==
          1.6_usd);
    CHECK(total(prices, "gpt-5.6", usage, "2026-06-01T12:00:00Z", {.region = "eu"}) == 0.6325_usd);
    CHECK(total(prices, "gpt-5.6", {.input = 272'000}) == 1.36_usd);
    CHECK(total(prices, "gpt-5.6", {.input = 272'001}) == 2.72001_usd);
    Usage searched{.input = 1};
    searched.set(units::web_searches, 1);
    CHECK(total(prices, "gemini-x", searched) ==
          0.014001_usd);  // of the largest context, without a medium one
    CHECK(PriceTable{prices.rows}.at("gemini/gemini-x")->provider == "google");
    CHECK(total(prices, "qwen", {.input = 256'000}) == 0.0128_usd);
    CHECK(total(prices, "qwen", {.input = 256'001}) == 0.06400025_usd);
    CHECK(PriceTable{prices.rows}.at("gpt-5.6")->bands[0].find(units::input)->per() == 1);  // as published
}

TEST_CASE("centavo's own format has every condition, and prices keep their digits") {
    auto const prices = read_prices(ours);
    CHECK(prices.findings.empty());
    Usage const usage{.input = 1'000, .output = 1'000};
    CHECK(total(prices, "our-4o", usage) == 0.009_usd);
    CHECK(total(prices, "gpt-4o", usage, "2026-07-31T23:59:59Z") == 0.0045_usd);
    CHECK(total(prices, "gpt-4o", usage, "2026-08-02T00:00:00Z") == 0.00225_usd);  // the night of Saturday
    CHECK(total(prices, "gpt-4o", usage, "2026-08-01T00:00:00Z") == 0.009_usd);
    CHECK(total(prices, "gpt-4o", usage, "2026-06-01T12:00:00Z", {.tier = ServiceTier::batch}) ==
          0.00351_usd);
    CHECK(total(prices, "gpt-4o", {.input = 128'000}) == 0.3456_usd);
    CHECK(total(prices, "gift", usage) == 0_usd);
    Usage heard;
    heard.set(units::input_audio_seconds, 3);
    CHECK(total(prices, "ears", heard) == 0.001_usd);
    ModelPrice const& row = prices.rows[0];
    CHECK(row.source == "our contract");
    CHECK(row.as_of == std::chrono::year{2026} / 11 / 1);
    CHECK(row.bands[1].status == PriceStatus::promotional);
}

TEST_CASE("values that cannot be prices are rejected with their position") {
    auto const implausible =
        lint(R"("input_cost_per_token":0.0032,"output_cost_per_token":0.00971)", PriceFault::implausible);
    REQUIRE(implausible);
    CHECK(implausible->model == "m");
    CHECK(implausible->key == "input_cost_per_token");
    CHECK(implausible->text == "0.0032");
    CHECK(implausible->offset == 71);
    CHECK(lint(R"("input_cost_per_token":-1e-6)", PriceFault::negative));
    CHECK(lint(R"("input_cost_per_token":0.0,"output_cost_per_token":0)", PriceFault::zero_without_free));
    CHECK(lint(R"("max_tokens":7)", PriceFault::no_price));
    CHECK(lint(R"("input_cost_per_token":1e-99)", PriceFault::malformed));
    auto const torn = read_prices(
        R"({"models":[{"id":"a","prices":[{"rates":{"input_tokens":1}},{"rates":{"input_tokens":2}}]},
                                               {"id":"b","prices":[{"window":"25","rates":{"input_tokens":1}}]},
                                               {"id":"c","prices":[{"tier":"bulk","rates":{"input_tokens":1}}]}]})");
    CHECK(finding(torn, PriceFault::ambiguous)->model == "a");
    CHECK(finding(torn, PriceFault::malformed)->model == "b");
    CHECK(torn.rows.empty());
    for (std::string_view const odd :
         {R"("above_input_tokens":1e40)", R"("above_input_tokens":-1)", R"("priority":9999)",
          R"("from":"yesterday")", R"("status":"sure")", R"("from_input_tokens":1.5)"}) {
        INFO(odd);
        auto const read = read_prices(R"({"models":[{"id":"a","prices":[{)" + std::string{odd} +
                                      R"(,"rates":{"input_tokens":1}}]}]})");
        CHECK(finding(read, PriceFault::malformed));
        CHECK(read.rows.empty());
    }
    CHECK(torn.rejected() == 3);
}

TEST_CASE("suspicious prices are reported and kept") {
    using enum PriceFault;
    CHECK(
        lint(R"("input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"cache_read_input_token_cost":2e-6)",
             read_above_input));
    CHECK(lint(
        R"("input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"cache_creation_input_token_cost":5e-7)",
        write_below_input));
    CHECK(lint(R"("input_cost_per_token":2e-6,"output_cost_per_token":1e-6)", output_below_input));
    CHECK(lint(
        R"("input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"input_cost_per_token_batches":3e-6)",
        batch_above_standard));
    auto const long_digits =
        read_prices(R"({"models":[{"id":"a","prices":[{"rates":{"input_tokens":0.18000000000000002}}]}]})");
    CHECK(finding(long_digits, PriceFault::rounded)->text == "0.18000000000000002");
    CHECK(long_digits.rows[0].bands[0].rates[0].usd() == Decimal::parse("0.18"));
    auto const unknown = lint(R"("input_cost_per_token":1e-6,"cost_per_blink":0.5)", unknown_key);
    REQUIRE(unknown);
    CHECK(unknown->key == "cost_per_blink");
    CHECK(unknown->text == "0.5");  // the value is kept
}

TEST_CASE("the public price files import completely") {
    char const* const data = std::getenv("CENTAVO_DATA");
    if (data == nullptr) {
        WARN("skipped: CENTAVO_DATA is not set");
        return;
    }
    std::ifstream file{std::string{data} + "/prices/genai-prices-0.1.8.json"};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    REQUIRE(!text.empty());
    auto const prices = read_prices(text);
    std::size_t const left_out = prices.rejected();
    CHECK(prices.rows.size() + left_out == 1'694);
    CHECK(left_out < 20);
    CHECK(total(prices, "gpt-4o", {.input = 500, .output = 300}) == 0.00425_usd);
}
