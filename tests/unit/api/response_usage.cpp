// SPDX-License-Identifier: MIT
// What responses of each kind count: expected values from the references of the APIs, or from public reports.
#include <centavo/api/response_reader.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace centavo;

namespace {

Response read(std::string_view provider, std::string_view body, std::string_view model = {}) {
    return read_body({.provider = std::string{provider}, .model = std::string{model}}, body);
}

void take(ResponseReader& reader, std::string_view data) {
    SseEvent event;
    event.type = "message";
    event.data = data;
    reader.take(event, [](Delta const&) {});
}

Response read_events(std::string_view provider, std::initializer_list<std::string_view> events) {
    ResponseReader reader{{.provider = std::string{provider}}};
    for (std::string_view const data : events) {
        take(reader, data);
    }
    return reader.finish();
}

std::int64_t count(Response const& response, Unit unit) {
    return response.usage ? response.usage->find(unit).value_or(0) : -1;
}

}  // namespace

TEST_CASE("a transcription counts tokens or seconds, wherever its text stands") {
    // OpenAI's API reference, "The transcription object"; BerriAI/litellm issue 16270.
    Response const tokens = read("openai", R"({"text":"hi there","usage":{"type":"tokens","input_tokens":14,
        "input_token_details":{"text_tokens":10,"audio_tokens":4},"output_tokens":101,"total_tokens":115}})");
    CHECK(tokens.usage->input == Tokens{14});
    CHECK(tokens.usage->output == Tokens{101});
    CHECK(tokens.usage->input_audio == Tokens{4});
    CHECK(tokens.text == "hi there");
    Response const seconds = read("openai", R"({"text":"hi","usage":{"type":"duration","seconds":27}})");
    CHECK(count(seconds, units::input_audio_seconds) == 27);
    CHECK(seconds.input_known);
    Response const verbose = read("openai", R"({"duration":27.4,"text":"hi"})");
    CHECK(count(verbose, units::input_audio_seconds) == 28);
    Response const both = read("openai", R"({"duration":27.4,"text":"hi","usage":{"type":"tokens",
        "input_tokens":420,"output_tokens":80,"total_tokens":500}})");
    CHECK(both.usage == Usage{.input = 420, .output = 80});
}

TEST_CASE("a total is the input only if nothing else is counted") {
    CHECK(read("voyageai", R"({"usage":{"total_tokens":128}})").usage == Usage{.input = 128});
    CHECK(read("openai", R"({"usage":{"input_tokens":14,"output_tokens":101,"total_tokens":115}})").usage ==
          Usage{.input = 14, .output = 101});
    CHECK(read("x-ai", R"({"choices":[],"usage":{"input_tokens":41,"output_tokens":9,"total_tokens":50}})")
              .usage == Usage{.input = 41, .output = 9});
    Response const unknown =
        read("openai", R"({"choices":[],"usage":{"completion_tokens":9,"total_tokens":14}})");
    CHECK(unknown.usage == Usage{.input = 0, .output = 9});
    CHECK_FALSE(unknown.input_known);
}

TEST_CASE("transcriptions, speech and images end their streams with their usage") {
    // OpenAI's API reference, "Transcription stream events", "Speech stream events", "Image streaming".
    Response const heard = read_events(
        "openai",
        {R"({"type":"transcript.text.delta","delta":"Hi"})",
         R"({"type":"transcript.text.done","text":"Hi","usage":{"input_tokens":14,"output_tokens":45}})"});
    CHECK(heard.text == "Hi");
    CHECK(heard.usage == Usage{.input = 14, .output = 45});
    CHECK(heard.quality == UsageQuality::reported);
    Response const spoken = read_events(
        "openai", {R"({"type":"speech.audio.delta","audio":"x"})",
                   R"({"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101}})"});
    CHECK(spoken.usage == Usage{.input = 14, .output = 101});
    CHECK(spoken.unknown_events == 0);
    Response const drawn = read_events(
        "openai",
        {R"({"type":"image_edit.partial_image","b64_json":"x"})",
         R"({"type":"image_edit.completed","b64_json":"x","usage":{"input_tokens":50,"output_tokens":60}})"});
    CHECK(count(drawn, units::output_image) == 60);
}

