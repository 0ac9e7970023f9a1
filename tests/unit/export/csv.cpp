// SPDX-License-Identifier: MIT
#include <centavo/export/csv.hpp>

#include "unit/export/csv_reader.hpp"
#include "unit/export/example_ledger.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("a ledger is one row a charge or correction, amounts digit for digit") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string csv;
    write_csv(ledger, append_to(csv));
    CHECK(csv ==
          "seq,kind,time,at,operation,attempt,category,quality,provider,model,input_tokens,output_tokens,"
          "amount_usd,"
          "reported_usd,tags,note\r\n"
          "2,settle,2026-11-24T10:00:02Z,2026-11-24T10:00:00Z,op-1,1,tokens,reported,openai,gpt-4o,500,300,0."
          "00409,,"
          "\"{\"\"team\"\":\"\"search\"\",\"\"user\"\":\"\"u,1\"\"}\",\r\n"
          "3,settle,2026-11-30T23:59:59Z,2026-11-30T23:59:59Z,,1,infrastructure,reported,,,,,12.5,,,"
          "\"vector database, November\"\r\n"
          "4,adjust,2026-12-01T09:00:00Z,2026-11-24T10:00:00Z,,1,tokens,reported,openai,gpt-4o,,,-0.0001,,"
          "\"{\"\"team\"\":\"\"search\"\",\"\"user\"\":\"\"u,1\"\"}\",refund\r\n");
}

TEST_CASE("no text of a ledger breaks out of its field, and the amounts add up to the ledger") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        MemoryLedger ledger;
        Usd const total = test::write_random(ledger, seed, 300);
        std::string csv;
        write_csv(ledger, append_to(csv));
        auto const rows = test::csv_rows(csv);
        REQUIRE(rows.size() == 301);
        Usd sum;
        for (std::size_t i = 1; i < rows.size(); ++i) {
            sum += Usd::parse(rows[i][12]);
        }
        CHECK(sum == total);
    }
}

TEST_CASE("a text that a spreadsheet would run is guarded by an apostrophe unless a program is to read it") {
    MemoryLedger ledger;
    ledger.append({.amount = Usd::parse("-1"), .model = "=HYPERLINK(\"http://x\")", .note = "-1"});
    std::string guarded;
    write_csv(ledger, append_to(guarded));
    auto const safe = test::csv_rows(guarded)[1];
    CHECK(safe[9] == "'=HYPERLINK(\"http://x\")");
    CHECK(safe[15] == "'-1");
    CHECK(safe[12] == "-1");  // a number is a number
    std::string kept;
    write_csv(ledger, append_to(kept), Formulas::keep);
    CHECK(test::csv_rows(kept)[1][9] == "=HYPERLINK(\"http://x\")");
}

TEST_CASE("a quotient is exact or is none") {
    CHECK(exact_quotient(372, 1'000'000) == "0.000372");
    CHECK(exact_quotient(5, 1) == "5");
    CHECK(exact_quotient(0, 1'000) == "0");
    CHECK(exact_quotient(3, 8) == "0.375");
    CHECK(exact_quotient(3'600, 3'600) == "1");
    CHECK(exact_quotient(1, 3) == std::nullopt);
    CHECK(exact_quotient(-5, 2) == "-2.5");
    CHECK(exact_quotient(INT64_MAX, 1'000'000) == "9223372036854.775807");
}
