// SPDX-License-Identifier: MIT
#include <centavo/call/response_cost.hpp>

#include <catch2/catch_test_macros.hpp>

#include <centavo/base/money.hpp>
#include <centavo/pricing/price_table.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::literals;

namespace {

ModelPrice row(std::string provider, ModelId model, PerMillion const& usd) {
    ModelPrice price = ModelPrice::per_million(std::move(model), usd);
    price.provider = std::move(provider);
    return price;
}

PriceTable const& table() {
    static PriceTable const prices = [] {
        auto gpt = row("openai", "gpt-5", {.input = "1", .output = "10"});
        gpt.adjustments = {{.name = "batch", .factor = Decimal::parse("0.5"), .tier = ServiceTier::batch}};
        auto sonar = row("perplexity", "sonar", {.input = "1", .output = "1"});
        sonar.bands[0].rates.emplace_back(units::requests, Decimal::parse("12"), 1'000);
        sonar.bands[0].rates.emplace_back(units::requests_low_context, Decimal::parse("5"), 1'000);
        auto sonnet = row("anthropic", "claude-sonnet-4-6", {.input = "3", .output = "15"});
        return PriceTable{{std::move(gpt), std::move(sonar), std::move(sonnet),
                           row("openai", "gpt-image-2", {.input = "5", .output = "30"})}};
    }();
    return prices;
}

ResponseCost billed(Response const& response, RequestedService const& requested = {}) {
    return cost_of_response(table(), response, *response.usage, requested, Instant{});
}

std::vector<std::string> warnings(ResponseCost const& cost) {
    std::vector<std::string> texts;
    for (CostWarning const& warning : cost.warnings()) {
        texts.push_back(std::string{to_string(warning.kind)} + ": " + warning.to_string());
    }
    return texts;
}

using Texts = std::vector<std::string>;

Response gpt() { return {.usage = Usage{.input = 1'000'000, .output = 100'000}, .model = "gpt-5"}; }

}  // namespace

TEST_CASE("batch output is billed at the batch tier whatever tier the response reports") {
    Response response = gpt();
    CHECK(billed(response).total() == 2_usd);
    response.batch = true;
    response.tier = ServiceTier::standard;
    CHECK(billed(response).total() == 1_usd);
    response.unknown_tier = "scale";
    CHECK(billed(response).complete());
}

TEST_CASE("the tier and region of a response take precedence over the requested ones") {
    Response response = gpt();
    RequestedService const batch{.service = {.tier = ServiceTier::batch}};
    CHECK(billed(response, batch).total() == 1_usd);
    response.tier = ServiceTier::standard;
    CHECK(billed(response, batch).total() == 2_usd);
    response.region = "global";
    CHECK(billed(response, {.service = {.region = "atlantis"}}).complete());
}

TEST_CASE("a tier by an unknown name is billed as standard and named by a warning") {
    Response response = gpt();
    Texts const scale{"unpriced_tier: no price for the service tier \"scale\"; billed as the standard tier"};
    RequestedService const requested{.unknown_tier = "scale"};
    CHECK(warnings(billed(response, requested)) == scale);
    CHECK(!billed(response, requested).complete());
    response.tier = ServiceTier::standard;
    CHECK(billed(response, requested).complete());
    response.tier.reset();
    response.unknown_tier = "scale";
    ResponseCost const cost = billed(response, {.service = {.tier = ServiceTier::batch}});
    CHECK(cost.total() == 2_usd);
    CHECK(warnings(cost) == scale);
}

TEST_CASE("another model's usage is billed at its own price, and named if it has none") {
    Response response = gpt();
    response.sub_usages = {{.model = "gpt-image-2", .usage = {.output = 1'000}}};
    ResponseCost const priced = billed(response);
    CHECK(priced.total() == 2.03_usd);
    CHECK(priced.complete());
    response.sub_usages.push_back({.model = "", .usage = {.output = 500}, .model_known = false});
    response.sub_usages.push_back({.model = "dall-e-9", .usage = {.input = 7}});
    ResponseCost const partly = billed(response);
    CHECK(partly.total() == 2.03_usd);
    CHECK(!partly.complete());
    CHECK(warnings(partly) == Texts{"unpriced_unit: no price for 500 output_tokens of a model without a name",
                                    "unpriced_unit: no price for 7 input_tokens of dall-e-9"});
}

TEST_CASE("a pass without a model of its own is billed at the response's model") {
    Response response{.usage = Usage{.input = 100, .output = 10}, .model = "claude-sonnet-4-6"};
    response.sub_usages = {{.model = "", .usage = {.input = 180'000, .output = 3'500}}};
    CHECK(billed(response).total() == 0.59295_usd);
}

TEST_CASE("a response that is billed by its parts costs what they cost, under a model without a price") {
    Response response{.usage = Usage{.input = 3'000, .output = 300}, .model = "compound"};
    response.usage->set(units::code_sessions, 1);
    response.billed_by_parts = true;
    response.sub_usages = {{.model = "gpt-5", .usage = {.input = 1'000}},
                           {.model = "gpt-image-2", .usage = {.input = 2'000, .output = 300}}};
    ResponseCost const cost = billed(response);
    CHECK(cost.total() == 0.001_usd + 0.01_usd + 0.009_usd);
    CHECK(warnings(cost) == Texts{"unpriced_unit: no price for 1 code_sessions of compound"});
    response.sub_usages = {{.model = "unknown", .usage = {.input = 1}}};
    CHECK_THROWS_AS(billed(response), UnknownModel);
}

TEST_CASE("the fee of a search model is that of the context's size") {
    Response response{.usage = Usage{.input = 10, .output = 100}, .model = "sonar"};
    CHECK(billed(response).total() == 0.01211_usd);
    response.search_context = "low";
    CHECK(billed(response).total() == 0.00511_usd);
    response.search_context = "high";
    CHECK(billed(response).total() == 0.01211_usd);
}

TEST_CASE("a number of the usage that was not understood is named, and no text or zero is") {
    Response response = gpt();
    response.warnings = {{UsageWarningKind::unknown_field, "smell_tokens", "7"},
                         {UsageWarningKind::unknown_field, "mood", "\"good\""},
                         {UsageWarningKind::unknown_field, "none", "0"},
                         {UsageWarningKind::total_differs, "total_tokens", "3"}};
    CHECK(warnings(billed(response)) ==
          Texts{"unknown_usage_field: the usage field \"smell_tokens\" is not understood"});
    CHECK(billed(response).complete());
}

TEST_CASE("the zone of the requested id holds for a served model that is named without one") {
    auto gpt = row("azure", "gpt-4o", {.input = "2", .output = "8"});
    auto eu = row("azure", "eu/gpt-4o", {.input = "2.2", .output = "8.8"});
    PriceTable const prices{{std::move(gpt), std::move(eu)}};
    Response const response{.usage = Usage{.input = 1'000'000}, .model = "gpt-4o"};
    auto const total = [&](ModelId model) {
        return cost_of_response(prices, response, *response.usage,
                                {.provider = "azure", .model = std::move(model)}, Instant{})
            .total();
    };
    CHECK(total("gpt-4o") == 2_usd);
    CHECK(total("eu/gpt-4o") == 2.2_usd);
    CHECK(total("azure/eu/gpt-4o") == 2.2_usd);
}

TEST_CASE("a response without any model cannot be billed") {
    Response const response{.usage = Usage{.input = 1}};
    CHECK_THROWS_AS(billed(response), std::invalid_argument);
    CHECK(billed(response, {.model = "gpt-5"}).total() == 0.000001_usd);
    CHECK_THROWS_AS(billed({.usage = Usage{.input = 1}, .model = "gpt-9"}), UnknownModel);
}
