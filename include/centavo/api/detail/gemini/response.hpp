// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/finish_reason.hpp>
#include <centavo/api/detail/gemini/usage.hpp>
#include <centavo/api/detail/response_format.hpp>
#include <centavo/base/detail/json_number.hpp>
#include <centavo/base/detail/json_object.hpp>
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
    /// A reader for responses of the requested model, unless they name another one.
    explicit GeminiFormat(std::string_view model = {})
        : ResponseFormat{gemini::usage_map}, requested_{model} {}

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
            } else if (kind == JsonKind::object &&
                       (name->equals("usageMetadata") || name->equals("usage_metadata"))) {
                known = true;
                counted = true;
                builder_.usage.read(scan);
            } else if (kind == JsonKind::string &&
                       (name->equals("modelVersion") || name->equals("model_version"))) {
                take_model(scan.string());
            } else if (kind == JsonKind::string && name->equals("createTime")) {
                builder_.created_at(scan.string());
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
        // Up to Gemini 2.5 a grounded prompt is billed, since Gemini 3 each search (ai.google.dev, "Pricing"). Billed are
        // unique queries, the empty ones ignored ("Grounding with Google Search").
        std::string const& model = builder_.response.model.empty() ? requested_ : builder_.response.model;
        bool const by_prompt =
            model.find("gemini-1") != std::string::npos || model.find("gemini-2") != std::string::npos;
        queries_.erase("");
        bool const grounded = !queries_.empty() || from_web_;
        if (grounded) {
            builder_.usage.set(units::web_searches, by_prompt || queries_.empty()
                                                        ? 1
                                                        : static_cast<std::int64_t>(queries_.size()));
        }
        if (from_maps_) {
            builder_.usage.set(units::maps_searches, 1);
        }
        if (builder_.response.finish == FinishReason::stop && !builder_.response.tool_calls.empty()) {
            builder_.response.finish = FinishReason::tool_calls;
        }
    }

private:
    void take_model(JsonString const& name) {
        std::string storage;
        JsonString model{name.text_in(storage), false};
        model.raw.remove_prefix(model.raw.starts_with("models/") ? 7 : 0);
        builder_.served_by(model);
    }

    void take_candidate(JsonScan& scan, int position, DeltaSink const& sink) {
        if (scan.peek() != JsonKind::object) {
            scan.skip();
            return;
        }
        std::string_view content;
        std::string_view grounding;
        std::optional<JsonString> reason;
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (kind == JsonKind::object && name->equals("content")) {
                content = scan.skip();
            } else if (kind == JsonKind::string && name->equals("finishReason")) {
                reason = scan.string();
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
        if (reason && position == 0) {
            builder_.end_by(*reason);
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
        read_object(scan, on_array({"webSearchQueries", "imageSearchQueries"}, [&] { take_queries(scan); }),
                    on_array("groundingChunks", [&] { take_chunks(scan); }));
    }

    void take_queries(JsonScan& scan) {
        read_array(scan, [&] {
            if (scan.peek() == JsonKind::string) {
                queries_.insert(scan.string().text());
            } else {
                scan.skip();
            }
        });
    }

    /// The sources of the answer: pages, places, or documents of the caller's, which cost nothing.
    void take_chunks(JsonScan& scan) {
        read_array(scan, [&] {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                return;
            }
            read_object(scan,
                        on_object("web",
                                  [&] {
                                      from_web_ = true;
                                      scan.skip();
                                  }),
                        on_object("maps", [&] {
                            from_maps_ = true;
                            scan.skip();
                        }));
        });
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

    std::string requested_;
    std::set<std::string> queries_;  // of all candidates and chunks: each chunk may restate them
    bool from_web_ = false;
    bool from_maps_ = false;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
