// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/detail/delta_sink.hpp>
#include <centavo/api/detail/response_builder.hpp>
#include <centavo/api/detail/usage_map.hpp>
#include <centavo/base/detail/json_scan.hpp>
#include <centavo/base/error.hpp>
#include <centavo/chat/response.hpp>
#include <centavo/pricing/usage.hpp>

#include <optional>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A reader of one API's responses: takes the events of a stream, or a whole body as one event.
class ResponseFormat {
public:
    explicit ResponseFormat(UsageMap map) : builder_{map} {}
    ResponseFormat(ResponseFormat const&) = delete;
    ResponseFormat& operator=(ResponseFormat const&) = delete;
    virtual ~ResponseFormat() = default;

    /// Takes one event. Events that are not JSON objects are passed on as unknown.
    void take(WireEvent const& event, DeltaSink const& sink) {
        if (!event.data.starts_with('{')) {
            builder_.pass_on(event, sink);
            return;
        }
        JsonScan scan{event.data};
        take_object(event, scan, sink);
        scan.finish();
    }

    /// The response with its usage in normal form. Throws ContradictoryUsage and MalformedUsage.
    [[nodiscard]] Response finish(Delivery delivery) {
        complete();
        return builder_.finish(delivery);
    }

    /// The usage as last reported; nullopt before any, and while its counts contradict each other.
    [[nodiscard]] std::optional<Usage> usage_so_far() const {
        try {
            return builder_.usage.any() ? std::optional{builder_.usage.usage()} : std::nullopt;
        } catch (Error const&) {
            return std::nullopt;
        }
    }

    /// Takes the "[DONE]" that ends a stream of chat chunks.
    void take_end() noexcept { builder_.ended = true; }

    /// Notes that the response is of a batch.
    void mark_batch() noexcept { builder_.response.batch = true; }

    /// What has been read so far, without its usage.
    [[nodiscard]] Response const& so_far() const noexcept { return builder_.response; }

protected:
    /// Takes the object at which the scanner stands.
    virtual void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) = 0;

    /// Adds what follows only from all events together.
    virtual void complete() {}

    ResponseBuilder builder_;
};

/// The reader of events until one shows its format: passes them all on.
class UnknownFormat final : public ResponseFormat {
public:
    UnknownFormat() : ResponseFormat{UsageMap{}} {}

protected:
    void take_object(WireEvent const& event, JsonScan& scan, DeltaSink const& sink) override {
        builder_.pass_on(event, sink);
        scan.skip();
    }
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