TEST_CASE("the output of an image response without details is image tokens") {
    // BerriAI/litellm issue 31142.
    Response const image = read("openai", R"({"created":1746000000,"data":[{"b64_json":"x"}],"usage":{
        "input_tokens":50,"input_tokens_details":{"text_tokens":10,"image_tokens":40},"output_tokens":50}})");
    CHECK(count(image, units::output_image) == 50);
    CHECK(count(image, units::input_image) == 40);
    Response const detailed = read("openai", R"({"data":[{"b64_json":"x"}],"usage":{"input_tokens":357,
        "output_tokens":6543,"output_tokens_details":{"text_tokens":335,"image_tokens":6208}}})");
    CHECK(count(detailed, units::output_image) == 6208);
    Response const embedded = read("openai", R"({"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":8}})");
    CHECK(embedded.usage == Usage{.input = 8});
}

TEST_CASE("a realtime transcription of the user is the work of another model than the response") {
    // OpenAI's API reference, "Realtime server events".
    std::string_view const transcribed = R"({"type":"conversation.item.input_audio_transcription.completed",
        "transcript":"Hey","usage":{"type":"tokens","input_tokens":13,"input_token_details":{"audio_tokens":13},
        "output_tokens":9}})";
    CHECK(read("openai", transcribed).usage == Usage{.input = 13, .output = 9, .input_audio = 13});
    ResponseReader reader;
    take(reader, transcribed);
    take(reader, R"({"type":"response.done","response":{"status":"completed","usage":{"input_tokens":100,
        "output_tokens":7}}})");
    Response const session = reader.finish();
    CHECK(session.usage == Usage{.input = 100, .output = 7});
    REQUIRE(session.sub_usages.size() == 1);
    CHECK(session.sub_usages[0].usage.input_audio == Tokens{13});
    CHECK_FALSE(session.sub_usages[0].model_known);
}

TEST_CASE("a batch is recognized by its object, and by the lines of its output files") {
    // OpenAI's and Anthropic's batch guides, Gemini's "Batch mode", Bedrock's "Batch inference"; litellm issue 14884.
    Response const object =
        read("openai", R"({"object":"batch","created_at":1757679709,"model":"gpt-5","usage":{
        "completion_tokens":0,"prompt_tokens":0,"total_tokens":51279835,"input_tokens":31493594,
        "output_tokens":19786241,"input_tokens_details":{"cached_tokens":24045184}}})");
    CHECK(object.batch);
    CHECK(object.usage->input == Tokens{31493594});
    CHECK(object.usage->output == Tokens{19786241});
    CHECK(object.usage->cache_read == Tokens{24045184});
    CHECK(object.created == Instant{std::chrono::seconds{1757679709}});
    Response const chat = read("openai", R"({"custom_id":"r1","response":{"status_code":200,"body":{
        "model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100}}},"error":null})");
    CHECK(chat.batch);
    CHECK(chat.model == "gpt-4o-mini");
    CHECK(chat.usage == Usage{.input = 1000, .output = 100});
    Response const message = read("anthropic", R"({"custom_id":"a","result":{"type":"succeeded","message":{
        "type":"message","model":"claude-sonnet-4-6","content":[],"usage":{"input_tokens":10,"output_tokens":5,
        "cache_read_input_tokens":90}}}})");
    CHECK(message.batch);
    CHECK(message.usage == Usage{.input = 100, .output = 5, .cache_read = 90});
    Response const gemini = read("google", R"({"key":"r2","response":{"candidates":[],
        "modelVersion":"gemini-2.5-pro","usageMetadata":{"promptTokenCount":4000,"candidatesTokenCount":200}}})");
    CHECK(gemini.batch);
    CHECK(gemini.usage == Usage{.input = 4000, .output = 200});
    Response const bedrock =
        read("aws", R"({"recordId":"1","modelOutput":{"output":{"message":{"content":[]}},
        "stopReason":"end_turn","usage":{"inputTokens":7,"outputTokens":8}}})");
    CHECK(bedrock.batch);
    CHECK(bedrock.usage == Usage{.input = 7, .output = 8});
    CHECK_FALSE(read("openai", R"({"choices":[],"usage":{"prompt_tokens":1}})").batch);
}

