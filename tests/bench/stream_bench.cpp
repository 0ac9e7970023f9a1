// SPDX-License-Identifier: MIT
// Event streams in reads of 4 KiB: parsing alone, and the full path to a budget. CENTAVO_STREAM_FILE names a recorded
// stream; the default is generated in the providers' formats.
#include <centavo/api/aws_event_stream.hpp>
#include <centavo/api/response_reader.hpp>
#include <centavo/api/sse.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/builtin/counters.hpp>
#include <centavo/builtin/prices.hpp>
#include <centavo/stream_budget.hpp>

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <string_view>

using namespace centavo;
using namespace centavo::detail;

namespace {

std::atomic<std::int64_t> allocations{0};

}  // namespace

// Counts the allocations of the full path after warm-up.
[[gnu::noinline]] void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* const made = std::malloc(size == 0 ? 1 : size)) {
        return made;
    }
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* made) noexcept { std::free(made); }
[[gnu::noinline]] void operator delete(void* made, std::size_t) noexcept { std::free(made); }

namespace {

constexpr std::size_t read_size = 4'096;

constexpr std::string_view prose = "Streams arrive in pieces: a word, half a word, or three. The budget "
                                   "counts them all, and it stops where the "
                                   "money does. In Zürich costs 12.50 as much as « here », says the "
                                   "\"bill\"; 文字も数えます。\n\n- first\n- second\n";

/// A word and the space before it, as most deltas are.
template <typename Piece>
void each_piece(std::size_t count, Piece&& piece) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t end = prose.find(' ', at + 1);
        end = end == std::string_view::npos ? prose.size() : end;
        piece(prose.substr(at, end - at));
        at = end == prose.size() ? 0 : end;
    }
}

std::string openai_stream(std::size_t deltas) {
    std::string const head =
        R"(data: {"id":"chatcmpl-B5mXmVFB6x0bV3vnLr3cA1yQpFJ2e","object":"chat.completion.chunk",)"
        R"("created":1761000000,"model":"gpt-4o-2024-08-06","service_tier":"default",)"
        R"("system_fingerprint":"fp_7f8f7baa8e","choices":[)";
    std::string out;
    each_piece(deltas, [&](std::string_view piece) {
        out += head + R"({"index":0,"delta":{"content":)";
        append_json_string(out, piece);
        out += R"(},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"Xk2pQ9"})"
               "\n\n";
    });
    out += head + R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null})"
                  "\n\n";
    out += head + R"(],"usage":{"prompt_tokens":100,"completion_tokens":900,"total_tokens":1000}})"
                  "\n\n";
    return out + "data: [DONE]\n\n";
}

std::string anthropic_stream(std::size_t deltas) {
    std::string out;
    each_piece(deltas, [&](std::string_view piece) {
        out += "event: content_block_delta\n"
               R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":)";
        append_json_string(out, piece);
        out += "}        }\n\n";
    });
    return out;
}

std::string gemini_stream(std::size_t deltas) {
    std::string out;
    each_piece(deltas, [&](std::string_view piece) {
        out += R"(data: {"candidates": [{"content": {"parts": [{"text": )";
        append_json_string(out, piece);
        out +=
            R"(}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 15,"candidatesTokenCount": 20,)"
            R"("totalTokenCount": 35,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 15}]},)"
            R"("modelVersion": "gemini-2.5-flash","responseId": "p0v9aM2rLbqVvdIPi5LK6Ao"})"
            "\r\n\r\n";
    });
    return out;
}

template <typename Take>
void each_read(std::string_view stream, Take&& take) {
    for (std::size_t at = 0; at < stream.size(); at += read_size) {
        take(stream.substr(at, read_size));
    }
}

