// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/openai_chat/usage.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// OpenAI's chat completions, completions, embeddings and transcriptions, and those of servers that speak the same.
///
/// Usage may come in any chunk, in `x_groq` or within a choice; `choices` may be null or empty; content may be a list
/// of parts; an error may come in the middle of a 200. A stream ends when every choice has a finish reason, or at
/// "[DONE]"; usage before that counts what was generated so far, unless its chunk has no choices.
class ChatFormat final : public ResponseFormat {
public:
    /// A reader of `provider`'s responses, whose name decides where reasoning is counted.
    explicit ChatFormat(std::string_view provider = {}) : ResponseFormat{openai_chat::usage_map} {
        ReasoningPlace const place = openai_chat::reasoning_place(provider);
        builder_.usage.place_reasoning(place);
        placed_ = place != ReasoningPlace::by_total;
    }

protected:
    void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) override {
        std::string_view duration;
        bool spoken = false;
        bool no_choices = false;
        counted_ = false;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::array && name->equals("choices")) {
                int position = 0;
                scan.enter_array();
                for (; scan.next_element(); ++position) {
                    take_choice(scan, position, sink);
                }
                no_choices = position == 0;
            } else if (kind == JsonKind::object && (name->equals("usage") || name->equals("usage_info"))) {
                read_usage(scan);
            } else if (kind == JsonKind::string && name->equals("model")) {
                builder_.served_by(scan.string());
            } else if (kind == JsonKind::string && name->equals("service_tier")) {
                take_tier(scan.string());
            } else if (kind == JsonKind::object && name->equals("x_groq")) {
                take_groq(scan);
            } else if ((kind == JsonKind::object || kind == JsonKind::string) && name->equals("error")) {
                builder_.fail(scan);
            } else if (kind == JsonKind::string && name->equals("text")) {  // a transcription
                spoken = true;
                builder_.response.finish = FinishReason::stop;
                builder_.add(DeltaKind::text, scan.string(), 0, sink);
            } else if (kind == JsonKind::number && name->equals("duration")) {
                duration = scan.number();
            } else {
                scan.skip();
            }
        }
        scan.finish();
        builder_.ended = builder_.ended || (!finished_.empty() && open_choices_ == 0);
        builder_.usage_final = builder_.usage_final || (counted_ && (builder_.ended || no_choices));
        if (spoken && !duration.empty()) {
            builder_.usage.take("duration", duration);
        }
        if (event.type == "error" && builder_.response.error.empty()) {
            builder_.response.finish = FinishReason::error;
            builder_.response.error = event.data;
        }
    }

    void complete() override {
        builder_.response.other_choices_complete =
            other_choices_whole_ && (finished_.size() < 2 || open_choices_ == 0);
        if (!placed_ && builder_.response.model.find("gemini") != std::string::npos) {
            builder_.usage.place_reasoning(ReasoningPlace::hidden);  // Google's compatible address
        }
    }

