// SPDX-License-Identifier: MIT
#include <centavo/budget/file_ledger.hpp>
#include <centavo/export/focus.hpp>

#include <docs/scratch_folder.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace centavo;

TEST_CASE("the FOCUS export of an empty ledger is its header line") {
    ScratchFolder const folder;
    // [focus]
    FileLedger ledger{"spend.ledger"};
    std::string csv;
    write_focus(ledger, append_to(csv));
    // [focus]
    CHECK(csv.find("BilledCost") != std::string::npos);
    CHECK(csv.find('\n') == csv.size() - 1);
}
