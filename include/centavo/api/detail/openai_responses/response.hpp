// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/openai_responses/usage.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_object.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/pricing/unit.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// OpenAI's responses and realtime, whole and as events.
///
/// What a stream has delivered in deltas is not taken again from the response that ends it. Searches, code sessions and
/// generated images are no part of the usage block: they are counted in the output, or in `tool_usage`. The events of
/// transcriptions, speech and images have their usage beside their type.
class ResponsesFormat final : public ResponseFormat {
public:
    ResponsesFormat() : ResponseFormat{openai_responses::usage_map} {}

protected:
    void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) override {
        Event read;
        read_object(
            scan,
            on_string("type", [&](JsonString const& type) { read.type = type.text_in(read.type_storage); }),
            on_string({"delta", "arguments"}, [&](JsonString const& text) { read.text = text; }),
            on_number("output_index",
                      [&](std::string_view digits) {
                          read.index = static_cast<std::size_t>(json_integer(digits).value_or(0));
                      }),
            on_object({"response", "item"}, [&] { read.inner = scan.skip(); }),
            on_object("error", [&] { builder_.fail(scan); }),
            on_string("message", [&](JsonString const& message) { read.message = message; }),
            on_string("object",
                      [&](JsonString const& object) {
                          read.is_response = read.is_response || object.equals("response");
                      }),
            on_array("output",
                     [&] {
                         read.is_response = true;
                         scan.skip();
                     }),
            on_object("usage", [&] { read.usage = scan.skip(); }),
            on_string({"text", "transcript"}, [&](JsonString const& text) { read.spoken = text; }));
        scan.finish();
        if (read.is_response || read.type.empty()) {
            JsonScan whole{event.data};
            take_response(whole, true, sink);
        } else {
            take_event(event, read, sink);
        }
    }

    void complete() override {
        if (std::int64_t const searches = std::max(searches_, requested_searches_); searches > 0) {
            builder_.usage.set(units::web_searches, searches);
        }
        if (file_searches_ > 0) {
            builder_.usage.set(units::file_searches, file_searches_);
        }
        if (!containers_.empty()) {
            builder_.usage.set(units::code_sessions, static_cast<std::int64_t>(containers_.size()));
        }
        if (images_ && images_->any()) {
            add_images(images_->usage());
        } else if (!images_ && generated_ > 0) {
            builder_.usage.set(units::output_images, generated_);
        }
        if (transcription_ && builder_.usage.any()) {
            builder_.usage.add({.model = {}, .usage = transcription_->usage(), .model_known = false});
        } else if (transcription_) {
            builder_.usage = *transcription_;
        }
        if (builder_.response.finish == FinishReason::stop && !builder_.response.tool_calls.empty()) {
            builder_.response.finish = FinishReason::tool_calls;
        }
    }

