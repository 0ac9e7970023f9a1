// SPDX-License-Identifier: MIT
// One response, serialized in other ways, is read as the same: order, unknown members, nulls, white space, escapes.
#include <centavo/api/response_reader.hpp>

#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace centavo;
using namespace centavo::detail;

namespace {

/// A JSON value as a tree, to write it in another way.
struct Json {
    JsonKind kind = JsonKind::null;
    std::string text = {};  ///< a string decoded; any other scalar as its characters
    std::vector<std::pair<std::string, Json>> members = {};
    std::vector<Json> elements = {};
};

Json parse(JsonScan& scan) {
    Json value{.kind = scan.peek()};
    switch (value.kind) {
    case JsonKind::object:
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            value.members.emplace_back(name->text(), parse(scan));
        }
        break;
    case JsonKind::array:
        scan.enter_array();
        while (scan.next_element()) {
            value.elements.push_back(parse(scan));
        }
        break;
    case JsonKind::string: value.text = scan.string().text(); break;
    default: value.text = scan.skip(); break;
    }
    return value;
}

Json parse(std::string_view text) {
    JsonScan scan{text};
    return parse(scan);
}

/// How JSON is written.
struct Style {
    std::string_view gap = {};  ///< wherever white space may stand
    bool escaped_names = false;
    bool escaped_values = false;
};

void write_string(std::string& out, std::string_view text, bool escaped) {
    bool const ascii = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    if (!escaped || !ascii) {
        append_json_string(out, text);
        return;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    out += '"';
    for (char const c : text) {
        out += "\\u00";
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 0xFU];
    }
    out += '"';
}

void write(std::string& out, Json const& value, Style const& style) {
    auto const list = [&](char open, char close, auto const& items, auto const& item) {
        out += open;
        out += style.gap;
        bool first = true;
        for (auto const& one : items) {
            if (!first) {
                out.append(style.gap).append(",").append(style.gap);
            }
            first = false;
            item(one);
        }
        out.append(style.gap) += close;
    };
    switch (value.kind) {
    case JsonKind::object:
        list('{', '}', value.members, [&](auto const& member) {
            write_string(out, member.first, style.escaped_names);
            out.append(style.gap).append(":").append(style.gap);
            write(out, member.second, style);
        });
        break;
    case JsonKind::array:
        list('[', ']', value.elements, [&](Json const& one) { write(out, one, style); });
        break;
    case JsonKind::string: write_string(out, value.text, style.escaped_values); break;
    default: out += value.text; break;
    }
}

std::string written(Json const& value, Style const& style = {}) {
    std::string out;
    write(out, value, style);
    return out;
}

using Random = std::mt19937_64;

/// Applies `work(Json&)` to every object, the inner ones first.
template <typename Work>
void each_object(Json& value, Work const& work) {
    for (auto& [name, inner] : value.members) {
        each_object(inner, work);
    }
    for (Json& inner : value.elements) {
        each_object(inner, work);
    }
    if (value.kind == JsonKind::object) {
        work(value);
    }
}

Json shuffled(Json value, Random& random) {
    each_object(value, [&](Json& object) {
        for (std::size_t left = object.members.size(); left > 1; --left) {
            std::swap(object.members[left - 1], object.members[random() % left]);
        }
    });
    return value;
}

void insert(Json& object, std::string name, Json value, Random& random) {
    auto const at = static_cast<std::ptrdiff_t>(random() % (object.members.size() + 1));
    object.members.emplace(object.members.begin() + at, std::move(name), std::move(value));
}

