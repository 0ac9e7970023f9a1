// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace centavo::inline v0 {

/// What a provider does when the connection of a stream is closed before its end: go on and bill it, or stop both.
enum class AfterAbort : std::uint8_t { bills_on, stops_billing };

/// What `provider` does after an abort; `bills_on` for one that is not known to stop.
///
/// Known to stop: those that OpenRouter's documentation lists as supporting stream cancellation ("Streaming"):
/// OpenAI, Azure, Anthropic, Fireworks, DeepSeek, Together, Cohere, xAI, Cloudflare. It lists AWS Bedrock,
/// Groq, Google, Mistral, Perplexity, Replicate, Hugging Face and SambaNova as going on. The same source says that no
/// provider stops for an answer that is not streamed. Names are ids of the price table, in lower case.
[[nodiscard]] constexpr AfterAbort after_abort(std::string_view provider) noexcept {
    constexpr std::string_view stopping[] = {"anthropic", "azure",  "cloudflare", "cohere", "deepseek",
                                             "fireworks", "openai", "together",   "x-ai",   "xai"};
    return std::ranges::find(stopping, provider) != std::ranges::end(stopping) ? AfterAbort::stops_billing
                                                                               : AfterAbort::bills_on;
}

}  // namespace centavo::inline v0
