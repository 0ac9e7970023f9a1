// SPDX-License-Identifier: MIT
#include <centavo/api/aws_event_stream.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using namespace std::string_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string written(std::vector<AwsEventHeader> const& headers, std::string_view payload) {
    std::string out;
    append_aws_event(out, headers, payload);
    return out;
}

/// Every message as text: headers by name, type and bytes, then the payload.
std::string read(std::vector<std::string_view> const& pieces) {
    AwsEventStreamParser parser;
    std::string out;
    for (std::string_view const piece : pieces) {
        parser.feed(piece, [&](AwsEventMessage const& message) {
            message.for_each_header([&](AwsEventHeader const& header) {
                out.append(header.name).append("/").append(std::to_string(static_cast<int>(header.type)));
                out.append("=").append(header.value).append(";");
            });
            out.append(message.payload()).append("|");
        });
    }
    parser.finish();
    return out;
}

std::string fault_of(std::string_view bytes, AwsEventStreamParser parser = AwsEventStreamParser{}) {
    try {
        parser.feed(bytes, [](AwsEventMessage const&) {});
        parser.finish();
    } catch (MalformedAwsEventStream const& malformed) {
        return malformed.what();
    }
    return "";
}

// The vectors of AWS's SDKs (botocore, tests/unit/test_eventstream.py; the same in aws-c-event-stream).
std::string const empty = "\x00\x00\x00\x10\x00\x00\x00\x00\x05\xC2H\xEB}\x98\xC8\xFF"s;
std::string const no_headers = "\x00\x00\x00\x1d\x00\x00\x00\x00\xFDR\x8CZ{'foo':'bar'}\xC3"
                               "e96"s;
std::string const one_text = "\x00\x00\x00=\x00\x00\x00 \x07\xFD\x83\x96\x0C"
                             "content-type\x07\x00\x10"
                             "application/json{'foo':'bar'}\x8D\x9C\x08\xB1"s;
std::string const one_int32 = "\x00\x00\x00+\x00\x00\x00\x0E"
                              "4\x8B\xEC{\x08"
                              "event-id\x04\x00\x00\xA0\x0C{'foo':'bar'}\xD3\x89\x02\x85"s;
std::string const all_types = "\x00\x00\x00\x62\x00\x00\x00\x52\x03\xB5\xCB\x9C"
                              "\x01"
                              "0\x00\x01"
                              "1\x01\x01"
                              "2\x02\x02\x01"
                              "3\x03\x00\x03\x01"
                              "4\x04\x00\x00\x00\x04\x01"
                              "5\x05\x00\x00\x00\x00\x00\x00\x00\x05\x01"
                              "6\x06\x00\x05"
                              "bytes\x01"
                              "7\x07\x00\x04utf8\x01"
                              "8\x08\x00\x00\x00\x00\x00\x00\x00\x08\x01"
                              "9\x09"
                              "0123456789abcdef\x63\x35\x36\x71"s;

}  // namespace

TEST_CASE("the published vectors are read, byte for byte, and written again") {
    CHECK(read({empty}) == "|");
    CHECK(read({no_headers}) == "{'foo':'bar'}|");
    CHECK(read({one_text}) == "content-type/7=application/json;{'foo':'bar'}|");
    CHECK(read({one_int32}) == "event-id/4=\x00\x00\xA0\x0C;{'foo':'bar'}|"s);
    CHECK(written({}, "") == empty);
    CHECK(written({}, "{'foo':'bar'}") == no_headers);
    CHECK(written({{.name = "content-type", .value = "application/json"}}, "{'foo':'bar'}") == one_text);
    CHECK(written({{"event-id", AwsEventHeaderType::int32, "\x00\x00\xA0\x0C"s}}, "{'foo':'bar'}") ==
          one_int32);
}

TEST_CASE("every type of header is read as the value it stands for") {
    AwsEventStreamParser parser;
    std::vector<std::optional<std::int64_t>> integers;
    std::vector<std::string> values;
    parser.feed(all_types, [&](AwsEventMessage const& message) {
        message.for_each_header([&](AwsEventHeader const& header) {
            integers.push_back(header.integer());
            values.emplace_back(header.value);
        });
        CHECK(message.text("7") == "utf8");
        CHECK_FALSE(message.text("6"));
        CHECK_FALSE(message.text("x"));
    });
    using Expected = std::vector<std::optional<std::int64_t>>;
    CHECK(integers == Expected{1, 0, 2, 3, 4, 5, std::nullopt, std::nullopt, 8, std::nullopt});
    REQUIRE(values.size() == 10);
    CHECK(values[6] == "bytes");
    CHECK(values[9] == "0123456789abcdef");
    CHECK(AwsEventHeader{"n", AwsEventHeaderType::int16, "\xFF\xFE"}.integer() == -2);
}

