// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/redis/detail/redis_connection.hpp>

#include <string>
#include <string_view>

/// The scripts of RedisBudgets: each is one atomic step on the server.
///
/// A counter is a hash: `limit`, `left` = limit - spent - held, `spent`, and `fine`, all but the last in picodollars.
/// Amounts are passed as text and added by HINCRBY, in the server's 64 bits. Lua, whose numbers are doubles, only checks
/// whether a sum is negative: rounding to a double never changes a sign. `spent` is a sum of amounts that are each
/// rounded up, and `fine` the sum of what rounding added, in 10^-18 USD.
///
/// `holds` has the records of open holds by ticket; a ticket counts once, no matter how often it is sent. `records` is
/// the list of all other records, that of a settled hold before the one that closed it.
///
/// Redis does not undo a script that fails. Each script therefore writes its record first, and undoes everything if a
/// later command fails. A counter has no expiry, so that it is not evicted under a volatile-* policy; `create` deletes
/// it when it is no longer needed. The names of counters contain the generation of the data: after the server has lost
/// its data, `create` finds another generation, or an index entry without a counter, and replies 'lost'.
namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace redis_scripts {

/// add() adds to a field of a counter, and notes how to undo it; failed() undoes all, and returns the error to reply.
inline constexpr std::string_view prelude = R"lua(
local undo = {}
local pushed = 0
local function negated(amount)
    if amount == '0' then return '0' end
    if string.sub(amount, 1, 1) == '-' then return string.sub(amount, 2) end
    return '-' .. amount
end
local function add(key, field, amount)
    local sum = redis.pcall('HINCRBY', key, field, amount)
    if type(sum) == 'table' then return sum end
    undo[#undo + 1] = {key, field, negated(amount)}
    return nil, sum < 0
end
local function push(key, ...)
    redis.call('RPUSH', key, ...)
    pushed = select('#', ...)
end
local function undo_all(records)
    for i = #undo, 1, -1 do redis.call('HINCRBY', undo[i][1], undo[i][2], undo[i][3]) end
    undo = {}
    if pushed > 0 then redis.call('RPOP', records, pushed) end
end
local function failed(failure, records)
    undo_all(records)
    if string.find(failure.err, 'would overflow') then
        return redis.error_reply('OVERFLOW a counter beyond 9.22 million USD')
    end
    return failure
end
local function figures(first)
    local all = {}
    for i = first, #KEYS do
        all[#all + 1] = redis.call('HMGET', KEYS[i], 'limit', 'left', 'spent', 'fine')
    end
    return all
end
local function known(young, old, id)
    return id ~= '' and (redis.call('SISMEMBER', young, id) == 1 or redis.call('SISMEMBER', old, id) == 1)
end
local function insert_key(young, old, id, generation)
    if id == '' then return nil end
    if redis.call('SCARD', young) >= tonumber(generation) then redis.call('RENAME', young, old) end
    local added = redis.pcall('SADD', young, id)
    if type(added) == 'table' then return added end
end
)lua";

/// Without the prelude, since every call waits for it. KEYS: holds, counters. ARGV: ticket, record, -amount, amount,
/// and for each counter '1' if its limit is hard. -> 1; 'new' if a counter does not exist; figures if denied.
inline constexpr std::string_view reserve = R"lua(
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 1 end
local below = false
local last = #KEYS
local failure = nil
for i = 2, #KEYS do
    local left = redis.pcall('HINCRBY', KEYS[i], 'left', ARGV[3])
    if type(left) == 'table' then
        failure = left
        last = i - 1
        break
    end
    if left < 0 and ARGV[4] ~= '0' then below = true end
end
if not below and not failure then return 1 end
local verdict = 1
if failure then
    verdict = failure
    if string.find(failure.err, 'would overflow') then
        verdict = redis.error_reply('OVERFLOW a counter beyond 9.22 million USD')
    end
else
    for i = 2, #KEYS do
        if redis.call('HEXISTS', KEYS[i], 'limit') == 0 then
            verdict = 'new'
            break
        end
        if string.sub(ARGV[5], i - 1, i - 1) == '1' and
            string.sub(redis.call('HGET', KEYS[i], 'left'), 1, 1) == '-' then
            verdict = 'denied'
        end
    end
end
if verdict == 1 then return 1 end
for i = 2, last do redis.call('HINCRBY', KEYS[i], 'left', ARGV[4]) end
redis.call('HDEL', KEYS[1], ARGV[1])
if verdict ~= 'denied' then return verdict end
local all = {}
for i = 2, #KEYS do all[i - 1] = redis.call('HMGET', KEYS[i], 'limit', 'left', 'spent', 'fine') end
return all
)lua";

/// KEYS: holds, records, young keys, old keys, generation, counters. ARGV: ticket, how the hold ends ('settle', 'reap',
/// 'release', or 'cancel' if its reservation was not acknowledged), the record, the record of a release, held, charge,
/// fine, idempotency key, number of keys, mark, generation. -> figures; 'again' if it was settled before, or cancelled;
/// 'reaped'; 'lost'.
///
/// A mark, which is shorter than a record, takes the place of a hold that was cancelled or reaped.
inline constexpr std::string_view settle = R"lua(
local hold = redis.call('HGET', KEYS[1], ARGV[1])
if not hold or string.len(hold) < 32 then
    if redis.call('GET', KEYS[5]) ~= ARGV[11] then return 'lost' end
    if hold and string.sub(hold, 1, 1) == 'r' then return 'reaped' end
    if not hold and ARGV[2] == 'cancel' then redis.call('HSET', KEYS[1], ARGV[1], ARGV[10]) end
    return 'again'
end
local charged = (ARGV[2] == 'settle' or ARGV[2] == 'reap') and not known(KEYS[3], KEYS[4], ARGV[8])
if ARGV[2] ~= 'cancel' then push(KEYS[2], hold, charged and ARGV[3] or ARGV[4]) end
for i = 6, #KEYS do
    local exists = redis.pcall('HEXISTS', KEYS[i], 'limit')
    if type(exists) == 'table' then return failed(exists, KEYS[2]) end
    if exists == 1 then
        local failure = add(KEYS[i], 'left', ARGV[5])
        if charged then
            failure = failure or add(KEYS[i], 'left', negated(ARGV[6]))
            failure = failure or add(KEYS[i], 'spent', ARGV[6])
            if ARGV[7] ~= '0' then failure = failure or add(KEYS[i], 'fine', ARGV[7]) end
        end
        if failure then return failed(failure, KEYS[2]) end
    end
end
if charged then
    local failure = insert_key(KEYS[3], KEYS[4], ARGV[8], ARGV[9])
    if failure then return failed(failure, KEYS[2]) end
end
if ARGV[2] == 'cancel' or ARGV[2] == 'reap' then
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[10])
    if ARGV[2] == 'cancel' then return 'again' end
