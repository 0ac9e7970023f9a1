// SPDX-License-Identifier: MIT
#include <centavo/api/request_tokens.hpp>

#include <centavo/builtin/counters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

InputCount count(std::string const& body) {
    Request const request = Request::parse(body);
    return count_request(request, counter_for(Encoding::o200k_base));
}

CallShape shape(std::string const& model, std::string const& content, Counter const& counter) {
    return shape_of(Request::parse(R"({"model":")" + model + R"(","messages":[{"role":"user","content":)" +
                                   content + R"(}],"n":2})"),
                    counter, 700);
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
    InputCount const counted = count(R"({"model":"gpt-4o",)" + messages);
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
    InputCount const counted =
        asked("gpt-4o", R"({"type":"image_url","image_url":{"url":")" + url + R"("}})");
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
    InputCount const heard =
        asked(R"({"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}})");
    CHECK(heard.images == 0);
    CHECK(heard.tokens == 3 + 1 + 3 + 32);  // and a second of sound
    CHECK_FALSE(heard.exact);
    CHECK_FALSE(asked(R"({"type":"file","file":{"file_id":"file-1"}})").exact);
}

TEST_CASE("a schema for the response counts in either place, functions in either shape",
          "[tokens][chat_rules]") {
    auto const asked = [](std::string const& members) {
        return count(R"({"model":"gpt-4o","messages":[{"role":"user","content":"hello world"}],)" + members +
                     "}");
    };
    std::string const schema = R"({"type": "object", "properties": {"city": {"type": "string"}}})";
    InputCount const chat = asked(
        R"("response_format":{"type":"json_schema","json_schema":{"name":"a","schema":)" + schema + "}}");
    InputCount const responses = count(
        R"({"model":"gpt-4o","input":"hello world","text":{"format":{"type":"json_schema","name":"a","schema":)" +
        schema + "}}}");
    CHECK(chat.tokens > 9);
    CHECK(responses.tokens == chat.tokens);
    CHECK_FALSE(responses.exact);
    InputCount const nested =
        asked(R"("tools":[{"type":"function","function":{"name":"look","parameters":)" + schema + "}}]");
    CHECK(nested.tokens > 9);
    CHECK(asked(R"("tools":[{"type":"function","name":"look","parameters":)" + schema + "}]").tokens ==
          nested.tokens);
}

