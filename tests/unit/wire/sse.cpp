// SPDX-License-Identifier: MIT
#include <centavo/wire/sse.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;

namespace {

std::vector<std::string> events_of(std::vector<std::string_view> const& pieces) {
    SseParser parser;
    std::vector<std::string> events;
    for (std::string_view const piece : pieces) {
        parser.feed(piece, [&](SseEvent const& event) {
            events.push_back(std::string{event.type} + "|" + std::string{event.data} + "|" +
                             std::string{event.id});
        });
    }
    return events;
}

}  // namespace

TEST_CASE("events are read as the WHATWG specification's examples say") {
    // The examples of section 9.2.6, "Interpreting an event stream".
    CHECK(events_of({"data: YHOO\ndata: +2\ndata: 10\n\n"}) ==
          std::vector<std::string>{"message|YHOO\n+2\n10|"});
    CHECK(events_of({": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third "
                     "event\n\n"}) == std::vector<std::string>{"message|first event|1",
                                                               "message|second event|",
                                                               "message| third event|"});
    CHECK(events_of({"data\n\ndata\ndata\n\ndata:\n"}) ==
          std::vector<std::string>{"message||", "message|\n|"});
    CHECK(events_of({"data:test\n\ndata: test\n\n"}) ==
          std::vector<std::string>{"message|test|", "message|test|"});
}

TEST_CASE("any split of the bytes gives the same events") {
    std::string const stream =
        "\xEF\xBB\xBF"
        "event: a\r\ndata: \xC3\xB1 1\r\n\r\n:c\r\rdata:x\rdata: y\r\rid: 7\ndata\n\nretry: 10\ndata: z\n\n";
    auto const whole = events_of({stream});
    REQUIRE(whole == std::vector<std::string>{"a|\xC3\xB1 1|", "message|x\ny|", "message||7", "message|z|7"});
    std::string_view const text = stream;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        for (std::size_t j = i; j <= text.size(); ++j) {
            REQUIRE(events_of({text.substr(0, i), text.substr(i, j - i), text.substr(j)}) == whole);
        }
    }
}

TEST_CASE("what is no field is passed over: comments, unknown names, names in another case") {
    CHECK(
        events_of(
            {": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\nData: no\nunknown: x\ndata: yes\n\n"}) ==
        std::vector<std::string>{"message|yes|"});
    CHECK(events_of({std::string_view{"id: a\0b\ndata: x\n\n", 17}}) ==
          std::vector<std::string>{"message|x|"});
}

TEST_CASE("only one space after the colon belongs to the syntax, and a tab never does") {
    CHECK(events_of({"data:\tx\n\ndata:  y\n\n"}) == std::vector<std::string>{"message|\tx|", "message| y|"});
}

TEST_CASE("an event without its blank line is not one, but can be asked for") {
    SseParser parser;
    int events = 0;
    parser.feed("data: {\"last\":1}", [&](SseEvent const&) { ++events; });
    CHECK(events == 0);
    REQUIRE(parser.unfinished());
    CHECK(*parser.unfinished() == "{\"last\":1}");
}

TEST_CASE("the reconnection time is digits only") {
    SseParser parser;
    auto const ignore = [](SseEvent const&) {};
    parser.feed("retry: 1x\n", ignore);
    CHECK_FALSE(parser.retry());
    parser.feed("retry: 2500\n", ignore);
    CHECK(parser.retry() == 2500);
}

TEST_CASE("a line or an event beyond the limit is an error, not memory") {
    auto const ignore = [](SseEvent const&) {};
    SseParser line{1'000};
    CHECK_THROWS_AS(
        [&] {
            for (int i = 0; i < 100; ++i) {
                line.feed("xxxxxxxxxxxxxxxxxxxxxxxx", ignore);
            }
        }(),
        OversizedEvent);
    SseParser event{1'000};
    CHECK_THROWS_AS(
        [&] {
            for (int i = 0; i < 100; ++i) {
                event.feed("data: xxxxxxxxxxxxxxxxxxxxx\n", ignore);
            }
        }(),
        OversizedEvent);
}