private:
    /// Adds what the image tool used, unless it is nothing.
    void add_images(Usage const& usage) {
        if (usage.input.value() > 0 || usage.output.value() > 0) {
            bool const named = !image_model_.empty();
            builder_.usage.add({.model = image_model_, .usage = usage, .model_known = named});
        }
    }

    struct Event {
        std::string_view type = {};
        JsonString text = {};
        std::optional<JsonString> message = std::nullopt;
        std::size_t index = 0;
        std::string_view inner = {};
        std::string_view usage = {};
        std::optional<JsonString> spoken = std::nullopt;
        bool is_response = false;
        std::string type_storage = {};
    };

    void take_event(WireEvent const& event, Event const& read, DeltaSink const& sink) {
        std::string_view const type = read.type;
        if (type.ends_with(".delta")) {
            take_delta(event, read, sink);
        } else if (is_of_media(type) || (type.starts_with("conversation.item.") && !read.usage.empty())) {
            take_media(type, read, sink);
        } else if (type == "response.output_item.added" || type == "response.output_item.done") {
            items_streamed_ = true;
            if (!read.inner.empty()) {
                JsonScan item{read.inner};
                take_item(item, read.index, type.ends_with("done"), false, sink);
            }
        } else if (!read.inner.empty()) {
            counted_ = false;
            JsonScan response{read.inner};
            take_response(response, false, sink);
            if (ends_stream(type)) {
                builder_.ended = true;
                builder_.usage_final = counted_;
            }
        } else if (type == "error") {
            builder_.response.finish = FinishReason::error;
            if (builder_.response.error.empty()) {
                builder_.response.error = read.message ? read.message->text() : "error";
            }
        } else if (!type.starts_with("response.")) {
            builder_.pass_on(event, sink);
        }
    }

    /// Whether an event is one of a transcription, speech or an image.
    [[nodiscard]] static bool is_of_media(std::string_view type) noexcept {
        return type.starts_with("transcript.") || type.starts_with("speech.audio.") ||
               type.starts_with("image_generation.") || type.starts_with("image_edit.");
    }

    /// An event of a transcription, speech or an image, whose last has the usage.
    ///
    /// A transcription of what the user of a realtime session said is the work of another model than the response.
    void take_media(std::string_view type, Event const& read, DeltaSink const& sink) {
        JsonScan usage{read.usage};
        if (type.starts_with("conversation.item.")) {
            transcription_.emplace(openai_responses::usage_map).read(usage);
            return;
        }
        if (type.starts_with("image_")) {
            builder_.usage.set_image_output();
        }
        if (!read.usage.empty()) {
            builder_.usage.read(usage);
        }
        if (type.ends_with(".done") || type.ends_with(".completed")) {
            if (read.spoken && builder_.response.text.empty()) {
                builder_.add(DeltaKind::text, *read.spoken, 0, sink);
            }
            builder_.response.finish = FinishReason::stop;
            builder_.ended = true;
            builder_.usage_final = builder_.usage.any();
        }
    }

    /// Whether this event is the last of a response; "response.done" is realtime's.
    [[nodiscard]] static bool ends_stream(std::string_view type) noexcept {
        return type == "response.completed" || type == "response.incomplete" || type == "response.failed" ||
               type == "response.done";
    }

    void take_delta(WireEvent const& event, Event const& read, DeltaSink const& sink) {
        std::string_view const type = read.type;
        if (type == "response.output_text.delta" || type == "response.text.delta" ||
            type == "transcript.text.delta") {
            builder_.add(DeltaKind::text, read.text, 0, sink);
        } else if (type == "response.refusal.delta") {
            builder_.add(DeltaKind::refusal, read.text, 0, sink);
        } else if (type == "response.reasoning_text.delta" ||
                   type == "response.reasoning_summary_text.delta") {
            builder_.add(DeltaKind::reasoning, read.text, 0, sink);
        } else if (type == "response.function_call_arguments.delta" ||
                   type == "response.custom_tool_call_input.delta") {
            std::optional<std::size_t> const at = place_of(read.index);
            builder_.add_arguments(at ? builder_.call_at(*at) : nullptr, read.text, 0, sink);
        } else if (type == "response.mcp_call_arguments.delta" ||
                   type == "response.code_interpreter_call_code.delta") {
            builder_.add_arguments(nullptr, read.text, 0, sink);
        } else if (!is_of_media(type)) {
            builder_.pass_on(event, sink);
        }
    }

    /// Where the tool call of an output item stands among the calls.
    [[nodiscard]] std::optional<std::size_t> place_of(std::size_t item) const noexcept {
        for (std::size_t i = 0; i < call_items_.size(); ++i) {
            if (call_items_[i] == item) {
                return i;
            }
        }
        return std::nullopt;
    }

    void take_response(JsonScan& scan, bool whole, DeltaSink const& sink) {
        bool const items = whole || !items_streamed_;
        bool const texts = whole || (items && builder_.response.text.empty());
        read_object(
            scan,
            on_object("usage",
                      [&] {
                          builder_.usage.read(scan);
                          counted_ = true;
                      }),
            on_string("model", [&](JsonString const& model) { builder_.served_by(model); }),
            on_number({"created_at", "created"},
                      [&](std::string_view seconds) { builder_.created_at(seconds); }),
            on_string("service_tier",
                      [&](JsonString const& tier) { builder_.usage.serve("service_tier", tier.text()); }),
            on_string("status", [&](JsonString const& status) { take_status(status); }),
            on_object("incomplete_details", [&] { take_reason(scan); }),
            on_object("error", [&] { builder_.fail(scan); }),
            on_array("output",
                     [&] {
                         read_array(scan, [&](std::size_t at) {
                             if (items) {
                                 take_item(scan, at, true, texts, sink);
                             } else {
                                 scan.skip();
                             }
                         });
                     }),
            on_array("tools", [&] { read_array(scan, [&] { take_tool(scan); }); }),
            on_object("tool_usage", [&] { take_tool_usage(scan); }),
            on_array("data", [&] { builder_.read_data(scan); }),
            on_string("text", [&](JsonString const& text) {  // of a transcription: a response has an object
                builder_.response.finish = FinishReason::stop;
                builder_.add(DeltaKind::text, text, 0, sink);
            }));
    }

    void take_status(JsonString const& status) {
        FinishReason& finish = builder_.response.finish;
        if (status.equals("completed")) {
            finish = reason_read_ ? finish : FinishReason::stop;
        } else if (status.equals("failed") || status.equals("cancelled")) {
            finish = FinishReason::error;
        } else if (status.equals("incomplete") && finish == FinishReason::none) {
            finish = FinishReason::other;
        }
    }

    void take_reason(JsonScan& scan) {
        read_object(scan, on_string("reason", [&](JsonString const& reason) {
                        reason_read_ = true;
                        builder_.end_by(reason);
                    }));
    }

    /// A tool that the request offered: the image tool names the model that is billed for its images.
    void take_tool(JsonScan& scan) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        bool is_image_tool = false;
        std::string model;
        read_object(
            scan,
            on_string("type",
                      [&](JsonString const& type) { is_image_tool = type.equals("image_generation"); }),
            on_string("model", [&](JsonString const& name) { model = name.text(); }));
        if (is_image_tool && !model.empty()) {
            image_model_ = std::move(model);
        }
    }

    /// What the provider's own tools used, beside the usage block.
    void take_tool_usage(JsonScan& scan) {
        read_object(scan,
                    on_object("image_gen",
                              [&] {
                                  images_.emplace(openai_responses::usage_map).read(scan);
                                  images_->set_image_output();
                              }),
                    on_object("web_search", [&] {
                        read_object(scan, on_number("num_requests", [&](std::string_view digits) {
                                        requested_searches_ = json_integer(digits).value_or(0);
                                    }));
                    }));
    }

    /// An item of the output. Its text is taken of whole bodies, its tool call once, its search when it is done.
    void take_item(JsonScan& scan, std::size_t index, bool done, bool whole, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::string storage;
        std::string_view type;
        std::string_view content;
        std::string_view action;
        JsonString id;
        JsonString called;
        JsonString arguments;
        JsonString container;
        read_object(scan, on_string("type", [&](JsonString const& name) { type = name.text_in(storage); }),
                    on_string("call_id", [&](JsonString const& value) { id = value; }),
                    on_string("name", [&](JsonString const& value) { called = value; }),
                    on_string({"arguments", "input"}, [&](JsonString const& value) { arguments = value; }),
                    on_array({"content", "summary"},
                             [&] {
                                 std::string_view const list = scan.skip();
                                 content = list.size() > content.size() ? list : content;
                             }),
                    on_object("action", [&] { action = scan.skip(); }),
                    on_string("container_id", [&](JsonString const& value) { container = value; }));
        if (type == "function_call" || type == "custom_tool_call") {
            auto at = place_of(index);
            if (!at && call_items_.size() < most_calls) {
                at = call_items_.size();
                call_items_.push_back(index);
            }
            ToolCall* const call = at ? builder_.call_at(*at) : nullptr;
            if (call != nullptr) {
                call->id = id.text();
                call->name = called.text();
                call->custom = type == "custom_tool_call";
            }
            if (whole || (done && call != nullptr && call->arguments.empty())) {
                builder_.add_arguments(call, arguments, 0, sink);
            }
        } else if (done && type == "web_search_call") {
            searches_ += is_search(action) ? 1 : 0;
        } else if (done && type == "file_search_call") {
            ++file_searches_;
        } else if (done && type == "code_interpreter_call") {
            containers_.insert(container.text());  // billed is the session, however many calls it runs
        } else if (done && type == "image_generation_call") {
            ++generated_;
        } else if (whole && !content.empty() && (type == "message" || type == "reasoning")) {
            JsonScan list{content};
            take_content(list, type == "reasoning", sink);
        }
    }

    /// Opening a page and finding in it are no searches; an action that is not named is one.
    [[nodiscard]] static bool is_search(std::string_view action) {
        bool search = true;
        if (!action.empty()) {
            JsonScan scan{action};
            read_object(scan,
                        on_string("type", [&](JsonString const& type) { search = type.equals("search"); }));
        }
        return search;
    }

    void take_content(JsonScan& scan, bool reasoning, DeltaSink const& sink) {
        scan.enter_array();
        while (scan.next_element()) {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                continue;
            }
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                bool const string = scan.peek() == JsonKind::string;
                if (string && (name->equals("text") || name->equals("transcript"))) {
                    builder_.add(reasoning ? DeltaKind::reasoning : DeltaKind::text, scan.string(), 0, sink);
                } else if (string && name->equals("refusal")) {
                    builder_.add(DeltaKind::refusal, scan.string(), 0, sink);
                } else {
                    scan.skip();
                }
            }
        }
    }

    static constexpr std::size_t most_calls = 1'024;

    std::vector<std::size_t> call_items_;  // the output item of each tool call
    std::int64_t searches_ = 0;
    std::int64_t requested_searches_ = 0;  // by `tool_usage`: the same searches as those of the output
    std::int64_t file_searches_ = 0;
    std::int64_t generated_ = 0;        // images
    std::set<std::string> containers_;  // in which code ran
    std::string image_model_;
    std::optional<UsageFields> images_;         // of the image tool
    std::optional<UsageFields> transcription_;  // of what the user said
    bool items_streamed_ = false;
    bool reason_read_ = false;
    bool counted_ = false;  // whether the current event has usage
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
