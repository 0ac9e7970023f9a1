// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/base/error.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A Redis server that cannot be reached, does not reply in time, or rejects a command.
class CENTAVO_VISIBLE RedisError : public Error {
public:
    /// What became of the command.
    enum class Outcome : std::uint8_t {
        not_run,  ///< the command was not sent, or the server rejected it
        unknown,  ///< the command was sent, but no reply arrived: the server may have run it, or may still do so
        reaped,  ///< the hold was reaped before: it is charged at its full amount, and this charge does not count
        lost  ///< the server lost data of the monitor, the hold among them: the charge does not count
    };

    RedisError(std::string const& what, Outcome outcome)
        : Error{ErrorCode::unavailable, "redis: " + what}, outcome_{outcome} {}

    [[nodiscard]] Outcome outcome() const noexcept { return outcome_; }

private:
    Outcome outcome_;
};

/// The address of a Redis server, its credentials and the time limits of calls.
struct RedisOptions {
    std::string host = "127.0.0.1";
    int port = 6379;
    std::string user = {};  ///< an ACL user; empty for the default user
    std::string password = {};
    int database = 0;
    std::chrono::milliseconds connect_timeout{500};
    std::chrono::milliseconds command_timeout{2'000};  ///< for a whole call, including reconnection and retry
};

/// How a store uses the data on the server.
enum class RedisOpen : std::uint8_t {
    existing,  ///< as it is; throws RedisError if data was lost
    rebuild    ///< computes the counters from the records; every other process must then open the store again
};

/// What a server must guarantee for its store to be opened.
enum class RedisSafety : std::uint8_t {
    report,  ///< nothing: RedisBudgets::server() tells what may lose data
    no_eviction,  ///< with a memory limit, a policy that does not evict keys without an expiry: noeviction or volatile-*
    durable  ///< also an append-only file that is synced with every write
};

/// The settings of a server that decide whether it may lose data. Empty or nullopt if the server does not reveal them.
struct RedisServerSettings {
    std::optional<bool> evicts = {};  ///< whether keys without an expiry may be evicted
    std::string eviction_policy = {};
    std::optional<bool> append_only = {};
    std::string fsync = {};  ///< "always", "everysec" or "no"
};

class RedisBudgets;

/// The server of RedisBudgets, and the names of its keys. As second argument of CostMonitor it selects that store.
struct RedisBudgetsOptions {
    using Store = RedisBudgets;

    RedisOptions redis = {};
    std::string monitor = "default";  ///< processes that name the same monitor share its counters
    /// How long counters are kept after their window ends, for holds that are settled late.
    std::chrono::seconds late_settles = std::chrono::hours{24 * 7};
    RedisOpen open = RedisOpen::existing;
    RedisSafety safety = RedisSafety::no_eviction;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
