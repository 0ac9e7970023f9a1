// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/anthropic_messages/usage.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_object.hpp>
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
        read_object(scan, on_string("type", [&](JsonString const& name) { type = name.text_in(storage); }),
                    on_number("index",
                              [&](std::string_view digits) {
                                  index = static_cast<std::size_t>(json_integer(digits).value_or(0));
                              }),
                    on_object("delta", [&] { delta = scan.skip(); }),
                    on_object("content_block", [&] { block = scan.skip(); }),
                    on_object("message", [&] { take_message(scan, sink); }),
                    on_object("error", [&] { builder_.fail(scan); }),
                    otherwise([&](std::string_view name, JsonKind kind) {
                        return take_member(scan, name, kind, sink);
                    }));
        scan.finish();
        if (!delta.empty()) {
            JsonScan inner{delta};
            take_block(read_block(inner), index, sink);
            if (builder_.response.finish != FinishReason::none && builder_.response.error.empty()) {
                builder_.ended = true;
                builder_.usage_final = builder_.usage_final || counted_;
            }
        } else if (!block.empty()) {
            JsonScan inner{block};
            begin_block(read_block(inner), index);
        } else if (type != "message" && type != "message_start" && type != "message_stop" &&
                   type != "error" && type != "ping" && type != "content_block_stop" && !type.empty()) {
            builder_.pass_on(event, sink);
        }
    }

private:
    /// A block of content, or a piece of one: they name their parts alike. Refers to the scanned text.
    struct Block {
        JsonString type = {};
        JsonString id = {};
        JsonString name = {};
        std::optional<JsonString> text = std::nullopt;
        std::string_view input = {};
    };

    void take_message(JsonScan& scan, DeltaSink const& sink) {
        read_object(scan, otherwise([&](std::string_view name, JsonKind kind) {
                        return take_member(scan, name, kind, sink);
                    }));
    }

    /// A member of a message, or of an event that changes it; false, and nothing read, where it has no meaning.
    bool take_member(JsonScan& scan, std::string_view name, JsonKind kind, DeltaSink const& sink) {
        if (kind == JsonKind::object && name == "usage") {
            builder_.usage.read(scan);
            counted_ = true;
        } else if (kind == JsonKind::string && name == "model") {
            builder_.served_by(scan.string());
        } else if (kind == JsonKind::string && name == "stop_reason") {
            builder_.end_by(scan.string());
        } else if (kind == JsonKind::array && name == "content") {
            read_array(scan, [&](std::size_t at) {
                Block const block = read_block(scan);
                begin_block(block, at);
                take_block(block, at, sink);
            });
        } else {
            return false;
        }
        return true;
    }

    [[nodiscard]] Block read_block(JsonScan& scan) {
        Block block;
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return block;
        }
        read_object(scan, on_string("type", [&](JsonString const& type) { block.type = type; }),
                    on_string({"text", "partial_json", "thinking"},
                              [&](JsonString const& text) { block.text = text; }),
                    on_string("id", [&](JsonString const& id) { block.id = id; }),
                    on_string("name", [&](JsonString const& name) { block.name = name; }),
                    on_object("input", [&] { block.input = scan.skip(); }),
                    on_string("stop_reason", [&](JsonString const& reason) { builder_.end_by(reason); }));
        return block;
    }

    /// A block begins: a tool call gets its place and name.
    void begin_block(Block const& block, std::size_t index) {
        if (!block.type.equals("tool_use")) {
            return;
        }
        if (ToolCall* const call = builder_.call_at(call_blocks_.size())) {
            call_blocks_.push_back(index);
            call->id = block.id.text();
            call->name = block.name.text();
        }
    }

    /// Takes the content of a block, or of a piece of one.
    void take_block(Block const& block, std::size_t index, DeltaSink const& sink) {
        std::string storage;
        std::string_view const type = block.type.text_in(storage);
        if (block.text && (type == "text_delta" || type == "text")) {
            builder_.add(DeltaKind::text, *block.text, 0, sink);
        } else if (block.text && (type == "thinking_delta" || type == "thinking")) {
            builder_.add(DeltaKind::reasoning, *block.text, 0, sink);
        } else if (block.text && type == "input_json_delta") {
            builder_.add_arguments(call_of(index), *block.text, 0, sink);
        } else if (type == "tool_use" || type == "server_tool_use" || type == "mcp_tool_use") {
            builder_.add_arguments(call_of(index), {block.input, false}, 0, sink);
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
