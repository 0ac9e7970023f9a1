// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/openai_chat/usage.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
        auto const speak = [&](JsonString const& text) {
            spoken = true;
            builder_.response.finish = FinishReason::stop;
            builder_.add(DeltaKind::text, text, 0, sink);
        };
        read_object(scan, on_array("choices", [&] { no_choices = take_choices(scan, sink) == 0; }),
                    on_object({"usage", "usage_info"}, [&] { read_usage(scan); }),
                    on_string("model", [&](JsonString const& model) { builder_.served_by(model); }),
                    on_string("service_tier", [&](JsonString const& tier) { take_tier(tier); }),
                    on_number({"created", "created_at"},
                              [&](std::string_view seconds) { builder_.created_at(seconds); }),
                    on_object("x_groq", [&] { take_groq(scan); }),
                    on_object("usage_breakdown", [&] { take_breakdown(scan); }),
                    on_string("object", [&](JsonString const& object) { take_kind(object); }),
                    on_string("text", speak),  // a transcription
                    on_number("duration", [&](std::string_view seconds) { duration = seconds; }),
                    on_array("data", [&] { builder_.read_data(scan); }),
                    otherwise([&](std::string_view name, JsonKind kind) {
                        return take_rarer(name, kind, scan, sink);
                    }));
        scan.finish();
        builder_.ended = builder_.ended || (!finished_.empty() && open_choices_ == 0);
        builder_.usage_final = builder_.usage_final || (counted_ && (builder_.ended || no_choices));
        if (spoken && !duration.empty() && !builder_.usage.any()) {
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
    /// The choices, and how many there are.
    int take_choices(JsonScan& scan, DeltaSink const& sink) {
        int position = 0;
        read_array(scan, [&] { take_choice(scan, position++, sink); });
        return position;
    }

    /// A member of an error, or of the responses of other servers; false, and nothing read, where it is neither.
    bool take_rarer(std::string_view name, JsonKind kind, JsonScan& scan, DeltaSink const& sink) {
        if ((kind == JsonKind::object || kind == JsonKind::string) && name == "error") {
            builder_.fail(scan);
        } else if (kind == JsonKind::number && openai_chat::is_count_beside(name)) {
            builder_.usage.take(name, scan.number());
            counted_ = true;
        } else if (kind == JsonKind::string && (name == "generation" || name == "response")) {
            builder_.add(DeltaKind::text, scan.string(), 0, sink);  // Llama; Ollama
        } else if (kind == JsonKind::string && (name == "stop_reason" || name == "done_reason")) {
            take_finish(scan.string(), 0);  // Llama; Ollama
        } else if (kind == JsonKind::string && name == "created_at") {
            builder_.created_at(scan.string());  // Ollama
        } else if (kind == JsonKind::boolean && name == "done") {
            builder_.ended = scan.boolean() || builder_.ended;  // Ollama
        } else if (kind == JsonKind::object && name == "message") {
            take_message(scan, 0, sink);  // Ollama
        } else if (kind == JsonKind::object && name == "output") {
            take_output(scan, sink);  // DashScope
        } else if (kind == JsonKind::array && name == "results") {
            take_results(scan, sink);  // Titan
        } else if (kind == JsonKind::object && name == "amazon-bedrock-invocationMetrics") {
            builder_.usage.read(scan);  // the last event of a stream of InvokeModel
            counted_ = true;
        } else {
            return false;
        }
        return true;
    }

    /// What the object is: that of a batch holds the counts of all its requests.
    void take_kind(JsonString const& object) {
        if (object.equals("batch")) {
            builder_.response.batch = true;
        }
    }

    void take_output(JsonScan& scan, DeltaSink const& sink) {
        read_object(
            scan, on_array("choices", [&] { take_choices(scan, sink); }),
            on_string("text", [&](JsonString const& text) { builder_.add(DeltaKind::text, text, 0, sink); }),
            on_string("finish_reason", [&](JsonString const& reason) { take_finish(reason, 0); }));
    }

    void take_results(JsonScan& scan, DeltaSink const& sink) {
        std::int64_t tokens = 0;
        bool counts = false;
        read_array(scan, [&] {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                return;
            }
            read_object(
                scan,
                on_number("tokenCount",
                          [&](std::string_view digits) {
                              auto const count = json_integer(digits);
                              counts = count && !__builtin_add_overflow(tokens, *count, &tokens);
                          }),
                on_string("outputText",
                          [&](JsonString const& text) { builder_.add(DeltaKind::text, text, 0, sink); }),
                on_string("completionReason", [&](JsonString const& reason) { take_finish(reason, 0); }));
        });
        if (counts) {
            builder_.usage.take("results/tokenCount", std::to_string(tokens));
            counted_ = true;
        }
    }

    /// The models of one of Groq's composed systems, which are billed instead of the system.
    void take_breakdown(JsonScan& scan) {
        std::vector<SubUsage> parts;
        auto const take_part = [&] {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                return;
            }
            SubUsage part;
            UsageFields fields{openai_chat::usage_map};
            read_object(scan, on_string("model", [&](JsonString const& model) { part.model = model.text(); }),
                        on_object("usage", [&] { fields.read(scan); }));
            if (fields.any()) {
                part.usage = fields.usage();
                part.model_known = !part.model.empty();
                parts.push_back(std::move(part));
            }
        };
        read_object(scan, on_array("models", [&] { read_array(scan, take_part); }));
        builder_.usage.set_parts(std::move(parts));
    }

    /// A choice; where its index follows its content, the content is read once the index is known.
    void take_choice(JsonScan& scan, int position, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::optional<int> index;
        std::string_view waiting;
        JsonString finish;
        read_object(scan,
                    on_object({"delta", "message"},
                              [&] {
                                  if (index) {
                                      take_message(scan, *index, sink);
                                  } else {
                                      waiting = scan.skip();
                                  }
                              }),
                    on_number("index",
                              [&](std::string_view digits) {
                                  index = static_cast<int>(json_integer(digits).value_or(0) & 0xFFFF);
                              }),
                    on_string("finish_reason", [&](JsonString const& reason) { finish = reason; }),
                    on_string("text",
                              [&](JsonString const& text) {
                                  builder_.add(DeltaKind::text, text, index.value_or(position), sink);
                              }),
                    on_object("usage", [&] { read_usage(scan); }));  // Moonshot's streams
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
        std::string storage;
        FinishReason const finish = finish_reason_of(reason.text_in(storage));
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
                if (call != nullptr) {
                    call->custom = name->equals("custom");
                }
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
        std::string storage;
        if (std::string_view const name = tier.text_in(storage); name != tier_) {
            tier_ = name;
            builder_.usage.serve("service_tier", tier_);
        }
    }

    void take_groq(JsonScan& scan) {
        read_object(scan, on_object("usage", [&] { read_usage(scan); }),
                    on_object("usage_breakdown", [&] { take_breakdown(scan); }),
                    on_string("error", [&](JsonString const& message) {
                        builder_.response.finish = FinishReason::error;
                        builder_.response.error = message.text();
                    }));
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