Json with_unknown_members(Json value, Random& random) {
    static constexpr std::array unknown{"7", "\"text\"", "null", "true", "[1,\"b\"]", "{\"n\":1.5}"};
    each_object(value, [&](Json& object) {
        for (int i = 0; i < 2; ++i) {
            insert(object, "zz_" + std::to_string(random() % 1'000),
                   parse(unknown[random() % unknown.size()]), random);
        }
    });
    return value;
}

/// Members of every API's bodies and usage blocks that proxies leave null.
constexpr std::array nullable{"prompt_tokens",
                              "completion_tokens",
                              "input_tokens",
                              "input_tokens_details",
                              "cache_read_input_tokens",
                              "cost",
                              "prompt_tokens_details",
                              "total_tokens",
                              "billed_units",
                              "promptTokenCount",
                              "inputTokens",
                              "cached_tokens",
                              "iterations",
                              "service_tier",
                              "text",
                              "output",
                              "content",
                              "choices",
                              "candidates",
                              "usageMetadata",
                              "meta",
                              "response",
                              "result",
                              "tool_usage",
                              "stopReason",
                              "message",
                              "custom_id",
                              "error",
                              "usage_breakdown",
                              "data"};

Json with_nulls(Json value, Random& random) {
    each_object(value, [&](Json& object) {
        for (std::string_view const name : nullable) {
            bool const present = std::any_of(object.members.begin(), object.members.end(),
                                             [&](auto const& member) { return member.first == name; });
            if (!present) {
                insert(object, std::string{name}, Json{.kind = JsonKind::null, .text = "null"}, random);
            }
        }
    });
    return value;
}

/// Calls `check(how, rewrite)` with a function Json -> text for each way to write.
template <typename Check>
void in_every_way(Check const& check) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Random random{seed};
        check("order", [&](Json const& value) { return written(shuffled(value, random)); });
    }
    Random random{20'26};
    check("unknown members", [&](Json const& value) { return written(with_unknown_members(value, random)); });
    check("nulls", [&](Json const& value) { return written(with_nulls(value, random)); });
    check("white space", [](Json const& value) { return written(value, {.gap = " \t "}); });
    check("escaped names", [](Json const& value) { return written(value, {.escaped_names = true}); });
    check("escaped values", [](Json const& value) { return written(value, {.escaped_values = true}); });
    check("everything", [&](Json const& value) {
        return written(shuffled(with_nulls(with_unknown_members(value, random), random), random),
                       {.gap = " ", .escaped_names = true, .escaped_values = true});
    });
}

void check_same(Response const& one, Response const& other) {
    CHECK(one.usage == other.usage);
    CHECK(one.sub_usages == other.sub_usages);
    CHECK(one.billed_by_parts == other.billed_by_parts);
    CHECK(one.input_known == other.input_known);
    CHECK(one.batch == other.batch);
    CHECK(one.model == other.model);
    CHECK(one.tier == other.tier);
    CHECK(one.unknown_tier == other.unknown_tier);
    CHECK(one.region == other.region);
    CHECK(one.search_context == other.search_context);
    CHECK(one.created == other.created);
    CHECK(one.reported_cost == other.reported_cost);
    CHECK(one.upstream_cost == other.upstream_cost);
    CHECK(one.quality == other.quality);
    CHECK(one.finish == other.finish);
    CHECK(one.text == other.text);
    CHECK(one.reasoning == other.reasoning);
    CHECK(one.error.empty() == other.error.empty());
    CHECK(one.tool_calls.size() == other.tool_calls.size());
}

struct Body {
    std::string_view provider;
    std::string_view text;
    bool counts = true;  ///< whether it has usage
};

