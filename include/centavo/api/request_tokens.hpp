// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/image_tokens.hpp>
#include <centavo/api/detail/tool_rendering.hpp>
#include <centavo/api/request.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/quote.hpp>
#include <centavo/tokens/counter.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The prompt tokens of a request and whether they are what the provider will bill.
struct ChatCount {
    Tokens tokens;
    bool exact = false;
    Tokens images = 0;  ///< of them those for images
};

/// The tokens of one message: 3, its role, content, name (1 more) and the names and arguments of its calls. What is
/// not text counts 0.
[[nodiscard]] Tokens count_message(Message const& message, Counter const& counter,
                                   ChatRules const& rules = {});

/// The tokens of a conversation: its messages and what begins the answer.
[[nodiscard]] Tokens count_messages(View<Message> messages, Counter const& counter,
                                    ChatRules const& rules = {});

/// The tokens of a conversation's images by the rule of the model's family, see image_tokens().
[[nodiscard]] Tokens count_images(View<Message> messages, ModelId const& model);

namespace chat {

using detail::rendering::member_of;

/// What calls and their results cost beside the names, arguments and texts that are counted for them.
[[nodiscard]] std::int64_t calls_overhead(View<ToolCall> calls, Counter const& counter,
                                          ChatRules const& rules);

[[nodiscard]] std::int64_t tool_choice_tokens(Request const& request, Counter const& counter);

/// The function that the call `id` of an earlier message named.
[[nodiscard]] std::string_view called_name(View<Message> earlier, std::string_view id) noexcept;

/// A tool's result is shown as a message of the function that was called.
[[nodiscard]] std::int64_t sender_tokens(std::string_view function, Counter const& counter);

/// The tokens of the answer's schema, which the responses format has in another place: those of its compact text and
/// 1, an estimate. 0 for free text.
[[nodiscard]] std::int64_t format_tokens(Request const& request, Counter const& counter);

}  // namespace chat

/// The prompt tokens of a request: messages, calls and their results, functions, formats, images.
///
/// Exact for text messages alone, of families that were measured, by an exact counter. With tools 0.2 % and at most
/// 1 % off on recorded calls; a schema for the answer can be off by 20 %. Images as image_tokens() says, the most
/// that the model's rule can give where the size is not known. Audio and files count 0.
[[nodiscard]] ChatCount count_request(Request const& request, Counter const& counter);

/// The most that a request can use: its input's tokens where the count is exact, where not the bytes that bound them
/// and its images' tokens instead of their bytes; its cap, else the model's, else `otherwise`.
///
/// A recording or a document that the request only names, by URL or file id, has no bound here.
[[nodiscard]] CallShape shape_of(Request const& request, Counter const& counter, Tokens otherwise);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/request_tokens.ipp>
#endif
