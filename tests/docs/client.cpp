// SPDX-License-Identifier: MIT
#include <centavo/call/client.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace centavo;

namespace {

struct HttpResponse {
    int status;
    std::string body;
};

struct Http {
    HttpResponse post(std::string_view path, std::string const& body) const {
        return {.status = 200, .body = std::string{path} + ' ' + body};
    }
};

Http const http;

// [client]
Reply my_client(OutgoingRequest const& sent, Sink sink) {  // libcurl, cpp-httplib, a queue, a recorded file …
    auto const response = http.post("/v1/chat/completions", sent.body());
    sink(response.body);  // in one piece or in many; Flow::stop asks to close the connection
    return {.http_status = response.status};
}
// [client]

}  // namespace

TEST_CASE("a client passes the body of the response to the sink and returns its status") {
    auto const request = Request::chat("gpt-4o", {{"user", "Why is the sky blue?"}});
    std::string received;
    auto const receive = [&](std::string_view bytes) {
        received += bytes;
        return Flow::keep_going;
    };
    CHECK(my_client(OutgoingRequest{request}, Sink{receive}).http_status == 200);
    CHECK(received == "/v1/chat/completions " + request.body());
}