// Bodies as the references of the APIs show them, shortened.
constexpr Body bodies[] = {
    {"openai",
     R"({"id":"c","object":"chat.completion","created":1746000000,"model":"gpt-4o-2024-08-06","choices":[{"index":0,
     "message":{"role":"assistant","content":"Paris."},"finish_reason":"stop"}],"usage":{"prompt_tokens":500,
     "completion_tokens":8,"total_tokens":508,"prompt_tokens_details":{"cached_tokens":128,"audio_tokens":0},
     "completion_tokens_details":{"reasoning_tokens":4}},"service_tier":"flex"})"},
    {"openai",
     R"({"id":"r","object":"response","created_at":1746000000,"status":"completed","model":"gpt-5","output":[
     {"type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}},
     {"type":"code_interpreter_call","container_id":"k","code":"1"},
     {"type":"message","content":[{"type":"output_text","text":"Hello"}]}],"text":{"format":{"type":"text"}},
     "tools":[{"type":"image_generation","model":"gpt-image-2"}],"usage":{"input_tokens":36,"output_tokens":87,
     "total_tokens":123,"input_tokens_details":{"cached_tokens":4},"output_tokens_details":{"reasoning_tokens":3}},
     "tool_usage":{"image_gen":{"input_tokens":1,"output_tokens":7024,"total_tokens":7025},
     "web_search":{"num_requests":1}}})"},
    {"openai",
     R"({"text":"hi there","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":10,
     "audio_tokens":4},"output_tokens":101,"total_tokens":115}})"},
    {"openai", R"({"task":"transcribe","duration":27.4,"text":"hi","language":"en"})"},
    {"openai", R"({"text":"hi","usage":{"type":"duration","seconds":27}})"},
    {"openai", R"({"usage":{"input_tokens":14,"output_tokens":101,"total_tokens":115}})"},
    {"openai",
     R"({"created":1746000000,"data":[{"b64_json":"x"}],"usage":{"input_tokens":50,"input_tokens_details":{
     "text_tokens":10,"image_tokens":40},"output_tokens":50,"total_tokens":100}})"},
    {"openai", R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-2e-3]}],
     "model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}})"},
    {"openai",
     R"({"type":"conversation.item.input_audio_transcription.completed","event_id":"e","transcript":"Hey",
     "usage":{"type":"tokens","total_tokens":22,"input_tokens":13,"input_token_details":{"text_tokens":0,
     "audio_tokens":13},"output_tokens":9}})"},
    {"openai",
     R"({"type":"response.done","event_id":"e","response":{"object":"realtime.response","status":"completed",
     "output":[],"usage":{"total_tokens":275,"input_tokens":127,"output_tokens":148,"input_token_details":{
     "text_tokens":119,"audio_tokens":8,"cached_tokens":64,"cached_tokens_details":{"text_tokens":60,
     "audio_tokens":4}},"output_token_details":{"text_tokens":36,"audio_tokens":112}}}})"},
    {"openai",
     R"({"id":"batch_1","object":"batch","endpoint":"/v1/responses","created_at":1757679709,"model":"gpt-5",
     "request_counts":{"completed":10,"failed":0,"total":10},"usage":{"completion_tokens":0,"prompt_tokens":0,
     "total_tokens":512,"input_tokens":314,"output_tokens":198,"input_tokens_details":{"cached_tokens":240}}})"},
    {"openai",
     R"({"id":"batch_req_1","custom_id":"r1","response":{"status_code":200,"request_id":"q","body":{"id":"c",
     "object":"chat.completion","model":"gpt-4o-mini","choices":[],"service_tier":"default","usage":{
     "prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}},"error":null})"},
    {"openai",
     R"({"id":"b","custom_id":"r","response":{"status_code":400,"body":{"error":{"message":"bad"}}}})",
     false},
    {"azure", R"({"object":"chat.completion","model":"gpt-4o","choices":[],"usage":{"input_tokens":14,
     "output_tokens":101,"total_tokens":115}})"},
    {"anthropic", R"({"id":"m","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[
     {"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"text","text":"Yes."},
     {"type":"tool_use","id":"t","name":"f","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":3,
     "cache_creation_input_tokens":115,"cache_read_input_tokens":3211,"cache_creation":{
     "ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":15},"output_tokens":53,"server_tool_use":{
     "web_search_requests":2},"service_tier":"priority","inference_geo":"us","speed":"standard"}})"},
    {"anthropic",
     R"({"type":"message","model":"claude-opus-4-8","content":[],"stop_reason":"end_turn","usage":{
     "input_tokens":2,"output_tokens":13658,"cache_read_input_tokens":79214,"iterations":[
     {"type":"message","model":"claude-fable-5","input_tokens":2,"output_tokens":578,
     "cache_creation_input_tokens":10421,"cache_read_input_tokens":72769},
     {"type":"compaction","input_tokens":180000,"output_tokens":3500},
     {"type":"fallback_message","model":"claude-opus-4-8","input_tokens":2,"output_tokens":13658,
     "cache_read_input_tokens":79214}]}})"},
    {"anthropic", R"({"model":"claude-sonnet-4-6","usage":{"input_tokens":10,"cache_read_input_tokens":50000,
     "output_tokens":5}})"},
    {"anthropic",
     R"({"custom_id":"a","result":{"type":"succeeded","message":{"type":"message","role":"assistant",
     "model":"claude-sonnet-4-6","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1000,
     "output_tokens":100,"service_tier":"batch"}}}})"},
    {"anthropic", R"({"custom_id":"a","result":{"type":"errored","error":{"type":"overloaded_error"}}})",
     false},
    {"google", R"({"candidates":[{"content":{"parts":[{"text":"x"}],"role":"model"},"finishReason":"STOP",
     "groundingMetadata":{"webSearchQueries":["a","b","a",""],"groundingChunks":[{"web":{"uri":"u"}},
     {"maps":{"uri":"v"}}]}}],"modelVersion":"models/gemini-3-flash-preview","usageMetadata":{
     "promptTokenCount":1500,"candidatesTokenCount":100,"totalTokenCount":1600,"cachedContentTokenCount":1000,
     "promptTokensDetails":[{"modality":"AUDIO","tokenCount":1400},{"modality":"TEXT","tokenCount":100}],
     "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":1000}],"trafficType":"ON_DEMAND_FLEX"},
     "createTime":"2026-08-01T12:00:00Z"})"},
    {"google", R"({"text":"hi","candidates":[{"content":{"parts":[{"text":"x"}]}}],"usageMetadata":{
     "promptTokenCount":321,"candidatesTokenCount":45,"totalTokenCount":366,"trafficType":
     "PROVISIONED_THROUGHPUT"}})"},
    {"google", R"({"key":"r2","response":{"candidates":[{"content":{"parts":[{"text":"x"}]}}],
     "modelVersion":"gemini-2.5-pro","usageMetadata":{"promptTokenCount":4000,"candidatesTokenCount":200,
     "thoughtsTokenCount":50,"totalTokenCount":4250}}})"},
    {"google", R"({"usageMetadata":{"promptTokenCount":509,"responseTokenCount":11,"totalTokenCount":520,
     "responseTokensDetails":[{"modality":"AUDIO","tokenCount":11}]},"serverContent":{"turnComplete":true}})"},
    {"google", R"({"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],
     "model":"gemini-2.5-flash","usage":{"prompt_tokens":66,"completion_tokens":6,"total_tokens":100}})"},
    {"aws", R"({"output":{"message":{"role":"assistant","content":[{"text":"x"}]}},"stopReason":"end_turn",
     "metrics":{"latencyMs":9},"usage":{"inputTokens":297,"outputTokens":9,"totalTokens":603,
     "cacheReadInputTokens":200,"cacheWriteInputTokens":97,"cacheDetails":[{"ttl":"5m","inputTokens":90},
     {"ttl":"1h","inputTokens":7}]},"serviceTier":{"type":"flex"}})"},
    {"aws",
     R"({"generation":"x","prompt_token_count":10000,"generation_token_count":2000,"stop_reason":"stop"})"},
    {"aws",
     R"({"inputTextTokenCount":5,"results":[{"tokenCount":61,"outputText":"y","completionReason":"FINISH"}]})"},
    {"aws", R"({"embedding":[0.1],"inputTextTokenCount":1000})"},
    {"aws",
     R"({"recordId":"1","modelInput":{"messages":[]},"modelOutput":{"type":"message","role":"assistant",
     "model":"claude-sonnet-4-6","content":[],"stop_reason":"end_turn","usage":{"input_tokens":7,
     "output_tokens":8}}})"},
    {"cohere",
     R"({"id":"c","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text",
     "text":"Hi"}]},"usage":{"billed_units":{"input_tokens":431,"output_tokens":661},"tokens":{
     "input_tokens":2190,"output_tokens":661}}})"},
    {"cohere",
     R"({"text":"Hello","generation_id":"g","finish_reason":"COMPLETE","meta":{"api_version":{"version":"1"},
     "billed_units":{"input_tokens":100,"output_tokens":20},"tokens":{"input_tokens":166,"output_tokens":20}}})"},
    {"cohere", R"({"id":"r","results":[{"index":1,"relevance_score":0.9}],"meta":{"billed_units":{
     "search_units":1}}})"},
    {"groq", R"({"model":"groq/compound","choices":[],"usage":{"prompt_tokens":5003,"completion_tokens":359,
     "total_tokens":5362,"queue_time":0.1},"usage_breakdown":{"models":[{"model":"llama-3.3-70b-versatile","usage":{
     "prompt_tokens":3000,"completion_tokens":300,"total_tokens":3300}},{"model":"llama-4-scout","usage":{
     "prompt_tokens":2003,"completion_tokens":59,"total_tokens":2062}}]}})"},
    {"x-ai", R"({"model":"grok-4","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100,
     "total_tokens":1400,"completion_tokens_details":{"reasoning_tokens":300},"num_sources_used":0,
     "cost_in_usd_ticks":232856000}})"},
    {"perplexity", R"({"model":"sonar-deep-research","object":"chat.completion","choices":[],"usage":{
     "prompt_tokens":108,"completion_tokens":3256,"total_tokens":3364,"citation_tokens":7299,
     "num_search_queries":74,"reasoning_tokens":73248,"search_context_size":"low","cost":{"total_cost":0.630606,
     "request_cost":0.006}}})"},
    {"perplexity",
     R"({"object":"response","model":"sonar-pro","output":[],"status":"completed","usage":{"cost":{
     "total_cost":0.0081,"currency":"USD"},"input_tokens":200,"output_tokens":100,"total_tokens":300}})"},
    {"openrouter", R"({"model":"google/gemini-2.5-flash","choices":[],"usage":{"prompt_tokens":2168,
     "completion_tokens":9,"total_tokens":2177,"cost":0.00049701,"is_byok":true,"cost_details":{
     "upstream_inference_cost":0.0004},"prompt_tokens_details":{"cached_tokens":2161,
     "cache_write_tokens":2161}}})"},
    {"openrouter", R"({"model":"anthropic/claude-sonnet-4.6","choices":[],"usage":{"prompt_tokens":50010,
     "completion_tokens":5,"cache_read_input_tokens":50000,"cache_creation_input_tokens":0}})"},
    {"deepseek", R"({"model":"deepseek-chat","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":4,
     "total_tokens":34,"prompt_cache_hit_tokens":20,"prompt_cache_miss_tokens":10}})"},
    {"mistral", R"({"model":"mistral-ocr-latest","pages":[],"usage_info":{"pages_processed":3,
     "doc_size_bytes":900}})"},
    {"mistral", R"({"model":"voxtral-small","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":635,
     "total_tokens":3264,"prompt_audio_seconds":203}})"},
    {"moonshotai",
     R"({"model":"kimi-k2","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop",
     "usage":{"prompt_tokens":12,"completion_tokens":9,"total_tokens":21,"cached_tokens":5}}]})"},
    {"voyageai", R"({"object":"list","data":[],"model":"voyage-3.5","usage":{"total_tokens":128}})"},
    {"ollama",
     R"({"model":"llama3.2","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"x"},
     "done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":298})"},
    {"alibaba",
     R"({"request_id":"q","output":{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]},
     "usage":{"input_tokens":24,"output_tokens":2,"total_tokens":26}})"},
    {"", R"({"text":"Hi","usage":{"inputTokens":1000,"outputTokens":50,"totalTokens":1050,
     "cachedInputTokens":600}})"},
};

