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

/// What a reader of bytes is told after each piece: the answer of a sink.
enum class Flow : std::uint8_t { keep_going, stop };

/// Where the bytes of an answer go as they arrive: a reference to a callable from bytes to Flow.
///
/// Refers to the callable, which outlives it.
class Sink {
public:
    template <typename Take>
    requires(!std::same_as<std::remove_cvref_t<Take>, Sink> &&
             std::is_invocable_r_v<Flow, Take&, std::string_view>) Sink(Take& take)
    noexcept
        : take_{const_cast<void*>(static_cast<void const*>(std::addressof(take)))},
          call_{[](void* with, std::string_view bytes) -> Flow {
              return (*static_cast<Take*>(with))(bytes);
          }} {}

    /// Hands on the next bytes; Flow::stop asks the client to close the connection.
    Flow operator()(std::string_view bytes) const { return call_(take_, bytes); }

private:
    void* take_;
    Flow (*call_)(void*, std::string_view);
};

/// What is to be sent: the asked request after routing, optimising and capping.
class OutgoingRequest {
public:
    explicit OutgoingRequest(Request request) : request_{std::move(request)}, body_{request_.body()} {}

    [[nodiscard]] Request const& request() const noexcept { return request_; }
    [[nodiscard]] std::string const& body() const noexcept { return body_; }

private:
    Request request_;
    std::string body_;
};

/// What became of a request at the transport's level; the body's bytes went to the sink.
struct Reply {
    int http_status = 0;  ///< 0 where no answer came
    std::optional<std::chrono::seconds> retry_after = std::nullopt;
    std::string transport_error = {};  ///< empty where the exchange went well
    bool dispatched = true;            ///< false where the request surely never left
};

/// Makes one call: sends `sent.body()`, passes what comes back to the sink, whole bodies and streams alike.
template <typename Candidate>
concept Client = requires(Candidate& client, OutgoingRequest const& sent, Sink sink) {
    { client(sent, sink) } -> std::convertible_to<Reply>;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
