// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

namespace assistant {

/// A provider for machines without an API key: OpenAI's chat completions over HTTP on a free loopback port.
///
/// It answers from the documents in the prompt, with the sentences that share the most words with the last question.
/// With `"stream": true` it sends server-sent events, and with `stream_options.include_usage` a usage chunk at the
/// end. Tokens are counted exactly, so the bill equals that of the real API for these bytes. Serves on its own thread
/// from construction to destruction.
class StandInProvider {
public:
    StandInProvider();
    ~StandInProvider();
    StandInProvider(StandInProvider const&) = delete;
    StandInProvider& operator=(StandInProvider const&) = delete;

    /// "http://127.0.0.1:PORT/v1"
    [[nodiscard]] std::string const& base_url() const noexcept { return base_url_; }

private:
    struct Server;
    std::unique_ptr<Server> server_;
    std::string base_url_;
};

}  // namespace assistant
