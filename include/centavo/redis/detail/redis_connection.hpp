// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>
#include <centavo/base/view.hpp>
#include <centavo/redis/redis_options.hpp>

#include <hiredis/hiredis.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
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

/// A value of a reply; refers to the reply.
class RedisValue {
public:
    explicit RedisValue(redisReply const* reply) noexcept : reply_{reply} {}

    [[nodiscard]] bool is_nil() const noexcept { return reply_->type == REDIS_REPLY_NIL; }
    [[nodiscard]] bool is_error() const noexcept { return reply_->type == REDIS_REPLY_ERROR; }
    [[nodiscard]] bool is_list() const noexcept { return reply_->type == REDIS_REPLY_ARRAY; }
    [[nodiscard]] std::string_view text() const noexcept {
        return reply_->str != nullptr ? std::string_view{reply_->str, reply_->len} : std::string_view{};
    }
    /// An integer, or text that spells one; 0 for anything else.
    [[nodiscard]] std::int64_t integer() const noexcept {
        std::int64_t value = reply_->type == REDIS_REPLY_INTEGER ? reply_->integer : 0;
        auto const digits = text();
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }
    [[nodiscard]] std::size_t size() const noexcept { return is_list() ? reply_->elements : 0; }
    [[nodiscard]] RedisValue operator[](std::size_t index) const noexcept {
        return RedisValue{reply_->element[index]};
    }

private:
    redisReply const* reply_;
};

/// A reply, owned.
class RedisReply {
public:
    explicit RedisReply(redisReply* reply) noexcept : reply_{reply} {}
    [[nodiscard]] RedisValue operator*() const noexcept { return RedisValue{reply_.get()}; }

private:
    struct Free {
        void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
    };
    std::unique_ptr<redisReply, Free> reply_;
};

/// A script that the server runs in one step. Outlives the connections that ran it.
class RedisScript {
public:
    explicit RedisScript(std::string text) : text_{std::move(text)} {}
    RedisScript(RedisScript const&) = delete;
    RedisScript& operator=(RedisScript const&) = delete;

    [[nodiscard]] std::string const& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// One connection to a Redis server, made when it is first needed and again when it was lost.
///
/// A command whose answer was lost is sent once more, so commands must be such that running them twice is as good as
/// once. Before that the server is told to close the lost connection: what it had not yet read of it it never runs, so
/// that the first copy does not come after the second. A child of a fork makes a connection of its own. Needs Redis 6.2.
/// Not synchronised.
class RedisConnection {
public:
    explicit RedisConnection(RedisOptions options) : options_{std::move(options)} {}

    /// Gives the commands from here on, all of them together, options.command_timeout.
    void begin_call() noexcept { until_ = Steady::now() + options_.command_timeout; }

    /// Sends a command and reads its reply, which may be an error. Throws RedisError.
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

    /// Runs a script by its digest, or, where the server does not know it yet, by its text.
    [[nodiscard]] RedisReply run(RedisScript const& script, View<std::string> keys,
                                 View<std::string> arguments) {
        auto const count = std::to_string(keys.size());
        words_.assign({"EVALSHA", digest_of(script), count});
        words_.insert(words_.end(), keys.begin(), keys.end());
        words_.insert(words_.end(), arguments.begin(), arguments.end());
        auto reply = command(words_);
        if ((*reply).is_error() && (*reply).text().starts_with("NOSCRIPT")) {
            words_[0] = "EVAL";
            words_[1] = script.text();
            return command(words_);
        }
        return reply;
    }

private:
    using Steady = std::chrono::steady_clock;  // of the network, whatever the book's clock shows
    using Milliseconds = std::chrono::milliseconds;

    struct Close {
        void operator()(redisContext* context) const noexcept { redisFree(context); }
    };

    /// What the server calls a script by: asked once.
    [[nodiscard]] std::string const& digest_of(RedisScript const& script) {
        auto const known = digests_.find(&script);
        if (known != digests_.end()) {
            return known->second;
        }
        auto const reply = command({"SCRIPT", "LOAD", script.text()});
        if ((*reply).is_error()) {
            throw RedisError{std::string{(*reply).text()}, RedisError::Outcome::not_run};
        }
        return digests_.emplace(&script, (*reply).text()).first->second;
    }

    [[nodiscard]] Milliseconds left() const {
        auto const rest = std::chrono::duration_cast<Milliseconds>(until_ - Steady::now());
        if (rest <= Milliseconds{0}) {
            throw RedisError{"no answer within the time for a call", RedisError::Outcome::not_run};
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
        if (process_ != ::getpid()) {  // the parent's is the parent's: not to be read from, nor killed
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

    /// Logs in, closes the lost connection from the server's side, and asks what this one is called there.
    void greet(std::unique_ptr<redisContext, Close> fresh) {
        auto const asked = std::exchange(out_, {});
        auto lost = std::exchange(context_, std::move(fresh));  // keeps its port, which is part of its name
        timeout_ = Milliseconds{0};
        try {
            if (!options_.password.empty()) {
                options_.user.empty() ? say({"AUTH", options_.password})
                                      : say({"AUTH", options_.user, options_.password});
            }
            if (options_.database != 0) {
                say({"SELECT", std::to_string(options_.database)});
            }
            if (!address_.empty()) {
                say({"CLIENT", "KILL", "ID", id_, "ADDR", address_});
            }
            std::string const info{(*say({"CLIENT", "INFO"})).text()};
            id_ = member(info, "id=");
            address_ = member(info, "addr=");
        } catch (...) {
            context_ = std::move(lost);
            out_ = asked;
            throw;
        }
        out_ = asked;
    }

    RedisReply say(std::initializer_list<std::string_view> words) {
        write_out({words.begin(), words.size()});
        auto reply = exchange(left());
        if ((*reply).is_error()) {
            context_->err = REDIS_ERR_OTHER;
            throw RedisError{std::string{(*reply).text()}, RedisError::Outcome::not_run};
        }
        return reply;
    }

    [[nodiscard]] static std::string member(std::string_view info, std::string_view name) {
        auto const at = info.find(name);
        auto const rest = at == std::string_view::npos ? std::string_view{} : info.substr(at + name.size());
        return std::string{rest.substr(0, rest.find(' '))};
    }

    /// hiredis would write without MSG_NOSIGNAL, and a server that closed would end the process.
    [[nodiscard]] RedisReply exchange(Milliseconds time) {
        auto const lost = [&](std::string const& why) {
            context_->err = context_->err != 0 ? context_->err : REDIS_ERR_IO;
            return RedisError{why, RedisError::Outcome::unknown};
        };
        if (time != timeout_) {
            redisSetTimeout(context_.get(), as_timeval(time));
            timeout_ = time;
        }
        for (std::string_view rest = out_; !rest.empty();) {
            auto const sent = ::send(context_->fd, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EINTR) {
                throw lost(std::strerror(errno));
            }
            rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
        }
        void* reply = nullptr;
        if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
            bool const late = context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
            throw lost(late ? "no answer in time" : context_->errstr);
        }
        return RedisReply{static_cast<redisReply*>(reply)};
    }

    RedisOptions options_;
    ::pid_t process_ = ::getpid();
    Steady::time_point until_ = Steady::now() + options_.command_timeout;
    std::unique_ptr<redisContext, Close> context_;
    Milliseconds timeout_{0};
    std::string id_;       // what the server calls this connection, or the lost one
    std::string address_;  // where the server sees it
    std::string out_;
    std::map<RedisScript const*, std::string> digests_;
    std::vector<std::string_view> words_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