Response read(std::string_view provider, std::string const& body) {
    return read_body({.provider = std::string{provider}}, body);
}

struct Event {
    std::string_view type;
    std::string_view data;
};

struct Stream {
    std::string_view provider;
    std::vector<Event> events;
};

std::vector<Stream> streams() {
    return {
        {"openai",
         {{"",
           R"({"object":"chat.completion.chunk","model":"gpt-4o","created":1746000000,"service_tier":"default",
          "choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null})"},
          {"",
           R"({"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"},
          {"",
           R"({"object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,
          "total_tokens":11,"prompt_tokens_details":{"cached_tokens":4}}})"}}},
        {"openai",
         {{"response.created", R"({"type":"response.created","response":{"object":"response","model":"gpt-5",
          "status":"in_progress","output":[],"usage":null}})"},
          {"response.output_text.delta",
           R"({"type":"response.output_text.delta","output_index":0,"delta":"Hi"})"},
          {"response.output_item.done", R"({"type":"response.output_item.done","output_index":1,"item":{
          "type":"web_search_call","status":"completed","action":{"type":"search"}}})"},
          {"response.completed",
           R"({"type":"response.completed","response":{"object":"response","status":"completed",
          "model":"gpt-5","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],
          "usage":{"input_tokens":9,"output_tokens":2,"total_tokens":11}}})"}}},
        {"openai",
         {{"transcript.text.delta", R"({"type":"transcript.text.delta","delta":"Hi"})"},
          {"transcript.text.done", R"({"type":"transcript.text.done","text":"Hi","usage":{"type":"tokens",
          "input_tokens":14,"input_token_details":{"text_tokens":0,"audio_tokens":14},"output_tokens":45,
          "total_tokens":59}})"}}},
        {"openai",
         {{"speech.audio.delta", R"({"type":"speech.audio.delta","audio":"x"})"},
          {"speech.audio.done", R"({"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101,
          "total_tokens":115}})"}}},
        {"openai",
         {{"image_generation.partial_image", R"({"type":"image_generation.partial_image","b64_json":"x"})"},
          {"image_generation.completed", R"({"type":"image_generation.completed","b64_json":"x","usage":{
          "total_tokens":100,"input_tokens":50,"output_tokens":50,"input_tokens_details":{"text_tokens":10,
          "image_tokens":40}}})"}}},
        {"anthropic",
         {{"message_start", R"({"type":"message_start","message":{"type":"message","role":"assistant",
          "model":"claude-sonnet-4-6","content":[],"usage":{"input_tokens":8834,"output_tokens":1}}})"},
          {"content_block_start", R"({"type":"content_block_start","index":0,"content_block":{"type":"text",
          "text":""}})"},
          {"content_block_delta", R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta",
          "text":"Hi"}})"},
          {"message_delta", R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{
          "input_tokens":18,"output_tokens":426,"cache_creation_input_tokens":0,
          "cache_read_input_tokens":8831}})"},
          {"message_stop", R"({"type":"message_stop"})"}}},
        {"google",
         {{"", R"({"candidates":[{"content":{"parts":[{"text":"Hi"}]}}],"modelVersion":"gemini-2.5-flash",
          "usageMetadata":{"promptTokenCount":12,"totalTokenCount":12}})"},
          {"",
           R"({"candidates":[{"content":{"parts":[{"text":"!"}]},"finishReason":"STOP","groundingMetadata":{
          "webSearchQueries":["a","b"]}}],"modelVersion":"gemini-2.5-flash","usageMetadata":{
          "promptTokenCount":12,"candidatesTokenCount":40,"totalTokenCount":52}})"}}},
        {"aws",
         {{"messageStart", R"({"role":"assistant"})"},
          {"contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"Hi"}})"},
          {"messageStop", R"({"stopReason":"end_turn"})"},
          {"metadata",
           R"({"usage":{"inputTokens":9,"outputTokens":2,"totalTokens":11},"metrics":{"latencyMs":1}})"}}},
        {"cohere",
         {{"message-start", R"({"type":"message-start","id":"c","delta":{"message":{"role":"assistant"}}})"},
          {"content-delta",
           R"({"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}}})"},
          {"message-end",
           R"({"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{
          "input_tokens":9,"output_tokens":2}}}})"}}},
        {"ollama",
         {{"", R"({"model":"llama3.2","message":{"role":"assistant","content":"Hi"},"done":false})"},
          {"",
           R"({"model":"llama3.2","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",
          "prompt_eval_count":26,"eval_count":298})"}}},
    };
}

