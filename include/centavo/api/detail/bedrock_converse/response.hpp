// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/response_builder.hpp>
#include <centavo/api/detail/usage_maps.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/delta.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Bedrock's Converse, whole, and ConverseStream by the payloads of its messages.
///
/// A message's event is named by its `:event-type` (an exception's by its `:exception-type`), or is the only member
/// of its JSON, as SDKs print it. The model is nowhere in it.
class ConverseFormat {
public:
    template <typename OnDelta>
    void take(WireEvent const& event, OnDelta&& on_delta) {
        if (!event.data.starts_with('{')) {
            draft_.pass_on(event, on_delta);
            return;
        }
        JsonScan scan{event.data};
        if (!event.type.empty()) {
            if (!take_event(event.type, scan, on_delta)) {
                draft_.pass_on(event, on_delta);
            }
            scan.finish();
            return;
        }
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("output")) {
                take_output(scan, on_delta);
            } else if (kind == JsonKind::string && name->equals("message")) {
                draft_.answer.finish = FinishReason::error;
                draft_.answer.error = scan.string().text();
            } else if (kind == JsonKind::object && take_event(name->raw, scan, on_delta)) {
                continue;
            } else {
                take_member(scan, *name, scan.peek());
            }
        }
        scan.finish();
    }

    /// Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Response finish(Delivery arrival) { return draft_.finish(arrival, UsageTiming::at_end); }

    [[nodiscard]] Response const& so_far() const noexcept { return draft_.answer; }

private:
    /// One event of a stream; false, and nothing read, for a name that is none.
    template <typename OnDelta>
    bool take_event(std::string_view type, JsonScan& scan, OnDelta& on_delta) {
        if (type == "contentBlockDelta" || type == "contentBlockStart") {
            take_block(scan, on_delta);
        } else if (type == "metadata" || type == "messageStop") {
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                take_member(scan, *name, scan.peek());
            }
        } else if (type.ends_with("Exception")) {
            draft_.fail(scan);
        } else if (type == "messageStart" || type == "contentBlockStop") {
            scan.skip();
        } else {
            return false;
        }
        return true;
    }

    void take_member(JsonScan& scan, JsonString const& name, JsonKind kind) {
        if (kind == JsonKind::object && name.equals("usage")) {
            draft_.usage.read(scan);
        } else if (kind == JsonKind::string && name.equals("stopReason")) {
            draft_.answer.finish = finish_reason_of(scan.string().raw);
        } else if (kind == JsonKind::object && name.equals("serviceTier")) {
            scan.enter_object();
            while (auto const inner = scan.next_member()) {
                if (scan.peek() == JsonKind::string && inner->equals("type")) {
                    draft_.usage.serve("serviceTier/type", scan.string().text());
                } else {
                    scan.skip();
                }
            }
        } else {
            scan.skip();
        }
    }

    template <typename OnDelta>
    void take_output(JsonScan& scan, OnDelta& on_delta) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::object && name->equals("message")) {
                scan.enter_object();
                while (auto const inner = scan.next_member()) {
                    if (scan.peek() == JsonKind::array && inner->equals("content")) {
                        scan.enter_array();
                        for (std::size_t at = 0; scan.next_element(); ++at) {
                            if (scan.peek() == JsonKind::object) {
                                take_content(scan, at, on_delta);
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
    template <typename OnDelta>
    void take_block(JsonScan& scan, OnDelta& on_delta) {
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
            take_content(inner, index, on_delta);
        }
    }

    /// A block of content, or a piece of one: they name their parts alike.
    template <typename OnDelta>
    void take_content(JsonScan& scan, std::size_t index, OnDelta& on_delta) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("text")) {
                draft_.add(DeltaKind::text, scan.string(), 0, on_delta);
            } else if (kind == JsonKind::object && name->equals("toolUse")) {
                take_tool(scan, index, on_delta);
            } else if (kind == JsonKind::object && name->equals("reasoningContent")) {
                take_reasoning(scan, on_delta);
            } else {
                scan.skip();
            }
        }
    }

    template <typename OnDelta>
    void take_tool(JsonScan& scan, std::size_t block, OnDelta& on_delta) {
        std::size_t at = 0;
        while (at < call_blocks_.size() && call_blocks_[at] != block) {
            ++at;
        }
        ToolCall* const call = draft_.call_at(at);
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
                draft_.add_arguments(call, scan.string(), 0, on_delta);
            } else if (kind == JsonKind::object && name->equals("input")) {
                draft_.add_arguments(call, {scan.skip(), false}, 0, on_delta);
            } else {
                scan.skip();
            }
        }
    }

    template <typename OnDelta>
    void take_reasoning(JsonScan& scan, OnDelta& on_delta) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("reasoningText")) {
                take_reasoning(scan, on_delta);
            } else if (kind == JsonKind::string && name->equals("text")) {
                draft_.add(DeltaKind::reasoning, scan.string(), 0, on_delta);
            } else {
                scan.skip();
            }
        }
    }

    ResponseBuilder draft_{usage_maps::converse};
    std::vector<std::size_t> call_blocks_;  // the content block of each tool call
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
