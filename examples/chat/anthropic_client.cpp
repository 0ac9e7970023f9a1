// SPDX-License-Identifier: MIT
#include "anthropic_client.hpp"

#include "../assistant/http_exchange.hpp"

#include <centavo/base/detail/json_string.hpp>

#include <httplib.h>

#include <chrono>
#include <utility>

namespace terminal {

struct AnthropicClient::Connection {
    httplib::Client http;
    std::string key;
};

AnthropicClient::AnthropicClient(std::string const& base_url, std::string key)
    : connection_{std::make_unique<Connection>(Connection{httplib::Client{base_url}, std::move(key)})} {
    connection_->http.set_keep_alive(true);
    connection_->http.set_read_timeout(std::chrono::minutes{2});
}

AnthropicClient::~AnthropicClient() = default;

std::string messages_body(centavo::Request const& request) {
    std::string system;
    std::string messages;
    for (centavo::Message const& message : request.messages()) {
        if (message.role == "system") {
            system += (system.empty() ? "" : "\n\n") + message.content;
            continue;
        }
        messages += messages.empty() ? R"({"role":)" : R"(,{"role":)";
        centavo::detail::append_json_string(messages, message.role);
        messages += R"(,"content":)";
        centavo::detail::append_json_string(messages, message.content);
        messages += '}';
    }
    std::string body = R"({"model":)";
    centavo::detail::append_json_string(body, request.model().text());
    body += R"(,"max_tokens":)" + std::to_string(request.max_tokens().value_or(1'024).value());
    if (!system.empty()) {
        body += R"(,"system":)";
        centavo::detail::append_json_string(body, system);
    }
    return body + R"(,"stream":true,"messages":[)" + messages + "]}";
}

centavo::Reply AnthropicClient::operator()(centavo::OutgoingRequest const& sent, centavo::Sink sink) {
    httplib::Request request;
    request.method = "POST";
    request.path = "/v1/messages";
    request.body = messages_body(sent.request());
    request.set_header("Content-Type", "application/json");
    request.set_header("x-api-key", connection_->key);
    request.set_header("anthropic-version", "2023-06-01");
    return assistant::exchange(connection_->http, std::move(request), sink);
}

}  // namespace terminal
