// SPDX-License-Identifier: MIT
#include <centavo/base/detail/json_scan.hpp>

#include <catch2/catch_test_macros.hpp>

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#define CENTAVO_HAS_NLOHMANN 1
#endif

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

bool accepts(std::string_view text) {
    try {
        JsonScan scan{text};
        scan.skip();
        scan.finish();
        return true;
    } catch (MalformedJson const&) {
        return false;
    }
}

}  // namespace

TEST_CASE("the scanner reads a document member by member, in place") {
    JsonScan scan{R"( {"a":[1,-2.5e3,{}],"b\u0041":"x\ud83d\ude00\/", "c":true,"d":null} )"};
    REQUIRE(scan.peek() == JsonKind::object);
    scan.enter_object();
    REQUIRE(scan.next_member()->equals("a"));
    scan.enter_array();
    REQUIRE(scan.next_element());
    CHECK(scan.number() == "1");
    REQUIRE(scan.next_element());
    CHECK(scan.number() == "-2.5e3");
    REQUIRE(scan.next_element());
    CHECK(scan.skip() == "{}");
    CHECK_FALSE(scan.next_element());
    REQUIRE(scan.next_member()->equals("bA"));
    CHECK(scan.string().text() == "x😀/");
    REQUIRE(scan.next_member());
    CHECK(scan.boolean());
    REQUIRE(scan.next_member());
    CHECK(scan.peek() == JsonKind::null);
    scan.null();
    CHECK_FALSE(scan.next_member());
    scan.finish();
    CHECK(scan.peek() == JsonKind::end);
}

TEST_CASE("text that violates RFC 8259 is rejected") {
    for (std::string const text : {"",       " ",    "{",       "[",         "]",
                                   "[1,]",   "[,1]", "{\"a\"}", "{\"a\":}",  "{\"a\":1,}",
                                   "{a:1}",  "01",   "-",       "1.",        ".5",
                                   "1e",     "+1",   "NaN",     "Infinity",  "tru",
                                   "nul",    "'a'",  "\"",      "\"\\x\"",   "\"\\u12g4\"",
                                   "\"\t\"", "1 2",  "[1}",     "{\"a\":1]", "\xEF\xBB\xBF{}",
                                   "/**/1"}) {
        INFO(text);
        CHECK_FALSE(accepts(text));
    }
}

TEST_CASE("nesting deeper than 128 levels is rejected") {
    CHECK(accepts(std::string(128, '[') + std::string(128, ']')));
    CHECK_FALSE(accepts(std::string(129, '[') + std::string(129, ']')));
    CHECK_FALSE(accepts(std::string(1'000'000, '[')));
}

TEST_CASE("an error reports the byte offset") {
    JsonScan scan{R"({"a":1 "b":2})"};
    try {
        scan.skip();
        FAIL("accepted");
    } catch (MalformedJson const& refusal) {
        CHECK(refusal.position() == 7);
    }
}

TEST_CASE("a string ends at its closing quote at any alignment") {
    for (std::size_t length = 0; length < 40; ++length) {
        std::string const plain(length, '!');
        std::string const text = "\"" + plain + "\\\"" + plain + "\"";
        JsonScan scan{text};
        auto const read = scan.string();
        CHECK(read.text() == plain + "\"" + plain);
        scan.finish();
    }
}

TEST_CASE("lone surrogates and ill-formed bytes become U+FFFD") {
    CHECK(JsonScan{R"("\ud800x")"}.string().text() == "\uFFFDx");
    CHECK(JsonScan{"\"a\xff\xc3\""}.string().text() == "a\uFFFD\uFFFD");
    std::string out;
    CHECK_FALSE(JsonScan{R"("\udc00")"}.string().append_to(out));
}

