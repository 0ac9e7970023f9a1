// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/metered.hpp>

#include <memory>
#include <string>

namespace assistant {

/// A client of an OpenAI-compatible server in the form that Metered takes: it sends the bytes of the request and
/// passes the bytes of the response, a whole body or a stream, to the sink as they arrive.
///
/// Keeps one connection. Not thread-safe.
class HttpClient {
public:
    /// The base URL, such as "https://api.openai.com/v1"; `key` may be empty for servers that need none. Throws
    /// std::invalid_argument if `base_url` is not an http or https URL.
    HttpClient(std::string const& base_url, std::string key);
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;

    centavo::Reply operator()(centavo::OutgoingRequest const& sent, centavo::Sink sink);

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace assistant
