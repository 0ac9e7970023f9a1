// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/config.hpp>
#include <centavo/base/money.hpp>
#include <centavo/chat/message.hpp>
#include <centavo/pricing/service_tier.hpp>
#include <centavo/pricing/usage.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Why a response ended; `none` where nothing said so, as in a stream that broke off.
enum class FinishReason : std::uint8_t { none, stop, length, tool_calls, content_filter, error, other };

/// What another model, or the same one in a pass of its own, used for this response; billed in addition to its usage.
///
/// Anthropic's advisors, compactions and declined attempts are such, the images that a tool of OpenAI's generates, and
/// the models that a system of Groq's is composed of.
struct SubUsage {
    std::string model;
    Usage usage;
    /// False where another model did the work and the response does not name it, so that `model` is empty and the usage
    /// has no price.
    bool model_known = true;

    friend bool operator==(SubUsage const&, SubUsage const&) = default;
};

/// Why a part of a usage block is remarked on.
enum class UsageWarningKind : std::uint8_t {
    unknown_field,       ///< a field without a known meaning: its money may be missing if `value` is a number
    unknown_value,       ///< a tier, region or kind by a name that the reader does not know
    part_exceeds_whole,  ///< a part larger than its whole, where the reader could go on
    total_differs        ///< the provider's total less input and output, where that is not zero
};

/// Something in a usage block that was not turned into counts: kept, never dropped.
struct UsageWarning {
    UsageWarningKind kind;
    std::string field;
    std::string value;  ///< JSON text as the provider sent it, or the figure that is off

    friend bool operator==(UsageWarning const&, UsageWarning const&) = default;
};

/// What came back: from a whole body or a stream alike. A value.
struct Response {
    std::string text = {};
    std::vector<ToolCall> tool_calls = {};
    std::string refusal = {};
    std::string reasoning = {};  ///< where the provider shows it; billed as output
    FinishReason finish = FinishReason::none;
    std::optional<Usage> usage = std::nullopt;  ///< nullopt where none was sent: not the same as zero
    /// `reported` if the usage is final; `partial` if it may have grown after it arrived, and of a stream that did not
    /// end; `estimated` of a whole response without usage.
    UsageQuality quality = UsageQuality::reported;
    bool ended = false;      ///< whether a whole body arrived, or the event that ends a stream of its API
    std::string model = {};  ///< the model that served it, as the provider names it
    std::optional<Usd> reported_cost = std::nullopt;  ///< the provider's own figure
    std::optional<Usd> upstream_cost = std::nullopt;  ///< what the caller's own key was charged beside it
    std::string error = {};                           ///< the provider's error message, where it sent one
    std::optional<ServiceTier> tier = std::nullopt;   ///< the tier that served it, where the provider says so
    /// The name of the tier that served it, where it is none of ServiceTier: "scale", "PROVISIONED_THROUGHPUT".
    std::string unknown_tier = {};
    std::string region = {};  ///< the region that served it; empty where the response names none
    /// Whether it is a batch's object or a line of a batch's output file, which is billed at the batch tier whatever
    /// `tier` is.
    bool batch = false;
    std::string search_context = {};  ///< "low", "medium" or "high", where a search is billed by it
    std::optional<Instant> created = std::nullopt;  ///< when the provider began, where the response has it
    std::vector<SubUsage> sub_usages = {};          ///< billed in addition to `usage`
    bool billed_by_parts = false;  ///< whether `sub_usages` are the parts of `usage`, billed instead of it
    bool input_known = true;  ///< false where the usage counts output only, and its input of 0 is no count
    std::vector<UsageWarning> warnings = {};  ///< what in the usage has no meaning here
    std::size_t unknown_events = 0;           ///< of a stream: events that the reader passed on unread
    bool other_choices_complete = true;       ///< whether the choices after the first are complete too
    bool cut_off = false;                     ///< the stream closed within its last event

    /// Whether this is all that the provider had to say; a part must not be taken for the whole.
    [[nodiscard]] bool complete() const noexcept;
};

/// The kind of a piece of a streamed response.
enum class DeltaKind : std::uint8_t { text, reasoning, refusal, tool_arguments, transcript };

/// A piece of a streamed response: output that is billed. The text is valid during the callback only.
struct Delta {
    DeltaKind kind;
    std::string_view text;
    int choice = 0;
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

/// "unknown_field", "unknown_value", "part_exceeds_whole" or "total_differs".
[[nodiscard]] constexpr std::string_view to_string(UsageWarningKind kind) noexcept {
    switch (kind) {
    case UsageWarningKind::unknown_field: return "unknown_field";
    case UsageWarningKind::unknown_value: return "unknown_value";
    case UsageWarningKind::part_exceeds_whole: return "part_exceeds_whole";
    case UsageWarningKind::total_differs: return "total_differs";
    }
    return "";
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/chat/detail/response.ipp>
#endif
