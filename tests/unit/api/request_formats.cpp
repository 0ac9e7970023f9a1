// SPDX-License-Identifier: MIT
#include <centavo/api/request.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;
using Catch::Matchers::ContainsSubstring;

namespace {

struct Sample {
    std::string name;
    ApiFormat format;
    std::string endpoint;
    std::string model;
    std::string cap;  ///< the member in which the cap stands
    std::string body;
};

std::vector<Sample> const& samples() {
    static std::vector<Sample> const all{
        {"chat", ApiFormat::openai_chat, "/v1/chat/completions", "gpt-4o", "max_tokens",
         R"({ "model" : "gpt-4o","max_tokens" : 90, "x":[1.0,1e2],
  "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"H\u00ed"},
  {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}], "temperature" : 0.20 })"},
        {"Azure", ApiFormat::openai_chat,
         "/openai/deployments/gpt-4o/chat/completions?api-version=2024-12-01", "gpt-4o",
         "max_completion_tokens",
         R"({"messages":[{"role":"user","content":"a"}], "max_completion_tokens": 9, "temperature":1})"},
        {"responses", ApiFormat::openai_responses, "/v1/responses", "gpt-4.1", "max_output_tokens",
         R"({"model":"gpt-4.1","instructions":"Be brief.","max_output_tokens": 90 ,"input":[
  {"role":"user","content":[{"type":"input_text","text":"Why?"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
  {"type":"function_call_output","call_id":"c","output":"3"}],"temperature":0 , "tools":[{"type":"function","name":"f"}]})"},
        {"messages", ApiFormat::anthropic_messages, "/v1/messages?beta=true", "claude-sonnet-4-5",
         "max_tokens",
         R"({"model":"claude-sonnet-4-5", "max_tokens": 900,"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
  "messages":[{"role":"user","content":[{"type":"text","text":"Why?"}]},{"role":"assistant","content":[
  {"type":"tool_use","id":"t","name":"f","input":{"a": 1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"3"}]}],
  "tools":[{"name":"f","description":"F","input_schema":{"type":"object"}}],"temperature":0.5 })"},
        {"InvokeModel", ApiFormat::anthropic_messages,
         "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke",
         "us.anthropic.claude-haiku-4-5-20251001-v1:0", "max_tokens",
         R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":900,"messages":[{"role":"user","content":"a"}]})"},
        {"Gemini", ApiFormat::gemini, "/v1beta/models/gemini-2.5-flash:generateContent", "gemini-2.5-flash",
         "generationConfig",
         R"({"contents":[{"role":"user","parts":[{"text":"Why?"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]},
  {"role":"model","parts":[{"functionCall":{"name":"f","args":{"a": 1}}}]}], "generationConfig": {"maxOutputTokens" : 900, "temperature": 0.5},
  "systemInstruction":{"parts":[{"text":"Be brief."}]},"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT"}}]}]})"},
        {"Gemini in snake case", ApiFormat::gemini,
         "/v1/projects/p/locations/global/publishers/google/models/gemini-2.5-pro:generateContent",
         "gemini-2.5-pro", "generation_config",
         R"({"contents":[{"parts":[{"text":"Why?"}]}],"generation_config":{"max_output_tokens":900},
  "system_instruction":{"parts":[{"text":"Be brief."}]}})"},
        {"Converse", ApiFormat::bedrock_converse, "/model/us.amazon.nova-lite-v1%3A0/converse",
         "us.amazon.nova-lite-v1:0", "inferenceConfig",
         R"({"messages":[{"role":"user","content":[{"text":"Why?"}]}],"system":[{"text":"Be brief."}],
  "inferenceConfig":{"temperature":0, "maxTokens" : 900},"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]}})"},
        {"Cohere", ApiFormat::cohere, "/v2/chat", "command-a-03-2025", "max_tokens",
         R"({"model":"command-a-03-2025","messages":[{"role":"user","content":"Why?"}],"max_tokens":900,"temperature":0.3})"},
    };
    return all;
}

Request parse(Sample const& sample) { return Request::parse(sample.body, sample.endpoint); }

/// Whether `edited` is the request with another value of one top-level member, every other byte the same.
bool changes_only(Request const& request, std::string_view name, Request const& edited) {
    auto const before = request.member(name);
    auto const after = edited.member(name);
    if (!before || !after) {
        return false;
    }
    auto const at = static_cast<std::size_t>(before->data() - request.body().data());
    std::string expected = request.body();
    return expected.replace(at, before->size(), *after) == edited.body();
}

}  // namespace

