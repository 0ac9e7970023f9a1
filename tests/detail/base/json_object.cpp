// SPDX-License-Identifier: MIT
#include <centavo/base/detail/json_object.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

TEST_CASE("each handler takes the members with its names and kind") {
    JsonScan scan{R"({"a":"text","b":-2.5,"c":true,"d":{"e":1},"f":[1,2],"g": [ {} ] ,"h":null})"};
    std::string text;
    std::string number;
    std::string object;
    std::string raw;
    bool yes = false;
    bool plain = false;
    std::size_t elements = 0;
    auto const flow = read_object(scan, on_string("a", [&](JsonString const& value) { text = value.text(); }),
                                  on_number("b", [&](std::string_view digits) { number = digits; }),
                                  on_boolean("c", [&](bool value) { yes = value; }),
                                  on_object("d", [&] { object = scan.skip(); }),
                                  on_array("f",
                                           [&] {
                                               read_array(scan, [&] {
                                                   ++elements;
                                                   scan.skip();
                                               });
                                           }),
                                  on_raw("g", [&](std::string_view json) { raw = json; }), on("h", [&] {
                                      scan.null();
                                      plain = true;
                                  }));
    scan.finish();
    CHECK(flow == JsonFlow::proceed);
    CHECK(text == "text");
    CHECK(number == "-2.5");
    CHECK(yes);
    CHECK(object == R"({"e":1})");
    CHECK(elements == 2);
    CHECK(raw == "[ {} ]");
    CHECK(plain);
}

TEST_CASE("a handler takes any of its names") {
    for (std::string const name : {"first", "second", "third", "fourth"}) {
        std::string const json = "{\"" + name + "\":1,\"fifth\":2,\"\":3}";
        JsonScan scan{json};
        int taken = 0;
        read_object(scan,
                    on_number({"first", "second", "third", "fourth"}, [&](std::string_view) { ++taken; }));
        CHECK(taken == 1);
    }
}

TEST_CASE("names are compared decoded") {
    JsonScan scan{
        R"({"\u0070rompt":1,"a\/b":2,"a rather long name, one that \u006eeeds memory":3,"pr\\u006fmpt":4,"\u0000":5})"};
    std::vector<int> seen;
    read_object(
        scan, on_number("prompt", [&](std::string_view) { seen.push_back(1); }),
        on_number("a/b", [&](std::string_view) { seen.push_back(2); }),
        on_number("a rather long name, one that needs memory", [&](std::string_view) { seen.push_back(3); }),
        otherwise([&](std::string_view name) {
            CHECK(name.size() == (seen.size() == 3 ? 11 : 1));
            seen.push_back(4);
            scan.skip();
        }));
    CHECK(seen == std::vector{1, 2, 3, 4, 4});
}

TEST_CASE("a value of an unexpected kind is skipped, or left to the next handler with its name") {
    JsonScan scan{R"({"a":1,"b":"x","a":"y"})"};
    int texts = 0;
    int numbers = 0;
    read_object(scan, on_string("a", [&](JsonString const&) { ++texts; }),
                on_number("a", [&](std::string_view) { ++numbers; }),
                on_number("b", [&](std::string_view) { FAIL(); }));
    CHECK(texts == 1);
    CHECK(numbers == 1);
}

TEST_CASE("a duplicate member runs its handler again, in the order of the text") {
    JsonScan scan{R"({"a":1,"a":2,"\u0061":3})"};
    std::string last;
    read_object(scan, on_number("a", [&](std::string_view digits) { last = digits; }));
    CHECK(last == "3");
}

TEST_CASE("a member that is read once is an error the second time") {
    JsonScan scan{R"({"b":1,"b":2,"a":1,"a":2})"};
    try {
        read_object(scan, on("a", [&] { scan.skip(); }).once(), on("b", [&] { scan.skip(); }));
        FAIL("accepted");
    } catch (MalformedJson const& error) {
        CHECK(error.position() == 23);
    }
}

TEST_CASE("a handler may leave the object") {
    JsonScan scan{R"({"a":1,"b":"found","c":{)"};
    std::string found;
    auto const flow = read_object(scan, on_string("b", [&](JsonString const& value) {
                                      found = value.text();
                                      return JsonFlow::stop;
                                  }));
    CHECK(flow == JsonFlow::stop);
    CHECK(found == "found");
    JsonScan list{"[1,2,3,"};
    std::size_t last = 0;
    CHECK(read_array(list, [&](std::size_t index) {
              list.skip();
              last = index;
              return index == 1 ? JsonFlow::stop : JsonFlow::proceed;
          }) == JsonFlow::stop);
    CHECK(last == 1);
}

TEST_CASE("otherwise() sees what no handler took, and may decline it") {
    JsonScan scan{R"({"a":1,"b":"two","c":[3],"d":4})"};
    std::string names;
    std::string rest;
    read_object(scan, on_number("a", [&](std::string_view) {}),
                otherwise([&](JsonString const& key, JsonKind kind) {
                    names += key.text();
                    return kind == JsonKind::string && (static_cast<void>(scan.string()), true);
                }),
                otherwise([&](std::string_view name, JsonKind) {
                    rest += name;
                    scan.skip();
                }));
    scan.finish();
    CHECK(names == "bcd");
    CHECK(rest == "cd");
}

TEST_CASE("members that no handler takes are checked as JSON") {
    for (std::string const text :
         {R"({"a":})", R"({"a":[1,})", R"({"a":1 "b":2})", R"({"a":tru})", R"({"a" 1})", "[]", R"({"a":1)"}) {
        INFO(text);
        JsonScan scan{text};
        CHECK_THROWS_AS(read_object(scan, on("b", [&] { scan.skip(); })), MalformedJson);
    }
}
