// SPDX-License-Identifier: MIT
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

TEST_CASE("the JSON report states the estimated amount") {
    MemoryLedger ledger;
    test::write_example(ledger);
    ledger.append({.amount = Usd::parse("0.25"), .quality = UsageQuality::estimated});
    std::string json;
    write_json(report_of(ledger), append_to(json));
    CHECK_THAT(json, ContainsSubstring(R"("estimated":"0.25")"));
}

TEST_CASE("the JSON document contains every record, and the exact amounts add up to the figures") {
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
