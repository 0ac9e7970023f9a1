// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/bedrock_converse/usage.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Bedrock's Converse, whole, and ConverseStream by the payloads of its messages.
///
/// A message's event is named by its `:event-type` (an exception's by its `:exception-type`), or is the only member
/// of its JSON, as SDKs print it. The model is nowhere in it. A stream ends with the metadata after `messageStop`.
class ConverseFormat final : public ResponseFormat {
public:
    ConverseFormat() : ResponseFormat{bedrock_converse::usage_map} {}

protected:
    void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) override {
        if (!event.type.empty()) {
            if (!take_event(event.type, scan, sink)) {
                builder_.pass_on(event, sink);
            }
            scan.finish();
            return;
        }
        std::string storage;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("output")) {
                take_output(scan, sink);
            } else if (kind == JsonKind::string && name->equals("message")) {
                builder_.response.finish = FinishReason::error;
                builder_.response.error = scan.string().text();
            } else if (kind == JsonKind::object && take_event(name->text_in(storage), scan, sink)) {
                continue;
            } else {
                take_member(scan, *name, scan.peek());
            }
        }
        scan.finish();
    }

private:
    /// One event of a stream; false, and nothing read, for a name that is none.
    bool take_event(std::string_view type, JsonScan& scan, DeltaSink const& sink) {
        if (type == "contentBlockDelta" || type == "contentBlockStart") {
            take_block(scan, sink);
        } else if (type == "metadata" || type == "messageStop") {
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                take_member(scan, *name, scan.peek());
            }
            if (type == "metadata" && builder_.response.finish != FinishReason::none) {
                builder_.ended = true;
                builder_.usage_final = builder_.usage.any();
            }
        } else if (type.ends_with("Exception")) {
            builder_.fail(scan);
        } else if (type == "messageStart" || type == "contentBlockStop") {
            scan.skip();
        } else {
            return false;
        }
        return true;
    }

    void take_member(JsonScan& scan, JsonString const& name, JsonKind kind) {
        if (kind == JsonKind::object && name.equals("usage")) {
            builder_.usage.read(scan);
        } else if (kind == JsonKind::string && name.equals("stopReason")) {
            builder_.end_by(scan.string());
        } else if (kind == JsonKind::object && name.equals("serviceTier")) {
            scan.enter_object();
            while (auto const inner = scan.next_member()) {
                if (scan.peek() == JsonKind::string && inner->equals("type")) {
                    builder_.usage.serve("serviceTier/type", scan.string().text());
                } else {
                    scan.skip();
                }
            }
        } else {
            scan.skip();
        }
    }

    void take_output(JsonScan& scan, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::object && name->equals("message")) {
                scan.enter_object();
                while (auto const inner = scan.next_member()) {
                    if (scan.peek() == JsonKind::array && inner->equals("content")) {
                        scan.enter_array();
                        for (std::size_t at = 0; scan.next_element(); ++at) {
                            if (scan.peek() == JsonKind::object) {
                                take_content(scan, at, sink);
                            } else {
                                scan.skip();
                            }
                        }
                    } else {
                        scan.skip();
                    }
                }
            } else {
                scan.skip();
            }
        }
    }

    /// contentBlockStart or contentBlockDelta; the index may follow the content.
    void take_block(JsonScan& scan, DeltaSink const& sink) {
        std::string_view content;
        std::size_t index = 0;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && (name->equals("delta") || name->equals("start"))) {
                content = scan.skip();
            } else if (kind == JsonKind::number && name->equals("contentBlockIndex")) {
                index = static_cast<std::size_t>(json_integer(scan.number()).value_or(0));
            } else {
                scan.skip();
            }
        }
        if (!content.empty()) {
            JsonScan inner{content};
            take_content(inner, index, sink);
        }
    }

    /// A block of content, or a piece of one: they name their parts alike.
    void take_content(JsonScan& scan, std::size_t index, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("text")) {
                builder_.add(DeltaKind::text, scan.string(), 0, sink);
            } else if (kind == JsonKind::object && name->equals("toolUse")) {
                take_tool(scan, index, sink);
            } else if (kind == JsonKind::object && name->equals("reasoningContent")) {
                take_reasoning(scan, sink);
            } else {
                scan.skip();
            }
        }
    }

    void take_tool(JsonScan& scan, std::size_t block, DeltaSink const& sink) {
        std::size_t at = 0;
        while (at < call_blocks_.size() && call_blocks_[at] != block) {
            ++at;
        }
        ToolCall* const call = builder_.call_at(at);
        if (call != nullptr && at == call_blocks_.size()) {
            call_blocks_.push_back(block);
        }
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && call != nullptr && name->equals("toolUseId")) {
                call->id = scan.string().text();
            } else if (kind == JsonKind::string && call != nullptr && name->equals("name")) {
                call->name = scan.string().text();
            } else if (kind == JsonKind::string && name->equals("input")) {
                builder_.add_arguments(call, scan.string(), 0, sink);
            } else if (kind == JsonKind::object && name->equals("input")) {
                builder_.add_arguments(call, {scan.skip(), false}, 0, sink);
            } else {
                scan.skip();
            }
        }
    }

    void take_reasoning(JsonScan& scan, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("reasoningText")) {
                take_reasoning(scan, sink);
            } else if (kind == JsonKind::string && name->equals("text")) {
                builder_.add(DeltaKind::reasoning, scan.string(), 0, sink);
            } else {
                scan.skip();
            }
        }
    }

    std::vector<std::size_t> call_blocks_;  // the content block of each tool call
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
