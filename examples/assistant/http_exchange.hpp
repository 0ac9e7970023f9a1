// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/call/client.hpp>

#include <httplib.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace assistant {

// [httplib]
/// Sends a request and passes the bytes of the response to `sink` as they arrive, until it returns stop.
inline centavo::Reply exchange(httplib::Client& http, httplib::Request request, centavo::Sink const& sink) {
    centavo::Reply reply;
    request.response_handler = [&](httplib::Response const& head) {
        reply.http_status = head.status;
        std::string const after = head.get_header_value("Retry-After");
        std::int64_t seconds = 0;
        if (std::from_chars(after.data(), after.data() + after.size(), seconds).ec == std::errc{}) {
            reply.retry_after = std::chrono::seconds{seconds};
        }
        return true;
    };
    bool stopped = false;
    request.content_receiver = [&](char const* data, std::size_t size, std::uint64_t, std::uint64_t) {
        stopped = sink(std::string_view{data, size}) == centavo::Flow::stop;
        return !stopped;
    };
    auto const result = http.send(request);
    if (!result && !stopped) {
        reply.transport_error = httplib::to_string(result.error());
        reply.dispatched = result.error() != httplib::Error::Connection;
    }
    return reply;
}
// [httplib]

}  // namespace assistant
