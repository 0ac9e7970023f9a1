// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/format_reader.hpp>
#include <centavo/api/detail/response_builder.hpp>
#include <centavo/api/detail/usage_maps.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/delta.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// OpenAI's chat completions, completions, embeddings and transcriptions, and those of servers that speak the same.
///
/// Usage may come in any chunk, in `x_groq` or within a choice; `choices` may be null or empty; content may be a list
/// of parts; an error may come in the middle of a 200.
class ChatFormat {
public:
    explicit ChatFormat(ReasoningPlace reasoning = ReasoningPlace::by_total) {
        draft_.usage.place_reasoning(reasoning);
        placed_ = reasoning != ReasoningPlace::by_total;
    }

    template <typename OnDelta>
    void take(WireEvent const& event, OnDelta&& on_delta) {
        if (!event.data.starts_with('{')) {
            draft_.pass_on(event, on_delta);
            return;
        }
        JsonScan scan{event.data};
        std::string_view duration;
        bool spoken = false;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::array && name->equals("choices")) {
                scan.enter_array();
                for (int position = 0; scan.next_element(); ++position) {
                    take_choice(scan, position, on_delta);
                }
            } else if (kind == JsonKind::object && (name->equals("usage") || name->equals("usage_info"))) {
                draft_.usage.read(scan);
            } else if (kind == JsonKind::string && name->equals("model")) {
                draft_.served_by(scan.string());
            } else if (kind == JsonKind::string && name->equals("service_tier")) {
                take_tier(scan.string());
            } else if (kind == JsonKind::object && name->equals("x_groq")) {
                take_groq(scan);
            } else if ((kind == JsonKind::object || kind == JsonKind::string) && name->equals("error")) {
                draft_.fail(scan);
            } else if (kind == JsonKind::string && name->equals("text")) {  // a transcription
                spoken = true;
                draft_.answer.finish = FinishReason::stop;
                draft_.add(DeltaKind::text, scan.string(), 0, on_delta);
            } else if (kind == JsonKind::number && name->equals("duration")) {
                duration = scan.number();
            } else {
                scan.skip();
            }
        }
        scan.finish();
        if (spoken && !duration.empty()) {
            draft_.usage.take("duration", duration);
        }
        if (event.type == "error" && draft_.answer.error.empty()) {
            draft_.answer.finish = FinishReason::error;
            draft_.answer.error = event.data;
        }
    }

    /// Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Response finish(Delivery arrival) {
        if (!placed_ && draft_.answer.model.find("gemini") != std::string::npos) {
            draft_.usage.place_reasoning(ReasoningPlace::hidden);  // Google's compatible address
        }
        return draft_.finish(arrival, UsageTiming::at_end);
    }

    [[nodiscard]] Response const& so_far() const noexcept { return draft_.answer; }