void parse(benchmark::State& state, std::string const& stream) {
    std::int64_t events = 0;
    for (auto _ : state) {
        SseParser parser;
        std::size_t bytes = 0;
        each_read(stream, [&](std::string_view read) {
            parser.feed(read, [&](SseEvent const& event) {
                bytes += event.data.size();
                ++events;
            });
        });
        benchmark::DoNotOptimize(bytes);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
    state.SetItemsProcessed(events);
}

void parse_openai(benchmark::State& state) { parse(state, openai_stream(5'000)); }
void parse_anthropic(benchmark::State& state) { parse(state, anthropic_stream(5'000)); }
void parse_gemini(benchmark::State& state) { parse(state, gemini_stream(5'000)); }
void parse_comments(benchmark::State& state) {
    std::string comments;
    while (comments.size() < 1'000'000) {
        comments += ": OPENROUTER PROCESSING\n\n";
    }
    parse(state, comments);
}
void parse_cr_only(benchmark::State& state) {
    std::string stream = openai_stream(5'000);
    for (char& c : stream) {
        c = c == '\n' ? '\r' : c;
    }
    parse(state, stream);
}
void parse_chinese(benchmark::State& state) {
    std::string stream;
    while (stream.size() < 1'000'000) {
        stream +=
            "data: "
            "事件流中的每一个字都要数，停在钱用完的地方。事件流中的每一个字都要数，停在钱用完的地方。\n\n";
    }
    parse(state, stream);
}
void parse_recorded(benchmark::State& state) {
    char const* const path = std::getenv("CENTAVO_STREAM_FILE");
    if (path == nullptr) {
        state.SkipWithError("CENTAVO_STREAM_FILE is not set");
        return;
    }
    std::ifstream file{path, std::ios::binary};
    parse(state, std::string{std::istreambuf_iterator<char>{file}, {}});
}

void frame_messages(benchmark::State& state) {
    std::string stream;
    AwsEventHeader const headers[] = {{.name = ":event-type", .value = "contentBlockDelta"},
                                      {.name = ":content-type", .value = "application/json"},
                                      {.name = ":message-type", .value = "event"}};
    each_piece(5'000, [&](std::string_view piece) {
        std::string payload = R"({"contentBlockIndex":0,"delta":{"text":)";
        append_json_string(payload, piece);
        append_aws_event(stream, headers, payload + R"(},"p":"abcdefghijklmnop"})");
    });
    for (auto _ : state) {
        AwsEventStreamParser parser;
        std::size_t bytes = 0;
        each_read(stream, [&](std::string_view read) {
            parser.feed(read, [&](AwsEventMessage const& message) { bytes += message.payload().size(); });
        });
        benchmark::DoNotOptimize(bytes);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}

/// The last step of the full path: count a delta exactly and compare its cost with the limit.
void budget_alone(benchmark::State& state) {
    Quote const quote{builtin_prices().at("gpt-4o"),
                      {.input = 100, .max_output = 16'384},
                      parse_instant("2026-10-01T00:00:00Z")};
    std::int64_t deltas = 0;
    for (auto _ : state) {
        StreamBudget budget{quote, Counter{o200k_base()}, {.max_cost = 1_usd}};
        each_piece(5'000, [&](std::string_view piece) {
            benchmark::DoNotOptimize(budget.feed(piece));
            ++deltas;
        });
    }
    state.SetItemsProcessed(deltas);
}

/// Parse, read, count exactly and compare with the limit; time and allocations for each delta.
void whole_way(benchmark::State& state) {
    std::string recorded;
    if (char const* const path = std::getenv("CENTAVO_STREAM_FILE")) {
        std::ifstream file{path, std::ios::binary};
        recorded.assign(std::istreambuf_iterator<char>{file}, {});
    } else {
        recorded = openai_stream(5'000);
    }
    Quote const quote{builtin_prices().at("gpt-4o"),
                      {.input = 100, .max_output = 16'384},
                      parse_instant("2026-10-01T00:00:00Z")};
    std::int64_t deltas = 0;
    std::int64_t allocated = 0;
    for (auto _ : state) {
        StreamBudget budget{quote, Counter{o200k_base()}, {.max_cost = 1_usd}};
        ResponseReader reader;
        std::int64_t before = 0;
        std::int64_t seen = 0;
        each_read(recorded, [&](std::string_view read) {
            reader.feed(read, [&](Delta const& delta) {
                benchmark::DoNotOptimize(budget.feed(delta));
                before = ++seen == 1'000 ? allocations.load() : before;
            });
        });
        allocated += seen > 1'000 ? allocations.load() - before : 0;
        deltas += seen;
        benchmark::DoNotOptimize(budget.output());
    }
    state.SetItemsProcessed(deltas);
    state.counters["ns_a_delta"] = benchmark::Counter(
        static_cast<double>(deltas) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["allocations_a_delta"] = static_cast<double>(allocated) / static_cast<double>(deltas);
}

}  // namespace

BENCHMARK(parse_openai);
BENCHMARK(parse_anthropic);
BENCHMARK(parse_gemini);
BENCHMARK(parse_comments);
BENCHMARK(parse_cr_only);
BENCHMARK(parse_chinese);
BENCHMARK(parse_recorded);
BENCHMARK(frame_messages);
BENCHMARK(budget_alone);
BENCHMARK(whole_way);
