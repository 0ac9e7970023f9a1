// SPDX-License-Identifier: MIT
#include <centavo/export/prometheus.hpp>

#include "unit/export/example_ledger.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// Checks what promtool does not: repeated series, families in two places, negative counters.
void check_series(std::string const& text) {
    std::set<std::string> series;
    std::set<std::string> families;
    std::string family;
    for (std::string const& line : lines_of(text)) {
        if (line.starts_with("# TYPE ")) {
            family = line.substr(7, line.find(' ', 7) - 7);
            CHECK(families.insert(family).second);
        }
        if (line.starts_with('#')) {
            continue;
        }
        auto const value = line.rfind(' ');
        REQUIRE(value != std::string::npos);
        CHECK(line.starts_with(family));
        CHECK(series.insert(line.substr(0, value)).second);
        CHECK(line[value + 1] != '-');
    }
    CHECK(text.find("\r\n") == std::string::npos);
    CHECK(text.ends_with('\n'));
}

Usd sum_of(std::string const& text, std::string_view family) {
    Usd sum;
    for (std::string const& line : lines_of(text)) {
        if (line.starts_with(family) && line[family.size()] == '{') {
            sum += Usd::parse(line.substr(line.rfind(' ') + 1));
        }
    }
    return sum;
}

std::string text_of(MemoryLedger const& ledger, PrometheusOptions const& view = {}) {
    std::string text;
    write_prometheus(metrics_of(ledger, {.scope_tag = "team"}), append_to(text), view);
    return text;
}

}  // namespace

TEST_CASE("charges and credits are separate counters by provider, model, scope and category") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string const text = text_of(ledger);
    CHECK_THAT(text,
               ContainsSubstring("# HELP llm_cost_usd_total Amount charged, including positive corrections.\n"
                                 "# TYPE llm_cost_usd_total counter\n"));
    CHECK_THAT(text,
               ContainsSubstring("llm_cost_usd_total{provider=\"openai\",model=\"gpt-4o\",scope=\"search\","
                                 "category=\"tokens\"} 0.00409\n"));
    CHECK_THAT(text,
               ContainsSubstring("llm_credit_usd_total{provider=\"openai\",model=\"gpt-4o\",scope=\"search\","
                                 "category=\"tokens\"} 0.0001\n"));
    CHECK_THAT(text, ContainsSubstring(
                         "llm_tokens_total{provider=\"openai\",model=\"gpt-4o\",type=\"input\"} 372\n"));
    CHECK(sum_of(text, "llm_cost_usd_total") - sum_of(text, "llm_credit_usd_total") ==
          Usd::parse("12.50399"));
}

TEST_CASE("the counters add up to the ledger, and no series or family is repeated") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        MemoryLedger ledger;
        Usd const total = test::write_random(ledger, seed, 300);
        std::string const text = text_of(ledger);
        check_series(text);
        CHECK(sum_of(text, "llm_cost_usd_total") - sum_of(text, "llm_credit_usd_total") == total);
    }
}

TEST_CASE("budgets are gauges, refusals are counters, and quotes and newlines in names are escaped") {
    MemoryLedger const ledger;
    std::vector<BudgetState> const budgets{{.budget = "da\"ily\n",
                                            .limit = Usd::parse("50"),
                                            .spent = Usd::parse("1.5"),
                                            .held = Usd::parse("0.25")}};
    RefusalCounts refusals;
    refusals.refused({.budget = "daily"});
    refusals.refused({.reason = DenialReason::unpriced});
    std::string const text = text_of(ledger, {.budgets = budgets, .refusals = &refusals});
    check_series(text);
    CHECK_THAT(text, ContainsSubstring(R"(llm_budget_limit_usd{budget="da\"ily\n",value=""} 50)"));
    CHECK_THAT(text, ContainsSubstring(R"(llm_budget_held_usd{budget="da\"ily\n",value=""} 0.25)"));
    CHECK_THAT(text, ContainsSubstring(R"(llm_budget_denied_total{budget="daily",reason="no money"} 1)"));
    CHECK_THAT(text, ContainsSubstring("llm_unpriced_requests_total 1\n"));
}

TEST_CASE("OpenMetrics text declares its units and ends in an EOF line") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string const text = text_of(ledger, {.format = MetricsFormat::openmetrics});
    CHECK_THAT(text, ContainsSubstring("# TYPE llm_cost_usd counter\n"));
    CHECK_THAT(text, ContainsSubstring("# UNIT llm_cost_usd usd\n"));
    CHECK(text.ends_with("# EOF\n"));
}

TEST_CASE("values beyond the limit of a label share one series") {
    MemoryLedger ledger;
    std::vector<std::string> models;
    for (int i = 0; i < 20; ++i) {
        models.push_back("model-" + std::to_string(i));
    }
    for (std::string const& model : models) {
        ledger.append({.amount = Usd::parse("0.5"), .category = CostCategory::tokens, .model = model});
    }
    std::string text;
    write_prometheus(metrics_of(ledger, {.max_values = 3}), append_to(text));
    check_series(text);
    CHECK_THAT(text, ContainsSubstring("model=\"__other__\""));
    CHECK_THAT(text, !ContainsSubstring("model-19"));
    CHECK(sum_of(text, "llm_cost_usd_total") == Usd::parse("10"));
}
