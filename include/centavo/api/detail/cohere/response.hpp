// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/cohere/usage.hpp>
#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Cohere's chat (v2), whole and as events, and its embeddings and rerank; what is billed stands in `billed_units`.
class CohereFormat final : public ResponseFormat {
public:
    CohereFormat() : ResponseFormat{cohere::usage_map} {}

protected:
    void take_object(WireEvent const&, JsonScan& scan, DeltaSink const& sink) override {
        take_members(scan, sink);
        scan.finish();
        builder_.usage_final = builder_.ended && builder_.usage.any();
    }

private:
    /// A body's members; an event has the same ones inside `delta`.
    void take_members(JsonScan& scan, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && (name->equals("usage") || name->equals("meta"))) {
                builder_.usage.read(scan);
            } else if (kind == JsonKind::object && name->equals("message")) {
                take_message(scan, sink);
            } else if (kind == JsonKind::object && name->equals("delta")) {
                take_members(scan, sink);
            } else if (kind == JsonKind::string &&
                       name->equals("finish_reason")) {  // of the event that ends a stream
                builder_.end_by(scan.string());
                builder_.ended = true;
            } else if (kind == JsonKind::string && name->equals("model")) {
                builder_.served_by(scan.string());
            } else if (kind == JsonKind::string && (name->equals("error") || name->equals("message"))) {
                builder_.fail(scan);
            } else {
                scan.skip();
            }
        }
    }

    void take_message(JsonScan& scan, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (name->equals("content") && kind == JsonKind::object) {
                take_part(scan, sink);
            } else if (name->equals("content") && kind == JsonKind::array) {
                scan.enter_array();
                while (scan.next_element()) {
                    take_part(scan, sink);
                }
            } else if (name->equals("tool_plan") && kind == JsonKind::string) {
                builder_.add(DeltaKind::reasoning, scan.string(), 0, sink);
            } else if (name->equals("tool_calls") && kind == JsonKind::object) {
                take_call(scan, sink);
            } else if (name->equals("tool_calls") && kind == JsonKind::array) {
                scan.enter_array();
                while (scan.next_element()) {
                    take_call(scan, sink);
                }
            } else {
                scan.skip();
            }
        }
    }

    void take_part(JsonScan& scan, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            bool const string = scan.peek() == JsonKind::string;
            if (string && name->equals("text")) {
                builder_.add(DeltaKind::text, scan.string(), 0, sink);
            } else if (string && name->equals("thinking")) {
                builder_.add(DeltaKind::reasoning, scan.string(), 0, sink);
            } else {
                scan.skip();
            }
        }
    }

    /// A call, or a piece of the last one: only the beginning has an id, which may follow its function.
    void take_call(JsonScan& scan, DeltaSink const& sink) {
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
        std::size_t const calls = builder_.response.tool_calls.size();
        ToolCall* const call = id || calls == 0 ? builder_.call_at(calls) : builder_.call_at(calls - 1);
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
                builder_.add_arguments(call, inner.string(), 0, sink);
            } else {
                inner.skip();
            }
        }
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
