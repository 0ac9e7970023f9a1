// SPDX-License-Identifier: MIT
#include "http_client.hpp"

#include <httplib.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace assistant {

struct HttpClient::Connection {
    httplib::Client http;
    std::string path;
    std::string key;
};

HttpClient::HttpClient(std::string const& base_url, std::string key) {
    auto const scheme = base_url.find("://");
    if (scheme == std::string::npos ||
        (!base_url.starts_with("http://") && !base_url.starts_with("https://"))) {
        throw std::invalid_argument("not an http or https address: " + base_url);
    }
    auto const slash = base_url.find('/', scheme + 3);
    std::string path = slash == std::string::npos ? "" : base_url.substr(slash);
    while (path.ends_with('/')) {
        path.pop_back();
    }
    connection_ = std::make_unique<Connection>(
        Connection{httplib::Client{base_url.substr(0, slash)}, path + "/chat/completions", std::move(key)});
    connection_->http.set_keep_alive(true);
    connection_->http.set_tcp_nodelay(true);
    connection_->http.set_read_timeout(std::chrono::minutes{2});
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

centavo::Reply HttpClient::operator()(centavo::Sent const& sent, centavo::Sink sink) {
    httplib::Request request;
    request.method = "POST";
    request.path = connection_->path;
    request.body = sent.body();
    request.set_header("Content-Type", "application/json");
    if (!connection_->key.empty()) {
        request.set_header("Authorization", "Bearer " + connection_->key);
    }
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
    auto const result = connection_->http.send(request);
    if (!result && !stopped) {
        reply.transport_error = httplib::to_string(result.error());
        reply.dispatched = result.error() != httplib::Error::Connection;
    }
    return reply;
}

}  // namespace assistant
