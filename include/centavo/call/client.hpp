// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Whether to continue reading a response.
enum class Flow : std::uint8_t { keep_going, stop };

/// Where the kept text of a stopped stream may end: after any token, a line, or a sentence or line.
enum class StopBoundary : std::uint8_t { token, line, sentence };

/// A callable that takes bytes and returns whether to continue.
template <typename Candidate>
concept ByteConsumer = std::is_invocable_r_v<Flow, Candidate&, std::string_view>;

/// Where a client passes the bytes of a response as they arrive: a reference to a callable from bytes to Flow.
///
/// The callable must outlive the Sink.
class Sink {
public:
    template <ByteConsumer Take>
    requires(!std::same_as<std::remove_cvref_t<Take>, Sink>) Sink(Take& take)
    noexcept
        : take_{const_cast<void*>(static_cast<void const*>(std::addressof(take)))},
          call_{[](void* with, std::string_view bytes) -> Flow {
              return (*static_cast<Take*>(with))(bytes);
          }} {}

    /// Takes the next bytes. Flow::stop asks the client to close the connection.
    Flow operator()(std::string_view bytes) const { return call_(take_, bytes); }

private:
    void* take_;
    Flow (*call_)(void*, std::string_view);
};

/// The request that a client sends: the requested one after routing, optimization and capping.
class OutgoingRequest {
public:
    explicit OutgoingRequest(Request request) : request_{std::move(request)}, body_{request_.body()} {}

    [[nodiscard]] Request const& request() const noexcept { return request_; }
    [[nodiscard]] std::string const& body() const noexcept { return body_; }

private:
    Request request_;
    std::string body_;
};

/// The outcome of a request at the transport level; the bytes of the body went to the sink.
struct Reply {
    int http_status = 0;  ///< 0 without a response
    std::optional<std::chrono::seconds> retry_after = std::nullopt;
    std::string transport_error = {};  ///< empty after a complete exchange
    bool dispatched = true;            ///< false only if the request was certainly not sent
};

/// Makes one call: sends `outgoing.body()` and passes the bytes of the response to `sink`, body and stream alike.
template <typename Candidate>
concept Client = requires(Candidate& client, OutgoingRequest const& outgoing, Sink sink) {
    { client(outgoing, sink) } -> std::convertible_to<Reply>;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
