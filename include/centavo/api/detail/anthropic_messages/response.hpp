// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/usage.hpp>
#include <centavo/api/detail/finish_reason.hpp>
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

/// Anthropic's messages, whole and as events, also where Bedrock and Vertex serve them.
///
/// A stream's usage is cumulative: `message_start` has a placeholder for the output, and the `message_delta` with the
/// stop reason restates the input where that has grown. Tools that the provider runs itself are output, but no calls of
/// the response.
class AnthropicFormat final : public ResponseFormat {
public:
    AnthropicFormat() : ResponseFormat{anthropic_messages::usage_map} {}

protected:
    void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) override {
        std::string storage;
        std::string_view type;
        std::string_view delta;
        std::string_view block;
        std::size_t index = 0;
        counted_ = false;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("type")) {
                type = scan.string().text_in(storage);
            } else if (kind == JsonKind::number && name->equals("index")) {
                index = static_cast<std::size_t>(json_integer(scan.number()).value_or(0));
            } else if (kind == JsonKind::object && name->equals("delta")) {
                delta = scan.skip();
            } else if (kind == JsonKind::object && name->equals("content_block")) {
                block = scan.skip();
            } else if (kind == JsonKind::object && name->equals("message")) {
                take_message(scan, sink);
            } else if (kind == JsonKind::object && name->equals("error")) {
                builder_.fail(scan);
            } else {
                take_member(scan, *name, kind, sink);
            }
        }
        scan.finish();
        if (!delta.empty()) {
            JsonScan inner{delta};
            take_delta(inner, index, sink);
            if (builder_.response.finish != FinishReason::none && builder_.response.error.empty()) {
                builder_.ended = true;
                builder_.usage_final = builder_.usage_final || counted_;
            }
        } else if (!block.empty()) {
            JsonScan inner{block};
            begin_block(inner, index);
        } else if (type != "message" && type != "message_start" && type != "message_stop" &&
                   type != "error" && type != "ping" && type != "content_block_stop" && !type.empty()) {
            builder_.pass_on(event, sink);
        }
    }

private:
    void take_message(JsonScan& scan, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            take_member(scan, *name, scan.peek(), sink);
        }
    }

    /// A member of a message, or of an event that changes it.
    void take_member(JsonScan& scan, JsonString const& name, JsonKind kind, DeltaSink const& sink) {
        if (kind == JsonKind::object && name.equals("usage")) {
            builder_.usage.read(scan);
            counted_ = true;
        } else if (kind == JsonKind::string && name.equals("model")) {
            builder_.served_by(scan.string());
        } else if (kind == JsonKind::string && name.equals("stop_reason")) {
            builder_.end_by(scan.string());
        } else if (kind == JsonKind::array && name.equals("content")) {
            scan.enter_array();
            for (std::size_t at = 0; scan.next_element(); ++at) {
                std::string_view const block = scan.skip();
                JsonScan first{block};
                JsonScan again{block};
                begin_block(first, at);
                take_delta(again, at, sink);
            }
        } else {
            scan.skip();
        }
    }

    /// A block begins: a tool call gets its place and name.
    void begin_block(JsonScan& scan, std::size_t index) {
        if (scan.peek() != JsonKind::object) {
            return;
        }
        bool tool = false;
        JsonString id;
        JsonString called;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("type")) {
                tool = scan.string().equals("tool_use");
            } else if (kind == JsonKind::string && name->equals("id")) {
                id = scan.string();
            } else if (kind == JsonKind::string && name->equals("name")) {
                called = scan.string();
            } else {
                scan.skip();
            }
        }
        if (!tool) {
            return;
        }
        if (ToolCall* const call = builder_.call_at(call_blocks_.size())) {
            call_blocks_.push_back(index);
            call->id = id.text();
            call->name = called.text();
        }
    }

    /// A piece of a block, or a whole block: they name their content alike.
    void take_delta(JsonScan& scan, std::size_t index, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            return;
        }
        std::string storage;
        std::string_view type;
        std::optional<JsonString> text;
        std::string_view input;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("type")) {
                type = scan.string().text_in(storage);
            } else if (kind == JsonKind::string &&
                       (name->equals("text") || name->equals("partial_json") || name->equals("thinking"))) {
                text = scan.string();
            } else if (kind == JsonKind::object && name->equals("input")) {
                input = scan.skip();
            } else if (kind == JsonKind::string && name->equals("stop_reason")) {
                builder_.end_by(scan.string());
            } else {
                scan.skip();
            }
        }
        if (text && (type == "text_delta" || type == "text")) {
            builder_.add(DeltaKind::text, *text, 0, sink);
        } else if (text && (type == "thinking_delta" || type == "thinking")) {
            builder_.add(DeltaKind::reasoning, *text, 0, sink);
        } else if (text && type == "input_json_delta") {
            builder_.add_arguments(call_of(index), *text, 0, sink);
        } else if (type == "tool_use" || type == "server_tool_use" || type == "mcp_tool_use") {
            builder_.add_arguments(call_of(index), {input, false}, 0, sink);
        }
    }

    [[nodiscard]] ToolCall* call_of(std::size_t block) {
        for (std::size_t i = call_blocks_.size(); i > 0; --i) {
            if (call_blocks_[i - 1] == block) {
                return builder_.call_at(i - 1);
            }
        }
        return nullptr;
    }

    std::vector<std::size_t> call_blocks_;  // the content block of each tool call
    bool counted_ = false;                  // whether the current event has usage
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
