// SPDX-License-Identifier: MIT
#include <centavo/tokens/chat_rules.hpp>

#include <centavo/data/counter_for.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace centavo;

namespace {

ChatCount count(std::string const& body) {
    Request const request = Request::parse(body);
    return count_request(request, counter_for(Encoding::o200k_base));
}

}  // namespace

TEST_CASE("the cookbook's example is counted as the provider bills it", "[tokens][chat_rules]") {
    // OpenAI's cookbook, "How to count tokens with tiktoken": 129 prompt tokens on gpt-4 and gpt-3.5-turbo,
    // 124 on gpt-4o.
    std::string const messages = R"("messages":[
        {"role":"system","content":"You are a helpful, pattern-following assistant that translates corporate jargon into plain English."},
        {"role":"system","name":"example_user","content":"New synergies will help drive top-line growth."},
        {"role":"system","name":"example_assistant","content":"Things working well together will increase revenue."},
        {"role":"system","name":"example_user","content":"Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage."},
        {"role":"system","name":"example_assistant","content":"Let's talk later when we're less busy about how to do better."},
        {"role":"user","content":"This late pivot means we don't have time to boil the ocean for the client deliverable."}]})";
    ChatCount const counted = count(R"({"model":"gpt-4o",)" + messages);
    CHECK(counted.tokens == 124);
    CHECK(counted.exact);
    Request const older = Request::parse(R"({"model":"gpt-4-0613",)" + messages);
    CHECK(count_request(older, counter_for(Encoding::cl100k_base)).tokens == 129);
}

TEST_CASE("whatever was not measured says so", "[tokens][chat_rules]") {
    std::string const messages = R"("messages":[{"role":"user","content":"hello world"}])";
    CHECK(count(R"({"model":"gpt-4o",)" + messages + "}").exact);
    CHECK(count(R"({"model":"gpt-4o",)" + messages + "}").tokens == 9);
    CHECK(count(R"({"model":"gpt-5-mini",)" + messages + "}").tokens == 8);
    CHECK_FALSE(count(R"({"model":"gpt-5-mini",)" + messages + "}").exact);
    CHECK_FALSE(count(R"({"model":"gpt-4ops",)" + messages + "}").exact);
    CHECK_FALSE(count(R"({"model":"gpt-4o",)" + messages + R"(,"tools":[{"type":"function","function":{"name":"f"}}]})").exact);
    CHECK_FALSE(count(R"({"model":"gpt-4o",)" + messages + R"(,"response_format":{"type":"json_object"}})").exact);
    CHECK_FALSE(count(R"({"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"image_url"}]}]})").exact);
    CHECK_FALSE(count_request(Request::parse(R"({"model":"gpt-4o",)" + messages + "}"), Counter::upper_bound()).exact);
}

TEST_CASE("calls and their results are counted as messages", "[tokens][chat_rules]") {
    ChatCount const counted = count(R"({"model":"gpt-4o","messages":[
        {"role":"user","content":"hello world"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"look","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"1","content":"hello"}]})");
    CHECK(counted.tokens == 3 + (3 + 1 + 2) + (3 + 1 + 3 + 1 + 1) + (3 + 1 + 1 + 1 + 1));
    CHECK_FALSE(counted.exact);
}

TEST_CASE("tools are shown as TypeScript", "[tokens][tool_rendering]") {
    Tool const tool{"get_weather", " Weather of a city. ", R"({"type":"object","properties":{
        "city":{"type":"string","description":"Its name"},
        "unit":{"type":"string","enum":["c","f"]},
        "days":{"type":"integer"},
        "near":{"type":"object","properties":{"lat":{"type":"number"}},"required":["lat"]},
        "tags":{"type":"array","items":{"type":"string"}}},
        "required":["city"]})"};
    CHECK(render_tools({&tool, 1}) == "namespace functions {\n\n"
                                      "// Weather of a city.\n"
                                      "type get_weather = (_: {\n"
                                      "// Its name\n"
                                      "city: string,\n"
                                      "unit?: \"c\" | \"f\",\n"
                                      "days?: number,\n"
                                      "near?: {\n"
                                      "  lat: number,\n"
                                      "},\n"
                                      "tags?: string[],\n"
                                      "}) => any;\n\n"
                                      "} // namespace functions");
    Tool const bare{"ping", "", ""};
    CHECK(render_tools({&bare, 1}) == "namespace functions {\n\ntype ping = () => any;\n\n} // namespace functions");
    Tool const broken{"ping", "", "{"};
    CHECK_THROWS_AS(render_tools({&broken, 1}), MalformedJson);
}