TEST_CASE("a failed line of a batch has no usage") {
    CHECK_FALSE(read("openai", R"({"custom_id":"r","response":{"status_code":400,"body":{"error":{
        "message":"bad","type":"invalid_request_error"}}},"error":null})")
                    .usage);
    CHECK_FALSE(
        read("anthropic", R"({"custom_id":"a","result":{"type":"errored","error":{"type":"x"}}})").usage);
}

TEST_CASE("a proxy's wrapping object is no batch") {
    Response const traced = read("google", R"({"traceId":"t","response":{"candidates":[],"usageMetadata":{
        "promptTokenCount":4,"candidatesTokenCount":2}}})");
    CHECK_FALSE(traced.batch);
    CHECK(traced.usage == Usage{.input = 4, .output = 2});
    Response const streamed = read_events(
        "google", {R"({"response":{"candidates":[{"content":{"parts":[{"text":"H"}]}}]}})",
                   R"({"response":{"candidates":[{"content":{"parts":[{"text":"i"}]},"finishReason":"STOP"}],
                   "usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2}}})"});
    CHECK_FALSE(streamed.batch);
    CHECK(streamed.text == "Hi");
}

TEST_CASE("the tokens of OpenAI's image tool are billed at the model that the tool names") {
    // Wei-Shaw/sub2api issues 1999 and 4644.
    auto const with_tools = [](std::string_view tools) {
        return read("openai",
                    R"({"object":"response","model":"gpt-5.5","output":[],"usage":{"input_tokens":1820,
            "output_tokens":210},"tool_usage":{"image_gen":{"input_tokens":0,"output_tokens":7024,
            "output_tokens_details":{"text_tokens":0,"image_tokens":7024}}},"tools":)" +
                        std::string{tools} + "}");
    };
    Response const named = with_tools(R"([{"type":"image_generation","model":"gpt-image-2"}])");
    CHECK(named.usage == Usage{.input = 1820, .output = 210});
    REQUIRE(named.sub_usages.size() == 1);
    CHECK(named.sub_usages[0].model == "gpt-image-2");
    CHECK(named.sub_usages[0].usage.find(units::output_image) == 7024);
    CHECK(named.sub_usages[0].model_known);
    Response const unnamed = with_tools(R"([{"type":"image_generation"}])");
    REQUIRE(unnamed.sub_usages.size() == 1);
    CHECK_FALSE(unnamed.sub_usages[0].model_known);
    CHECK(read("openai", R"({"object":"response","output":[],"usage":{"input_tokens":1,"output_tokens":1},
        "tool_usage":{"image_gen":{"input_tokens":0,"output_tokens":0}}})")
              .sub_usages.empty());
}

TEST_CASE("searches, containers and images of a response are counted once") {
    // OpenAI's pricing page, "Built-in tools"; BerriAI/litellm issue 31316, simonw/llm issue 1592.
    Response const response = read("openai", R"({"object":"response","output":[
        {"type":"web_search_call","action":{"type":"search"}},{"type":"web_search_call","action":{"type":"open_page"}},
        {"type":"web_search_call","action":{"type":"search"}},{"type":"file_search_call"},
        {"type":"code_interpreter_call","container_id":"k"},{"type":"code_interpreter_call","container_id":"k"},
        {"type":"image_generation_call"}],"usage":{"input_tokens":10,"output_tokens":5},
        "tool_usage":{"web_search":{"num_requests":2}}})");
    CHECK(count(response, units::web_searches) == 2);
    CHECK(count(response, units::file_searches) == 1);
    CHECK(count(response, units::code_sessions) == 1);
    CHECK(count(response, units::output_images) == 1);
    CHECK(
        count(read("openai", R"({"object":"response","output":[],"usage":{"input_tokens":1,"output_tokens":1},
        "tool_usage":{"web_search":{"num_requests":3}}})"),
              units::web_searches) == 3);
}

