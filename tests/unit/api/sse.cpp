// SPDX-License-Identifier: MIT
#include <centavo/api/sse.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

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

TEST_CASE("a reconnection time that is more than a time is none") {
    SseParser parser;
    auto const ignore = [](SseEvent const&) {};
    parser.feed("retry: 3000\nretry: 99999999999999999999\nretry: -1\nretry:\n", ignore);
    CHECK(parser.retry() == 3000);
}

TEST_CASE("an id holds until another is named, and an empty one takes it back") {
    CHECK(events_of({"id: 1\n\ndata: a\n\nid\ndata: b\n\n"}) ==
          std::vector<std::string>{"message|a|1", "message|b|"});
}

TEST_CASE("a type behind its data counts, and is that of one event only") {
    CHECK(events_of({"data: a\nevent: done\n\ndata: b\n\nevent: lost\n\ndata: c\n\n"}) ==
          std::vector<std::string>{"done|a|", "message|b|", "message|c|"});
}

TEST_CASE("each maximal ill-formed sequence becomes one U+FFFD, in whatever pieces it came") {
    // The Unicode standard's table 3-11: "Best Practices for Using U+FFFD", by maximal subparts.
    std::string const stream = "event: \xFF\nid: \xC0\xAF\ndata: \xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41\n\n"
                               "data: \xF0\x9F\x98\x80\xF0\x9F\x98\n\n";
    std::string const bad = "\xEF\xBF\xBD";
    std::vector<std::string> const expected{bad + "|" + bad + bad + bad + bad + "A|" + bad + bad,
                                            "message|\xF0\x9F\x98\x80" + bad + "|" + bad + bad};
    std::string_view const text = stream;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        REQUIRE(events_of({text.substr(0, i), text.substr(i)}) == expected);
    }
}

TEST_CASE("an event that lies whole in the bytes fed is not copied") {
    std::string const stream = "data: {\"a\":1}\n\n";
    SseParser parser;
    std::string_view data;
    parser.feed(stream, [&](SseEvent const& event) { data = event.data; });
    CHECK(data.data() == stream.data() + 6);
}

TEST_CASE("bytes that are gone after they were fed are not looked at again") {
    SseParser parser;
    std::vector<std::string> events;
    for (std::string_view const piece : {"data: one\n", "data: two\n", "\ndata: three\r", "\r", "\n"}) {
        std::vector<char> const gone(piece.begin(), piece.end());  // sanitizers watch it
        parser.feed({gone.data(), gone.size()},
                    [&](SseEvent const& event) { events.emplace_back(event.data); });
    }
    CHECK(events == std::vector<std::string>{"one\ntwo", "three"});
}

TEST_CASE("what the callback throws passes through, and the next event is whole") {
    SseParser parser;
    std::vector<std::string> events;
    auto const picky = [&](SseEvent const& event) {
        if (event.data == "bad") {
            throw std::runtime_error("bad");
        }
        events.emplace_back(event.data);
    };
    CHECK_THROWS_AS(parser.feed("data: bad\n\ndata: lost\n\n", picky), std::runtime_error);
    parser.feed("data: good\n\n", picky);
    CHECK(events == std::vector<std::string>{"good"});
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

TEST_CASE("the limit is the same at every split, and says where") {
    std::string const fits = "data: " + std::string(94, 'x') + "\n\n";
    std::string const line = "data: " + std::string(95, 'x') + "\n\n";
    std::string const event = "data: " + std::string(60, 'x') + "\ndata: " + std::string(60, 'x') + "\n\n";
    auto const outcome = [](std::string_view text, std::size_t piece) -> std::string {
        SseParser parser{100};
        int events = 0;
        try {
            for (std::size_t at = 0; at < text.size(); at += piece) {
                parser.feed(text.substr(at, piece), [&](SseEvent const&) { ++events; });
            }
        } catch (OversizedEvent const&) {
            return "oversized";
        }
        return std::to_string(events);
    };
    for (std::size_t piece = 1; piece < 200; ++piece) {
        REQUIRE(outcome(fits, piece) == "1");
        REQUIRE(outcome(line, piece) == "oversized");
        REQUIRE(outcome(event, piece) == "oversized");
    }
    SseParser parser{100};
    auto const ignore = [](SseEvent const&) {};
    parser.feed(fits, ignore);
    try {
        parser.feed(line, ignore);
        FAIL("no error");
    } catch (OversizedEvent const& oversized) {
        CHECK(std::string_view{oversized.what()} ==
              "an event of more than 100 bytes, before byte 102 of the stream");
    }
    CHECK_THROWS_AS(parser.feed("\n", ignore), OversizedEvent);
}

TEST_CASE("comments without end cost no memory and give no event") {
    SseParser parser{1'000};
    int events = 0;
    std::string const comments(": OPENROUTER PROCESSING\n\n");
    for (int i = 0; i < 100'000; ++i) {
        parser.feed(comments, [&](SseEvent const&) { ++events; });
    }
    parser.feed("data: at last\n\n", [&](SseEvent const&) { ++events; });
    CHECK(events == 1);
}

TEST_CASE("random streams read the same in random pieces as at once") {
    std::mt19937 random{20261124};
    std::string_view const parts[] = {
        "data", "data:", "data: ", "event: ",      "id: ",     "retry: ", ":",    "\n", "\r",       "\r\n",
        "\n\n", "x",     " ",      "\xEF\xBB\xBF", "\xE4\xB8", "\xAD",    "\xFF", "12", "{\"a\":1}"};
    for (int round = 0; round < 2'000; ++round) {
        std::string stream;
        for (int i = 0; i < 40; ++i) {
            stream += parts[random() % std::size(parts)];
        }
        std::vector<std::string_view> pieces;
        for (std::string_view left = stream; !left.empty();) {
            pieces.push_back(left.substr(0, 1 + random() % 7));
            left.remove_prefix(pieces.back().size());
        }
        REQUIRE(events_of(pieces) == events_of({stream}));
    }
}