else
    redis.call('HDEL', KEYS[1], ARGV[1])
end
return figures(6)
)lua";

/// A charge without a hold. KEYS: operation, records, young keys, old keys, counters. ARGV: record, charge, fine,
/// idempotency key, number of keys, seconds to remember the operation, and for each counter '1' if its window is a
/// current one: it must exist, others may not. -> figures; 'new'; 'again'.
inline constexpr std::string_view charge = R"lua(
if redis.call('EXISTS', KEYS[1]) == 1 or known(KEYS[3], KEYS[4], ARGV[4]) then return 'again' end
local exists = {}
for i = 5, #KEYS do
    exists[i] = redis.call('HEXISTS', KEYS[i], 'limit') == 1
    if not exists[i] and string.sub(ARGV[7], i - 4, i - 4) == '1' then return 'new' end
end
push(KEYS[2], ARGV[1])
local failure = nil
for i = 5, #KEYS do
    if exists[i] then
        failure = failure or add(KEYS[i], 'left', negated(ARGV[2]))
        failure = failure or add(KEYS[i], 'spent', ARGV[2])
        if ARGV[3] ~= '0' then failure = failure or add(KEYS[i], 'fine', ARGV[3]) end
    end
end
failure = failure or insert_key(KEYS[3], KEYS[4], ARGV[4], ARGV[5])
if failure then return failed(failure, KEYS[2]) end
redis.call('SET', KEYS[1], '1', 'EX', ARGV[6])
return figures(5)
)lua";

/// Leases. KEYS: operation, counters. ARGV: seconds to remember the operation; for each counter five: preferred amount,
/// minimum amount, spent and fine from earlier leases, '1' if forced. -> 'L' and a digit for each counter, '1' if the
/// preferred amount was granted, '0' if the minimum was; 'new'; figures: denied.
inline constexpr std::string_view lease = R"lua(
local before = redis.call('GET', KEYS[1])
if before then return before end
for i = 2, #KEYS do
    if redis.call('HEXISTS', KEYS[i], 'limit') == 0 then return 'new' end
