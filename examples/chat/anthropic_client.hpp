// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/metered.hpp>

#include <memory>
#include <string>

namespace terminal {

/// A client of Anthropic's messages in the form that Metered takes: what is to be sent is written in that dialect,
/// and the answer's bytes go to the sink as they arrive.
///
/// Knows plain conversations: texts of system, user and assistant. Not for use from several threads at once.
class AnthropicClient {
public:
    /// `base_url` like "https://api.anthropic.com".
    AnthropicClient(std::string const& base_url, std::string key);
    ~AnthropicClient();

    centavo::Reply operator()(centavo::OutgoingRequest const& sent, centavo::Sink sink);

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

/// The request as a body of Anthropic's messages.
[[nodiscard]] std::string messages_body(centavo::Request const& request);

}  // namespace terminal
