// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/record_frame.hpp>
#include <centavo/budget/detail/seen_keys.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/redis/detail/redis_counters.hpp>
#include <centavo/redis/detail/redis_store.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A script and its arguments, so that it can be run later, and again.
struct RedisCall {
    RedisScript const* script;
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
    RedisCounterSet touched;
    Account account = {};  // whose text `touched` refers to
};

/// The calls of a store.
namespace redis_calls {

inline constexpr char const* operation_lifetime = "86400";  // seconds in which a command may be repeated

[[nodiscard]] inline std::string bytes_of(LedgerRecord const& record) {
    std::string bytes;
    frame_record(record, bytes);
    return bytes;
}

[[nodiscard]] inline std::string name_of(std::string_view operation, int attempt) {
    return operation.empty() ? std::string{} : std::to_string(attempt) + "/" + std::string{operation};
}

/// Ends a hold: `end` is "settle", "reap", "release" or "cancel".
[[nodiscard]] inline RedisCall finish(RedisStore const& store, RedisCounterSet touched, HoldState const& held,
                                      LedgerRecord const& record, std::string end) {
    RedisAmount const charge{record.amount};
    auto keys = touched.keys(store.names, {store.names("holds"), store.names("records"), store.names("ids"),
                                           store.names("ids:old"), store.names("generation")});
    std::string mark = (end == "reap" ? "r" : "") + std::to_string(held.at.time_since_epoch().count());
    return {.script = &store.scripts.settle,
            .keys = std::move(keys),
            .arguments = {std::to_string(held.ticket), std::move(end), bytes_of(record),
                          bytes_of(record_of(RecordKind::release, held, record.time)),
                          RedisAmount{held.amount}.plus(), charge.plus(), charge.excess(),
                          name_of(held.id.operation, held.id.attempt), std::to_string(SeenKeys::generation),
                          std::move(mark), store.names.generation()},
            .touched = std::move(touched),
            .account = held.account};
}

/// Charges without a hold; `ticket` makes it count once.
[[nodiscard]] inline RedisCall charge(RedisStore const& store, RedisCounterSet touched,
                                      Account const& account, LedgerRecord const& record,
                                      std::string const& ticket) {
    RedisAmount const amount{record.amount};
    auto keys = touched.keys(store.names, {store.names.operation(ticket), store.names("records"),
                                           store.names("ids"), store.names("ids:old")});
    auto current = touched.digits([&](CounterRef const& ref) { return ref.window.contains(record.time); });
    return {.script = &store.scripts.charge,
            .keys = std::move(keys),
            .arguments = {bytes_of(record), amount.plus(), amount.excess(),
                          name_of(record.operation, record.attempt), std::to_string(SeenKeys::generation),
                          operation_lifetime, std::move(current)},
            .touched = std::move(touched),
            .account = account};
}

}  // namespace redis_calls
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
