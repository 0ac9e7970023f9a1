// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>

#include <cstdint>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The format of an API's requests, responses and stream events.
enum class ApiFormat : std::uint8_t {
    openai_chat,
    openai_responses,
    openai_embeddings,
    anthropic_messages,
    gemini,
    bedrock_converse,
    cohere
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
