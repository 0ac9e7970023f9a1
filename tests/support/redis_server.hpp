// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/redis/detail/redis_connection.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace centavo::testing {

using namespace centavo::detail;

/// The server program: CENTAVO_REDIS_SERVER, or redis-server on the path; empty if there is none.
[[nodiscard]] inline std::string redis_server_program() {
    if (char const* const named = std::getenv("CENTAVO_REDIS_SERVER")) {
        return named;
    }
    for (char const* const place : {"/usr/bin/redis-server", "/usr/local/bin/redis-server"}) {
        if (std::filesystem::exists(place)) {
            return place;
        }
    }
    return {};
}

/// How a server persists its data.
enum class RedisDurability { none, always };

/// A Redis server for a test, on a free loopback port, with its data in a temporary folder. The server ends with the
/// test's process; the folder is removed.
class RedisServer {
public:
    explicit RedisServer(RedisDurability durability = RedisDurability::always) : durability_{durability} {
        std::string directory = (std::filesystem::temp_directory_path() / "centavo-redis-XXXXXX").string();
        if (::mkdtemp(directory.data()) == nullptr) {
            throw std::runtime_error("no directory for a Redis server");
        }
        directory_ = directory;
        for (int attempt = 0; attempt < 5; ++attempt) {  // another process may take the port in between
            port_ = free_port();
            if (launch()) {
                return;
            }
        }
        throw std::runtime_error("a Redis server does not start");
    }
    RedisServer(RedisServer const&) = delete;
    RedisServer& operator=(RedisServer const&) = delete;
    ~RedisServer() {
        kill();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    [[nodiscard]] RedisOptions options() const { return {.port = port_}; }

    /// kill -9.
    void kill() noexcept {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
            process_ = 0;
        }
    }
    void start() {
        if (process_ == 0 && !launch()) {
            throw std::runtime_error("a Redis server does not start again");
        }
    }
    void pause() noexcept { ::kill(process_, SIGSTOP); }
    void resume() noexcept { ::kill(process_, SIGCONT); }
    /// Waits until a client's connection attempt is queued; for a paused server, until a client's first attempt has
    /// timed out.
    void wait_for_connection() const {
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        for (bool queued = false; !queued; std::this_thread::yield()) {
            if (std::chrono::steady_clock::now() > deadline) {
                throw std::runtime_error("no connection reached the paused server within 60 s");
            }
            std::ifstream sockets{"/proc/net/tcp"};
            for (std::string line; std::getline(sockets, line);) {
                unsigned port = 0, state = 0, received = 0;
                if (std::sscanf(line.c_str(), " %*d: %*8x:%x %*8x:%*x %x %*x:%x", &port, &state, &received) ==
                    3) {
                    queued =
                        queued || (port == static_cast<unsigned>(port_) && state == 0x0A && received > 0);
                }
            }
        }
    }
    void clear() {
        RedisConnection connection{options()};
        static_cast<void>(connection.command({"FLUSHALL"}));
    }

private:
    [[nodiscard]] static int free_port() {
        int const probe = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const general = reinterpret_cast<sockaddr*>(&address);
        bool const bound = ::bind(probe, general, size) == 0 && ::getsockname(probe, general, &size) == 0;
        ::close(probe);
        if (!bound) {
            throw std::runtime_error("no free port on the loopback");
        }
        return ntohs(address.sin_port);
    }

    /// Starts the server and waits until it responds; false if it ends instead.
    [[nodiscard]] bool launch() {
        std::string const program = redis_server_program();
        std::string const port = std::to_string(port_);
        bool const always = durability_ == RedisDurability::always;
        pid_t const parent = ::getpid();
        int log[2];
        if (::pipe2(log, O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe for the log of a Redis server");
        }
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(log[1], STDOUT_FILENO);
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() == parent) {
                ::execl(program.c_str(), "redis-server", "--port", port.c_str(), "--bind", "127.0.0.1",
                        "--dir", directory_.c_str(), "--save", "", "--appendonly", always ? "yes" : "no",
                        "--appendfsync", always ? "always" : "no", "--logfile", "", nullptr);
            }
            ::_exit(127);
        }
        ::close(log[1]);
        std::string text;  // ends with the process, or with the message that the data is loaded
        for (char part[512]; text.find("Ready to accept connections") == std::string::npos;) {
            auto const size = ::read(log[0], part, sizeof part);
            if (size <= 0) {
                break;
            }
            text.append(part, static_cast<std::size_t>(size));
        }
        ::close(log[0]);
        try {
            RedisConnection connection{options()};
            if (text.find("Ready to accept connections") != std::string::npos &&
                connection.command({"PING"}).text() == "PONG") {
                return true;
            }
        } catch (RedisError const&) {  // another process has taken the port
        }
        kill();
        return false;
    }

    RedisDurability durability_;
    std::string directory_;
    int port_ = 0;
    pid_t process_ = 0;
};

/// The server shared by the tests of a program, emptied; null if none is installed.
[[nodiscard]] inline RedisServer* shared_redis_server() {
    if (redis_server_program().empty()) {
        return nullptr;
    }
    static RedisServer server;
    server.clear();
    return &server;
}

}  // namespace centavo::testing
