// SPDX-License-Identifier: MIT
#include "http_client.hpp"

#include "http_exchange.hpp"

#include <httplib.h>

#include <chrono>
#include <stdexcept>
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

centavo::Reply HttpClient::operator()(centavo::OutgoingRequest const& sent, centavo::Sink sink) {
    httplib::Request request;
    request.method = "POST";
    request.path = connection_->path;
    request.body = sent.body();
    request.set_header("Content-Type", "application/json");
    if (!connection_->key.empty()) {
        request.set_header("Authorization", "Bearer " + connection_->key);
    }
    return exchange(connection_->http, std::move(request), sink);
}

}  // namespace assistant
