// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/redis/detail/redis_connection.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// Connections to one server, as many as there are concurrent calls. Internally synchronized.
class RedisPool {
public:
    explicit RedisPool(RedisOptions options) : options_{std::move(options)} {}

    /// A connection for the duration of one call. The pool must outlive it.
    class Session {
    public:
        Session(RedisPool& pool, std::unique_ptr<RedisConnection> connection) noexcept
            : pool_{&pool}, connection_{std::move(connection)} {}
        Session(Session const&) = delete;
        Session& operator=(Session const&) = delete;
        ~Session() { pool_->give_back(std::move(connection_)); }

        [[nodiscard]] RedisConnection& operator*() const noexcept { return *connection_; }
        [[nodiscard]] RedisConnection* operator->() const noexcept { return connection_.get(); }

    private:
        RedisPool* pool_;
        std::unique_ptr<RedisConnection> connection_;
    };

    [[nodiscard]] Session session() {
        std::unique_ptr<RedisConnection> connection;
        {
            std::scoped_lock const lock{mutex_};
            if (!idle_.empty()) {
                connection = std::move(idle_.back());
                idle_.pop_back();
            } else {
                idle_.reserve(++made_);  // so that give_back() does not allocate
            }
        }
        if (!connection) {
            connection = std::make_unique<RedisConnection>(options_);
        }
        connection->begin_call();
        return Session{*this, std::move(connection)};
    }

private:
    void give_back(std::unique_ptr<RedisConnection> connection) noexcept {
        std::scoped_lock const lock{mutex_};
        idle_.push_back(std::move(connection));
    }

    RedisOptions options_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<RedisConnection>> idle_;
    std::size_t made_ = 0;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