template <typename Rewrite>
Response read_stream(Stream const& stream, Rewrite const& rewrite) {
    ResponseReader reader{{.provider = std::string{stream.provider}}};
    for (Event const& event : stream.events) {
        std::string const data = rewrite(parse(event.data));
        SseEvent one;
        one.type = event.type.empty() ? "message" : event.type;
        one.data = data;
        reader.take(one, [](Delta const&) {});
    }
    return reader.finish();
}

}  // namespace

TEST_CASE("a body is read as the same in every serialization of its JSON") {
    for (Body const& body : bodies) {
        CAPTURE(body.provider, body.text);
        Json const value = parse(body.text);
        Response const plain = read(body.provider, std::string{body.text});
        REQUIRE(plain.usage.has_value() == body.counts);
        in_every_way([&](std::string_view how, auto const& rewrite) {
            CAPTURE(how);
            std::string const text = rewrite(value);
            CAPTURE(text);
            check_same(plain, read(body.provider, text));
        });
    }
}

TEST_CASE("an explicit flavor reads the same body in every order") {
    for (std::string_view const flavor : {"chat", "responses"}) {
        ApiHint const hint{.provider = "openai", .flavor = std::string{flavor}};
        Json const value = parse(R"({"model":"gpt-4o-transcribe","text":"hi","usage":{"input_tokens":14,
            "input_token_details":{"audio_tokens":4},"output_tokens":101,"total_tokens":115}})");
        Response const plain = read_body(hint, written(value));
        CHECK(plain.usage == Usage{.input = 14, .output = 101, .input_audio = 4});
        CHECK(plain.text == "hi");
        in_every_way([&](std::string_view how, auto const& rewrite) {
            CAPTURE(flavor, how);
            check_same(plain, read_body(hint, rewrite(value)));
        });
    }
}

