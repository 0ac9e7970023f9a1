// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/view.hpp>
#include <centavo/redis/detail/redis_reply.hpp>
#include <centavo/redis/redis_options.hpp>

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A script that the server runs in one step. Must outlive the connections that ran it.
class RedisScript {
public:
    explicit RedisScript(std::string text) : text_{std::move(text)} {}
    RedisScript(RedisScript const&) = delete;
    RedisScript& operator=(RedisScript const&) = delete;

    [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// A connection to a Redis server, opened when it is first needed and again after it was lost.
///
/// A command whose reply was lost is sent a second time, so commands must be idempotent. Before that, the server is made to
/// close the lost connection, so that the first copy of the command cannot run after the second. A child of a fork opens a
/// connection of its own. Requires Redis 6.2. Not synchronized.
class RedisConnection {
public:
    explicit RedisConnection(RedisOptions options) : options_{std::move(options)} {}

    /// Starts options.command_timeout, for all commands from here on together.
    void begin_call() noexcept { until_ = Steady::now() + options_.command_timeout; }

    /// Sends a command and reads its reply, which may be an error. Throws RedisError, at the latest when the time is up.
    [[nodiscard]] RedisReply command(View<std::string_view> words) {
        write_out(words);
        for (bool again = false;; again = true) {
            try {
                connect();
                return exchange(again ? left() : std::min(left(), options_.command_timeout / 2));
            } catch (RedisError const& failure) {
                if (again || failure.outcome() == RedisError::Outcome::not_run) {
                    throw RedisError{describe(failure),
                                     again ? RedisError::Outcome::unknown : failure.outcome()};
                }
            }
        }
    }
    [[nodiscard]] RedisReply command(std::initializer_list<std::string_view> words) {
        return command({words.begin(), words.size()});
    }

    /// Runs a script by its digest, or by its text if the server does not know it yet.
    [[nodiscard]] RedisReply run(RedisScript const& script, View<std::string> keys,
                                 View<std::string> arguments) {
        auto const count = std::to_string(keys.size());
        words_.assign({"EVALSHA", digest_of(script), count});
        words_.insert(words_.end(), keys.begin(), keys.end());
        words_.insert(words_.end(), arguments.begin(), arguments.end());
        auto reply = command(words_);
        if (reply.is_error() && reply.text().starts_with("NOSCRIPT")) {
            words_[0] = "EVAL";
            words_[1] = script.text();
            return command(words_);
        }
        return reply;
    }

private:
    using Steady = std::chrono::steady_clock;
    using Milliseconds = std::chrono::milliseconds;

    struct Close {
        void operator()(redisContext* context) const noexcept { redisFree(context); }
    };

    /// The digest of a script, by which the server knows it.
    [[nodiscard]] std::string const& digest_of(RedisScript const& script) {
        auto const known = digests_.find(&script);
        if (known != digests_.end()) {
            return known->second;
        }
        auto const reply = command({"SCRIPT", "LOAD", script.text()});
        if (reply.is_error()) {
            throw RedisError{std::string{reply.text()}, RedisError::Outcome::not_run};
        }
        return digests_.emplace(&script, reply.text()).first->second;
    }

    [[nodiscard]] Milliseconds left() const {
        auto const rest = std::chrono::duration_cast<Milliseconds>(until_ - Steady::now());
        if (rest <= Milliseconds{0}) {
            throw RedisError{"no reply within the time limit of the call", RedisError::Outcome::not_run};
        }
        return rest;
    }

    [[nodiscard]] static timeval as_timeval(Milliseconds time) {
        return {static_cast<decltype(timeval::tv_sec)>(time.count() / 1'000),
                static_cast<decltype(timeval::tv_usec)>(time.count() % 1'000 * 1'000)};
    }

    [[nodiscard]] std::string describe(RedisError const& failure) const {
        constexpr std::string_view prefix = "redis: ";  // RedisError adds its own
        std::string_view const what{failure.what()};
        return std::string{what.substr(what.starts_with(prefix) ? prefix.size() : 0)} + " (" + options_.host +
               ":" + std::to_string(options_.port) + ")";
    }

    void write_out(View<std::string_view> words) {
        out_ = "*" + std::to_string(words.size()) + "\r\n";
        for (auto const word : words) {
            out_ += '$';
            out_ += std::to_string(word.size());
            out_ += "\r\n";
            out_ += word;
            out_ += "\r\n";
        }
    }

    void connect() {
        if (process_ != ::getpid()) {  // neither use nor kill the connection of the parent
            process_ = ::getpid();
            context_.reset();
            id_.clear();
            address_.clear();
        }
        if (context_ && context_->err == 0) {
            return;
        }
        try {
            auto const time = std::min(left(), options_.connect_timeout);
            std::unique_ptr<redisContext, Close> fresh{
                redisConnectWithTimeout(options_.host.c_str(), options_.port, as_timeval(time))};
            if (!fresh || fresh->err != 0) {
                throw RedisError{fresh ? fresh->errstr : "out of memory", RedisError::Outcome::not_run};
            }
            greet(std::move(fresh));
        } catch (RedisError const& failure) {
            throw RedisError{failure.what() + std::string_view{"redis: "}.size(),
                             RedisError::Outcome::not_run};
        }
    }

    /// Logs in, makes the server close the lost connection, and asks for the name of the new one.
    void greet(std::unique_ptr<redisContext, Close> fresh) {
        auto const command = std::exchange(out_, {});
        auto lost = std::exchange(context_, std::move(fresh));  // stays open: its port is part of its name
        try {
            if (!options_.password.empty()) {
                options_.user.empty() ? send({"AUTH", options_.password})
                                      : send({"AUTH", options_.user, options_.password});
            }
            if (options_.database != 0) {
                send({"SELECT", std::to_string(options_.database)});
            }
            if (!address_.empty()) {
                send({"CLIENT", "KILL", "ID", id_, "ADDR", address_});
            }
            std::string const info{send({"CLIENT", "INFO"}).text()};
            id_ = member(info, "id=");
            address_ = member(info, "addr=");
        } catch (...) {
            context_ = std::move(lost);
            out_ = command;
            throw;
        }
        out_ = command;
    }

    RedisReply send(std::initializer_list<std::string_view> words) {
        write_out({words.begin(), words.size()});
        auto reply = exchange(left());
        if (reply.is_error()) {
            context_->err = REDIS_ERR_OTHER;
            throw RedisError{std::string{reply.text()}, RedisError::Outcome::not_run};
        }
        return reply;
    }

    [[nodiscard]] static std::string member(std::string_view info, std::string_view name) {
        auto const at = info.find(name);
        auto const rest = at == std::string_view::npos ? std::string_view{} : info.substr(at + name.size());
        return std::string{rest.substr(0, rest.find(' '))};
    }

    /// Sends out_ and reads one reply within `time`, however many pieces either takes.
    [[nodiscard]] RedisReply exchange(Milliseconds time) {
        try {
            auto const until = Steady::now() + time;
            for (std::string_view rest = out_; !rest.empty();) {
                wait_for(POLLOUT, until);
                auto const sent = ::send(context_->fd, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
                if (sent < 0 && !is_temporary(errno)) {
                    throw RedisError{std::strerror(errno), RedisError::Outcome::unknown};
                }
                rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
            }
            in_.clear();
            RedisReplyReader reader;
            while (!reader.complete(in_)) {
                wait_for(POLLIN, until);
                std::array<char, 16'384> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init)
                auto const received = ::recv(context_->fd, piece.data(), piece.size(), MSG_DONTWAIT);
                if (received == 0) {
                    throw RedisError{"the server closed the connection", RedisError::Outcome::unknown};
                }
                if (received < 0 && !is_temporary(errno)) {
                    throw RedisError{std::strerror(errno), RedisError::Outcome::unknown};
                }
                in_.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(received, 0)));
            }
            if (in_.size() != reader.size()) {
                throw_unexpected_reply("more than one reply to a command");
            }
            return RedisReplyReader::read(in_);
        } catch (RedisError const& failure) {
            context_->err = REDIS_ERR_IO;  // nothing more is read from it
            throw RedisError{failure.what() + std::string_view{"redis: "}.size(),
                             RedisError::Outcome::unknown};
        }
    }

    [[nodiscard]] static bool is_temporary(int error) noexcept {
        return error == EINTR || error == EAGAIN || error == EWOULDBLOCK;
    }

    void wait_for(short events, Steady::time_point until) const {
        pollfd waiting{.fd = context_->fd, .events = events, .revents = 0};
        while (true) {
            auto const rest = std::chrono::ceil<Milliseconds>(until - Steady::now());
            if (rest <= Milliseconds{0}) {
                throw RedisError{"no reply in time", RedisError::Outcome::unknown};
            }
            int const ready =
                ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(rest.count(), 60'000)));
            if (ready > 0) {
                return;
            }
            if (ready < 0 && errno != EINTR) {
                throw RedisError{std::strerror(errno), RedisError::Outcome::unknown};
            }
        }
    }

    RedisOptions options_;
    ::pid_t process_ = ::getpid();
    Steady::time_point until_ = Steady::now() + options_.command_timeout;
    std::unique_ptr<redisContext, Close> context_;
    std::string id_;       // of this connection, or of the lost one, at the server
    std::string address_;  // as the server sees it
    std::string out_;
    std::string in_;
    std::map<RedisScript const*, std::string> digests_;
    std::vector<std::string_view> words_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