TEST_CASE("any split of the bytes gives the same messages") {
    std::string const stream = one_text + empty + one_int32 + all_types + no_headers;
    std::string const whole = read({stream});
    std::string_view const text = stream;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        for (std::size_t j = i; j <= text.size(); ++j) {
            REQUIRE(read({text.substr(0, i), text.substr(i, j - i), text.substr(j)}) == whole);
        }
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bytes.push_back(text.substr(i, 1));
    }
    CHECK(read(bytes) == whole);
}

TEST_CASE("a changed byte anywhere is an error that says where, never a message") {
    std::string const stream = one_text + all_types;
    for (std::size_t i = 0; i < stream.size(); ++i) {
        std::string wrong = stream;
        wrong[i] = static_cast<char>(wrong[i] ^ 0x10);
        std::string const fault = fault_of(wrong);
        REQUIRE_THAT(fault, ContainsSubstring(i < one_text.size() ? "at byte 0 " : "at byte 61 "));
        bool const in_prelude = i < 12 || (i >= one_text.size() && i < one_text.size() + 12);
        REQUIRE_THAT(fault, ContainsSubstring(in_prelude ? "checksum of its prelude" : "wrong checksum"));
    }
}

TEST_CASE("a message that the stream's end cuts off is an error, at every byte") {
    for (std::size_t size = 1; size < one_text.size(); ++size) {
        REQUIRE_THAT(fault_of(one_text.substr(0, size)), ContainsSubstring("cut off"));
    }
    CHECK(fault_of("").empty());
    CHECK(fault_of(one_text).empty());
}

TEST_CASE("a length beyond the limit is refused by the prelude alone, before anything is held") {
    std::string const large = written({}, std::string(2'000, 'x'));
    CHECK_THAT(fault_of(large.substr(0, 12), AwsEventStreamParser{1'000}),
               ContainsSubstring("larger than may be held"));
    CHECK_THAT(fault_of(large, AwsEventStreamParser{1'000}), ContainsSubstring("larger than may be held"));
    CHECK(fault_of(large, AwsEventStreamParser{2'016}).empty());
}

TEST_CASE("lengths that contradict each other are refused though their checksum is right") {
    auto const prelude = [](std::string numbers) {
        std::uint32_t const crc = crc32(numbers);
        for (unsigned shift : {24U, 16U, 8U, 0U}) {
            numbers.push_back(static_cast<char>(crc >> shift & 0xFFU));
        }
        return numbers;
    };
    CHECK_THAT(fault_of(prelude("\x00\x00\x00\x0F\x00\x00\x00\x00"s)),
               ContainsSubstring("shorter than its parts"));
    CHECK_THAT(fault_of(prelude("\x00\x00\x00\x10\x00\x00\x00\x01"s)),
               ContainsSubstring("shorter than its parts"));
    CHECK_THAT(fault_of(prelude("\x00\x00\x00\x10\xFF\xFF\xFF\xFF"s)),
               ContainsSubstring("shorter than its parts"));
    CHECK_THAT(fault_of(prelude("\xFF\xFF\xFF\xFF\x00\x00\x00\x00"s)),
               ContainsSubstring("larger than may be held"));
}

TEST_CASE("headers that run over their end are refused though their checksum is right") {
    for (std::string const& headers : {"\x05"s, "\x00\x07"s,
                                       "\x01"
                                       "a\x0A"s,
                                       "\x01"
                                       "a\x07\x00\x05"
                                       "abc"s,
                                       "\x01"
                                       "a\x07\x00"s,
                                       "\x01"
                                       "a\x04\x00\x00"s}) {
        AwsEventMessage const message{headers, ""};
        CHECK_FALSE(message.for_each_header([](AwsEventHeader const&) {}));
    }
}

TEST_CASE("after an error there is no going on: the framing is lost") {
    AwsEventStreamParser parser;
    int messages = 0;
    auto const count = [&](AwsEventMessage const&) { ++messages; };
    CHECK_THROWS_AS(parser.feed("HTTP/1.1 403 Forbidden\r\n\r\n", count), MalformedAwsEventStream);
    CHECK_THROWS_AS(parser.feed(one_text, count), MalformedAwsEventStream);
    CHECK(messages == 0);
}

TEST_CASE("what the callback throws passes through, and the parser goes on with the next message") {
    AwsEventStreamParser parser;
    int messages = 0;
    auto const once = [&](AwsEventMessage const&) {
        if (++messages == 1) {
            throw std::runtime_error("enough");
        }
    };
    parser.feed(one_text.substr(0, 20), once);
    CHECK_THROWS_AS(parser.feed(one_text.substr(20), once), std::runtime_error);
    parser.feed(one_text, once);
    CHECK(messages == 2);
}

TEST_CASE("a header that is too long for the encoding is not written") {
    CHECK_THROWS_AS(written({{.name = std::string(256, 'n')}}, ""), std::length_error);
    CHECK_THROWS_AS(written({{.name = "n", .value = std::string_view{}}, {.name = ""}}, ""),
                    std::length_error);
}
