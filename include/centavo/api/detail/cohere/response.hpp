// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/response_builder.hpp>
#include <centavo/api/detail/usage_maps.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/delta.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Cohere's chat (v2), whole and as events, and its embeddings and rerank; what is billed stands in `billed_units`.
class CohereFormat {
public:
    template <typename OnDelta>
    void take(WireEvent const& event, OnDelta&& on_delta) {
        if (!event.data.starts_with('{')) {
            draft_.pass_on(event, on_delta);
            return;
        }
        JsonScan scan{event.data};
        take_members(scan, on_delta);
        scan.finish();
    }

    /// Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Response finish(Delivery arrival) { return draft_.finish(arrival, UsageTiming::at_end); }

    [[nodiscard]] Response const& so_far() const noexcept { return draft_.answer; }

private:
    /// A body's members; an event has the same ones inside `delta`.
    template <typename OnDelta>
    void take_members(JsonScan& scan, OnDelta& on_delta) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && (name->equals("usage") || name->equals("meta"))) {
                draft_.usage.read(scan);
            } else if (kind == JsonKind::object && name->equals("message")) {
                take_message(scan, on_delta);
            } else if (kind == JsonKind::object && name->equals("delta")) {
                take_members(scan, on_delta);
            } else if (kind == JsonKind::string && name->equals("finish_reason")) {
                draft_.answer.finish = finish_reason_of(scan.string().raw);
            } else if (kind == JsonKind::string && name->equals("model")) {
                draft_.served_by(scan.string());
            } else if (kind == JsonKind::string && (name->equals("error") || name->equals("message"))) {
                draft_.fail(scan);
            } else {
                scan.skip();
            }
        }
    }

    template <typename OnDelta>
    void take_message(JsonScan& scan, OnDelta& on_delta) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (name->equals("content") && kind == JsonKind::object) {
                take_part(scan, on_delta);
            } else if (name->equals("content") && kind == JsonKind::array) {
                scan.enter_array();
                while (scan.next_element()) {
                    take_part(scan, on_delta);
                }
            } else if (name->equals("tool_plan") && kind == JsonKind::string) {
                draft_.add(DeltaKind::reasoning, scan.string(), 0, on_delta);
            } else if (name->equals("tool_calls") && kind == JsonKind::object) {
                take_call(scan, on_delta);
            } else if (name->equals("tool_calls") && kind == JsonKind::array) {
                scan.enter_array();
                while (scan.next_element()) {
                    take_call(scan, on_delta);
                }
            } else {
                scan.skip();
            }
        }
    }

    template <typename OnDelta>
    void take_part(JsonScan& scan, OnDelta& on_delta) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            bool const string = scan.peek() == JsonKind::string;
            if (string && name->equals("text")) {
                draft_.add(DeltaKind::text, scan.string(), 0, on_delta);
            } else if (string && name->equals("thinking")) {
                draft_.add(DeltaKind::reasoning, scan.string(), 0, on_delta);
            } else {
                scan.skip();
            }
        }
    }

    /// A call, or a piece of the last one: only the beginning has an id, which may follow its function.
    template <typename OnDelta>
    void take_call(JsonScan& scan, OnDelta& on_delta) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::optional<JsonString> id;
        std::string_view function;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("id")) {
                id = scan.string();
            } else if (kind == JsonKind::object && name->equals("function")) {
                function = scan.skip();
            } else {
                scan.skip();
            }
        }
        std::size_t const calls = draft_.answer.tool_calls.size();
        ToolCall* const call = id || calls == 0 ? draft_.call_at(calls) : draft_.call_at(calls - 1);
        if (call != nullptr && id) {
            call->id = id->text();
        }
        JsonScan inner{function.empty() ? "{}" : function};
        inner.enter_object();
        while (auto const name = inner.next_member()) {
            bool const string = inner.peek() == JsonKind::string;
            if (string && call != nullptr && name->equals("name")) {
                call->name = inner.string().text();
            } else if (string && name->equals("arguments")) {
                draft_.add_arguments(call, inner.string(), 0, on_delta);
            } else {
                inner.skip();
            }
        }
    }

    ResponseBuilder draft_{usage_maps::cohere};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
