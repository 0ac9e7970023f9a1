// SPDX-License-Identifier: MIT
#include <centavo/api/request_tokens.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

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
    CHECK_FALSE(count(R"({"model":"gpt-4o",)" + messages +
                      R"(,"tools":[{"type":"function","function":{"name":"f"}}]})")
                    .exact);
    CHECK_FALSE(
        count(R"({"model":"gpt-4o",)" + messages + R"(,"response_format":{"type":"json_object"}})").exact);
    CHECK_FALSE(
        count(R"({"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"image_url"}]}]})").exact);
    CHECK_FALSE(
        count(R"({"model":"gpt-4o","messages":[{"role":"user","content":[{"text":"a","image_url":"b"}]}]})")
            .exact);
    CHECK_FALSE(
        count(
            R"({"model":"gpt-4o","messages":[{"role":"assistant","content":null,"function_call":{"name":"f"}}]})")
            .exact);
    CHECK_FALSE(
        count_request(Request::parse(R"({"model":"gpt-4o",)" + messages + "}"), Counter::upper_bound())
            .exact);
}

TEST_CASE("images count beside the text, by the model's rule", "[tokens][chat_rules]") {
    // The header of a PNG of 1024 x 1536. Billed for such a request: 1119, of which 14 for the text.
    std::string const url = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAABAAAAAYACAYAAAA=";
    auto const asked = [](std::string const& model, std::string const& image) {
        return count(R"({"model":")" + model + R"(","messages":[{"role":"user","content":[
            {"type":"text","text":"What fruit is in the image?"},)" +
                     image + "]}]}");
    };
    ChatCount const counted = asked("gpt-4o", R"({"type":"image_url","image_url":{"url":")" + url + R"("}})");
    CHECK(counted.tokens == 1'119);
    CHECK(counted.images == 1'105);
    CHECK_FALSE(counted.exact);
    CHECK(asked("gpt-4o", R"({"type":"image_url","image_url":{"detail":"low","url":")" + url + R"("}})")
              .images == 85);
    CHECK(asked("gpt-4o", R"({"type":"input_image","image_url":")" + url + R"("})").images == 1'105);
    CHECK(asked("gpt-4o-mini", R"({"type":"input_image","image_url":")" + url + R"("})").images ==
          2'833 + 6 * 5'667);
    CHECK(asked("claude-sonnet-4-5",
                R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":")" +
                    url.substr(url.find(',') + 1) + R"("}})")
              .images == 32 * 48);
}

TEST_CASE("an image that is only named counts the most it can, and a recording is not exact",
          "[tokens][chat_rules]") {
    auto const asked = [](std::string const& parts) {
        return count(R"({"model":"gpt-4o","messages":[{"role":"user","content":[)" + parts + "]}]}");
    };
    std::string const named = R"({"type":"image_url","image_url":{"url":"https://example.com/a.png"}})";
    CHECK(asked(named).images == 1'445);
    CHECK(asked(named + "," + named).images == 2 * 1'445);
    CHECK_FALSE(asked(named).exact);
    ChatCount const heard =
        asked(R"({"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}})");
    CHECK(heard.images == 0);
    CHECK(heard.tokens == 3 + 1 + 3);
    CHECK_FALSE(heard.exact);
    CHECK_FALSE(asked(R"({"type":"file","file":{"file_id":"file-1"}})").exact);
}

TEST_CASE("a schema for the answer counts in either place, functions in either shape",
          "[tokens][chat_rules]") {
    auto const asked = [](std::string const& members) {
        return count(R"({"model":"gpt-4o","messages":[{"role":"user","content":"hello world"}],)" + members +
                     "}");
    };
    std::string const schema = R"({"type": "object", "properties": {"city": {"type": "string"}}})";
    ChatCount const chat = asked(
        R"("response_format":{"type":"json_schema","json_schema":{"name":"a","schema":)" + schema + "}}");
    ChatCount const responses =
        asked(R"("text":{"format":{"type":"json_schema","name":"a","schema":)" + schema + "}}");
    CHECK(chat.tokens > 9);
    CHECK(responses.tokens == chat.tokens);
    CHECK_FALSE(responses.exact);
    ChatCount const nested =
        asked(R"("tools":[{"type":"function","function":{"name":"look","parameters":)" + schema + "}}]");
    CHECK(nested.tokens > 9);
    CHECK(asked(R"("tools":[{"type":"function","name":"look","parameters":)" + schema + "}]").tokens ==
          nested.tokens);
}

