// SPDX-License-Identifier: MIT
#include <centavo/export/focus.hpp>

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/export/detail/focus_columns.hpp>

#include "unit/export/example_ledger.hpp"
#include "unit/export/focus_check.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

std::string focus_of(MemoryLedger const& ledger, FocusOptions const& options = {}) {
    std::string csv;
    write_focus(ledger, append_to(csv), options);
    return csv;
}

}  // namespace

TEST_CASE("a request has a row for each billed unit, whose published price times quantity is the cost") {
    MemoryLedger ledger;
    test::write_example(ledger);
    test::FocusCheck focus{focus_of(ledger, {.sub_account_tag = "team"})};
    CHECK(focus.violations() == std::vector<std::string>{});
    REQUIRE(focus.rows() == 5);  // input, cache read, output; infrastructure; the refund
    std::map<std::string, std::string> const expected{
        {"BilledCost", "0.00093"},
        {"ListUnitPrice", "2.5"},
        {"PricingQuantity", "0.000372"},
        {"PricingUnit", "1000000 Tokens"},
        {"ConsumedQuantity", "372"},
        {"ConsumedUnit", "Tokens"},
        {"ChargeCategory", "Usage"},
        {"ChargeClass", ""},
        {"ChargeDescription", "372 input_tokens of gpt-4o"},
        {"BillingPeriodStart", "2026-11-01T00:00:00Z"},
        {"BillingPeriodEnd", "2026-12-01T00:00:00Z"},
        {"ChargePeriodStart", "2026-11-24T10:00:00Z"},
        {"ChargePeriodEnd", "2026-11-24T10:00:01Z"},
        {"ProviderName", "openai"},
        {"ServiceProviderName", "openai"},
        {"InvoiceId", ""},
        {"SkuId", "gpt-4o/input_tokens"},
        {"SkuMeter", "Input Tokens"},
        {"SkuPriceId", "gpt-4o/input_tokens@2.5/1000000"},
        {"SubAccountId", "search"},
        {"Tags", R"({"team":"search","user":"u,1"})"},
        {"x_OperationId", "op-1"},
        {"x_RecordId", "2"},
    };
    for (auto const& [column, value] : expected) {
        CAPTURE(column);
        CHECK(focus.at(1, column) == value);
    }
    CHECK(focus.sum("BilledCost") == Usd::parse("12.50399"));
}

TEST_CASE("a charge without lines is one row, and a correction is a credit in the month that it corrects") {
    MemoryLedger ledger;
    test::write_example(ledger);
    test::FocusCheck focus{focus_of(ledger)};
    CHECK(focus.at(4, "BilledCost") == "12.5");
    CHECK(focus.at(4, "PricingUnit") == "Charges");
    CHECK(focus.at(4, "ProviderName") == "Self-hosted");
    CHECK(focus.at(4, "ChargePeriodEnd") == "2026-12-01T00:00:00Z");
    CHECK(focus.at(5, "ChargeCategory") == "Credit");
    CHECK(focus.at(5, "ChargeClass") == "Correction");
    CHECK(focus.at(5, "BillingPeriodStart") == "2026-11-01T00:00:00Z");
    CHECK(focus.at(5, "BilledCost") == "-0.0001");
    CHECK(focus.at(5, "PricingQuantity").empty());
}

TEST_CASE("a line whose quantity is not a finite decimal is priced as one charge") {
    MemoryLedger ledger;
    Unit const gpu = *find_unit("gpu_seconds");
    std::vector<CostLine> const lines{test::line_of(Rate{gpu, Decimal::parse("3.5"), 3'600}, 1'000)};
    ledger.append({.amount = lines[0].cost, .category = CostCategory::infrastructure, .lines = lines});
    test::FocusCheck focus{focus_of(ledger)};
    CHECK(focus.violations() == std::vector<std::string>{});
    CHECK(focus.at(1, "ListUnitPrice") == "0.972222222222222222");
    CHECK(focus.at(1, "PricingQuantity") == "1");
    CHECK(focus.at(1, "ConsumedQuantity") == "1000");
    CHECK(focus.at(1, "ConsumedUnit") == "Seconds");
}

TEST_CASE("random ledgers violate no rule of FOCUS, and each cost column adds up to the ledger") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        MemoryLedger ledger;
        Usd const total = test::write_random(ledger, seed, 300);
        test::FocusCheck focus{
            focus_of(ledger, {.billing_account_name = "a, \"b\"", .sub_account_tag = "team"})};
        CHECK(focus.violations() == std::vector<std::string>{});
        CHECK(focus.rows() >= 300);
        for (auto const* column : {"BilledCost", "EffectiveCost", "ListCost", "ContractedCost"}) {
            CHECK(focus.sum(column) == total);
        }
    }
}

TEST_CASE("the FOCUS checker detects violations") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string const good = focus_of(ledger);
    auto const broken = [&](std::string_view what, std::string_view by) {
        std::string csv = good;
        auto const at = csv.find(what);
        REQUIRE(at != std::string::npos);
        csv.replace(at, what.size(), by);
        return test::FocusCheck{csv}.violations().size();
    };
    CHECK(broken("0.000372", "0.000373") == 2);  // neither price times quantity is the cost
    CHECK(broken("2026-11-24T10:00:01Z", "2026-11-24T10:00:00Z") == 1);
    CHECK(broken("2026-12-01T00:00:00Z", "2026-11-25T00:00:00Z") == 1);
    CHECK(broken("Usage,", "Use,") == 2);  // an unknown category, and a consumed quantity without usage
    CHECK(broken("0.00093", "+0.00093") > 0);
    CHECK(broken("PricingUnit", "pricing_unit") > 0);
}

TEST_CASE("the metadata contains the FOCUS version and every column") {
    std::string text;
    write_focus_metadata(append_to(text), parse_instant("2026-11-24T00:00:00Z"));
    JsonScan scan{text};
    CHECK(scan.peek() == JsonKind::object);
    static_cast<void>(scan.skip());
    scan.finish();
    CHECK(text.find(R"("FocusVersion":"1.2")") != std::string::npos);
    for (FocusColumn const& column : focus_columns) {
        CHECK(text.find("\"" + std::string{column.name} + "\"") != std::string::npos);
    }
}