TEST_CASE("Gemini's grounding counts prompts up to Gemini 2.5 and distinct queries since Gemini 3") {
    // ai.google.dev, "Pricing" and "Grounding with Google Search"; BerriAI/litellm issues 36377 and 35906.
    auto const grounded = [](std::string_view version, std::string_view requested) {
        return read("google",
                    R"({"candidates":[{"content":{"parts":[]},"groundingMetadata":{"webSearchQueries":["a",
            "b","a",""],"groundingChunks":[{"web":{"uri":"u"}}]}}],)" +
                        std::string{version} +
                        R"("usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5}})",
                    requested);
    };
    CHECK(count(grounded(R"("modelVersion":"gemini-3-flash-preview",)", ""), units::web_searches) == 2);
    CHECK(count(grounded(R"("modelVersion":"gemini-2.5-flash",)", "gemini-3-pro"), units::web_searches) == 1);
    CHECK(count(grounded("", "google/gemini-2.0-flash"), units::web_searches) == 1);
    Response const placed = read("google", R"({"candidates":[{"groundingMetadata":{"groundingChunks":[
        {"maps":{"uri":"u"}},{"maps":{"uri":"v"}}]}}],"modelVersion":"gemini-2.5-flash","usageMetadata":{
        "promptTokenCount":10}})");
    CHECK(count(placed, units::maps_searches) == 1);
    CHECK(count(placed, units::web_searches) == 0);
    CHECK(count(read("google", R"({"candidates":[{"groundingMetadata":{"webSearchQueries":[""]},
        "urlContextMetadata":{"urlMetadata":[{"retrievedUrl":"u"}]}}],"usageMetadata":{"promptTokenCount":10,
        "toolUsePromptTokenCount":1000}})"),
                units::web_searches) == 0);
}

TEST_CASE("an attempt that was declined after some output is billed at its own model") {
    // Anthropic, "Refusals and fallback"; the record of ccusage/ccusage issue 1552.
    Response const response =
        read("anthropic", R"({"type":"message","model":"claude-opus-4-8","content":[],"usage":{
        "input_tokens":2,"output_tokens":13658,"cache_creation_input_tokens":0,"cache_read_input_tokens":79214,
        "iterations":[{"type":"message","model":"claude-fable-5","input_tokens":2,"output_tokens":578,
        "cache_creation_input_tokens":10421,"cache_read_input_tokens":72769},{"type":"fallback_message",
        "model":"claude-opus-4-8","input_tokens":2,"output_tokens":13658,"cache_read_input_tokens":79214}]}})");
    CHECK(response.usage->output == Tokens{13658});
    REQUIRE(response.sub_usages.size() == 1);
    CHECK(response.sub_usages[0].model == "claude-fable-5");
    CHECK(response.sub_usages[0].usage ==
          Usage{.input = 2 + 10421 + 72769, .output = 578, .cache_read = 72769, .cache_write = 10421});
    Response const silent =
        read("anthropic", R"({"type":"message","model":"claude-opus-4-8","content":[],"usage":{
        "input_tokens":2,"output_tokens":8,"iterations":[{"type":"message","model":"claude-fable-5",
        "input_tokens":2,"output_tokens":0},{"type":"fallback_message","model":"claude-opus-4-8","input_tokens":2,
        "output_tokens":8}]}})");
    CHECK(silent.sub_usages.empty());
}

TEST_CASE("a system that is composed of models is billed by them") {
    // BerriAI/litellm pull request 36068: Groq's compound systems.
    Response const response =
        read("groq", R"({"model":"groq/compound","choices":[],"usage":{"prompt_tokens":5003,
        "completion_tokens":359,"total_tokens":5362},"usage_breakdown":{"models":[
        {"model":"llama-3.3-70b-versatile","usage":{"prompt_tokens":3000,"completion_tokens":300}},
        {"model":"llama-4-scout","usage":{"prompt_tokens":2003,"completion_tokens":59}}]}})");
    CHECK(response.billed_by_parts);
    CHECK(response.usage == Usage{.input = 5003, .output = 359});
    CHECK(response.sub_usages ==
          std::vector<SubUsage>{{"llama-3.3-70b-versatile", Usage{.input = 3000, .output = 300}},
                                {"llama-4-scout", Usage{.input = 2003, .output = 59}}});
}

