// SPDX-License-Identifier: MIT
// A server that replies with anything: no crash, no wait beyond the time limit, and no reservation.
#include <centavo/redis/redis_budgets.hpp>

#include <catch2/catch_test_macros.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

using namespace centavo;
using namespace std::chrono_literals;

namespace {

/// Answers every script with one reply; the rest as Redis does. One connection at a time.
class FakeServer {
public:
    FakeServer() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::runtime_error("no socket for a server");
        }
        port_ = ::ntohs(address.sin_port);
        thread_ = std::thread{[this] { serve(); }};
    }
    FakeServer(FakeServer const&) = delete;
    FakeServer& operator=(FakeServer const&) = delete;
    ~FakeServer() {
        ending_ = true;
        thread_.join();
        ::close(listener_);
    }

    [[nodiscard]] int port() const noexcept { return port_; }

    /// The reply to scripts from now on; with `drips`, a byte every 20 milliseconds.
    void reply(std::string bytes, bool drips = false) {
        reply_ = std::move(bytes);
        drips_ = drips;
    }

private:
    void serve() {
        while (!ending_) {
            pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
            if (::poll(&waiting, 1, 5) > 0) {
                int const client = ::accept(listener_, nullptr, nullptr);
                talk(client);
                ::close(client);
            }
        }
    }

    void talk(int client) {
        std::string command;
        while (!ending_) {
            pollfd waiting{.fd = client, .events = POLLIN, .revents = 0};
            pollfd another{.fd = listener_, .events = POLLIN, .revents = 0};
            if (::poll(&waiting, 1, 5) <= 0) {
                if (::poll(&another, 1, 0) > 0) {
                    return;
                }
                continue;
            }
            std::array<char, 65'536> piece{};
            auto const size = ::recv(client, piece.data(), piece.size(), 0);
            if (size <= 0) {
                return;
            }
            command.assign(piece.data(), static_cast<std::size_t>(size));
            if (command.find("EVALSHA") != std::string::npos) {
                send(client, reply_, drips_);
            } else if (command.find("CLIENT") != std::string::npos) {
                send(client, "$17\r\nid=1 addr=1.2.3:4\r\n", false);
            } else {
                send(client, "$40\r\n0123456789012345678901234567890123456789\r\n", false);
            }
        }
    }

    void send(int client, std::string_view bytes, bool drips) {
        std::size_t const step = drips ? 1 : bytes.size();
        for (std::size_t at = 0; at < bytes.size() && !ending_; at += step) {
            if (::send(client, bytes.data() + at, step, MSG_NOSIGNAL) < 0) {
                return;
            }
            if (drips) {
                std::this_thread::sleep_for(20ms);
            }
        }
    }

    int listener_ = -1;
    int port_ = 0;
    std::string reply_ = "$1\r\n7\r\n";
    std::atomic<bool> drips_ = false;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

}  // namespace

TEST_CASE("an unexpected reply to a script denies, throws RedisError and never crashes") {
    for (std::string const& reply :
         {std::string{"+OK\r\n"}, std::string{":7\r\n"}, std::string{":0\r\n"}, std::string{"$-1\r\n"},
          std::string{"*-1\r\n"}, std::string{"*0\r\n"}, std::string{"*1\r\n*0\r\n"},
          std::string{"*1\r\n:1\r\n"},
          std::string{"*1\r\n*4\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n1\r\n"}, std::string{"$0\r\n\r\n"},
          std::string{"$1\r\nL\r\n"}, std::string{"$-5\r\n"}, std::string{"*1000000000\r\n"},
          std::string{"garbage\r\n"}, std::string(20, '*') + "\r\n",
          std::string{"*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"},
          std::string{"-OOM command not allowed\r\n"}, std::string{"-WRONGTYPE no\r\n"},
          std::string{":1\r\n:1\r\n"}}) {
        INFO(reply);
        FakeServer server;
        RedisBudgets store{
            {.budgets = {{.name = "daily", .limit = 1_usd}}},
            {.redis = {.port = server.port(), .connect_timeout = 100ms, .command_timeout = 100ms}}};
        server.reply(reply);
        auto const denied = store.reserve({}, {.amount = 1_cent});
        REQUIRE_FALSE(denied);
        CHECK(denied.denial().reason == DenialReason::store);
        CHECK_THROWS_AS(store.find("daily"), RedisError);
        CHECK_THROWS_AS(store.remaining({}), RedisError);
        CHECK_THROWS_AS(store.record({}, {}, {.amount = 1_cent}), RedisError);
        std::array<LeaseRequest, 1> const lease{{{.budget = &store.budgets()[0],
                                                  .window = window_of(Period::day, Clock{}.now(), {}),
                                                  .minimum = 1_cent}}};
        CHECK_THROWS_AS(store.lease(lease), RedisError);
    }
}

TEST_CASE("a server that sends its reply byte by byte keeps no call beyond its time limit") {
    FakeServer server;
    RedisBudgets store{
        {.budgets = {{.name = "daily", .limit = 1_usd}}},
        {.redis = {.port = server.port(), .connect_timeout = 200ms, .command_timeout = 200ms}}};
    server.reply("$1000\r\n" + std::string(1'000, 'x') + "\r\n", true);
    auto const begin = std::chrono::steady_clock::now();
    CHECK_FALSE(store.reserve({}, {.amount = 1_cent}));
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
}