private:
    /// A choice; where its index follows its content, the content is read once the index is known.
    template <typename OnDelta>
    void take_choice(JsonScan& scan, int position, OnDelta& on_delta) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::optional<int> index;
        std::string_view waiting;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && (name->equals("delta") || name->equals("message"))) {
                if (index) {
                    take_message(scan, *index, on_delta);
                } else {
                    waiting = scan.skip();
                }
            } else if (kind == JsonKind::number && name->equals("index")) {
                index = static_cast<int>(json_integer(scan.number()).value_or(0) & 0xFFFF);
            } else if (kind == JsonKind::string && name->equals("finish_reason")) {
                take_finish(scan.string(), index.value_or(position));
            } else if (kind == JsonKind::string && name->equals("text")) {
                draft_.add(DeltaKind::text, scan.string(), index.value_or(position), on_delta);
            } else if (kind == JsonKind::object && name->equals("usage")) {  // Moonshot's streams
                draft_.usage.read(scan);
            } else {
                scan.skip();
            }
        }
        if (!waiting.empty()) {
            JsonScan message{waiting};
            take_message(message, index.value_or(position), on_delta);
        }
    }

    void take_finish(JsonString const& reason, int choice) {
        if (choice == 0 && !reason.raw.empty() && draft_.answer.error.empty()) {
            draft_.answer.finish = finish_reason_of(reason.raw);
        }
    }

    template <typename OnDelta>
    void take_message(JsonScan& scan, int choice, OnDelta& on_delta) {
        std::string_view details;
        bool reasoned = false;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("content")) {
                draft_.add(DeltaKind::text, scan.string(), choice, on_delta);
            } else if (kind == JsonKind::array && name->equals("content")) {
                take_parts(scan, choice, on_delta);
            } else if (kind == JsonKind::array && name->equals("tool_calls")) {
                scan.enter_array();
                for (std::size_t next = 0; scan.next_element(); ++next) {
                    take_tool_call(scan, next, choice, on_delta);
                }
            } else if (kind == JsonKind::string &&
                       (name->equals("reasoning") || name->equals("reasoning_content"))) {
                JsonString const piece = scan.string();
                if (!reasoned) {  // one server sends the same under both names
                    draft_.add(DeltaKind::reasoning, piece, choice, on_delta);
                }
                reasoned = reasoned || !piece.raw.empty();
            } else if (kind == JsonKind::array && name->equals("reasoning_details")) {
                details = scan.skip();
            } else if (kind == JsonKind::string && name->equals("refusal")) {
                draft_.add(DeltaKind::refusal, scan.string(), choice, on_delta);
            } else if (kind == JsonKind::object && name->equals("function_call")) {
                take_function(scan, draft_.call_at(0, choice), choice, on_delta);
            } else {
                scan.skip();
            }
        }
        if (!reasoned && !details.empty()) {
            JsonScan list{details};
            take_details(list, choice, on_delta);
        }
    }

    /// Mistral's content as a list: texts, and thinking that is a list of texts.
    template <typename OnDelta>
    void take_parts(JsonScan& scan, int choice, OnDelta& on_delta) {
        scan.enter_array();
        while (scan.next_element()) {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                continue;
            }
            std::optional<JsonString> text;
            std::string_view thinking;
            bool is_text = true;
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                JsonKind const kind = scan.peek();
                if (kind == JsonKind::string && name->equals("text")) {
                    text = scan.string();
                } else if (kind == JsonKind::string && name->equals("type")) {
                    is_text = scan.string().equals("text");
                } else if (kind == JsonKind::array && name->equals("thinking")) {
                    thinking = scan.skip();
                } else {
                    scan.skip();
                }
            }
            if (is_text && text) {
                draft_.add(DeltaKind::text, *text, choice, on_delta);
            } else if (!thinking.empty()) {
                JsonScan list{thinking};
                take_details(list, choice, on_delta);
            }
        }
    }

    /// A list of reasoning: the texts and summaries; what is encrypted is no output that can be seen.
    template <typename OnDelta>
    void take_details(JsonScan& scan, int choice, OnDelta& on_delta) {
        scan.enter_array();
        while (scan.next_element()) {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                continue;
            }
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                if (scan.peek() == JsonKind::string && (name->equals("text") || name->equals("summary"))) {
                    draft_.add(DeltaKind::reasoning, scan.string(), choice, on_delta);
                } else {
                    scan.skip();
                }
            }
        }
    }

    template <typename OnDelta>
    void take_tool_call(JsonScan& outer, std::size_t position, int choice, OnDelta& on_delta) {
        if (outer.peek() != JsonKind::object) {
            outer.skip();
            return;
        }
        std::string_view const text = outer.skip();
        JsonScan first{text};
        first.enter_object();
        while (auto const name = first.next_member()) {
            if (first.peek() == JsonKind::number && name->equals("index")) {
                position = static_cast<std::size_t>(json_integer(first.number()).value_or(0));
                break;
            }
            first.skip();
        }
        ToolCall* const call = draft_.call_at(position, choice);
        JsonScan scan{text};
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && call != nullptr && name->equals("id")) {
                if (JsonString const id = scan.string(); !id.raw.empty()) {
                    call->id = id.text();
                }
            } else if (kind == JsonKind::object && name->equals("function")) {
                take_function(scan, call, choice, on_delta);
            } else {
                scan.skip();
            }
        }
    }

    template <typename OnDelta>
    void take_function(JsonScan& scan, ToolCall* call, int choice, OnDelta& on_delta) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && call != nullptr && name->equals("name")) {
                if (JsonString const called = scan.string(); !called.raw.empty()) {
                    call->name = called.text();
                }
            } else if (name->equals("arguments") && kind == JsonKind::string) {
                draft_.add_arguments(call, scan.string(), choice, on_delta);
            } else if (name->equals("arguments") && kind == JsonKind::object) {
                draft_.add_arguments(call, {scan.skip(), false}, choice, on_delta);
            } else {
                scan.skip();
            }
        }
    }

    /// Said in every chunk: looked up where it is another than before.
    void take_tier(JsonString const& tier) {
        if (tier.raw != tier_) {
            tier_ = tier.raw;
            draft_.usage.serve("service_tier", tier_);
        }
    }

    void take_groq(JsonScan& scan) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("usage")) {
                draft_.usage.read(scan);
            } else if (kind == JsonKind::string && name->equals("error")) {
                draft_.fail(scan);
            } else {
                scan.skip();
            }
        }
    }

    ResponseBuilder draft_{usage_maps::chat};
    std::string tier_;
    bool placed_ = false;  // whether the caller has said where reasoning is
};

/// Reads OpenAI's chat completions and those who speak the same, bodies and streams alike.
using ChatReader = FormatReader<ChatFormat>;

/// The answer in a whole body. Throws MalformedJson, MalformedUsage and ContradictoryUsage.
[[nodiscard]] inline Response read_chat_body(std::string_view body) {
    ChatReader reader;
    reader.feed(body, [](Delta const&) {});
    return reader.finish();
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