TEST_CASE("calls and their results are counted as messages", "[tokens][chat_rules]") {
    ChatCount const counted = count(R"({"model":"gpt-4o","messages":[
        {"role":"user","content":"hello world"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"look","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"1","content":"hello"}]})");
    CHECK(counted.tokens ==
          3 + (3 + 1 + 2) + (3 + 1 + 3 + 1 + 1) + (3 + 1 + 1 + 1 + 2));  // functions.look: 2
    CHECK_FALSE(counted.exact);
}

TEST_CASE("models of the harmony format are billed 80 more for functions, 6 more a call, none for a choice",
          "[tokens][chat_rules]") {
    auto const asked = [](std::string const& model, std::string const& messages, std::string const& members) {
        return count(R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hello world"})" +
                     messages + R"(],"tools":[{"type":"function","function":{"name":"look"}}])" + members +
                     "}")
            .tokens.value();
    };
    auto const more = [&](std::string const& messages, std::string const& members) {
        return asked("gpt-5-mini", messages, members) - asked("gpt-4o", messages, members);
    };
    std::string const call = R"(,{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function",
        "function":{"name":"look","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"hello"})";
    CHECK(more("", "") == 80);
    CHECK(more(call, "") == 80 + 6);
    CHECK(more(call + call, "") == 80 + 2 * 6);
    for (std::string const choice :
         {R"("none")", R"("required")", R"("auto")", R"({"type":"function","function":{"name":"look"}})"}) {
        CHECK(asked("gpt-5-mini", "", R"(,"tool_choice":)" + choice) == asked("gpt-5-mini", "", ""));
    }
    CHECK(more("", R"(,"tool_choice":"none")") == 80 - 1);
    CHECK(more("", R"(,"tool_choice":"required")") == 80 + 1);
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
                                      "near?: {lat: number},\n"
                                      "tags?: string[],\n"
                                      "}) => any;\n\n"
                                      "} // namespace functions");
    Tool const bare{"ping", "", ""};
    CHECK(render_tools({&bare, 1}) ==
          "namespace functions {\n\ntype ping = () => any;\n\n} // namespace functions");
    Tool const broken{"ping", "", "{"};
    CHECK_THROWS_AS(render_tools({&broken, 1}), MalformedJson);
}

TEST_CASE("a function is shown as in OpenAI's guide to the harmony format", "[tokens][tool_rendering]") {
    std::vector<Tool> const tools{{"get_location", "Gets the location of the user.", ""},
                                  {"get_current_weather",
                                   "Gets the current weather in the provided location.",
                                   R"({"type":"object","properties":{
            "location":{"type":"string","description":"The city and state, e.g. San Francisco, CA"},
            "format":{"type":"string","enum":["celsius","fahrenheit"],"default":"celsius"}},
            "required":["location"]})"}};
    CHECK(render_tools(tools, ToolLayout::lines) ==
          "namespace functions {\n\n"
          "// Gets the location of the user.\n"
          "type get_location = () => any;\n\n"
          "// Gets the current weather in the provided location.\n"
          "type get_current_weather = (_: {\n"
          "// The city and state, e.g. San Francisco, CA\n"
          "location: string,\n"
          "format?: \"celsius\" | \"fahrenheit\", // default: celsius\n"
          "}) => any;\n\n"
          "} // namespace functions");
}

