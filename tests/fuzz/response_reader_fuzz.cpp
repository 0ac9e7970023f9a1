// SPDX-License-Identifier: MIT
// Arbitrary bytes from a provider give a response or a documented error, and the same at every split. The first byte
// selects the format, so that each is reached; its last value leaves the format to detection.
#include <centavo/api/aws_event_stream.hpp>
#include <centavo/api/detail/usage_counts.hpp>
#include <centavo/api/response_reader.hpp>
#include <centavo/api/usage_reader.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/usage.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace centavo;
using namespace centavo::detail;

std::optional<Response> read(std::optional<ApiFormat> format, std::string_view bytes, std::size_t piece) {
    ResponseReader reader{{.format = format}};
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader.feed(bytes.substr(at, piece), [](Delta const&) {});
        }
        return reader.finish();
    } catch (MalformedJson const&) {
    } catch (MalformedUsage const&) {
    } catch (ContradictoryUsage const&) {
    } catch (MalformedAwsEventStream const&) {
    }
    return std::nullopt;
}

void same_at_every_split(std::optional<ApiFormat> format, std::string_view bytes) {
    auto const whole = read(format, bytes, bytes.size() + 1);
    auto const split = read(format, bytes, 3);
    if (whole.has_value() != split.has_value()) {
        std::abort();
    }
    if (whole && (whole->text != split->text || whole->usage != split->usage ||
                  whole->tool_calls != split->tool_calls || whole->warnings != split->warnings)) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    std::string_view const bytes{reinterpret_cast<char const*>(data) + 1, size - 1};
    switch (data[0] % 8) {
    case 0: same_at_every_split(ApiFormat::openai_chat, bytes); break;
    case 1: same_at_every_split(ApiFormat::openai_responses, bytes); break;
    case 2: same_at_every_split(ApiFormat::anthropic_messages, bytes); break;
    case 3: same_at_every_split(ApiFormat::gemini, bytes); break;
    case 4: same_at_every_split(ApiFormat::bedrock_converse, bytes); break;
    case 5: same_at_every_split(ApiFormat::cohere, bytes); break;
    case 6:
        try {
            static PointerUsage const pointers{
                {{"/usage/in", units::input}, {"/usage/0/out", units::output}}};
            static_cast<void>(pointers.read(bytes));
        } catch (MalformedJson const&) {
        } catch (MalformedUsage const&) {
        } catch (ContradictoryUsage const&) {
        }
        break;
    default: same_at_every_split(std::nullopt, bytes); break;
    }
    return 0;
}
