// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/metered.hpp>

#include <memory>
#include <string>

namespace assistant {

/// A client of an OpenAI-compatible server, in the form that Metered takes: the request's bytes go out, the
/// answer's bytes go to the sink as they arrive, whole bodies and streams alike.
///
/// Keeps one connection; not for use from several threads at once.
class HttpClient {
public:
    /// `base_url` like "https://api.openai.com/v1"; `key` may be empty for servers that ask for none.
    /// Throws std::invalid_argument for an address that is no http or https URL.
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