TEST_CASE("a stream is read as the same in every serialization of its events") {
    for (Stream const& stream : streams()) {
        Response const plain = read_stream(stream, [](Json const& value) { return written(value); });
        CAPTURE(stream.provider, stream.events.front().data);
        REQUIRE(plain.usage);
        CHECK(plain.quality == UsageQuality::reported);
        in_every_way([&](std::string_view how, auto const& rewrite) {
            CAPTURE(how);
            check_same(plain, read_stream(stream, rewrite));
        });
    }
}

TEST_CASE("recorded bodies are read as the same in every order") {
    char const* const data = std::getenv("CENTAVO_DATA");
    if (data == nullptr) {
        WARN("skipped: CENTAVO_DATA is not set");
        return;
    }
    std::filesystem::path const bodies_file = std::filesystem::path{data} / "usage" / "dev.jsonl";
    std::ifstream lines{bodies_file};
    if (!lines) {
        WARN("skipped: no " << bodies_file);
        return;
    }
    Random random{1};
    for (std::string line; std::getline(lines, line);) {
        Json const row = parse(line);
        for (auto const& [name, body] : row.members) {
            if (name == "body" && body.kind == JsonKind::object) {
                std::string const plain = written(body);
                std::string const other = written(shuffled(body, random));
                CAPTURE(plain, other);
                CHECK(read("", plain).usage == read("", other).usage);
            }
        }
    }
}
