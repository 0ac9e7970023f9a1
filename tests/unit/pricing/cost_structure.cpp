// SPDX-License-Identifier: MIT
#include <centavo/pricing/cost.hpp>

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>

using namespace centavo;
using namespace centavo::detail;
using namespace centavo::literals;

TEST_CASE("a cost structure has four amounts, their shares and their total") {
    CostStructure const structure{
        {.tokens = 700_usd, .embeddings = 50_usd, .infrastructure = 200_usd, .other = 50_usd}};
    CHECK(structure.total() == 1'000_usd);
    auto const& parts = structure.parts();
    CHECK(parts[0].category == CostCategory::tokens);
    CHECK(parts[0].amount == 700_usd);
    CHECK(parts[0].share.to_string() == "70.00 %");
    CHECK(parts[1].category == CostCategory::embeddings);
    CHECK(parts[1].share.to_string() == "5.00 %");
    CHECK(parts[2].category == CostCategory::infrastructure);
    CHECK(parts[2].share.to_string() == "20.00 %");
    CHECK(parts[3].category == CostCategory::other);
    CHECK(parts[3].share.to_string() == "5.00 %");
}

TEST_CASE("the amounts of a cost structure add up exactly even if the rounded shares do not") {
    CostStructure const thirds{{.tokens = 1_cent, .embeddings = 1_cent, .infrastructure = 1_cent}};
    CHECK(thirds.total() == 3_cent);
    Usd sum;
    for (CostPart const& part : thirds.parts()) {
        sum += part.amount;
    }
    CHECK(sum == thirds.total());
    CHECK(thirds.parts()[0].share.basis_points() == 3'333);
}

TEST_CASE("an application that spent nothing has shares of zero") {
    CostStructure const empty{{}};
    CHECK(empty.total() == 0_usd);
    for (CostPart const& part : empty.parts()) {
        CHECK(part.share.basis_points() == 0);
    }
}

TEST_CASE("totals accumulate by category") {
    CostTotals totals;
    totals.add(CostCategory::tokens, 3_usd);
    totals.add(CostCategory::tokens, 1_usd);
    totals.add(CostCategory::embeddings, 2_cent);
    totals.add(CostCategory::infrastructure, 5_usd);
    totals.add(CostCategory::other, 6_usd);
    CHECK(totals ==
          CostTotals{.tokens = 4_usd, .embeddings = 2_cent, .infrastructure = 5_usd, .other = 6_usd});
    CHECK(totals.of(CostCategory::embeddings) == 2_cent);
    CHECK(totals.total() == 15.02_usd);
    CHECK_THROWS_AS(totals.add(CostCategory::tokens, Usd::parse("170141183460469231730")),
                    std::overflow_error);
    CHECK(totals.tokens == 4_usd);
}
