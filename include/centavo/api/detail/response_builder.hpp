// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/delta_sink.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/usage_fields.hpp>
#include <centavo/api/detail/usage_map.hpp>
#include <centavo/api/sse.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// How a response arrived.
enum class Delivery : std::uint8_t { whole, streamed };

/// A response while it is being read: what all formats share.
///
/// Holds at most 64 MiB of output. Externally synchronized.
class ResponseBuilder {
public:
    explicit ResponseBuilder(UsageMap map) : usage{map} {}

    Response response;
    UsageFields usage;
    bool ended = false;  ///< whether the event that ends a stream of this API arrived
    bool usage_final =
        false;  ///< whether the usage came with that event or after it, where it cannot change any more

    /// Takes a piece of a choice's output; only the output of choice 0 is kept. Throws OversizedEvent.
    void add(DeltaKind kind, JsonString const& piece, int choice, DeltaSink const& sink) {
        add(kind,
            kind == DeltaKind::text        ? response.text
            : kind == DeltaKind::reasoning ? response.reasoning
            : kind == DeltaKind::refusal   ? response.refusal
                                           : scratch_,
            piece, choice, sink);
        scratch_.clear();
    }

    /// Takes a piece of a tool call's arguments; nullptr for a call that is not kept.
    void add_arguments(ToolCall* call, JsonString const& piece, int choice, DeltaSink const& sink) {
        add(DeltaKind::tool_arguments, call != nullptr ? call->arguments : scratch_, piece, choice, sink);
        scratch_.clear();
    }

    /// The tool call at a position, inserted if absent; nullptr for other choices and beyond 1,024 calls.
    [[nodiscard]] ToolCall* call_at(std::size_t position, int choice = 0) {
        constexpr std::size_t max_calls = 1'024;
        if (choice != 0 || position >= max_calls) {
            return nullptr;
        }
        if (response.tool_calls.size() <= position) {
            response.tool_calls.resize(position + 1);
        }
        return &response.tool_calls[position];
    }

    /// Takes the name of the model that served the call; repeated in every chunk, it is copied once.
    void served_by(JsonString const& model) {
        if (!model.equals(response.model) && !model.raw.empty()) {
            response.model = model.text();
        }
    }

    /// Takes when the provider began, in seconds since 1970; repeated in every chunk, it is read once.
    void created_at(std::string_view seconds) {
        constexpr std::size_t most_digits = 10;
        if (response.created) {
            return;
        }
        std::int64_t count = 0;
        std::size_t digits = 0;
        while (digits < seconds.size() && seconds[digits] >= '0' && seconds[digits] <= '9' &&
               digits < most_digits) {
            count = count * 10 + (seconds[digits++] - '0');
        }
        constexpr std::int64_t latest = 9'000'000'000;  // in the year 2255; an Instant ends in 2262
        bool const whole = digits == seconds.size() || seconds[digits] == '.';
        if (whole && count > 0 && count < latest) {
            response.created = Instant{std::chrono::seconds{count}};
        }
    }

    /// The same as text, "2026-08-01T12:00:00.123Z".
    void created_at(JsonString const& text) {
        if (!response.created) {
            try {
                response.created = parse_instant(text.text());
            } catch (MalformedInstant const&) {  // it is not needed
            }
        }
    }

    /// Takes why the response ended.
    void end_by(JsonString const& reason) {
        std::string storage;
        response.finish = finish_reason_of(reason.text_in(storage));
    }

    /// Reads the data of an image response, whose output without details is image tokens, or of embeddings.
    void read_data(JsonScan& scan) {
        read_array(scan, [&](std::size_t index) {
            if (index > 0 || scan.peek() != JsonKind::object) {
                scan.skip();
                return;
            }
            read_object(scan,
                        on_string({"b64_json", "url"}, [&](JsonString const&) { usage.set_image_output(); }));
        });
    }

    /// Takes the error at which the scanner stands: an object with a message, or a string.
    void fail(JsonScan& scan) {
        response.finish = FinishReason::error;
        response.error = "error";
        JsonKind const kind = scan.peek();
        if (kind == JsonKind::string) {
            response.error = scan.string().text();
        } else if (kind != JsonKind::object) {
            response.error = scan.skip();
        } else {
            read_object(scan,
                        on_string({"message", "Message"},
                                  [&](JsonString const& text) { response.error = text.text(); }),
                        on_string("type", [&](JsonString const& text) {
                            if (response.error == "error") {
                                response.error = text.text();
                            }
                        }));
        }
    }

    /// Counts an unknown event and passes it on.
    void pass_on(WireEvent const& event, DeltaSink const& sink) {
        ++response.unknown_events;
        sink.pass_on(event);
    }

    /// The response with its usage in normal form. Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Response finish(Delivery delivery) {
        usage.write_to(response);
        if (response.usage && delivered() && is_zero(*response.usage)) {
            response.usage.reset();  // a placeholder: what was delivered was generated from something
        }
        bool const whole = delivery == Delivery::whole;
        response.ended = whole || ended;
        bool const answered = response.ended && response.finish != FinishReason::error;
        response.quality = response.usage && (whole || usage_final)     ? UsageQuality::reported
                           : answered && response.usage == std::nullopt ? UsageQuality::estimated
                                                                        : UsageQuality::partial;
        return std::move(response);
    }

private:
    /// Whether there is any output.
    [[nodiscard]] bool delivered() const noexcept {
        return !response.text.empty() || !response.reasoning.empty() || !response.refusal.empty() ||
               !response.tool_calls.empty();
    }

    [[nodiscard]] static bool is_zero(Usage const& usage) {
        if (usage.input.value() > 0 || usage.output.value() > 0) {
            return false;
        }
        bool zero = true;
        usage.for_each([&](Unit, std::int64_t count) { zero = zero && count == 0; });
        return zero;
    }

    void add(DeltaKind kind, std::string& whole, JsonString const& piece, int choice, DeltaSink const& sink) {
        constexpr std::size_t max_bytes = std::size_t{64} << 20;
        if (piece.raw.empty()) {
            return;
        }
        if (choice == 0) {
            held_ += piece.raw.size();
        }
        if (held_ > max_bytes) {
            throw OversizedEvent("a response holds more than 64 MiB of output");
        }
        std::size_t const before = whole.size();
        piece.append_to(whole);
        sink(Delta{kind, std::string_view{whole}.substr(before), choice});
        if (choice != 0) {
            whole.resize(before);
        }
    }

    std::string scratch_;  // output that is passed on and not kept
    std::size_t held_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
