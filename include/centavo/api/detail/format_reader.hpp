// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/aws_event_stream.hpp>
#include <centavo/api/detail/json_document_splitter.hpp>
#include <centavo/api/detail/response_builder.hpp>
#include <centavo/api/sse.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/chat/delta.hpp>
#include <centavo/chat/response.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A provider's format: takes events, or a whole body as one, and makes an answer of them.
template <typename Candidate>
concept ResponseFormat = requires(Candidate& format, WireEvent const& event, void (*on_delta)(Delta const&)) {
    format.take(event, on_delta);
    { format.finish(Delivery::streamed) } -> std::same_as<Response>;
    { format.so_far() } -> std::same_as<Response const&>;
};

/// Reads the bytes of an answer in one format, whole bodies and streams alike, at any split.
///
/// Tells a stream from a body by its first byte: '{' is a body or lines of JSON, '[' a list of objects, NUL Amazon's
/// event stream, anything else server-sent events. Deltas are given of every choice, the first is the answer. Usage is overwritten field by field,
/// never summed, and read on after the finish reason. Memory is bounded by the limits of SseParser (16 MiB an event),
/// JsonDocumentSplitter (256 MiB a body) and ResponseBuilder (64 MiB an answer). Not synchronised.
template <ResponseFormat Format>
class FormatReader {
public:
    explicit FormatReader(Format format = Format{}) : format_{std::move(format)} {}

    /// Takes the next bytes and calls `on_delta(Delta const&)` for every piece of output they complete.
    ///
    /// Where `on_delta` takes an UnknownEvent too, it is given those. Throws MalformedJson, MalformedUsage,
    /// OversizedEvent and MalformedAwsEventStream; what was read until then is in so_far().
    template <typename OnDelta>
    void feed(std::string_view bytes, OnDelta&& on_delta) {
        if (form_ == Form::unknown) {
            std::size_t const first = bytes.find_first_not_of(" \t\r\n");
            if (first == std::string_view::npos) {
                return;  // blank lines end no event
            }
            bytes.remove_prefix(first);
            form_ = bytes.front() == '{' || bytes.front() == '[' ? Form::elements
                    : bytes.front() == '\0'                      ? Form::messages
                                                                 : Form::events;
        }
        if (form_ == Form::elements) {
            elements_.feed(bytes, [&](std::string_view element) { take({{}, element}, on_delta); });
        } else if (form_ == Form::messages) {
            messages_.feed(bytes, [&](AwsEventMessage const& message) {
                auto const exception = message.text(":exception-type");
                take({exception ? *exception : message.text(":event-type").value_or(""), message.payload()},
                     on_delta);
            });
        } else {
            events_.feed(bytes, [&](SseEvent const& event) {
                take({event.type == "message" ? std::string_view{} : event.type, event.data}, on_delta);
            });
        }
    }

    /// Takes one event whose framing somebody else has read, as a message of Amazon's event streams. Throws as feed().
    template <typename OnDelta>
    void take(WireEvent const& event, OnDelta&& on_delta) {
        if (form_ == Form::unknown) {
            form_ = Form::events;
        }
        if (!event.data.empty() && event.data != "[DONE]") {
            ++taken_;
            format_.take(event, on_delta);
        }
    }

    /// The answer of all that was fed. A last event that the end of the stream cut off is taken where it is whole,
    /// and the answer says `cut_off`. Throws MalformedJson for half a body, MalformedUsage and ContradictoryUsage.
    [[nodiscard]] Response finish() {
        bool cut_off = false;
        auto const ignore = [](Delta const&) {};
        if (form_ == Form::events) {
            if (auto const last = events_.unfinished(); last && !last->empty() && *last != "[DONE]") {
                cut_off = true;
                take_last(std::string{*last});
            }
        } else if (std::string_view const rest = elements_.unfinished(); !rest.empty()) {
            cut_off = true;
            if (taken_ == 0) {
                format_.take(WireEvent{{}, rest}, ignore);
            }
        }
        if (form_ == Form::messages) {
            try {
                messages_.finish();
            } catch (MalformedAwsEventStream const&) {
                cut_off = true;
            }
        }
        Response answer =
            format_.finish(form_ == Form::events || form_ == Form::messages || taken_ > 1 ? Delivery::streamed
                                                                                          : Delivery::whole);
        answer.cut_off = cut_off;
        return answer;
    }

    /// What has been read so far, without its usage.
    [[nodiscard]] Response const& so_far() const noexcept { return format_.so_far(); }

private:
    enum class Form : std::uint8_t { unknown, elements, events, messages };

    /// An event without its blank line: whole JSON, or the beginning of some that went down with the connection.
    void take_last(std::string const& data) {
        try {
            JsonScan scan{data};
            scan.skip();
            scan.finish();
        } catch (MalformedJson const&) {
            return;
        }
        format_.take(WireEvent{{}, data}, [](Delta const&) {});
    }

    Format format_;
    Form form_ = Form::unknown;
    SseParser events_;
    JsonDocumentSplitter elements_;
    AwsEventStreamParser messages_;
    std::size_t taken_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