TEST_CASE("a request of any format keeps its bytes, its format and its model", "[request][formats]") {
    for (Sample const& sample : samples()) {
        INFO(sample.name);
        Request const request = parse(sample);
        CHECK(request.body() == sample.body);
        CHECK(request.endpoint() == sample.endpoint);
        CHECK(request.format() == sample.format);
        CHECK(request.model() == ModelId{sample.model});
        CHECK_FALSE(request.stream());
        CHECK_FALSE(request.messages().empty());
        CHECK(request.outside_context().empty());
    }
}

TEST_CASE("a request is recognized by its members alone", "[request][formats]") {
    for (Sample const& sample : samples()) {
        INFO(sample.name);
        std::string body = sample.body;
        if (!parse(sample).member("model")) {
            body.insert(body.find('{') + 1, R"("model":")" + sample.model + "\",");
        }
        CHECK(Request::parse(body).format() == sample.format);
    }
    CHECK(Request::parse(R"({"model":"gpt-4.1","input":"Why?"})").format() == ApiFormat::openai_responses);
    CHECK(
        Request::parse(
            R"({"model":"anthropic/claude-sonnet-4.5","messages":[{"role":"user","content":"a"}],"max_tokens":9})")
            .format() == ApiFormat::openai_chat);
    CHECK(
        Request::parse(
            R"({"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"function","function":{"name":"f"}}]})")
            .format() == ApiFormat::openai_chat);
    CHECK(Request::parse(R"({"model":"m","messages":[{"role":"user","content":"a"}]})", ApiFormat::cohere)
              .format() == ApiFormat::cohere);
}

TEST_CASE("an edit of any format changes one member alone", "[request][formats]") {
    for (Sample const& sample : samples()) {
        INFO(sample.name);
        Request const request = parse(sample);
        Request const capped = request.with_max_tokens(64);
        CHECK(changes_only(request, sample.cap, capped));
        CHECK(capped.max_tokens() == Tokens{64});
        if (request.temperature()) {
            Request const hot = request.with_temperature(0.7);
            CHECK(hot.temperature() == 0.7);
            CHECK(hot.body().size() + 8 >= request.body().size());
        }
        Request const other = request.with_model("gpt-4.1-mini");
        CHECK(other.model() == ModelId{"gpt-4.1-mini"});
        CHECK((request.member("model") ? changes_only(request, "model", other)
                                       : other.body() == request.body()));
        for (std::size_t i = 0; i < request.messages().size(); ++i) {
            if (request.messages()[i].content.empty()) {
                CHECK_THROWS_AS(request.with_message_text(i, "x"), std::invalid_argument);
                continue;
            }
            Request const shorter = request.with_message_text(i, "a \"b\"");
            CHECK(shorter.messages()[i].content == "a \"b\"");
            CHECK(shorter.messages().size() == request.messages().size());
            CHECK(shorter.messages()[i].images == request.messages()[i].images);
            std::string_view const talk = sample.format == ApiFormat::gemini             ? "contents"
                                          : sample.format == ApiFormat::openai_responses ? "input"
                                                                                         : "messages";
            CHECK(changes_only(request, talk, shorter));
        }
        CHECK(request.body() == sample.body);
    }
}

TEST_CASE("an edit of one member leaves the offsets of the messages right", "[request][formats]") {
    for (Sample const& sample : samples()) {
        INFO(sample.name);
        Request const request = parse(sample).with_model("a-much-longer-name-of-a-model").with_max_tokens(77);
        Request const edited = request.with_message_text(0, "new");
        CHECK(edited.messages()[0].content == "new");
        CHECK(Request::parse(edited.body(), sample.format, edited.endpoint()).body() == edited.body());
    }
}

