// SPDX-License-Identifier: MIT
#include <centavo/export/csv.hpp>

#include "unit/export/csv_reader.hpp"
#include "unit/export/example_ledger.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace centavo;

TEST_CASE("CSV has a row for each charge and correction, with exact amounts") {
    MemoryLedger ledger;
    test::write_example(ledger);
    std::string csv;
    write_csv(ledger, append_to(csv));
    CHECK(csv ==
          "seq,kind,time,at,operation,attempt,category,quality,provider,model,input_tokens,output_tokens,"
          "amount_usd,"
          "reported_usd,tags,note,complete\r\n"
          "2,settle,2026-11-24T10:00:02Z,2026-11-24T10:00:00Z,op-1,1,tokens,reported,openai,gpt-4o,500,300,0."
          "00409,,"
          "\"{\"\"team\"\":\"\"search\"\",\"\"user\"\":\"\"u,1\"\"}\",,true\r\n"
          "3,settle,2026-11-30T23:59:59Z,2026-11-30T23:59:59Z,,1,infrastructure,reported,,,,,12.5,,,"
          "\"vector database, November\",true\r\n"
          "4,adjust,2026-12-01T09:00:00Z,2026-11-24T10:00:00Z,,1,tokens,reported,openai,gpt-4o,,,-0.0001,,"
          "\"{\"\"team\"\":\"\"search\"\",\"\"user\"\":\"\"u,1\"\"}\",refund,true\r\n");
}

TEST_CASE("text with CSV metacharacters stays in its field, and the amounts add up to the ledger") {
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

TEST_CASE("text that a spreadsheet would evaluate gets an apostrophe, unless formulas are kept") {
    MemoryLedger ledger;
    ledger.append({.amount = Usd::parse("-1"), .model = "=HYPERLINK(\"http://x\")", .note = "-1"});
    std::string escaped;
    write_csv(ledger, append_to(escaped));
    auto const row = test::csv_rows(escaped)[1];
    CHECK(row[9] == "'=HYPERLINK(\"http://x\")");
    CHECK(row[15] == "'-1");
    CHECK(row[12] == "-1");  // numbers are not text
    std::string kept;
    write_csv(ledger, append_to(kept), {.formulas = CsvFormulas::keep});
    CHECK(test::csv_rows(kept)[1][9] == "=HYPERLINK(\"http://x\")");
}
