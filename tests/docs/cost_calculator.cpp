// SPDX-License-Identifier: MIT
#include <centavo/cost_calculator.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/builtin/prices.hpp>
#include <centavo/pricing/price_file.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <variant>

using namespace centavo;
using namespace centavo::literals;

TEST_CASE("a call is priced in one line") {
    std::ostringstream out;
    // [one line]
    out << CostCalculator{builtin_prices()}.cost("gpt-4o", {.input = 500, .output = 300});
    // [one line]
    CHECK(out.str() == "gpt-4o: $0.00425 (500 input_tokens $0.00125, 300 output_tokens $0.003)");
}

TEST_CASE("the calculator beside the Python class gives its total without rounding") {
    // [calculator]
    CostCalculator const calculator{builtin_prices()};
    Usd const cost = calculator.cost("gpt-4o", {.input = 500, .output = 300}).total();
    // [calculator]
    CHECK(cost == 0.00425_usd);
}

TEST_CASE("an estimate projects a call to a day, a month and a year") {
    CostCalculator const calculator{builtin_prices()};
    // [estimate]
    Estimate const cost = calculator.estimate("gpt-4o", {.input = 500, .output = 300}, {.per_day = 10'000});
    // [estimate]
    CHECK(cost.monthly == 1'275_usd);
}

TEST_CASE("a table of models is sorted by cost, with unknown models last") {
    CostCalculator const calculator{builtin_prices()};
    std::ostringstream out;
    // [table]
    for (ModelCost const& row :
         calculator.compare({"gpt-9", "gpt-4o", "gpt-4o-mini"}, {.input = 1'000'000})) {
        out << row << '\n';
    }
    // [table]
    CHECK(out.str() == "gpt-4o-mini: $0.15\n"
                       "gpt-4o: $2.5\n"
                       "gpt-9: no price for the model \"gpt-9\"\n");
}

TEST_CASE("a workload adds up calls, embeddings and infrastructure") {
    CostCalculator const calculator{builtin_prices()};
    // [workload]
    MonthlyCost const month = calculator.estimate(
        Workload{.calls = {{.model = "gpt-4o",
                            .usage = {.input = 1'000, .output = 200},
                            .per_day = 1'000,
                            .cached_percent = 80},
                           {.model = "text-embedding-3-small", .usage = {.input = 500}, .per_day = 10'000}},
                 .services = {{"server", Rate{units::service_hours, Decimal::parse("0.05"), 1}, 720}}});
    // [workload]
    CHECK(month.total() == 144_usd);
    CHECK(month.structure().parts()[0].amount == 105_usd);
}

TEST_CASE("the context of a call selects the instant, the tier, the region and the provider") {
    CostCalculator const calculator{builtin_prices()};
    Usage const usage{.input = 1'000, .output = 1'000};
    // [context]
    Instant const then = parse_instant("2026-09-23T12:00:00Z");
    Usd const listed = calculator.cost("gpt-4o", usage, {.at = then}).total();
    Usd const batch =
        calculator.cost("gpt-4o", usage, {.at = then, .service = {.tier = ServiceTier::batch}}).total();
    Usd const in_us =
        calculator.cost("claude-opus-4-6", usage, {.at = then, .service = {.region = "us"}}).total();
    Usd const groq = calculator.cost("openai/gpt-oss-120b", usage, {.at = then, .provider = "groq"}).total();
    // [context]
    CHECK(listed == 0.0125_usd);
    CHECK(batch == 0.00625_usd);
    CHECK(in_us == 0.033_usd);
    CHECK(groq > 0_usd);
}

TEST_CASE("a cost reports what it could not price") {
    CostCalculator const calculator{builtin_prices()};
    Usage usage{.input = 10};
    // [warnings]
    usage.set(units::code_sessions, 2);
    Cost const cost =
        calculator.cost("gpt-4o", usage, {.service = {.tier = ServiceTier::fast, .region = "mars"}});
    bool const priced = cost.complete() && cost.tier_priced() && cost.region_priced();
    // [warnings]
    CHECK(!priced);
    CHECK(!cost.complete());
    CHECK(!cost.tier_priced());
    CHECK(!cost.region_priced());
}

TEST_CASE("a band with a window applies at its hours") {
    // [time of day]
    ModelPrice price = ModelPrice::per_million("night-owl", {.input = "2", .output = "8"});
    PriceBand night = price.bands.front();
    night.rates = {Rate::per_million(units::input, "1"), Rate::per_million(units::output, "4")};
    night.window = DailyWindow::parse("16:30-00:30 Mon-Fri");  // UTC
    night.priority = 1;
    price.bands.push_back(night);
    CostCalculator const calculator{PriceTable{{price}}};
    // [time of day]
    CHECK(calculator.cost("night-owl", {.input = 1'000'000}, {.at = parse_instant("2026-09-23T12:00:00Z")})
              .total() == 2_usd);
    CHECK(calculator.cost("night-owl", {.input = 1'000'000}, {.at = parse_instant("2026-09-23T17:00:00Z")})
              .total() == 1_usd);
}

TEST_CASE("prices come from the built-in table, from files and from the program") {
    std::string_view const text =
        R"({"models":[{"id":"our-7b","prices":[{"rates":{"input_tokens":"0.05","output_tokens":"0.10"}}]}]})";
    // [sources]
    ImportedPrices const file = read_prices(text, {.name = "prices.json"});
    PriceTable const prices =
        builtin_prices()
            .with(file.rows)
            .with(ModelPrice::per_million("gpt-4o", {.input = "2", .output = "8"}))
            .with(Adjustment{.name = "contract", .factor = Decimal::parse("0.9")}, "anthropic");
    CurrentPrices current{prices};
    CostCalculator const calculator{
        current};  // a handle: current.replace(table) takes effect at the next call
    // [sources]
    CHECK(file.findings.empty());
    CHECK(calculator.cost("our-7b", {.input = 1'000'000}).total() == 0.05_usd);
    CHECK(calculator.cost("gpt-4o", {.input = 1'000'000}).total() == 2_usd);
    current.replace(builtin_prices());
    CHECK(calculator.cost("gpt-4o", {.input = 1'000'000}).total() == 2.5_usd);
}

TEST_CASE("a problem is a value or an exception") {
    CostCalculator const calculator{builtin_prices()};
    std::string why;
    // [errors]
    auto const found = calculator.find_cost("gpt-4o", {.input = 10, .cache_read = 11});
    if (auto const* none = std::get_if<NoCost>(&found)) {
        why = none->message;
    }
    // [errors]
    CHECK(why == "the parts of input_tokens add up to 11, more than the whole of 10");
}

TEST_CASE("a quote bounds a call, and its inverse is the output that a limit pays for") {
    CostCalculator const calculator{builtin_prices()};
    // [quote]
    Quote const quote = calculator.quote("gpt-4o", {.input = 500, .max_output = 1'000});
    Usd const worst = quote.worst_case();                                 // $0.01125
    Tokens const cap = quote.affordable_output(0.00425_usd).value_or(0);  // 300 tokens
    // [quote]
    CHECK(worst == 0.01125_usd);
    CHECK(cap == Tokens{300});
}