TEST_CASE("a request without a cap gets one in the member that its model takes", "[request][caps]") {
    auto const chat = [](std::string const& model, std::string_view provider) {
        Request const capped = Request::chat(model, "Why?").with_max_tokens(50, provider);
        REQUIRE(capped.max_tokens() == Tokens{50});
        REQUIRE_FALSE((capped.member("max_tokens") && capped.member("max_completion_tokens")));
        return capped.member("max_tokens") ? std::string{"max_tokens"} : std::string{"max_completion_tokens"};
    };
    // OpenAI refuses max_tokens for its reasoning models: "use 'max_completion_tokens' instead".
    for (std::string const model : {"gpt-5", "gpt-5-mini", "gpt-5.4", "o1", "o3-mini", "o4-mini"}) {
        INFO(model);
        CHECK(chat(model, "openai") == "max_completion_tokens");
        CHECK(chat(model, "azure") == "max_completion_tokens");
        CHECK(chat(model, "") == "max_completion_tokens");
        CHECK(chat(model, "openrouter") == "max_tokens");
    }
    CHECK(chat("gpt-4o", "openai") == "max_completion_tokens");
    for (std::string const provider : {"mistral", "deepseek", "zai", "groq", "huggingface_together", ""}) {
        INFO(provider);
        CHECK(chat("gpt-4o", provider) == "max_tokens");
    }
    CHECK(Request::parse(R"({"model":"gpt-5","messages":[{"role":"user","content":"a"}],"max_tokens":9})")
              .with_max_tokens(7, "openai")
              .body() ==
          R"({"model":"gpt-5","messages":[{"role":"user","content":"a"}],"max_completion_tokens":7})");
    CHECK(Request::parse(R"({"contents":[{"parts":[{"text":"a"}]}]})",
                         "/v1beta/models/gemini-2.5-pro:generateContent")
              .with_max_tokens(7)
              .body() ==
          R"({"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"maxOutputTokens":7}})");
    CHECK(Request::parse(R"({"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{}})",
                         "/model/amazon.nova-pro-v1%3A0/converse")
              .with_max_tokens(7)
              .body() ==
          R"({"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"maxTokens":7}})");
    CHECK_THROWS_AS(Request::parse(R"({"model":"text-embedding-3-small","input":"a"})").with_max_tokens(7),
                    std::invalid_argument);
}

TEST_CASE("the smallest cap is above the thinking budget, and 16 in responses", "[request][caps]") {
    CHECK(Request::chat("gpt-4o", "a").min_max_tokens() == Tokens{1});
    CHECK(Request::parse(R"({"model":"gpt-4.1","input":"a"})").min_max_tokens() == Tokens{16});
    CHECK(Request::parse(
              R"({"model":"claude-sonnet-4-5","max_tokens":4096,"messages":[{"role":"user","content":"a"}],
                             "thinking":{"type":"enabled","budget_tokens":1024}})")
              .min_max_tokens() == Tokens{1'025});
    CHECK(Request::parse(
              R"({"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"maxTokens":4096},
                             "additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}}})",
              "/model/anthropic.claude-sonnet-4-20250514-v1%3A0/converse")
              .min_max_tokens() == Tokens{2'001});
}

TEST_CASE("the address names the model, the version and the streaming", "[request][address]") {
    std::string const gemini = R"({"contents":[{"parts":[{"text":"a"}]}]})";
    Request const streamed = Request::parse(
        gemini, "https://host.example/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=k");
    CHECK(streamed.stream());
    CHECK(streamed.model() == ModelId{"gemini-2.5-flash"});
    CHECK(streamed.api_version() == "v1beta");
    CHECK(streamed.with_stream(false).endpoint() ==
          "https://host.example/v1beta/models/gemini-2.5-flash:generateContent?key=k");
    CHECK(streamed.with_stream(false).with_stream(true).endpoint() ==
          "https://host.example/v1beta/models/gemini-2.5-flash:streamGenerateContent?key=k&alt=sse");
    CHECK(streamed.with_model("gemini-2.5-pro").endpoint() ==
          "https://host.example/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=k");

    std::string const converse = R"({"messages":[{"role":"user","content":[{"text":"a"}]}]})";
    Request const bedrock =
        Request::parse(converse, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream");
    CHECK(bedrock.stream());
    CHECK(bedrock.model() == ModelId{"us.anthropic.claude-sonnet-4-5-20250929-v1:0"});
    CHECK(bedrock.with_model("us.amazon.nova-lite-v1:0").with_stream(false).endpoint() ==
          "/model/us.amazon.nova-lite-v1%3A0/converse");
    Request const plain = Request::parse(
        R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"a"}]})",
        "/model/eu.anthropic.claude-haiku-4-5-20251001-v1:0/invoke");
    CHECK(plain.model() == ModelId{"eu.anthropic.claude-haiku-4-5-20251001-v1:0"});
    CHECK(plain.with_stream(true).endpoint() ==
          "/model/eu.anthropic.claude-haiku-4-5-20251001-v1:0/invoke-with-response-stream");

    Request const azure =
        Request::parse(R"({"messages":[{"role":"user","content":"a"}],"stream":true})",
                       "/openai/deployments/gpt-4o/chat/completions?api-version=2024-12-01-preview");
    CHECK(azure.model() == ModelId{"gpt-4o"});
    CHECK(azure.api_version() == "2024-12-01-preview");
    CHECK(azure.stream());

    CHECK_THROWS_AS(
        Request::parse(R"({"model":"models/gemini-2.5-pro","contents":[{"parts":[{"text":"a"}]}]})")
            .with_stream(true),
        std::invalid_argument);
}

