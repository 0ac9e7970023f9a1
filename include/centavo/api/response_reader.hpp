// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/aws_event_stream.hpp>
#include <centavo/api/detail/delta_sink.hpp>
#include <centavo/api/detail/json_document_splitter.hpp>
#include <centavo/api/sse.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/models/model_catalog.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

class ResponseFormat;

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail

namespace centavo {
inline namespace CENTAVO_ABI {

/// What is known about the source of a response. Without a `format`, members that only one API has take precedence, then
/// `flavor`, and `provider` where several APIs fit.
struct ApiHint {
    /// "openai", "anthropic", "google", "aws", "x-ai", …, as genai-prices names them.
    std::string provider = {};
    std::string flavor = {};  ///< "chat", "responses" or "embeddings"
    std::string model =
        {};  ///< the requested model, for responses that name none: some units are counted by it
    std::optional<ApiFormat> format =
        std::nullopt;  ///< reads as this format, whatever the shape of the bytes
};

/// An event that a reader does not know.
struct UnknownEvent {
    std::string_view type;
    std::string_view data;
};

/// Reads the responses of all supported APIs, whole bodies and streams alike, split anywhere:
///
///     ResponseReader reader{ApiHint{.provider = "anthropic"}};
///     while (auto bytes = receive()) {
///         reader.feed(*bytes, [](Delta const& delta) { std::cout << delta.text; });
///     }
///     Response const response = reader.finish();
///
/// Distinguishes streams from bodies by the first byte: '{' begins a body or lines of JSON, '[' a list of objects, NUL
/// Amazon's event stream, and anything else server-sent events. Reports the deltas of every choice; the Response holds
/// the first. A later usage block overwrites an earlier one. Memory is bounded by the limits of SseParser (16 MiB an
/// event), of bodies (256 MiB) and of the response (64 MiB of output). Externally synchronized.
class ResponseReader {
public:
    explicit ResponseReader(ApiHint hint = {});
    ResponseReader(ResponseReader&&) noexcept;
    ResponseReader& operator=(ResponseReader&&) noexcept;
    ~ResponseReader();

    /// Takes the next bytes and calls `on_delta(Delta const&)` for every piece of output that they complete.
    ///
    /// If `on_delta` accepts an UnknownEvent too, it is called with those. Throws MalformedJson, MalformedUsage,
    /// OversizedEvent and MalformedAwsEventStream; so_far() then holds what was read before the error.
    template <std::invocable<Delta const&> OnDelta>
    void feed(std::string_view bytes, OnDelta&& on_delta) {
        read(bytes, sink_of(on_delta));
    }

    /// The same without a callback.
    void feed(std::string_view bytes) { read(bytes, {}); }

    /// Takes one event whose framing has been read already, such as the type and payload that an AWS SDK reports.
    /// Throws as feed() does.
    template <std::invocable<Delta const&> OnDelta>
    void take(SseEvent const& event, OnDelta&& on_delta) {
        take_event({event.type == "message" ? std::string_view{} : event.type, event.data},
                   sink_of(on_delta));
    }

    /// The response to everything fed so far. An event that the end of the stream cut off is taken if it is whole JSON,
    /// and `cut_off` is set. Throws MalformedJson for half a body, MalformedUsage and ContradictoryUsage.
    [[nodiscard]] Response finish();

    /// What has been read so far, without its usage. After finish() threw ContradictoryUsage, all of the response, with
    /// the counts that contradict each other.
    [[nodiscard]] Response const& so_far() const noexcept;

    /// Whether what was fed is a stream rather than a whole body.
    [[nodiscard]] bool is_stream() const noexcept {
        return framing_ != Framing::json || is_list_ || taken_ != 1;
    }

    /// The usage as last reported; nullopt before any, and while its counts contradict each other.
    [[nodiscard]] std::optional<Usage> usage_so_far() const;

private:
    enum class Framing : std::uint8_t { unknown, json, aws, sse };

    template <typename OnDelta>
    [[nodiscard]] static detail::DeltaSink sink_of(OnDelta& on_delta) noexcept {
        detail::DeltaSink::OnUnknown on_unknown = nullptr;
        if constexpr (std::is_invocable_v<OnDelta&, UnknownEvent const&>) {
            on_unknown = [](void* target, detail::WireEvent const& event) {
                (*static_cast<OnDelta*>(target))(UnknownEvent{event.type, event.data});
            };
        }
        return {const_cast<void*>(static_cast<void const*>(std::addressof(on_delta))),
                [](void* target, Delta const& delta) { (*static_cast<OnDelta*>(target))(delta); },
                on_unknown};
    }

    void read(std::string_view bytes, detail::DeltaSink const& sink);
    void take_event(detail::WireEvent const& event, detail::DeltaSink const& sink);
    void take_cut_event(std::string_view data);
    void choose_format(detail::WireEvent const& event);

    ApiHint hint_;
    detail::Owned<detail::ResponseFormat> format_;  // null before the first event
    bool chosen_ = false;                           // whether an event, or the hint, has decided the format
    Framing framing_ = Framing::unknown;
    bool wrapped_ = false;  // whether every event wraps the response in another object
    bool is_list_ = false;  // whether the JSON is a list of chunks
    SseParser events_;
    detail::JsonDocumentSplitter documents_;
    AwsEventStreamParser messages_;
    std::size_t taken_ = 0;
};

/// The response in a whole body. Throws MalformedJson, MalformedUsage and ContradictoryUsage.
[[nodiscard]] Response read_body(ApiHint const& hint, std::string_view body);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/api/detail/response_reader.ipp>
#endif
