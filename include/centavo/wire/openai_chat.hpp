// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/json_scan.hpp>
#include <centavo/base/json_string.hpp>
#include <centavo/wire/answer.hpp>
#include <centavo/wire/sse.hpp>
#include <centavo/wire/usage_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::inline v0 {

/// What a piece of a streamed answer is.
enum class DeltaKind : std::uint8_t { text, reasoning, refusal, tool_arguments };

/// A piece of a streamed answer: output that is billed. The text holds until the next piece is fed.
struct Delta {
    DeltaKind kind;
    std::string_view text;
    int choice = 0;
};

/// Reads OpenAI's chat completions, whole bodies and streams alike, and those of servers that speak the same.
///
/// Feed it either; it tells a stream from a body by its first byte. The first choice is the answer; deltas are given
/// of every choice. Usage is overwritten, never summed, and read on after the finish reason. Not synchronised.
class ChatReader {
public:
    /// Takes the next bytes and calls `on_delta(Delta const&)` for every piece of a stream's output.
    ///
    /// Throws MalformedJson, MalformedUsage and OversizedEvent.
    template <typename OnDelta>
    void feed(std::string_view bytes, OnDelta&& on_delta) {
        if (form_ == Form::unknown) {
            std::size_t const first = bytes.find_first_not_of(" \t\r\n");
            if (first == std::string_view::npos) {
                body_.append(bytes);
                return;
            }
            form_ = bytes[first] == '{' ? Form::body : Form::events;
            if (form_ == Form::events) {
                events_.feed(std::exchange(body_, {}), [](SseEvent const&) {});  // blank lines end no event
            }
        }
        if (form_ == Form::body) {
            body_.append(bytes);
            if (body_.size() > largest_body) {
                throw OversizedEvent("centavo: a body of more than 256 MiB");
            }
            return;
        }
        events_.feed(bytes, [&](SseEvent const& event) { take(event.data, on_delta); });
    }

    /// The answer of all that was fed. A stream that ended without usage or finish reason has quality `partial`.
    [[nodiscard]] Answer finish() {
        auto const ignore = [](Delta const&) {};
        if (form_ == Form::events) {
            if (auto const last = events_.unfinished()) {
                take(std::string{*last}, ignore);
            }
        } else {
            take(body_, ignore);
        }
        if (usage_.any()) {
            answer_.usage = usage_.usage();
            answer_.reported_cost = usage_.reported_cost();
        }
        answer_.quality = answer_.usage                          ? UsageQuality::reported
                          : answer_.finish == FinishReason::none ? UsageQuality::partial
                                                                 : UsageQuality::estimated;
        return std::move(answer_);
    }

private:
    enum class Form : std::uint8_t { unknown, body, events };

