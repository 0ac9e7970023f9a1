// SPDX-License-Identifier: MIT
#include <centavo/base/detail/crc32.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("checksums match the published check values", "[base][crc32]") {
    CHECK(crc32("") == 0);
    CHECK(crc32("123456789") == 0xCBF43926);
    CHECK(crc32("IEND") == 0xAE426082);  // the last chunk of every PNG file
    CHECK(crc32("The quick brown fox jumps over the lazy dog") == 0x414FA339);
}

TEST_CASE("a checksum computed in parts equals that of the whole, at every split", "[base][crc32]") {
    std::string_view const text = "The quick brown fox jumps over the lazy dog";
    for (std::size_t i = 0; i <= text.size(); ++i) {
        REQUIRE(crc32(text.substr(i), crc32(text.substr(0, i))) == crc32(text));
    }
}
