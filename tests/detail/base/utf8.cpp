// SPDX-License-Identifier: MIT
#include <centavo/base/detail/utf8.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("each maximal ill-formed sequence reads as one U+FFFD", "[tokens][utf8]") {
    // Table 3-8 of the Unicode standard and its neighbours.
    std::string_view const fffd = "\xEF\xBF\xBD";
    auto const times = [&](int n) {
        std::string out;
        for (int i = 0; i < n; ++i) {
            out += fffd;
        }
        return out;
    };
    auto const repaired = [](std::string_view bytes) {
        std::string out;
        append_repaired_utf8(out, bytes);
        return out;
    };
    CHECK(repaired("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82" "A") == times(8) + "A");
    CHECK(repaired("\xED\xA0\x80\xED\xBF\xBF\xED\xAF" "A") == times(8) + "A");
    CHECK(repaired("\xF4\x91\x92\x93\xFF" "A\x80\xBF" "B") == times(5) + "A" + times(2) + "B");
    CHECK(repaired("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF" "A") == times(4) + "A");
    CHECK(repaired("h\xC3\xA9 \xF0\x9F\x98\x80") == "h\xC3\xA9 \xF0\x9F\x98\x80");
    CHECK(repaired("\xE4\xB8") == times(1));
}

TEST_CASE("the first ill-formed byte is found", "[tokens][utf8]") {
    CHECK_FALSE(find_ill_formed_utf8("h\xC3\xA9llo"));
    CHECK_FALSE(find_ill_formed_utf8(""));
    CHECK(find_ill_formed_utf8("h\xC3\xA9\xC3") == 3U);
    CHECK(find_ill_formed_utf8("\xED\xA0\x80") == 0U);
}

TEST_CASE("well-formed characters decode to their code points", "[tokens][utf8]") {
    auto const point = [](std::string_view text) {
        Utf8Step const step = decode_utf8(text.data(), text.data() + text.size());
        return step.well_formed && step.length == text.size() ? step.point : char32_t{0};
    };
    CHECK(point("A") == U'A');
    CHECK(point("\xC2\x80") == 0x80);
    CHECK(point("\xE0\xA0\x80") == 0x800);
    CHECK(point("\xEF\xBF\xBF") == 0xFFFF);
    CHECK(point("\xF4\x8F\xBF\xBF") == 0x10FFFF);
}
