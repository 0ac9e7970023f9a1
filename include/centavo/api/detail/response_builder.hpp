// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/usage_fields.hpp>
#include <centavo/api/sse.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/delta.hpp>
#include <centavo/chat/response.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Whether a provider sends its usage once, at the end, or on the way too.
enum class UsageTiming : std::uint8_t { at_end, cumulative };

/// How an answer came.
enum class Delivery : std::uint8_t { whole, streamed };

/// An answer while it is read: what all formats do alike. Holds at most 64 MiB of answer. Not synchronised.
class ResponseBuilder {
public:
    explicit ResponseBuilder(UsageMap map) : usage{map} {}

    Response answer;
    UsageFields usage;

    /// Takes a piece of a choice's output; only that of choice 0 is kept. Throws OversizedEvent.
    template <typename OnDelta>
    void add(DeltaKind kind, JsonString const& piece, int choice, OnDelta& on_delta) {
        add(kind,
            kind == DeltaKind::text        ? answer.text
            : kind == DeltaKind::reasoning ? answer.reasoning
            : kind == DeltaKind::refusal   ? answer.refusal
                                           : scratch_,
            piece, choice, on_delta);
        scratch_.clear();
    }

    /// Takes a piece of a tool call's arguments; `call` is nullptr where the call is not kept.
    template <typename OnDelta>
    void add_arguments(ToolCall* call, JsonString const& piece, int choice, OnDelta& on_delta) {
        add(DeltaKind::tool_arguments, call != nullptr ? call->arguments : scratch_, piece, choice, on_delta);
        scratch_.clear();
    }

    /// The tool call at a position, made if it is not there; nullptr for other choices and beyond 1,024 calls.
    [[nodiscard]] ToolCall* call_at(std::size_t position, int choice = 0) {
        constexpr std::size_t most = 1'024;
        if (choice != 0 || position >= most) {
            return nullptr;
        }
        if (answer.tool_calls.size() <= position) {
            answer.tool_calls.resize(position + 1);
        }
        return &answer.tool_calls[position];
    }

    /// Takes the name of the model that served; said in every chunk, it is copied once.
    void served_by(JsonString const& model) {
        if (!model.equals(answer.model) && !model.raw.empty()) {
            answer.model = model.text();
        }
    }

    /// Takes an error where the scanner stands: an object with a message, or a string.
    void fail(JsonScan& scan) {
        answer.finish = FinishReason::error;
        answer.error = "error";
        JsonKind const kind = scan.peek();
        if (kind == JsonKind::string) {
            answer.error = scan.string().text();
        } else if (kind != JsonKind::object) {
            answer.error = scan.skip();
        } else {
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                bool const text = scan.peek() == JsonKind::string;
                if (text && (name->equals("message") || name->equals("Message"))) {
                    answer.error = scan.string().text();
                } else if (text && answer.error == "error" && name->equals("type")) {
                    answer.error = scan.string().text();
                } else {
                    scan.skip();
                }
            }
        }
    }

    /// Counts an event without a meaning, and hands it on to an `on_delta` that takes such.
    template <typename OnDelta>
    void pass_on(WireEvent const& event, OnDelta& on_delta) {
        ++answer.unknown_events;
        if constexpr (std::invocable<OnDelta&, UnknownEvent const&>) {
            on_delta(UnknownEvent{event.type, event.data});
        }
    }

    /// The answer with its usage in normal form. Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Response finish(Delivery arrival, UsageTiming timing) {
        usage.write_to(answer);
        bool const broken = answer.finish == FinishReason::none;
        answer.quality = answer.usage
                             ? (broken && arrival == Delivery::streamed && timing == UsageTiming::cumulative
                                    ? UsageQuality::partial
                                    : UsageQuality::reported)
                         : broken || answer.finish == FinishReason::error ? UsageQuality::partial
                                                                          : UsageQuality::estimated;
        return std::move(answer);
    }

private:
    template <typename OnDelta>
    void add(DeltaKind kind, std::string& whole, JsonString const& piece, int choice, OnDelta& on_delta) {
        constexpr std::size_t most = std::size_t{64} << 20;
        if (piece.raw.empty()) {
            return;
        }
        if (choice == 0) {
            held_ += piece.raw.size();
        }
        if (held_ > most) {
            throw OversizedEvent("centavo: an answer of more than 64 MiB");
        }
        std::size_t const before = whole.size();
        piece.append_to(whole);
        on_delta(Delta{kind, std::string_view{whole}.substr(before), choice});
        if (choice != 0) {
            whole.resize(before);
        }
    }

    std::string scratch_;  // output that is given on and not kept
    std::size_t held_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
