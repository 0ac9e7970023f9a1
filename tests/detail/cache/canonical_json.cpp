// SPDX-License-Identifier: MIT
#include <centavo/cache/detail/canonical_json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <utility>

using namespace centavo;
using namespace centavo::detail;

namespace {

std::string canonical(std::string_view json) {
    CanonicalForm form;
    JsonScan scan{json};
    std::string out;
    form.append(out, scan);
    scan.finish();
    return out;
}

std::string spelled(double value, char const* format) {
    char text[512];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

}  // namespace

TEST_CASE("all spellings of a number have one form") {
    for (auto const& [a, b] : {std::pair{"1", "1.0"},
                               {"1", "1e0"},
                               {"1", "10E-1"},
                               {"100", "1e2"},
                               {"0", "-0"},
                               {"0", "-0.0e5"},
                               {"1.5", "1.50"},
                               {"0.001", "1e-3"},
                               {"1e21", "1000000000000000000000"},
                               {"18446744073709551615", "18446744073709551615.0"}}) {
        INFO(a << " and " << b);
        CHECK(canonical(a) == canonical(b));
    }
}

TEST_CASE("integers of 64 bits are distinct beyond 2^53") {
    CHECK(canonical("9007199254740992") != canonical("9007199254740993"));
    CHECK(canonical("-9223372036854775808") != canonical("-9223372036854775807"));
    CHECK(canonical("18446744073709551614") != canonical("18446744073709551615"));
    CHECK(canonical("7") != canonical("-7"));
}

TEST_CASE("the numbers of RFC 8785, appendix B, have one form in any spelling") {
    std::uint64_t const bits[] = {
        0x0000000000000001, 0x8000000000000001, 0x7fefffffffffffff, 0xffefffffffffffff, 0x4340000000000000,
        0xc340000000000000, 0x4430000000000000, 0x44b52d02c7e14af5, 0x44b52d02c7e14af6, 0x44b52d02c7e14af7,
        0x444b1ae4d6e2ef4e, 0x444b1ae4d6e2ef4f, 0x444b1ae4d6e2ef50, 0x3eb0c6f7a0b5ed8c, 0x3eb0c6f7a0b5ed8d,
        0x41b3de4355555553, 0x41b3de4355555554, 0x41b3de4355555555, 0x41b3de4355555556, 0x41b3de4355555557,
        0xbecbf647612f3696, 0x43143ff3c1cb0959};
    std::string before;
    for (auto const pattern : bits) {
        auto const value = std::bit_cast<double>(pattern);
        INFO(value);
        auto const form = canonical(spelled(value, "%.17g"));
        CHECK(form == canonical(spelled(value, "%.25e")));
        CHECK(form != before);
        before = form;
    }
}

TEST_CASE("both spellings of the sample of RFC 8785, section 3.2, have one form") {
    CHECK(canonical(R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
        "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})") ==
          canonical(R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
                    R"("string":"€$\u000f\nA'B\"\\\\\"/"})"));
}

TEST_CASE("random doubles have one form in every spelling, and their neighbors another") {
    std::mt19937_64 random{8785};
    for (int i = 0; i < 20'000; ++i) {
        auto const pattern = random();
        auto const value = std::bit_cast<double>(pattern);
        auto const next = std::bit_cast<double>(pattern + 1);
        bool const finite = value - value == 0 && next - next == 0;
        bool const exact =
            std::abs(value) >= 0x1p53 && std::abs(value) <= 0x1p64;  // kept as integers, digit by digit
        if (!finite || exact) {
            continue;
        }
        auto const form = canonical(spelled(value, "%.17g"));
        if (form != canonical(spelled(value, "%.30e")) || form == canonical(spelled(next, "%.17g"))) {
            FAIL(spelled(value, "%.17g"));
        }
    }
    SUCCEED();
}

TEST_CASE("escapes are resolved, and text is otherwise not normalized") {
    CHECK(canonical(R"("\u00e9\/\ud83d\ude00")") == canonical("\"é/😀\""));
    CHECK(canonical("\"é\"") != canonical("\"e\u0301\""));
    CHECK(canonical("\"a\"") != canonical("\"A\""));
    CHECK(canonical(R"("\u0000")") != canonical(R"("")"));
}

TEST_CASE("a duplicate member is rejected with its byte offset") {
    try {
        static_cast<void>(canonical(R"({"a":1,"b":2,"a":3})"));
        FAIL("accepted");
    } catch (MalformedJson const& refusal) {
        CHECK(refusal.position() == 17);
    }
}