TEST_CASE("Perplexity's citations, searches, context size and charge are values") {
    // Perplexity's pricing page; the body of an issue of open-webui-cost-tracker (6).
    Response const chat = read("perplexity", R"({"model":"sonar-deep-research","object":"chat.completion",
        "choices":[],"usage":{"prompt_tokens":108,"completion_tokens":3256,"total_tokens":3364,
        "citation_tokens":7299,"num_search_queries":74,"reasoning_tokens":73248,"search_context_size":"low",
        "cost":{"total_cost":0.630606}}})");
    CHECK(chat.usage->output == Tokens{3256 + 7299 + 73248});
    CHECK(count(chat, units::output_citation) == 7299);
    CHECK(count(chat, units::web_searches) == 74);
    CHECK(chat.search_context == "low");
    CHECK(chat.reported_cost == Usd::parse("0.630606"));
    Response const agent = read("perplexity", R"({"object":"response","output":[],"usage":{"input_tokens":200,
        "output_tokens":100,"cost":{"total_cost":0.0081,"currency":"USD"}}})");
    CHECK(agent.reported_cost == Usd::parse("0.0081"));
}

TEST_CASE("tokens that are read from the cache and written to it do not contradict each other") {
    // OpenRouter on Gemini's explicit cache.
    Response const both =
        read("openrouter", R"({"choices":[],"usage":{"prompt_tokens":2168,"completion_tokens":9,
        "cost":0.00049701,"prompt_tokens_details":{"cached_tokens":2161,"cache_write_tokens":2161}}})");
    CHECK(both.usage->cache_read == Tokens{2161});
    CHECK(both.usage->cache_write == Tokens{2161});
    CHECK(both.reported_cost == Usd::parse("0.00049701"));
}

TEST_CASE("counts that contradict each other stay known, and so does the provider's charge") {
    ResponseReader reader{{.provider = "openrouter"}};
    reader.feed(R"({"model":"openai/gpt-4o","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":9,
        "cost":0.0123,"prompt_tokens_details":{"cached_tokens":6}}})");
    std::optional<Usage> known;
    try {
        static_cast<void>(reader.finish());
    } catch (ContradictoryUsage const& contradiction) {
        known = contradiction.usage();
    }
    CHECK(known == Usage{.input = 5, .output = 9, .cache_read = 6});
    CHECK(reader.so_far().usage == known);
    CHECK(reader.so_far().reported_cost == Usd::parse("0.0123"));
    CHECK(reader.so_far().model == "openai/gpt-4o");
}

TEST_CASE("counts beside the response are read: InvokeModel, Ollama, the AI SDK") {
    // Amazon Bedrock's user guide, "Inference request parameters"; Ollama's API reference; the AI SDK's reference.
    CHECK(read("aws", R"({"generation":"x","prompt_token_count":100,"generation_token_count":20})").usage ==
          Usage{.input = 100, .output = 20});
    CHECK(read("aws", R"({"embedding":[0.1],"inputTextTokenCount":1000})").usage == Usage{.input = 1000});
    CHECK(read("aws", R"({"inputTextTokenCount":5,"results":[{"tokenCount":61,"outputText":"y"}]})").usage ==
          Usage{.input = 5, .output = 61});
    Response const ollama =
        read("ollama", R"({"model":"llama3.2","created_at":"2026-01-01T00:00:00Z","message":{
        "role":"assistant","content":"x"},"done":true,"prompt_eval_count":26,"eval_count":298})");
    CHECK(ollama.usage == Usage{.input = 26, .output = 298});
    CHECK(ollama.text == "x");
    CHECK(ollama.created == parse_instant("2026-01-01T00:00:00Z"));
    CHECK(read("openai", R"({"usage":{"inputTokens":1000,"outputTokens":50,"totalTokens":1050,
        "cachedInputTokens":600}})")
              .usage == Usage{.input = 1000, .output = 50, .cache_read = 600});
}

