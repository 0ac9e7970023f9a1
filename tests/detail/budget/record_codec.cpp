// SPDX-License-Identifier: MIT
#include <centavo/budget/detail/record_codec.hpp>

#include <centavo/budget/record.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/unit.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("lines of every unit survive encoding, including factors and remarks") {
    std::vector<CostLine> lines;
    for (UnitName const& known : unit_names()) {
        Rate const rate{known.unit, Decimal::parse("0.017"), 60};
        CostLine line{rate, 7, rate.cost(7)};
        line.factor = Decimal::parse("1.1");
        line.rounded = true;
        line.raised_to_minimum = lines.size() % 2 == 0;
        lines.push_back(line);
    }
    std::string bytes;
    encode_record({.amount = Usd::parse("1"), .lines = lines}, bytes);
    RecordReader reader;
    LedgerRecord const read = reader.read(bytes);
    REQUIRE(read.lines.size() == lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CAPTURE(i);
        CHECK(read.lines[i].rate.unit() == lines[i].rate.unit());
        CHECK(read.lines[i].cost == lines[i].cost);
        CHECK(read.lines[i].factor == lines[i].factor);
        CHECK(read.lines[i].rounded);
        CHECK_FALSE(read.lines[i].inherited);
        CHECK(read.lines[i].raised_to_minimum == lines[i].raised_to_minimum);
    }
}

TEST_CASE("a truncated or altered record is either read or rejected") {
    std::vector<CostLine> const lines{{Rate::per_million(units::input, "2.5"), 372, Usd::parse("0.00093")}};
    std::string bytes;
    encode_record({.operation = "op", .amount = Usd::parse("0.00093"), .model = "gpt-4o", .lines = lines},
                  bytes);
    RecordReader reader;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK_THROWS_AS(reader.read(std::string_view{bytes}.substr(0, size)), MalformedLedger);
    }
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int flip = 1; flip < 256; flip *= 2) {
            std::string broken = bytes;
            broken[at] = static_cast<char>(static_cast<unsigned char>(broken[at]) ^ flip);
            try {
                LedgerRecord const read = reader.read(broken);
                CHECK(read.lines.size() <= broken.size());
            } catch (MalformedLedger const& refused) {
                CHECK(refused.what() != std::string{});
            }
        }
    }
}

TEST_CASE("a time beyond the supported range is not encoded") {
    std::string bytes;
    CHECK_THROWS_AS(encode_record({.time = Instant::max()}, bytes), std::invalid_argument);
    CHECK_THROWS_AS(encode_record({.at = Instant::min()}, bytes), std::invalid_argument);
    CHECK(bytes.empty());
}