TEST_CASE("a chat stream is asked for its usage where the provider takes the member", "[request][formats]") {
    Request const stream = Request::chat("gpt-4o", "a").with_stream(true);
    CHECK(stream.with_stream_usage("openai").member("stream_options") == R"({"include_usage":true})");
    CHECK_FALSE(stream.with_stream_usage("mistral").member("stream_options"));
    CHECK_FALSE(stream.with_stream_usage("groq").member("stream_options"));
    CHECK_FALSE(Request::chat("gpt-4o", "a").with_stream_usage().member("stream_options"));
    CHECK(stream.with_member("stream_options", R"({"x": 1})").with_stream_usage().member("stream_options") ==
          R"({"x": 1,"include_usage":true})");
    Request const responses = Request::parse(R"({"model":"gpt-4.1","input":"a","stream":true})");
    CHECK(responses.with_stream_usage("openai").body() == responses.body());
}

TEST_CASE("messages of every format have roles, texts, calls and images", "[request][formats]") {
    auto const find = [](std::string_view name) {
        for (Sample const& sample : samples()) {
            if (sample.name == name) {
                return parse(sample);
            }
        }
        throw std::logic_error("no such sample");
    };
    Request const responses = find("responses");
    CHECK(responses.system() == "Be brief.");
    REQUIRE(responses.messages().size() == 3);
    CHECK(responses.messages()[0] == Message{"user", "Why?"});
    CHECK(responses.messages()[1].tool_calls == std::vector{ToolCall{"c", "f", "{}"}});
    CHECK(responses.messages()[2].tool_call_id == "c");
    CHECK(responses.messages()[2].content == "3");

    Request const messages = find("messages");
    CHECK(messages.system() == "Be brief.");
    CHECK(messages.marks_cache());
    CHECK(messages.messages()[1].tool_calls == std::vector{ToolCall{"t", "f", R"({"a": 1})"}});
    CHECK(messages.messages()[2].other_parts == 1);
    CHECK(messages.tools()[0] == Tool{"f", "F", R"({"type":"object"})"});

    Request const gemini = find("Gemini");
    CHECK(gemini.system() == "Be brief.");
    CHECK(gemini.messages()[0].images.size() == 1);
    CHECK(gemini.messages()[1].role == "assistant");
    CHECK(gemini.messages()[1].tool_calls == std::vector{ToolCall{"", "f", R"({"a": 1})"}});
    CHECK(gemini.tools()[0].name == "f");
    CHECK(find("Gemini in snake case").system() == "Be brief.");
    CHECK(find("Gemini in snake case").max_tokens() == Tokens{900});

    Request const converse = find("Converse");
    CHECK(converse.system() == "Be brief.");
    CHECK(converse.temperature() == 0.0);
    CHECK(converse.tools()[0] == Tool{"f", "", R"({"type":"object"})"});
}

TEST_CASE("context that is not in the request is reported", "[request][formats]") {
    CHECK(Request::parse(R"({"model":"gpt-4.1","input":"a","previous_response_id":"r"})").outside_context() ==
          "previous_response_id");
    CHECK(Request::parse(R"({"contents":[{"parts":[{"text":"a"}]}],"cachedContent":"cachedContents/1"})",
                         "/v1beta/models/gemini-2.5-flash:generateContent")
              .outside_context() == "cachedContent");
    CHECK(
        Request::parse(
            R"({"model":"gpt-4.1","input":[{"role":"user","content":[{"type":"input_file","file_id":"f"}]}]})")
            .outside_context() == "a file");
    CHECK(Request::parse(R"({"model":"gpt-4.1","input":"a","tools":[{"type":"web_search"}]})")
              .uses_hosted_tools());
    CHECK_FALSE(Request::parse(R"({"model":"gpt-4.1","input":"a","tools":[{"type":"function","name":"f"}]})")
                    .uses_hosted_tools());
    CHECK(Request::parse(R"({"contents":[{"parts":[{"text":"a"}]}],"tools":[{"googleSearch":{}}]})",
                         "/v1beta/models/gemini-2.5-flash:generateContent")
              .uses_hosted_tools());
}