private:
    /// A choice; where its index follows its content, the content is read once the index is known.
    void take_choice(JsonScan& scan, int position, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::optional<int> index;
        std::string_view waiting;
        JsonString finish;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && (name->equals("delta") || name->equals("message"))) {
                if (index) {
                    take_message(scan, *index, sink);
                } else {
                    waiting = scan.skip();
                }
            } else if (kind == JsonKind::number && name->equals("index")) {
                index = static_cast<int>(json_integer(scan.number()).value_or(0) & 0xFFFF);
            } else if (kind == JsonKind::string && name->equals("finish_reason")) {
                finish = scan.string();
            } else if (kind == JsonKind::string && name->equals("text")) {
                builder_.add(DeltaKind::text, scan.string(), index.value_or(position), sink);
            } else if (kind == JsonKind::object && name->equals("usage")) {  // Moonshot's streams
                read_usage(scan);
            } else {
                scan.skip();
            }
        }
        take_finish(finish, index.value_or(position));
        if (!waiting.empty()) {
            JsonScan message{waiting};
            take_message(message, index.value_or(position), sink);
        }
    }

    /// Reads usage, and notes that this chunk has some.
    void read_usage(JsonScan& scan) {
        builder_.usage.read(scan);
        counted_ = true;
    }

    /// Takes the finish reason of a choice, empty before its end, and keeps count of the choices that are open.
    void take_finish(JsonString const& reason, int choice) {
        auto const at = static_cast<std::size_t>(choice);
        if (at >= finished_.size()) {
            open_choices_ += at + 1 - finished_.size();
            finished_.resize(at + 1);
        }
        if (reason.raw.empty()) {
            return;
        }
        if (!finished_[at]) {
            finished_[at] = true;
            --open_choices_;
        }
        FinishReason const finish = finish_reason_of(reason.raw);
        if (choice != 0) {
            bool const whole = finish == FinishReason::stop || finish == FinishReason::tool_calls;
            other_choices_whole_ = other_choices_whole_ && whole;
        } else if (builder_.response.error.empty()) {
            builder_.response.finish = finish;
        }
    }

    void take_message(JsonScan& scan, int choice, DeltaSink const& sink) {
        std::string_view details;
        bool reasoned = false;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("content")) {
                builder_.add(DeltaKind::text, scan.string(), choice, sink);
            } else if (kind == JsonKind::array && name->equals("content")) {
                take_parts(scan, choice, sink);
            } else if (kind == JsonKind::array && name->equals("tool_calls")) {
                scan.enter_array();
                for (std::size_t next = 0; scan.next_element(); ++next) {
                    take_tool_call(scan, next, choice, sink);
                }
            } else if (kind == JsonKind::string &&
                       (name->equals("reasoning") || name->equals("reasoning_content"))) {
                JsonString const piece = scan.string();
                if (!reasoned) {  // one server sends the same under both names
                    builder_.add(DeltaKind::reasoning, piece, choice, sink);
                }
                reasoned = reasoned || !piece.raw.empty();
            } else if (kind == JsonKind::array && name->equals("reasoning_details")) {
                details = scan.skip();
            } else if (kind == JsonKind::string && name->equals("refusal")) {
                builder_.add(DeltaKind::refusal, scan.string(), choice, sink);
            } else if (kind == JsonKind::object && name->equals("audio")) {
                take_audio(scan, choice, sink);
            } else if (kind == JsonKind::object && name->equals("function_call")) {
                take_function(scan, builder_.call_at(0, choice), choice, sink);
            } else {
                scan.skip();
            }
        }
        if (!reasoned && !details.empty()) {
            JsonScan list{details};
            take_details(list, choice, sink);
        }
    }

    /// Spoken output, of which only the transcript is text.
    void take_audio(JsonScan& scan, int choice, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::string && name->equals("transcript")) {
                builder_.add(DeltaKind::transcript, scan.string(), choice, sink);
            } else {
                scan.skip();
            }
        }
    }

    /// Mistral's content as a list: texts, and thinking that is a list of texts.
    void take_parts(JsonScan& scan, int choice, DeltaSink const& sink) {
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
                builder_.add(DeltaKind::text, *text, choice, sink);
            } else if (!thinking.empty()) {
                JsonScan list{thinking};
                take_details(list, choice, sink);
            }
        }
    }

    /// A list of reasoning: the texts and summaries; what is encrypted is no output that can be seen.
    void take_details(JsonScan& scan, int choice, DeltaSink const& sink) {
        scan.enter_array();
        while (scan.next_element()) {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                continue;
            }
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                if (scan.peek() == JsonKind::string && (name->equals("text") || name->equals("summary"))) {
                    builder_.add(DeltaKind::reasoning, scan.string(), choice, sink);
                } else {
                    scan.skip();
                }
            }
        }
    }

    void take_tool_call(JsonScan& outer, std::size_t position, int choice, DeltaSink const& sink) {
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
        ToolCall* const call = builder_.call_at(position, choice);
        JsonScan scan{text};
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && call != nullptr && name->equals("id")) {
                if (JsonString const id = scan.string(); !id.raw.empty()) {
                    call->id = id.text();
                }
            } else if (kind == JsonKind::object && (name->equals("function") || name->equals("custom"))) {
                take_function(scan, call, choice, sink);
            } else {
                scan.skip();
            }
        }
    }

    void take_function(JsonScan& scan, ToolCall* call, int choice, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && call != nullptr && name->equals("name")) {
                if (JsonString const called = scan.string(); !called.raw.empty()) {
                    call->name = called.text();
                }
            } else if (kind == JsonKind::string && (name->equals("arguments") || name->equals("input"))) {
                builder_.add_arguments(call, scan.string(), choice, sink);
            } else if (name->equals("arguments") && kind == JsonKind::object) {
                builder_.add_arguments(call, {scan.skip(), false}, choice, sink);
            } else {
                scan.skip();
            }
        }
    }

    /// Said in every chunk: looked up where it is another than before.
    void take_tier(JsonString const& tier) {
        if (tier.raw != tier_) {
            tier_ = tier.raw;
            builder_.usage.serve("service_tier", tier_);
        }
    }

    void take_groq(JsonScan& scan) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("usage")) {
                read_usage(scan);
            } else if (kind == JsonKind::string && name->equals("error")) {
                builder_.fail(scan);
            } else {
                scan.skip();
            }
        }
    }

    std::string tier_;
    std::vector<bool> finished_;    // by choice
    std::size_t open_choices_ = 0;  // choices without a finish reason
    bool counted_ = false;          // whether the current chunk has usage
    bool other_choices_whole_ = true;
    bool placed_ = false;  // whether the provider determines where reasoning is counted
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
