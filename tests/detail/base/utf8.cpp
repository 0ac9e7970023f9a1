// SPDX-License-Identifier: MIT
#include <centavo/base/detail/utf8.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

/// Whether `bytes` is a prefix of the encoding of any scalar value.
bool begins_a_character(std::string_view bytes, bool& complete) {
    auto const encodes = [&](char32_t low, char32_t high, std::size_t size) {
        // Encodings are ordered like their code points, so that a prefix is found by bisection.
        auto const encoding = [&](char32_t point) {
            std::string out;
            if (size == 1) {
                out = {static_cast<char>(point)};
            } else {
                for (std::size_t i = size; i-- > 0;) {
                    auto const six = static_cast<unsigned>(point >> (6 * i)) & 0x3FU;
                    unsigned const lead = (0xF00U >> size) & 0xFFU;
                    out += static_cast<char>(
                        static_cast<unsigned char>(i + 1 == size ? lead | six : 0x80U | six));
                }
            }
            return out;
        };
        while (low < high) {
            char32_t const middle = low + (high - low) / 2;
            encoding(middle) < bytes ? low = middle + 1 : high = middle;
        }
        auto const found = encoding(low);
        complete = complete || found == bytes;
        return found.starts_with(bytes);
    };
    complete = false;
    bool const begins = encodes(0, 0x7F, 1) || encodes(0x80, 0x7FF, 2) || encodes(0x800, 0xD7FF, 3) ||
                        encodes(0xE000, 0xFFFF, 3) || encodes(0x10000, 0x10FFFF, 4);
    return begins;
}

/// The definition of the Unicode Standard, section 3.9, implemented literally.
std::string repaired_slowly(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t longest = 0;
        bool whole = false;
        for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size) {
            bool complete = false;
            if (!begins_a_character(text.substr(0, size), complete)) {
                break;
            }
            longest = size;
            whole = complete;
        }
        whole ? out.append(text.substr(0, longest)) : out.append("\xEF\xBF\xBD");
        text.remove_prefix(std::max<std::size_t>(longest, 1));
    }
    return out;
}

}  // namespace

TEST_CASE("each maximal ill-formed sequence reads as one U+FFFD", "[tokens][utf8]") {
    // Table 3-8 of the Unicode Standard, and sequences next to its rows.
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
        append_well_formed(out, bytes);
        return out;
    };
    CHECK(repaired("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82"
                   "A") == times(8) + "A");
    CHECK(repaired("\xED\xA0\x80\xED\xBF\xBF\xED\xAF"
                   "A") == times(8) + "A");
    CHECK(repaired("\xF4\x91\x92\x93\xFF"
                   "A\x80\xBF"
                   "B") == times(5) + "A" + times(2) + "B");
    CHECK(repaired("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF"
                   "A") == times(4) + "A");
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

TEST_CASE("repair agrees with the definition on random bytes", "[tokens][utf8]") {
    std::mt19937 random{20261128};
    // Mostly the bytes at the limits of table 3-7, so that every rule is exercised.
    std::string_view const borders{
        "\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5\xFF",
        24};
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 24, '\0');
        for (char& c : text) {
            c = random() % 8 == 0 ? static_cast<char>(random() % 256) : borders[random() % borders.size()];
        }
        std::string const expected = repaired_slowly(text);
        std::string out;
        bool const whole = append_well_formed(out, text);
        REQUIRE(out == expected);
        REQUIRE(whole == (expected == text));
        REQUIRE(find_ill_formed_utf8(text).has_value() == !whole);
    }
}
