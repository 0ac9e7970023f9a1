// SPDX-License-Identifier: MIT
#include <centavo/nlohmann/json.hpp>

#include <centavo/builtin/prices.hpp>
#include <centavo/cost_calculator.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <concepts>
#include <string>

using namespace centavo;
using namespace centavo::detail;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

static_assert(std::derived_from<MalformedValue, Error>);

TEST_CASE("money round-trips through JSON digit for digit, as text only") {
    json const written = Usd::parse("0.000000000000000001");
    CHECK(written == "0.000000000000000001");
    CHECK(written.get<Usd>() == Usd::parse("0.000000000000000001"));
    CHECK_THROWS_AS(json(0.1).get<Usd>(), MalformedValue);
    CHECK_THROWS_AS(json("ten").get<Usd>(), MalformedMoney);
}

TEST_CASE("a usage round-trips through JSON by unit name, and absent counts stay absent") {
    Usage usage{.input = 500, .output = 300, .cache_read = 128};
    usage.set(units::web_searches, 2);
    json const written = usage;
    CHECK(
        written ==
        json{{"input_tokens", 500}, {"output_tokens", 300}, {"cache_read_tokens", 128}, {"web_searches", 2}});
    CHECK(written.get<Usage>() == usage);
}

TEST_CASE("a malformed usage is rejected with the name of the member") {
    CHECK_THROWS_WITH(json::parse(R"({"input_tokens":-5})").get<Usage>(), ContainsSubstring("input_tokens"));
    CHECK_THROWS_WITH(json::parse(R"({"input_tokens":5.5})").get<Usage>(), ContainsSubstring("5.5"));
    CHECK_THROWS_WITH(json::parse(R"({"input_tokens":18446744073709551615})").get<Usage>(),
                      ContainsSubstring("18446744073709551615"));
    CHECK_THROWS_WITH(json::parse(R"({"imput_tokens":5})").get<Usage>(), ContainsSubstring("imput_tokens"));
    CHECK_THROWS_AS(json::parse("[]").get<Usage>(), MalformedValue);
}

TEST_CASE("a cost is written with its lines, which add up to its total") {
    CostCalculator calculator{builtin_prices()};
    json const written = calculator.cost("gpt-4o", {.input = 500, .output = 300});
    CHECK(written.at("total_cost") == "0.00425");
    Usd sum;
    for (json const& line : written.at("lines")) {
        sum += line.at("cost").get<Usd>();
    }
    CHECK(sum == Usd::parse("0.00425"));
}

TEST_CASE("a request converts from a JSON value with members in any order") {
    auto const body = nlohmann::ordered_json::parse(
        R"({"model":"gpt-4o","messages":[{"role":"user","content":"Why?"}],"n":2})");
    Request const request = body.get<Request>();
    CHECK(request.body() == body.dump());
    CHECK(request.choices() == 2);
    CHECK(nlohmann::ordered_json(request) == body);
    CHECK_THROWS_AS(json::parse(R"({"model":"gpt-4o"})").get<Request>(), MalformedRequest);
}

TEST_CASE("a denial is written with its figures") {
    json const written = BudgetDenial{.budget = "daily",
                                      .limit = Usd::parse("1"),
                                      .spent = Usd::parse("0.75"),
                                      .held = Usd::parse("0.2"),
                                      .needed = Usd::parse("0.1"),
                                      .window_end = {}};
    CHECK(written == json{{"budget", "daily"},
                          {"limit", "1"},
                          {"spent", "0.75"},
                          {"held", "0.2"},
                          {"needed", "0.1"},
                          {"left", "0.05"}});
}
