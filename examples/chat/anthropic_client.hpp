// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/metered.hpp>

#include <memory>
#include <string>

namespace terminal {

/// A client of Anthropic's Messages API in the form that Metered takes: it writes the request in that format and
/// passes the bytes of the response to the sink as they arrive.
///
/// Supports plain conversations: texts of system, user and assistant. Not thread-safe.
class AnthropicClient {
public:
    /// The base URL, such as "https://api.anthropic.com".
    AnthropicClient(std::string const& base_url, std::string key);
    ~AnthropicClient();

    centavo::Reply operator()(centavo::OutgoingRequest const& sent, centavo::Sink sink);

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

/// The request as a body of Anthropic's Messages API.
[[nodiscard]] std::string messages_body(centavo::Request const& request);

}  // namespace terminal