TEST_CASE("parameters without comments stand in one line for the models before", "[tokens][tool_rendering]") {
    Tool const tool{"move", "", R"({"type":"object","required":["to"],"properties":{"to":{"type":"object",
        "properties":{"x":{"type":"number"},"y":{"type":"number"}},"required":["x"]},
        "how":{"anyOf":[{"type":"string"},{"type":"null"}]}}})"};
    std::string const begin = "namespace functions {\n\ntype move = (_: ";
    std::string const end = ") => any;\n\n} // namespace functions";
    CHECK(render_tools({&tool, 1}) == begin + "{to: {x: number, y?: number}, how?: string | null}" + end);
    CHECK(render_tools({&tool, 1}, ToolLayout::lines) ==
          begin + "{\nto: {\n  x: number,\n  y?: number,\n},\nhow?: string | null,\n}" + end);
    Tool const with_default{"move", "",
                            R"({"type":"object","properties":{"x":{"type":"number","default":0}}})"};
    CHECK(render_tools({&with_default, 1}) == begin + "{\nx?: number, // default: 0\n}" + end);
}

TEST_CASE("a description's lines lose the white space around them", "[tokens][tool_rendering]") {
    Tool const tool{"find", "Finds a page.\n\n    Args:\n        name: Its name\n    ", ""};
    CHECK(render_tools({&tool, 1}) == "namespace functions {\n\n"
                                      "// Finds a page.\n\nArgs:\nname: Its name\n"
                                      "type find = () => any;\n\n} // namespace functions");
    CHECK(render_tools({&tool, 1}, ToolLayout::lines) ==
          "namespace functions {\n\n"
          "// Finds a page.\n// \n// Args:\n// name: Its name\n"
          "type find = () => any;\n\n} // namespace functions");
}

TEST_CASE("what a schema refers to is shown in its place", "[tokens][tool_rendering]") {
    auto const shown = [](std::string const& type, std::string const& definitions) {
        Tool const tool{
            "f", "", R"({"type":"object","properties":{"a":)" + type + R"(},"$defs":)" + definitions + "}"};
        std::string const text = render_tools({&tool, 1});
        std::size_t const begin = text.find("a?: ") + 4;
        return text.substr(begin, text.find("}) => any") - begin);
    };
    std::string const pair = R"({"Pair":{"type":"object","properties":{"x":{"type":"string"}}}})";
    CHECK(shown(R"({"$ref":"#/$defs/Pair"})", pair) == "{x?: string}");
    CHECK(shown(R"({"type":"array","items":{"$ref":"#/$defs/Pair"}})", pair) == "{x?: string}[]");
    CHECK(shown(R"({"$ref":"#/$defs/Other"})", pair) == "any");
    CHECK(shown(R"({"$ref":"https://example.com/schema"})", pair) == "any");
    CHECK(shown(R"({"$ref":7})", pair) == "any");
}

TEST_CASE("a schema that refers to itself comes to an end", "[tokens][tool_rendering]") {
    Tool const tree{"f", "", R"({"type":"object","properties":{"a":{"$ref":"#/$defs/T"}},
        "$defs":{"T":{"type":"object","properties":{"next":{"$ref":"#/$defs/T"}}}}})"};
    std::string const text = render_tools({&tree, 1});
    CHECK(text.find("next?: {next?: ") != text.npos);
    CHECK(text.size() < 400);
    // Ten references within each of ten: a thousand million, were they all followed.
    std::string ten;
    for (int i = 0; i < 10; ++i) {
        ten += R"(,{"$ref":"#/$defs/T"})";
    }
    Tool const broad{"f", "",
                     R"({"type":"object","properties":{"a":{"$ref":"#/$defs/T"}},"$defs":{"T":{"anyOf":[)" +
                         ten.substr(1) + "]}}}"};
    CHECK(render_tools({&broad, 1}).size() < 30'000);
    Tool const loop{"f", "", R"({"type":"object","properties":{"a":{"$ref":"#/properties/a"}}})"};
    CHECK(render_tools({&loop, 1}).find("a?: any") != std::string::npos);
}