TEST_CASE("integers are read exactly, and other numbers are not integers") {
    CHECK(json_integer("1e2") == 100);
    CHECK(json_integer("1.50e1") == 15);
    CHECK(json_integer("100e-2") == 1);
    CHECK(json_integer("-0") == 0);
    CHECK(json_integer("0e99999999999999") == 0);
    CHECK(json_integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK_FALSE(json_integer("9223372036854775808"));
    CHECK_FALSE(json_integer("1.5"));
    CHECK_FALSE(json_integer("1e-9999999999999999999999"));
    CHECK_FALSE(json_integer("1e9999999999999999999999"));
}

TEST_CASE("a number too small for a double is zero, and one too large is not read") {
    CHECK(json_double("1e-400") == 0.0);
    CHECK(json_double("5e-324") == 5e-324);
    CHECK_FALSE(json_double("1e400"));
    CHECK_FALSE(json_double("1" + std::string(1'000, '0') + "e-300"));
}

TEST_CASE("strtod reads the same doubles as from_chars") {
    for (std::string const text :
         {"0", "-0", "0.1", "-2.5e3", "1e-400", "5e-324", "1.7976931348623157e308", "1e400", "-1e400",
          "0.1000000000000000055511151231257827021181583404541015625", "9007199254740993"}) {
        INFO(text);
        CHECK(json_double_by_strtod(text) == json_double(text));
    }
}

#ifdef CENTAVO_HAS_NLOHMANN

namespace {

using Json = nlohmann::json;

// Reads a value with the scanner and compares it with the tree.
bool same(JsonScan& scan, Json const& tree) {
    switch (scan.peek()) {
    case JsonKind::object: {
        std::size_t members = 0;
        scan.enter_object();
        while (auto const key = scan.next_member()) {
            auto const found = tree.find(key->text());
            if (found == tree.end() || !same(scan, *found)) {
                return false;
            }
            ++members;
        }
        return tree.is_object() && tree.size() == members;
    }
    case JsonKind::array: {
        std::size_t elements = 0;
        scan.enter_array();
        while (scan.next_element()) {
            if (elements >= tree.size() || !same(scan, tree[elements++])) {
                return false;
            }
        }
        return tree.is_array() && tree.size() == elements;
    }
    case JsonKind::string:
        return tree.is_string() && scan.string().text() == tree.get_ref<std::string const&>();
    case JsonKind::number: return tree.is_number() && json_double(scan.number()) == tree.get<double>();
    case JsonKind::boolean: return tree.is_boolean() && scan.boolean() == tree.get<bool>();
    case JsonKind::null: scan.null(); return tree.is_null();
    case JsonKind::end: return false;
    }
    return false;
}

Json random_value(std::mt19937& random, int depth) {
    static std::string const words[] = {
        "", "a", "café \"x\"", "line\nbreak\t", "😀", "\\u0041", "a longer text of words"};
    switch (random() % (depth > 4 ? 5 : 7)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<std::int64_t>(random()) - 2'000'000'000;
    case 3: return static_cast<double>(random()) / 1'000.0;
    case 4: return words[random() % 7];
    case 5: {
        auto array = Json::array();
        for (auto n = random() % 4; n > 0; --n) {
            array.push_back(random_value(random, depth + 1));
        }
        return array;
    }
    default: {
        auto object = Json::object();
        for (auto n = random() % 4; n > 0; --n) {
            object[words[random() % 7]] = random_value(random, depth + 1);
        }
        return object;
    }
    }
}

}  // namespace

TEST_CASE("random documents, whole and damaged, read as with nlohmann's parser") {
    std::mt19937 random{8259};
    std::string const damage = "{}[]\",:\\ 0179-+.eEtfnul\x01\n";
    for (int i = 0; i < 20'000; ++i) {
        auto const value = random_value(random, 0);
        auto text = value.dump(random() % 2 == 0 ? -1 : 1, ' ', random() % 2 == 0);
        JsonScan scan{text};
        if (!same(scan, value)) {
            FAIL("read otherwise: " << text);
        }
        for (auto n = random() % 3; n > 0; --n) {
            text[random() % text.size()] = damage[random() % damage.size()];
        }
        auto const tree = Json::parse(text, nullptr, false);
        // Rejecting numbers outside double, incomplete characters and lone surrogates is left to the callers of the
        // scanner.
        std::string copy;
        bool left_to_reader = !append_well_formed(copy, text) || text.find("\\ud") != std::string::npos;
        for (std::size_t at = 1; at < text.size(); ++at) {
            left_to_reader |=
                (text[at] == 'e' || text[at] == 'E') && text[at - 1] >= '0' && text[at - 1] <= '9';
        }
        if (!left_to_reader && accepts(text) == tree.is_discarded()) {
            FAIL("accepted by one alone: " << text);
        }
    }
    SUCCEED();
}

#endif
