// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/gemini/usage.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/detail/json_string.hpp>
#include <centavo/chat/response.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Gemini's responses, from AI Studio and Vertex: whole, as events, or as a list of chunks.
///
/// Every chunk restates the usage, and the last is right: a count may fall. The stream ends with the chunk that has a
/// finish reason, or a reason why the prompt was blocked. Grounded searches are no part of the
/// usage block: they are counted in the grounding of the candidates.
class GeminiFormat final : public ResponseFormat {
public:
    GeminiFormat() : ResponseFormat{gemini::usage_map} {}

protected:
    void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) override {
        bool known = false;
        bool counted = false;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::array && name->equals("candidates")) {
                known = true;
                scan.enter_array();
                for (int position = 0; scan.next_element(); ++position) {
                    take_candidate(scan, position, sink);
                }
            } else if (kind == JsonKind::object && name->equals("usageMetadata")) {
                known = true;
                counted = true;
                builder_.usage.read(scan);
            } else if (kind == JsonKind::string && name->equals("modelVersion")) {
                JsonString model = scan.string();
                model.raw.remove_prefix(model.raw.starts_with("models/") ? 7 : 0);
                builder_.served_by(model);
            } else if (kind == JsonKind::object && name->equals("promptFeedback")) {
                known = true;
                take_feedback(scan);
            } else if (kind == JsonKind::object && name->equals("error")) {
                known = true;
                builder_.fail(scan);
            } else {
                scan.skip();
            }
        }
        scan.finish();
        builder_.ended = builder_.ended ||
                         (builder_.response.finish != FinishReason::none && builder_.response.error.empty());
        builder_.usage_final = builder_.usage_final || (counted && builder_.ended);
        if (!known) {
            builder_.pass_on(event, sink);
        }
    }

    void complete() override {
        if (searches_ > 0) {
            // Up to Gemini 2.5 a grounded prompt is billed, since Gemini 3 each search (ai.google.dev, "Pricing").
            std::string_view const model = builder_.response.model;
            bool const by_prompt = model.starts_with("gemini-1") || model.starts_with("gemini-2");
            builder_.usage.set(units::web_searches, by_prompt ? 1 : searches_);
        }
        if (builder_.response.finish == FinishReason::stop && !builder_.response.tool_calls.empty()) {
            builder_.response.finish = FinishReason::tool_calls;
        }
    }

private:
    void take_candidate(JsonScan& scan, int position, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::string_view content;
        std::string_view grounding;
        std::string_view reason;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("content")) {
                content = scan.skip();
            } else if (kind == JsonKind::string && name->equals("finishReason")) {
                reason = scan.string().raw;
            } else if (kind == JsonKind::number && name->equals("index")) {
                position = static_cast<int>(json_integer(scan.number()).value_or(0) & 0xFFFF);
            } else if (kind == JsonKind::object && name->equals("groundingMetadata")) {
                grounding = scan.skip();
            } else {
                scan.skip();
            }
        }
        if (!content.empty()) {
            JsonScan inner{content};
            take_content(inner, position, sink);
        }
        if (!grounding.empty()) {
            JsonScan inner{grounding};
            take_grounding(inner);
        }
        if (!reason.empty() && position == 0) {
            builder_.response.finish = finish_reason_of(reason);
        }
    }

    void take_content(JsonScan& scan, int choice, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::array && name->equals("parts")) {
                scan.enter_array();
                while (scan.next_element()) {
                    take_part(scan, choice, sink);
                }
            } else {
                scan.skip();
            }
        }
    }

    void take_part(JsonScan& scan, int choice, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::optional<JsonString> text;
        bool thought = false;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && name->equals("text")) {
                text = scan.string();
            } else if (kind == JsonKind::boolean && name->equals("thought")) {
                thought = scan.boolean();
            } else if (kind == JsonKind::object &&
                       (name->equals("functionCall") || name->equals("function_call"))) {
                take_call(scan, choice, sink);
            } else if (kind == JsonKind::object &&
                       (name->equals("executableCode") || name->equals("executable_code"))) {
                take_code(scan, choice, sink);
            } else {
                scan.skip();
            }
        }
        if (text) {
            builder_.add(thought ? DeltaKind::reasoning : DeltaKind::text, *text, choice, sink);
        }
    }

    void take_call(JsonScan& scan, int choice, DeltaSink const& sink) {
        ToolCall* const call = builder_.call_at(builder_.response.tool_calls.size(), choice);
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::string && call != nullptr && name->equals("name")) {
                call->name = scan.string().text();
            } else if (kind == JsonKind::string && call != nullptr && name->equals("id")) {
                call->id = scan.string().text();
            } else if (kind == JsonKind::object && name->equals("args")) {
                builder_.add_arguments(call, {scan.skip(), false}, choice, sink);
            } else {
                scan.skip();
            }
        }
    }

    /// Code that the provider runs itself: output, but no call of the response.
    void take_code(JsonScan& scan, int choice, DeltaSink const& sink) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::string && name->equals("code")) {
                builder_.add_arguments(nullptr, scan.string(), choice, sink);
            } else {
                scan.skip();
            }
        }
    }

    void take_grounding(JsonScan& scan) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::array && name->equals("webSearchQueries")) {
                // Billed are unique queries, the empty ones ignored (ai.google.dev, "Grounding with Google Search").
                std::set<std::string> queries;
                scan.enter_array();
                while (scan.next_element()) {
                    queries.insert(scan.peek() == JsonKind::string ? scan.string().text()
                                                                   : std::string{scan.skip()});
                }
                queries.erase("");
                searches_ = static_cast<std::int64_t>(queries.size());  // restated, as the usage is
            } else {
                scan.skip();
            }
        }
    }

    void take_feedback(JsonScan& scan) {
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (scan.peek() == JsonKind::string && name->equals("blockReason")) {
                scan.skip();
                builder_.response.finish = FinishReason::content_filter;
            } else {
                scan.skip();
            }
        }
    }

    std::int64_t searches_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
