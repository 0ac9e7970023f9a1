// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/tokens/counter.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The input tokens of a request, before it is sent.
struct InputCount {
    Tokens tokens;          ///< the expected number
    bool exact = false;     ///< whether the provider bills exactly that many
    Tokens images = 0;      ///< the part of `tokens` for images
    Tokens worst_case = 0;  ///< a bound, see count_request()

    /// The mean error of `tokens` on recorded bills of the model's family, in thousandths; nullopt if not measured.
    std::optional<std::int32_t> error = std::nullopt;
};

/// The number of input tokens that a call is quoted at.
enum class InputReservation : std::uint8_t {
    worst_case,  ///< the bound: the bill is not above the quote
    expected  ///< the expected number and its mean error: the bill may be above the quote by what the error is above
};

/// The tokens of one message: 3, its role, content, name (1 more) and the names and arguments of its calls. What is
/// not text counts 0.
[[nodiscard]] Tokens count_message(Message const& message, Counter const& counter,
                                   ChatRules const& rules = {});

/// The tokens of a conversation: its messages and what begins the response.
[[nodiscard]] Tokens count_messages(std::span<Message const> messages, Counter const& counter,
                                    ChatRules const& rules = {});

/// The tokens of a conversation's images by the rule of the model's family, see image_tokens().
[[nodiscard]] Tokens count_images(std::span<Message const> messages, ModelId const& model);

/// The input tokens of a request of any format, by the rule of its model's family.
///
/// Exact for chat requests of text messages alone, of families that were measured, and for embeddings of text, each by
/// an exact counter. For OpenAI's models functions are counted as the declarations that the model is shown (0.2 %, at
/// most 1 % off on recorded calls); a schema for the response can be off by 20 %. For families without a public
/// vocabulary PromptRule adds what their bills show. Images count as image_tokens() defines, at the maximum of the
/// model's rule where the size is not known. Documents, recordings and films are rough estimates.
///
/// `worst_case` is never below the bill of a request that holds its whole prompt: the bytes of the body, with images'
/// tokens instead of their bytes, since a byte-level tokenizer makes at most one token per byte; and the family's
/// `max_hidden_prompt` for functions. For tools that the provider runs and for context outside of the request it adds
/// an allowance of 8,192 and 4,096 tokens, which is no bound.
///
/// Linear in the size of the request. Computed once per request and counter; later calls return the first result.
[[nodiscard]] InputCount count_request(Request const& request, Counter const& counter);

/// What bounds the cost of a request: its input as `reservation` says; its output cap, or else the model's, or else
/// `fallback`; the number of responses; whether it writes its prompt to a cache.
[[nodiscard]] CallShape shape_of(Request const& request, Counter const& counter, Tokens fallback,
                                 InputReservation reservation = InputReservation::worst_case);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/request_tokens.ipp>
#endif
