// SPDX-License-Identifier: MIT
#include <centavo/export/html.hpp>

#include "unit/export/example_ledger.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <string>

using namespace centavo;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the page shows the total, and tables by category, model, day and tag") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string page;
    write_html(report_of(ledger), append_to(page));
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.ends_with("</body></html>\n"));
    CHECK_THAT(page, ContainsSubstring("12.50399"));
    CHECK_THAT(page, ContainsSubstring("gpt-4o (openai)"));
    CHECK_THAT(page, ContainsSubstring("By team"));
}

TEST_CASE("the page states the estimated amount only if there is one") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string page;
    write_html(report_of(ledger), append_to(page));
    CHECK_THAT(page, !ContainsSubstring("estimated"));
    ledger.append({.amount = Usd::parse("0.25"), .quality = UsageQuality::estimated});
    write_html(report_of(ledger), append_to(page));
    CHECK_THAT(page, ContainsSubstring("including 0.25 USD estimated"));
}

TEST_CASE("text of a ledger is escaped, and the page loads no external resource") {
    MemoryLedger ledger;
    test::write_random(ledger, 1, 300);
    std::string page;
    write_html(report_of(ledger), append_to(page), {.title = "<script>x</script>"});
    CHECK_THAT(page, !ContainsSubstring("<script"));
    CHECK_THAT(page, !ContainsSubstring("<svg onload"));
    CHECK_THAT(page, !ContainsSubstring("src=\"http"));
    CHECK_THAT(page, ContainsSubstring("default-src 'none'"));
}