    template <typename OnDelta>
    void take(std::string_view json, OnDelta&& on_delta) {
        if (json.empty() || json == "[DONE]") {
            return;
        }
        JsonScan scan{json};
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (name->equals("choices") && kind == JsonKind::array) {
                scan.enter_array();
                while (scan.next_element()) {
                    take_choice(scan, on_delta);
                }
            } else if (name->equals("usage") && kind == JsonKind::object) {
                usage_.read(scan);
            } else if (name->equals("model") && kind == JsonKind::string) {
                answer_.model = scan.string().text();
            } else if (name->equals("error") && kind == JsonKind::object) {
                take_error(scan);
            } else {
                scan.skip();
            }
        }
        scan.finish();
    }

    /// A choice, whose index may follow its content: it is read twice.
    template <typename OnDelta>
    void take_choice(JsonScan& outer, OnDelta&& on_delta) {
        std::string_view const text = outer.skip();
        int index = 0;
        JsonScan first{text};
        first.enter_object();
        while (auto const name = first.next_member()) {
            if (name->equals("index") && first.peek() == JsonKind::number) {
                index = static_cast<int>(json_integer(first.number()).value_or(0));
            } else {
                first.skip();
            }
        }
        JsonScan scan{text};
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if ((name->equals("delta") || name->equals("message")) && kind == JsonKind::object) {
                take_message(scan, index, on_delta);
            } else if (name->equals("finish_reason") && kind == JsonKind::string && index == 0) {
                answer_.finish = reason_of(scan.string().text());
            } else {
                scan.skip();
            }
        }
    }

    template <typename OnDelta>
    void take_message(JsonScan& scan, int index, OnDelta&& on_delta) {
        auto const add = [&](DeltaKind kind, std::string& whole, JsonString const& piece) {
            std::size_t const before = whole.size();
            piece.append_to(whole);
            on_delta(Delta{kind, std::string_view{whole}.substr(before), index});
            if (index != 0) {
                whole.resize(before);
            }
        };
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (name->equals("content") && kind == JsonKind::string) {
                add(DeltaKind::text, answer_.text, scan.string());
            } else if (name->equals("content") && kind == JsonKind::array) {
                take_parts(scan, [&](JsonString const& piece) { add(DeltaKind::text, answer_.text, piece); });
            } else if (name->equals("refusal") && kind == JsonKind::string) {
                add(DeltaKind::refusal, answer_.refusal, scan.string());
            } else if ((name->equals("reasoning_content") || name->equals("reasoning")) &&
                       kind == JsonKind::string) {
                add(DeltaKind::reasoning, answer_.reasoning, scan.string());
            } else if (name->equals("tool_calls") && kind == JsonKind::array) {
                scan.enter_array();
                for (std::size_t next = 0; scan.next_element(); ++next) {
                    take_tool_call(scan, next, index, add);
                }
            } else {
                scan.skip();
            }
        }
    }

    /// The parts of a content that is a list: the texts.
    template <typename Add>
    static void take_parts(JsonScan& scan, Add&& add) {
        scan.enter_array();
        while (scan.next_element()) {
            if (scan.peek() != JsonKind::object) {
                scan.skip();
                continue;
            }
            scan.enter_object();
            while (auto const name = scan.next_member()) {
                if (name->equals("text") && scan.peek() == JsonKind::string) {
                    add(scan.string());
                } else {
                    scan.skip();
                }
            }
        }
    }

    template <typename Add>
    void take_tool_call(JsonScan& outer, std::size_t position, int choice, Add&& add) {
        std::string_view const text = outer.skip();
        JsonScan first{text};
        first.enter_object();
        while (auto const name = first.next_member()) {
            if (name->equals("index") && first.peek() == JsonKind::number) {
                position = static_cast<std::size_t>(json_integer(first.number()).value_or(0));
            } else {
                first.skip();
            }
        }
        if (choice == 0 && position < most_calls && answer_.tool_calls.size() <= position) {
            answer_.tool_calls.resize(position + 1);
        }
        ToolCall other;  // of another choice: counted, not kept
        bool const kept = choice == 0 && position < most_calls;
        ToolCall& call = kept ? answer_.tool_calls[position] : other;
        JsonScan scan{text};
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            JsonKind const kind = scan.peek();
            if (name->equals("id") && kind == JsonKind::string) {
                call.id = scan.string().text();
            } else if (name->equals("function") && kind == JsonKind::object) {
                scan.enter_object();
                while (auto const inner = scan.next_member()) {
                    if (inner->equals("name") && scan.peek() == JsonKind::string) {
                        call.name = scan.string().text();
                    } else if (inner->equals("arguments") && scan.peek() == JsonKind::string) {
                        add(DeltaKind::tool_arguments, call.arguments, scan.string());
                    } else {
                        scan.skip();
                    }
                }
            } else {
                scan.skip();
            }
        }
    }

    void take_error(JsonScan& scan) {
        answer_.finish = FinishReason::error;
        answer_.error = "error";
        scan.enter_object();
        while (auto const name = scan.next_member()) {
            if (name->equals("message") && scan.peek() == JsonKind::string) {
                answer_.error = scan.string().text();
            } else {
                scan.skip();
            }
        }
    }

    [[nodiscard]] static FinishReason reason_of(std::string_view name) noexcept {
        return name == "stop"             ? FinishReason::stop
               : name == "length"         ? FinishReason::length
               : name == "tool_calls"     ? FinishReason::tool_calls
               : name == "function_call"  ? FinishReason::tool_calls
               : name == "content_filter" ? FinishReason::content_filter
               : name == "error"          ? FinishReason::error
                                          : FinishReason::other;
    }

    static constexpr std::size_t most_calls = 1'024;
    static constexpr std::size_t largest_body = std::size_t{256} << 20;

    Form form_ = Form::unknown;
    std::string body_;
    SseParser events_;
    UsageFields usage_;
    Answer answer_;
};

/// The answer in a whole body. Throws MalformedJson and MalformedUsage.
[[nodiscard]] inline Answer read_chat_body(std::string_view body) {
    ChatReader reader;
    reader.feed(body, [](Delta const&) {});
    return reader.finish();
}

}  // namespace centavo::inline v0
