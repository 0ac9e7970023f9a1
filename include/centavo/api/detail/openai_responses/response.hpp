// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/openai_responses/usage.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// OpenAI's responses and realtime, whole and as events.
///
/// What a stream has said in deltas is not taken again from the response that ends it. Searches are no part of the
/// usage block: they are counted in the output.
class ResponsesFormat final : public ResponseFormat {
public:
    ResponsesFormat() : ResponseFormat{openai_responses::usage_map} {}

protected:
    void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) override {
        Event read;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("type")) {
                read.type = scan.string().raw;
            } else if (kind == JsonKind::string && (name->equals("delta") || name->equals("arguments"))) {
                read.text = scan.string();
            } else if (kind == JsonKind::number && name->equals("output_index")) {
                read.index = static_cast<std::size_t>(json_integer(scan.number()).value_or(0));
            } else if (kind == JsonKind::object && (name->equals("response") || name->equals("item"))) {
                read.inner = scan.skip();
            } else if (kind == JsonKind::object && name->equals("error")) {
                builder_.fail(scan);
            } else if (kind == JsonKind::string && name->equals("message")) {
                read.message = scan.string();
            } else if (kind == JsonKind::string && name->equals("object")) {
                read.is_response = scan.string().equals("response");
            } else if (kind == JsonKind::array && name->equals("output")) {
                read.is_response = true;
                scan.skip();
            } else {
                scan.skip();
            }
        }
        scan.finish();
        if (read.is_response || read.type.empty()) {
            JsonScan whole{event.data};
            take_response(whole, true, sink);
        } else {
            take_event(event, read, sink);
        }
    }

    void complete() override {
        if (searches_ > 0) {
            builder_.usage.set(units::web_searches, searches_);
        }
        if (file_searches_ > 0) {
            builder_.usage.set(units::file_searches, file_searches_);
        }
        if (builder_.response.finish == FinishReason::stop && !builder_.response.tool_calls.empty()) {
            builder_.response.finish = FinishReason::tool_calls;
        }
    }

private:
    struct Event {
        std::string_view type = {};
        JsonString text = {};
        std::optional<JsonString> message = std::nullopt;
        std::size_t index = 0;
        std::string_view inner = {};
        bool is_response = false;
    };

    void take_event(WireEvent const& event, Event const& read, DeltaSink const& sink) {
        std::string_view const type = read.type;
        if (type.ends_with(".delta")) {
            take_delta(event, read, sink);
        } else if (type == "response.output_item.added" || type == "response.output_item.done") {
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

    /// Whether this event is the last of a response; "response.done" is realtime's.
    [[nodiscard]] static bool ends_stream(std::string_view type) noexcept {
        return type == "response.completed" || type == "response.incomplete" || type == "response.failed" ||
               type == "response.done";
    }

    void take_delta(WireEvent const& event, Event const& read, DeltaSink const& sink) {
        std::string_view const type = read.type;
        if (type == "response.output_text.delta" || type == "response.text.delta") {
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
        } else {
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
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("usage")) {
                builder_.usage.read(scan);
                counted_ = true;
            } else if (kind == JsonKind::string && name->equals("model")) {
                builder_.served_by(scan.string());
            } else if (kind == JsonKind::string && name->equals("service_tier")) {
                builder_.usage.serve("service_tier", scan.string().text());
            } else if (kind == JsonKind::string && name->equals("status")) {
                take_status(scan.string().raw);
            } else if (kind == JsonKind::object && name->equals("incomplete_details")) {
                take_reason(scan);
            } else if (kind == JsonKind::object && name->equals("error")) {
                builder_.fail(scan);
            } else if (kind == JsonKind::array && name->equals("output") && whole) {
                scan.enter_array();
                for (std::size_t at = 0; scan.next_element(); ++at) {
                    take_item(scan, at, true, true, sink);
                }
            } else {
                scan.skip();
            }
        }
    }

    void take_status(std::string_view status) {
        FinishReason& finish = builder_.response.finish;
        if (status == "completed") {
            finish = FinishReason::stop;
        } else if (status == "failed" || status == "cancelled") {
            finish = FinishReason::error;
        } else if (status == "incomplete" && finish == FinishReason::none) {
            finish = FinishReason::other;
        }
    }

    void take_reason(JsonScan& scan) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::string && name->equals("reason")) {
                builder_.response.finish = finish_reason_of(scan.string().raw);
            } else {
                scan.skip();
            }
        }
    }

    /// An item of the output. Its text is taken of whole bodies, its tool call once, its search when it is done.
    void take_item(JsonScan& scan, std::size_t index, bool done, bool whole, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::string_view type;
        std::string_view content;
        std::string_view action;
        JsonString id;
        JsonString called;
        JsonString arguments;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("type")) {
                type = scan.string().raw;
            } else if (kind == JsonKind::string && name->equals("call_id")) {
                id = scan.string();
            } else if (kind == JsonKind::string && name->equals("name")) {
                called = scan.string();
            } else if (kind == JsonKind::string && (name->equals("arguments") || name->equals("input"))) {
                arguments = scan.string();
            } else if (kind == JsonKind::array && (name->equals("content") || name->equals("summary"))) {
                std::string_view const list = scan.skip();
                content = list.size() > content.size() ? list : content;
            } else if (kind == JsonKind::object && name->equals("action")) {
                action = scan.skip();
            } else {
                scan.skip();
            }
        }
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
            }
            if (whole || (done && call != nullptr && call->arguments.empty())) {
                builder_.add_arguments(call, arguments, 0, sink);
            }
        } else if (done && type == "web_search_call") {
            searches_ += is_search(action) ? 1 : 0;
        } else if (done && type == "file_search_call") {
            ++file_searches_;
        } else if (whole && !content.empty() && (type == "message" || type == "reasoning")) {
            JsonScan list{content};
            take_content(list, type == "reasoning", sink);
        }
    }

    /// Opening a page and finding in it are no searches; an action that is not named is one.
    [[nodiscard]] static bool is_search(std::string_view action) {
        if (action.empty()) {
            return true;
        }
        JsonScan scan{action};
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::string && name->equals("type")) {
                return scan.string().equals("search");
            }
            scan.skip();
        }
        return true;
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
    std::int64_t file_searches_ = 0;
    bool counted_ = false;  // whether the current event has usage
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
