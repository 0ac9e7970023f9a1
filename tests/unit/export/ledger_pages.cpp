// SPDX-License-Identifier: MIT
#include <centavo/export/html.hpp>
#include <centavo/export/json.hpp>

#include <centavo/base/detail/json_scan.hpp>

#include "unit/export/example_ledger.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstdint>
#include <string>

using namespace centavo;
using namespace centavo::detail;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the page shows the total, and the shares by category, model, day and tag") {
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

TEST_CASE("what is estimated is said on the page and in the JSON, and on no page without it") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string page;
    write_html(report_of(ledger), append_to(page));
    CHECK_THAT(page, !ContainsSubstring("estimated"));
    ledger.append({.amount = Usd::parse("0.25"), .quality = UsageQuality::estimated});
    write_html(report_of(ledger), append_to(page));
    CHECK_THAT(page, ContainsSubstring("0.25 USD of it estimated"));
    CHECK_THAT(report_as_json(report_of(ledger)), ContainsSubstring(R"("estimated":"0.25")"));
}

TEST_CASE("no text of a ledger becomes a tag of the page, and the page loads nothing") {
    MemoryLedger ledger;
    test::write_random(ledger, 1, 300);
    std::string page;
    write_html(report_of(ledger), append_to(page), {.title = "<script>x</script>"});
    CHECK_THAT(page, !ContainsSubstring("<script"));
    CHECK_THAT(page, !ContainsSubstring("<svg onload"));
    CHECK_THAT(page, !ContainsSubstring("src=\"http"));
    CHECK_THAT(page, ContainsSubstring("default-src 'none'"));
}

TEST_CASE("the ledger as JSON is whole: every record, exact amounts that add up to the figures") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        MemoryLedger ledger;
        Usd const total = test::write_random(ledger, seed, 200);
        std::string text;
        write_json(ledger, append_to(text));
        JsonScan scan{text};
        scan.enter_object();
        Usd sum;
        int records = 0;
        bool figures = false;
        while (auto const name = scan.next_member()) {
            if (name->equals("records")) {
                scan.enter_array();
                while (scan.next_element()) {
                    ++records;
                    scan.enter_object();
                    while (auto const member = scan.next_member()) {
                        if (member->equals("amount")) {
                            sum += Usd::parse(scan.string().text());
                        } else {
                            scan.skip();
                        }
                    }
                }
            } else if (name->equals("figures")) {
                figures = true;
                scan.enter_object();
                while (auto const member = scan.next_member()) {
                    if (member->equals("cost")) {
                        CHECK(scan.string().text() == total.to_string());
                    } else {
                        scan.skip();
                    }
                }
            } else {
                scan.skip();
            }
        }
        scan.finish();
        CHECK(records == 200);
        CHECK(figures);
        CHECK(sum == total);
    }
}