TEST_CASE("calls and their results are counted as messages", "[tokens][chat_rules]") {
    InputCount const counted = count(R"({"model":"gpt-4o","messages":[
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

TEST_CASE("a request of text is quoted at its exact tokens, or at its bytes", "[pricing][request_shape]") {
    Counter const exact = counter_for(Encoding::o200k_base);
    CHECK(shape("gpt-4o", R"("hello world")", exact).input == 9);
    std::string const body =
        R"({"model":"gpt-4o","messages":[{"role":"user","content":"hello world"}],"n":2})";
    CHECK(shape("gpt-4o", R"("hello world")", Counter::upper_bound()).input == body.size());
    CHECK(shape("gpt-4o", R"("hello world")", exact).choices == 2);
    CHECK(shape("gpt-4o", R"("hello world")", exact).max_output == 16'384);
    CHECK(shape("an-unknown-model", R"("hello world")", exact).max_output == 700);
}

TEST_CASE("an image is quoted at its tokens, not at the bytes of its data", "[pricing][request_shape]") {
    Counter const counter = counter_for(Encoding::o200k_base);
    auto const image = [](std::string const& url) {
        return R"([{"type":"image_url","image_url":{"url":")" + url + R"("}}])";
    };
    // The header of a PNG of 1024 x 1536, 1105 tokens of gpt-4o, and a megabyte of pixels.
    std::string const url =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAABAAAAAYACAYA" + std::string(1'000'000, 'A');
    std::size_t const around =
        (R"({"model":"gpt-4o","messages":[{"role":"user","content":)" + image("") + R"(}],"n":2})").size();
    CHECK(shape("gpt-4o", image(url), counter).input == around + 1'105);
    CHECK(shape("gpt-4o", image("https://example.com/a.png"), counter).input == around + 1'445);
    // What cannot be read as an image stays bounded by its bytes.
    std::string const file = R"([{"type":"file","file":{"file_data":")" + url + R"("}}])";
    CHECK(shape("gpt-4o", file, counter).input > Tokens{url.size()});
}

TEST_CASE("a request in the responses format is counted as the same chat", "[tokens][chat_rules]") {
    InputCount const chat = count(
        R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hello world"}]})");
    InputCount const responses =
        count(R"({"model":"gpt-4o","instructions":"Be brief.","input":"hello world"})");
    CHECK(responses.tokens == chat.tokens);
    CHECK_FALSE(responses.exact);
    CHECK(chat.exact);
    CHECK(chat.worst_case == chat.tokens);
    CHECK(chat.error == 0);
}

TEST_CASE("families without a public vocabulary are billed a hidden prompt for functions",
          "[tokens][hidden_prompt]") {
    std::string const messages = R"("messages":[{"role":"user","content":"hello world"}])";
    std::string const tool =
        R"(,"tools":[{"name":"look","description":"Looks","input_schema":{"type":"object"}}])";
    std::string const claude = R"({"model":"claude-sonnet-4-5","max_tokens":100,)";
    InputCount const plain = count(claude + messages + "}");
    InputCount const tools = count(claude + messages + tool + "}");
    InputCount const forced = count(claude + messages + tool + R"(,"tool_choice":{"type":"any"}})");
    CHECK_FALSE(plain.exact);
    CHECK(plain.error > 0);
    // Anthropic's documentation of tool use states 346 tokens for the prompt alone; recorded bills show 500.
    CHECK(tools.tokens > plain.tokens + 346);
    CHECK(tools.tokens < plain.tokens + 600);
    CHECK(forced.tokens == tools.tokens + 100);
    // A recorded request of 228 bytes with a tool that the model knows by its type was billed 1,577 tokens.
    InputCount const memory =
        count(claude + messages + R"(,"tools":[{"type":"memory_20250818","name":"memory"}]})");
    CHECK(memory.worst_case > 1'577);
    for (InputCount const& each : {plain, tools, forced, memory}) {
        CHECK(each.worst_case >= each.tokens);
    }
}

TEST_CASE("the worst case covers the bytes of every format, and the expected input is below it",
          "[tokens][hidden_prompt]") {
    struct Case {
        std::string body;
        std::string endpoint;
    };
    for (
        Case const& each : std::vector<Case>{
            {R"({"contents":[{"role":"user","parts":[{"text":"hello world"}]}],"tools":[{"functionDeclarations":[{"name":"look"}]}]})",
             "/v1beta/models/gemini-2.5-flash:generateContent"},
            {R"({"messages":[{"role":"user","content":[{"text":"hello world"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"look"}}]}})",
             "/model/us.amazon.nova-2-lite-v1%3A0/converse"},
            {R"({"model":"command-a-03-2025","messages":[{"role":"user","content":"hello world"}]})",
             "/v2/chat"},
            {R"({"model":"gpt-4.1","input":"hello world","previous_response_id":"r"})", "/v1/responses"}}) {
        INFO(each.body);
        Request const request = Request::parse(each.body, each.endpoint);
        InputCount const counted = count_request(request, counter_for(Encoding::o200k_base));
        CHECK_FALSE(counted.exact);
        CHECK(counted.worst_case >= Tokens{each.body.size()});
        CHECK(counted.tokens > 0);
        CHECK(counted.tokens <= counted.worst_case);
        CallShape const expected =
            shape_of(request, counter_for(Encoding::o200k_base), 1'024, InputReservation::expected);
        CHECK(expected.input >= counted.tokens);
        CHECK(expected.input <= counted.worst_case);
    }
}

TEST_CASE("embeddings of text are exact by a public vocabulary and have no output", "[tokens][embeddings]") {
    Counter const counter = counter_for(Encoding::cl100k_base);
    Request const texts =
        Request::parse(R"({"model":"text-embedding-3-small","input":["hello world","hello"]})");
    CHECK(count_request(texts, counter).tokens == 3);
    CHECK(count_request(texts, counter).exact);
    CHECK(shape_of(texts, counter, 1'024).max_output == 0);
    Request const ids = Request::parse(R"({"model":"text-embedding-3-small","input":[[1,2,3],[4]]})");
    CHECK(count_request(ids, counter).tokens == 4);
    Request const voyage =
        Request::parse(R"({"model":"voyage-3.5","input":["hello world"]})", "/v1/embeddings");
    CHECK_FALSE(count_request(voyage, counter).exact);
}

TEST_CASE("a request is counted once for each counter, and its copies share the count", "[tokens]") {
    int counted = 0;
    Counter const counter = Counter::exactly([&counted](std::string_view text) {
        ++counted;
        return Tokens{text.size()};
    });
    Request const request = Request::chat("gpt-4o", "hello world");
    Request const copy = request;
    InputCount const first = count_request(request, counter);
    int const needed = counted;
    CHECK(count_request(copy, counter).tokens == first.tokens);
    CHECK(counted == needed);
    CHECK(count_request(request, Counter::exactly([](std::string_view) { return Tokens{1}; })).tokens !=
          first.tokens);
    CHECK(count_request(request.with_model("gpt-4o-mini"), counter).tokens == first.tokens);
}

TEST_CASE("the time to count grows linearly with messages and calls", "[tokens][growth]") {
    // What is counted is a measure of the time that does not depend on the machine.
    auto const bytes_counted = [](int turns) {
        std::string body = R"({"model":"gpt-4o","messages":[{"role":"user","content":"begin"})";
        for (int i = 0; i < turns; ++i) {
            std::string const id = std::to_string(i);
            body +=
                R"(,{"role":"assistant","content":null,"tool_calls":[{"id":"c)" + id +
                R"(","type":"function","function":{"name":"look","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c)" +
                id + R"(","content":"a result of some words"})";
        }
        std::size_t bytes = 0;
        Counter const counter = Counter::exactly([&bytes](std::string_view text) {
            bytes += text.size();
            return Tokens{text.size()};
        });
        static_cast<void>(count_request(Request::parse(body + "]}"), counter));
        return bytes;
    };
    for (int const turns : {100, 400}) {
        CHECK(bytes_counted(4 * turns) < 5 * bytes_counted(turns));
    }
}
