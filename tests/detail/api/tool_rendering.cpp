// SPDX-License-Identifier: MIT
#include <centavo/api/detail/tool_rendering.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

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
