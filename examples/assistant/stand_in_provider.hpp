// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

namespace assistant {

/// A provider for machines without a key: OpenAI's chat completions over real HTTP on a free loopback port.
///
/// It answers from the documents in the prompt: the sentences that share most words with the last question. With
/// `"stream": true` it sends server-sent events, with `stream_options.include_usage` the usage chunk at the end.
/// Tokens are counted exactly, so the bill is what the real thing would charge for these bytes. Serves from its own
/// thread between construction and destruction.
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
