// SPDX-License-Identifier: MIT
#include <centavo/api/request.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string const odd = R"( { "model" : "gpt-4o", "x_unknown":[1.0, 1e2 ],
  "messages":[ {"role":"system","content":"Be brief."},
               {"content":"\u00bfQu\u00e9?","role":"user"} ],  "temperature":0.20, "n":2,"stream":true,
  "max_tokens":10,"max_completion_tokens":300, "tools":[{"type":"function","function":{"name":"find",
  "description":"Finds","parameters":{"type":"object"}}}] } )";

}  // namespace

TEST_CASE("an unedited request gives back the same bytes") {
    auto const request = Request::parse(odd);
    CHECK(request.body() == odd);
}

TEST_CASE("a request's members are read from its text") {
    auto const request = Request::parse(odd);
    CHECK(request.model() == ModelId{"gpt-4o"});
    REQUIRE(request.messages().size() == 2);
    CHECK(request.messages()[1].content == "¿Qué?");
    CHECK(request.temperature() == 0.2);
    CHECK(request.max_tokens() == Tokens{10});
    CHECK(request.choices() == 2);
    CHECK(request.stream());
    REQUIRE(request.tools().size() == 1);
    CHECK(request.tools()[0] == Tool{"find", "Finds", R"({"type":"object"})"});
    CHECK(request.member("x_unknown") == "[1.0, 1e2 ]");
    CHECK_FALSE(request.member("seed"));
}

TEST_CASE("a chat request may declare tools in the shape of any format") {
    auto const tools = [](std::string const& json) {
        auto const request = Request::parse(
            R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[)" + json + "]}");
        return std::vector<Tool>{request.tools().begin(), request.tools().end()};
    };
    std::vector<Tool> const find{{"find", "Finds", R"({"type":"object"})"}};
    CHECK(
        tools(
            R"({"type":"function","function":{"name":"find","description":"Finds","parameters":{"type":"object"}}})") ==
        find);
    CHECK(
        tools(
            R"({"type":"function","name":"find","description":"Finds","strict":true,"parameters":{"type":"object"}})") ==
        find);
    CHECK(tools(R"({"name":"find","description":"Finds","input_schema":{"type":"object"}})") == find);
    CHECK(tools(R"({"type":"web_search"})") == std::vector<Tool>{{}});
    CHECK_THROWS_AS(tools(R"({"type":"function","name":7})"), MalformedRequest);
}

TEST_CASE("absent members have no value, and one response is requested") {
    auto const request =
        Request::parse(R"({"model":"m","messages":[{"role":"user","content":"a"}],"n":null})");
    CHECK_FALSE(request.temperature());
    CHECK_FALSE(request.max_tokens());
    CHECK(request.choices() == 1);
    CHECK_FALSE(request.stream());
}

TEST_CASE("a request is built of a model and messages in compact JSON") {
    auto const request = Request::chat("gpt-4o", {{"system", "Be brief."}, {"user", "Why?"}});
    CHECK(request.body() == R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},)"
                            R"({"role":"user","content":"Why?"}]})");
    CHECK(request.with_temperature(0).with_max_tokens(300).body() ==
          R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},)"
          R"({"role":"user","content":"Why?"}],"temperature":0,"max_tokens":300})");
}

TEST_CASE("an edit changes the bytes of its member alone, and not the original") {
    auto const request = Request::parse(odd);
    auto const expect = [&](std::string const& from, std::string const& to) {
        auto text = odd;
        return text.replace(text.find(from), from.size(), to);
    };
    CHECK(request.with_model("gpt-4o-mini").body() == expect("\"gpt-4o\"", "\"gpt-4o-mini\""));
    CHECK(request.with_stream(false).body() == expect("true", "false"));
    CHECK(request.with_temperature(0.7).body() == expect("0.20", "0.7"));
    CHECK(request.with_message_text(1, "why?").body() == expect(R"("\u00bfQu\u00e9?")", R"("why?")"));
    CHECK(request.body() == odd);
}

TEST_CASE("an output cap is set in the member that the request uses, and only there") {
    auto const both = Request::parse(odd).with_max_tokens(7);
    CHECK_FALSE(both.member("max_tokens"));
    CHECK(both.member("max_completion_tokens") == "7");
    auto const newer =
        Request::parse(
            R"({"model":"m","messages":[{"role":"user","content":"a"}],"max_completion_tokens":9})")
            .with_max_tokens(7);
    CHECK(newer.max_tokens() == Tokens{7});
    CHECK_FALSE(newer.member("max_tokens"));
}

TEST_CASE("messages are replaced, or chosen with their own bytes") {
    auto const request = Request::parse(odd);
    std::vector<std::size_t> const last{1};
    CHECK(request.with_messages_at(last).member("messages") ==
          R"([{"content":"\u00bfQu\u00e9?","role":"user"}])");
    std::vector<Message> const other{{"user", "b"}};
    CHECK(request.with_messages(other).member("messages") == R"([{"role":"user","content":"b"}])");
    std::vector<std::size_t> const beyond{2};
    CHECK_THROWS_AS(request.with_messages_at(beyond), std::out_of_range);
    CHECK_THROWS_AS(request.with_message_text(2, ""), std::out_of_range);
}

TEST_CASE("a copy stays whole when the first request is gone") {
    std::vector<Request> kept;
    {
        auto const request = Request::chat("m", {{"user", "a"}});
        kept.push_back(request);
    }
    CHECK(kept[0].messages()[0].content == "a");
}

TEST_CASE("malformed requests are rejected with the position of the error") {
    CHECK_THROWS_AS(Request::parse("not JSON"), MalformedJson);
    CHECK_THROWS_AS(Request::parse(""), MalformedJson);
    CHECK_THROWS_AS(Request::parse("[]"), MalformedRequest);
    CHECK_THROWS_WITH(Request::parse(R"({"messages":[{"role":"user","content":"a"}]})"),
                      ContainsSubstring("must have a model"));
    CHECK_THROWS_WITH(Request::parse("{}"), ContainsSubstring("in the format of a known API"));
    CHECK_THROWS_WITH(Request::parse(R"({"model":"m"})"), ContainsSubstring("must have messages"));
    CHECK_THROWS_WITH(Request::chat("m", {}), ContainsSubstring("must have messages"));
    CHECK_THROWS_WITH(Request::parse(R"({"model":"m","model":"m"})"), ContainsSubstring("duplicate member"));
    for (std::string const member : {R"("n":0)", R"("n":1.5)", R"("max_tokens":-1)", R"("temperature":"hot")",
                                     R"("temperature":1e999)", R"("stream":1)", R"("tools":{})"}) {
        auto const text = R"({"model":"m","messages":[{"role":"user","content":"a"}],)" + member + "}";
        INFO(text);
        CHECK_THROWS_AS(Request::parse(text), MalformedRequest);
    }
    try {
        static_cast<void>(Request::parse(R"({"model":5})"));
        FAIL("accepted");
    } catch (MalformedRequest const& refusal) {
        CHECK(refusal.position() == 9);
    }
}

TEST_CASE("an edit with text that is not one JSON value is refused") {
    auto const request = Request::chat("m", {{"user", "a"}});
    CHECK_THROWS_AS(request.with_member("seed", R"(1,"user":"x")"), MalformedJson);
    CHECK_THROWS_AS(request.with_member("seed", ""), MalformedJson);
    CHECK_THROWS_AS(request.with_temperature(std::nan("")), std::invalid_argument);
}
