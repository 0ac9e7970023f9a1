// SPDX-License-Identifier: MIT
// The time to read and price a body of 2 KB, and to read the deltas of a stream.
#include <centavo/api/response_reader.hpp>
#include <centavo/api/response_writer.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/pricing/cost.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace centavo;
using namespace centavo::detail;

constexpr Instant noon{std::chrono::hours{24 * 365 * 55}};

/// A body of chat completions of about 2 KB.
std::string chat_body() {
    Response response;
    response.model = "gpt-4o";
    response.finish = FinishReason::stop;
    while (response.text.size() < 1'600) {
        response.text += "The \"quick\" brown fox jumps over the lazy dog.\n";
    }
    response.usage = Usage{.input = 500, .output = 300, .cache_read = 128, .reasoning = 64};
    return write_body(ApiFormat::openai_chat, response);
}

/// A body of Anthropic's messages of about 2 KB, after its API reference.
std::string anthropic_body() {
    std::string text;
    while (text.size() < 1'500) {
        text += "The quick brown fox jumps over the lazy dog. ";
    }
    return R"({"model":"claude-sonnet-4-5-20250929","id":"msg_013Zva2CMHLNnjNjJJKqJ2EF","type":"message","role":"assistant",
        "content":[{"type":"text","text":")" +
           text + R"("}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":2095,
        "cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,
        "ephemeral_1h_input_tokens":0},"output_tokens":503,"service_tier":"standard"}})";
}

void read_and_price(benchmark::State& state, std::string const& body) {
    for (auto _ : state) {
        Response const response = read_body({}, body);
        Service const service{.tier = response.tier.value_or(ServiceTier::standard)};
        benchmark::DoNotOptimize(
            cost_of(builtin_prices().at(response.model), *response.usage, noon, service).total());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                            static_cast<std::int64_t>(body.size()));
}
void chat_body_read_and_priced(benchmark::State& state) { read_and_price(state, chat_body()); }
BENCHMARK(chat_body_read_and_priced);
void anthropic_body_read_and_priced(benchmark::State& state) { read_and_price(state, anthropic_body()); }
BENCHMARK(anthropic_body_read_and_priced);

/// A thousand deltas in the form of OpenAI's streams, fed 4 KB at a time; an iteration is the whole stream.
void thousand_deltas_read(benchmark::State& state) {
    constexpr int deltas = 1'000;
    std::string stream;
    for (int i = 0; i < deltas; ++i) {
        stream += R"(data: {"id":"chatcmpl-CMKB4CzjM9AbvNcftqEsFcWBSrZNT","object":"chat.completion.chunk",)"
                  R"("created":1759436814,"model":"gpt-4o-2024-08-06","service_tier":"default",)"
                  R"("system_fingerprint":"fp_cbf1785567","choices":[{"index":0,"delta":{"content":" word"},)"
                  R"("logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"4Oxy6YfjXTmQk"})"
                  "\n\n";
    }
    std::size_t bytes = 0;
    for (auto _ : state) {
        ResponseReader reader;
        for (std::size_t at = 0; at < stream.size(); at += 4'096) {
            reader.feed(std::string_view{stream}.substr(at, 4'096),
                        [&](Delta const& delta) { bytes += delta.text.size(); });
        }
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * deltas);
}
BENCHMARK(thousand_deltas_read);

}  // namespace
