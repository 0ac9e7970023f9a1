// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/chat/tool.hpp>
#include <centavo/pricing/usage.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::inline v0 {

/// Why an answer ended; `none` where nothing said so, as in a stream that broke off.
enum class FinishReason : std::uint8_t { none, stop, length, tool_calls, content_filter, error, other };

/// What came back: from a whole body or a stream alike. A value.
struct Answer {
    std::string text = {};
    std::vector<ToolCall> tool_calls = {};
    std::string refusal = {};
    std::string reasoning = {};  ///< where the provider shows it; billed as output
    FinishReason finish = FinishReason::none;
    std::optional<Usage> usage = std::nullopt;  ///< nullopt where none was sent: not the same as zero
    UsageQuality quality = UsageQuality::reported;
    std::string model = {};                           ///< the model that served it, as the provider names it
    std::optional<Usd> reported_cost = std::nullopt;  ///< the provider's own figure
    std::string error = {};                           ///< the provider's error message, where it sent one

    /// Whether this is all that the provider had to say; a part must not be taken for the whole.
    [[nodiscard]] bool complete() const noexcept {
        return error.empty() && (finish == FinishReason::stop || finish == FinishReason::tool_calls);
    }
};

/// OpenAI's name of a finish reason.
[[nodiscard]] constexpr std::string_view to_string(FinishReason reason) noexcept {
    switch (reason) {
    case FinishReason::none: return "";
    case FinishReason::stop: return "stop";
    case FinishReason::length: return "length";
    case FinishReason::tool_calls: return "tool_calls";
    case FinishReason::content_filter: return "content_filter";
    case FinishReason::error: return "error";
    case FinishReason::other: return "other";
    }
    return "";
}

}  // namespace centavo::inline v0