TEST_CASE("a usage of zeros beside delivered text is no usage") {
    std::string const body = R"({"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})";
    Response const response = read("", body);
    CHECK_FALSE(response.usage);
    CHECK(response.quality == UsageQuality::estimated);
    CHECK(read("", R"({"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}})").usage == Usage{});
}

TEST_CASE("a stream that broke off before its input was reported has no input of 0") {
    Response const cut = read_events("anthropic", {R"({"type":"content_block_delta","index":0,"delta":{
        "type":"text_delta","text":"Hi"}})",
                                                   R"({"type":"message_delta","delta":{},"usage":{
        "output_tokens":7}})"});
    CHECK(cut.usage->output == Tokens{7});
    CHECK_FALSE(cut.input_known);
    CHECK(cut.quality == UsageQuality::partial);
}

TEST_CASE("a usage block in another API's spelling is read for what it is") {
    Response const proxied = read("", R"({"object":"chat.completion","choices":[],"usage":{"input_tokens":10,
        "cache_read_input_tokens":50000,"output_tokens":5}})");
    CHECK(proxied.usage == Usage{.input = 50'010, .output = 5, .cache_read = 50'000});
    CHECK(proxied.warnings.empty());
    Response const translated =
        read("", R"({"choices":[],"usage":{"prompt_tokens":50010,"completion_tokens":5,
        "cache_read_input_tokens":50000}})");
    CHECK(translated.usage == Usage{.input = 50'010, .output = 5, .cache_read = 50'000});
    Response const dashscope = read("", R"({"output":{"choices":[{"message":{"content":"Hi"}}]},"usage":{
        "input_tokens":24,"output_tokens":2,"total_tokens":26}})");
    CHECK(dashscope.usage == Usage{.input = 24, .output = 2});
    CHECK(dashscope.text == "Hi");
}

TEST_CASE("an unknown tier is kept by its name, and a known one replaces it") {
    Response const scale =
        read("openai", R"({"choices":[],"service_tier":"scale","usage":{"prompt_tokens":1}})");
    CHECK(scale.unknown_tier == "scale");
    CHECK_FALSE(scale.tier);
    Response const later = read_events("openai", {R"({"choices":[],"service_tier":"scale"})",
                                                  R"({"choices":[],"service_tier":"flex","usage":{
                                                  "prompt_tokens":1}})"});
    CHECK(later.unknown_tier.empty());
    CHECK(later.tier == ServiceTier::flex);
}

TEST_CASE("the counts of xAI's and Mistral's own tools are read") {
    // xAI's and Mistral's API references, "usage".
    Response const xai = read("x-ai", R"({"object":"response","output":[],"usage":{"input_tokens":100,
        "output_tokens":5,"cost_in_usd_ticks":127344000,"num_server_side_tools_used":3,
        "server_side_tool_usage_details":{"web_search_calls":2,"x_search_calls":1,"code_interpreter_calls":0}}})");
    CHECK(count(xai, units::web_searches) == 3);
    CHECK(xai.reported_cost == Usd::parse("0.0127344"));
    Response const voxtral =
        read("mistral", R"({"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":635,
        "prompt_audio_seconds":203}})");
    CHECK(count(voxtral, units::input_audio_seconds) == 203);
    Response const ocr = read("mistral", R"({"pages":[],"usage_info":{"pages_processed":3}})");
    CHECK(count(ocr, units::pages) == 3);
}

TEST_CASE("Gemini's usage is read in the spelling of the Python SDK, too") {
    Response const response =
        read("google", R"({"candidates":[],"model_version":"gemini-2.5-flash","usage_metadata":{
        "prompt_token_count":100,"candidates_token_count":20,"thoughts_token_count":500,
        "cached_content_token_count":40,"total_token_count":620}})");
    CHECK(response.usage == Usage{.input = 100, .output = 520, .cache_read = 40, .reasoning = 500});
    CHECK(response.model == "gemini-2.5-flash");
}