end
local granted = 'L'
for i = 2, #KEYS do
    local at = 5 * (i - 2) + 1
    local preferred, minimum, forced = ARGV[at + 1], ARGV[at + 2], ARGV[at + 5] == '1'
    local failure, below = add(KEYS[i], 'left', negated(preferred))
    local digit = '1'
    if not failure and below and not forced then
        failure = add(KEYS[i], 'left', preferred)
        if not failure then failure, below = add(KEYS[i], 'left', negated(minimum)) end
        if not failure and below then
            undo_all()
            return figures(2)
        end
        digit = '0'
    end
    granted = granted .. digit
    failure = failure or add(KEYS[i], 'spent', ARGV[at + 3]) or add(KEYS[i], 'fine', ARGV[at + 4])
    if failure then return failed(failure) end
end
redis.call('SET', KEYS[1], granted, 'EX', ARGV[1])
return granted
)lua";

/// Creates counters, and deletes up to 100 that are no longer needed, by the server's clock. KEYS: generation, limits,
/// index, counters. ARGV: generation, what keys of counters begin with, and three for each counter: its budget, its name,
/// the seconds that it is needed or '' if always. -> 1; 'lost'.
inline constexpr std::string_view create = R"lua(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'lost' end
local now = tonumber(redis.call('TIME')[1])
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('DEL', ARGV[2] .. name)
    redis.call('ZREM', KEYS[3], name)
end
for i = 4, #KEYS do
    local at = 3 * (i - 4) + 2
    local limit = redis.call('HGET', KEYS[2], ARGV[at + 1])
    if not limit then return 'lost' end
    if redis.call('HEXISTS', KEYS[i], 'limit') == 0 then
        if redis.call('ZSCORE', KEYS[3], ARGV[at + 2]) then return 'lost' end
        redis.call('ZADD', KEYS[3], ARGV[at + 3] == '' and '+inf' or now + tonumber(ARGV[at + 3]), ARGV[at + 2])
        redis.call('HINCRBY', KEYS[i], 'left', limit)
        redis.call('HSET', KEYS[i], 'limit', limit)
    end
end
return 1
)lua";

/// The generation of the data: the one given if there is no data yet. KEYS: generation, limits, records, holds. ARGV:
/// generation. -> the generation; 'lost' if there is data without one, or if the counters are being rebuilt.
inline constexpr std::string_view generation = R"lua(
local found = redis.call('GET', KEYS[1])
if found == 'rebuilding' then return 'lost' end
if found then return found end
if redis.call('EXISTS', KEYS[2], KEYS[3], KEYS[4]) > 0 then return 'lost' end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
)lua";

/// Sets the limits; those of existing counters change with them. KEYS: limits, index. ARGV: what keys of counters begin
/// with, and three for each budget: its name, its limit, what the names of its counters begin with.
inline constexpr std::string_view open = R"lua(
for at = 2, #ARGV, 3 do
    if redis.call('HGET', KEYS[1], ARGV[at]) ~= ARGV[at + 1] then
        redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
        for _, name in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
            local key = ARGV[1] .. name
            local before = redis.call('HGET', key, 'limit')
            if before and string.sub(name, 1, string.len(ARGV[at + 2])) == ARGV[at + 2] then
                local failure = add(key, 'left', negated(before)) or add(key, 'left', ARGV[at + 1])
                if failure then return failed(failure) end
                redis.call('HSET', key, 'limit', ARGV[at + 1])
            end
        end
    end
end
return 1
)lua";

/// KEYS: counters. -> figures.
inline constexpr std::string_view look = "return figures(1)";

/// Decides which process raises an alert. KEYS: counter, records. ARGV: the rule, a ticket, the record. -> whether it is
/// the one with this ticket.
inline constexpr std::string_view fire = R"lua(
if redis.call('HEXISTS', KEYS[1], 'fired:' .. ARGV[1]) == 0 then
    redis.call('RPUSH', KEYS[2], ARGV[3])
    redis.call('HSET', KEYS[1], 'fired:' .. ARGV[1], ARGV[2])
end
return redis.call('HGET', KEYS[1], 'fired:' .. ARGV[1]) == ARGV[2] and 1 or 0
)lua";

/// All scripts.
struct Scripts {
    RedisScript reserve{std::string{redis_scripts::reserve}};
    RedisScript settle{with_prelude(redis_scripts::settle)};
    RedisScript charge{with_prelude(redis_scripts::charge)};
    RedisScript lease{with_prelude(redis_scripts::lease)};
    RedisScript create{std::string{redis_scripts::create}};
    RedisScript generation{std::string{redis_scripts::generation}};
    RedisScript open{with_prelude(redis_scripts::open)};
    RedisScript look{with_prelude(redis_scripts::look)};
    RedisScript fire{std::string{redis_scripts::fire}};

private:
    [[nodiscard]] static std::string with_prelude(std::string_view script) {
        return std::string{prelude} + std::string{script};
    }
};

}  // namespace redis_scripts
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