TEST_CASE("embeddings and rankings of four providers are one format", "[request][formats]") {
    struct Case {
        std::string body;
        std::string endpoint;
        std::vector<std::string> texts;
    };
    for (Case const& each : std::vector<Case>{
             {R"({"model":"text-embedding-3-small","input":["a","b"],"encoding_format":"base64"})",
              "/v1/embeddings",
              {"a", "b"}},
             {R"({"model":"text-embedding-3-small","input":"a"})", "", {"a"}},
             {R"({"model":"voyage-3.5","input":["a"],"input_type":"query"})", "/v1/embeddings", {"a"}},
             {R"({"model":"embed-v4.0","texts":["a","b"],"input_type":"search_query"})",
              "/v2/embed",
              {"a", "b"}},
             {R"({"model":"rerank-v3.5","query":"q","documents":["a","b"]})", "/v2/rerank", {"q", "a", "b"}},
             {R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]}}]})",
              "/v1beta/models/gemini-embedding-001:batchEmbedContents",
              {"a"}},
             {R"({"content":{"parts":[{"text":"a"}]}})",
              "/v1beta/models/gemini-embedding-001:embedContent",
              {"a"}},
             {R"({"inputText":"a","normalize":true})",
              "/model/amazon.titan-embed-text-v2%3A0/invoke",
              {"a"}}}) {
        INFO(each.body);
        Request const request = Request::parse(each.body, each.endpoint);
        CHECK(request.format() == ApiFormat::embeddings);
        std::vector<std::string> texts;
        for (Message const& message : request.messages()) {
            texts.push_back(message.content);
        }
        CHECK(texts.size() == each.texts.size());
        for (std::string const& text : each.texts) {
            CHECK(std::find(texts.begin(), texts.end(), text) != texts.end());
        }
        CHECK(request.body() == each.body);
    }
}

TEST_CASE("a request of no known format is rejected with what is expected", "[request][formats]") {
    CHECK_THROWS_WITH(Request::parse(R"({"model":"m","prompt":"a"})"),
                      ContainsSubstring("in the format of a known API"));
    CHECK_THROWS_WITH(Request::parse(R"({"contents":[{"parts":[{"text":"a"}]}]})"),
                      ContainsSubstring("in its body or in its endpoint"));
    CHECK_THROWS_WITH(Request::parse(R"({"model":"m","messages":[]})", "/v1/chat/completions"),
                      ContainsSubstring("must have messages"));
    CHECK_THROWS_AS(Request::parse(R"({"messages":[{"role":"user","content":"a"}]})", "/model/m/converse"),
                    MalformedRequest);
    CHECK_THROWS_AS(Request::parse(R"({"contents":{}})", "/v1beta/models/m:generateContent"),
                    MalformedRequest);
    CHECK_THROWS_AS(Request::parse(R"({"model":"m","input":7})", "/v1/responses"), MalformedRequest);
}

TEST_CASE("text parts are replaced by one, and other parts stay", "[request][formats]") {
    Request const request = Request::parse(
        R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"}, {"type":"image_url","image_url":{"url":"u"}} , {"type":"text","text":"b"},{"type":"text","text":"c"}]}]})");
    CHECK(
        request.with_message_text(0, "d").body() ==
        R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"d"}, {"type":"image_url","image_url":{"url":"u"}} ]}]})");
}

TEST_CASE("a member is removed with its comma", "[request][formats]") {
    Request const request =
        Request::parse(R"({ "a" : 1 , "model":"m","messages":[{"role":"user","content":"x"}] , "z":2 })");
    CHECK(request.without_member("a").body() ==
          R"({ "model":"m","messages":[{"role":"user","content":"x"}] , "z":2 })");
    CHECK(request.without_member("z").body() ==
          R"({ "a" : 1 , "model":"m","messages":[{"role":"user","content":"x"}] })");
    CHECK(request.without_member("absent").body() == request.body());
    CHECK_THROWS_AS(request.without_member("model"), MalformedRequest);
}
