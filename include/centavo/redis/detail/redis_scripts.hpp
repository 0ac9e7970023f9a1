// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/redis/detail/redis_connection.hpp>

#include <string>
#include <string_view>

/// What RedisBudgets has the server do in one step each.
///
/// A counter is a hash: `limit`, `left` = limit - spent - held, `spent`, and `fine`, all but the last in picodollars.
/// Amounts come as text and are added by HINCRBY, in the server's 64 bits. Lua, whose numbers are doubles, looks at
/// nothing but whether a sum is below zero: rounding to a double never changes a sign. `spent` is a sum of amounts each
/// rounded up, and `fine` the sum of what rounding added, in 10^-18 USD.
///
/// `holds` keeps the records of open holds by their tickets; a ticket that is there counts once however often it is
/// sent. `records` is the list of all others, a settled hold's own record before what it came to.
namespace centavo::detail {
inline namespace CENTAVO_ABI {
namespace redis_scripts {

/// add() adds to a counter's field and remembers how to undo it; where 64 bits overflow it is false.
inline constexpr std::string_view prelude = R"lua(
local undo = {}
local function negated(amount)
    if amount == '0' then return '0' end
    if string.sub(amount, 1, 1) == '-' then return string.sub(amount, 2) end
    return '-' .. amount
end
local function add(key, field, amount)
    local sum = redis.pcall('HINCRBY', key, field, amount)
    if type(sum) == 'table' then return false end
    undo[#undo + 1] = {key, field, negated(amount)}
    return true, sum < 0
end
local function undo_all()
    for i = #undo, 1, -1 do redis.call('HINCRBY', undo[i][1], undo[i][2], undo[i][3]) end
    undo = {}
end
local function overflow()
    undo_all()
    return redis.error_reply('OVERFLOW a counter beyond 9.22 million USD')
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
local function claim(young, old, id, generation)
    if id == '' then return end
    if redis.call('SCARD', young) >= tonumber(generation) then redis.call('RENAME', young, old) end
    redis.call('SADD', young, id)
end
)lua";

/// Without the prelude, since every call waits for it. KEYS: holds, counters. ARGV: ticket, record, -amount, amount,
/// and for each counter '1' where its limit is hard. -> 1; 'new' where a counter is not there; figures: refused.
inline constexpr std::string_view reserve = R"lua(
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 1 end
local below = false
local last = #KEYS
local failed = false
for i = 2, #KEYS do
    local left = redis.pcall('HINCRBY', KEYS[i], 'left', ARGV[3])
    if type(left) == 'table' then
        failed = true
        last = i - 1
        break
    end
    if left < 0 and ARGV[4] ~= '0' then below = true end
end
if not below and not failed then return 1 end
local verdict = 1
if failed then
    verdict = redis.error_reply('OVERFLOW a counter beyond 9.22 million USD')
else
    for i = 2, #KEYS do
        if redis.call('HEXISTS', KEYS[i], 'limit') == 0 then
            verdict = 'new'
            break
        end
        if string.sub(ARGV[5], i - 1, i - 1) == '1' and
            string.sub(redis.call('HGET', KEYS[i], 'left'), 1, 1) == '-' then
            verdict = 'refused'
        end
    end
end
if verdict == 1 then return 1 end
for i = 2, last do redis.call('HINCRBY', KEYS[i], 'left', ARGV[4]) end
redis.call('HDEL', KEYS[1], ARGV[1])
if verdict ~= 'refused' then return verdict end
local all = {}
for i = 2, #KEYS do all[i - 1] = redis.call('HMGET', KEYS[i], 'limit', 'left', 'spent', 'fine') end
return all
)lua";

/// KEYS: holds, records, young ids, old ids, counters. ARGV: ticket, what became of it ('settle', 'release', or
/// 'cancel' of a hold that nobody may have), its record, a release's record, held, charge, fine, id, generation, mark.
/// -> figures; 'gone' where the ticket is not there: it was settled before, or never came and now never will.
inline constexpr std::string_view settle = R"lua(
local hold = redis.call('HGET', KEYS[1], ARGV[1])
if not hold or string.len(hold) < 32 then
    if not hold and ARGV[2] == 'cancel' then redis.call('HSET', KEYS[1], ARGV[1], ARGV[10]) end
    return 'gone'
end
local charged = ARGV[2] == 'settle' and not known(KEYS[3], KEYS[4], ARGV[8])
for i = 5, #KEYS do
    if redis.call('HEXISTS', KEYS[i], 'limit') == 1 then
        if not add(KEYS[i], 'left', ARGV[5]) then return overflow() end
        if charged then
            if not add(KEYS[i], 'left', negated(ARGV[6])) then return overflow() end
            if not add(KEYS[i], 'spent', ARGV[6]) then return overflow() end
            if ARGV[7] ~= '0' and not add(KEYS[i], 'fine', ARGV[7]) then return overflow() end
        end
    end
end
if ARGV[2] == 'cancel' then
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[10])
    return 'gone'
end
redis.call('HDEL', KEYS[1], ARGV[1])
if charged then
    claim(KEYS[3], KEYS[4], ARGV[8], ARGV[9])
    redis.call('RPUSH', KEYS[2], hold, ARGV[3])
else
    redis.call('RPUSH', KEYS[2], hold, ARGV[4])
end
return figures(5)
)lua";

/// A charge without a hold. KEYS: operation, records, young ids, old ids, counters. ARGV: record, charge, fine, id,
/// generation, seconds to remember the operation, and for each counter '1' where it is a window of now, which has to be
/// there; others are history. -> figures; 'new'; 'again'.
inline constexpr std::string_view charge = R"lua(
if redis.call('EXISTS', KEYS[1]) == 1 or known(KEYS[3], KEYS[4], ARGV[4]) then return 'again' end
local there = {}
for i = 5, #KEYS do
    there[i] = redis.call('HEXISTS', KEYS[i], 'limit') == 1
    if not there[i] and string.sub(ARGV[7], i - 4, i - 4) == '1' then return 'new' end
end
for i = 5, #KEYS do
    if there[i] then
        if not add(KEYS[i], 'left', negated(ARGV[2])) then return overflow() end
        if not add(KEYS[i], 'spent', ARGV[2]) then return overflow() end
        if ARGV[3] ~= '0' and not add(KEYS[i], 'fine', ARGV[3]) then return overflow() end
    end
end
redis.call('SET', KEYS[1], '1', 'EX', ARGV[6])
claim(KEYS[3], KEYS[4], ARGV[4], ARGV[5])
redis.call('RPUSH', KEYS[2], ARGV[1])
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
    local fits, below = add(KEYS[i], 'left', negated(preferred))
    if not fits then return overflow() end
    local digit = '1'
    if below and not forced then
        if not add(KEYS[i], 'left', preferred) then return overflow() end
        fits, below = add(KEYS[i], 'left', negated(minimum))
        if not fits then return overflow() end
        if below then
            undo_all()
            return figures(2)
        end
        digit = '0'
    end
    granted = granted .. digit
    if not add(KEYS[i], 'spent', ARGV[at + 3]) then return overflow() end
    if not add(KEYS[i], 'fine', ARGV[at + 4]) then return overflow() end
end
redis.call('SET', KEYS[1], granted, 'EX', ARGV[1])
return granted
)lua";

/// KEYS: limits, index, counters. ARGV: now, and three for each counter: its budget, its name, the seconds that it is
/// kept or '' for ever.
inline constexpr std::string_view create = R"lua(
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])
for i = 3, #KEYS do
    local at = 3 * (i - 3) + 1
    local limit = redis.call('HGET', KEYS[1], ARGV[at + 1])
    if limit and redis.call('HSETNX', KEYS[i], 'limit', limit) == 1 then
        redis.call('HINCRBY', KEYS[i], 'left', limit)
        local score = '+inf'
        if ARGV[at + 3] ~= '' then
            redis.call('EXPIRE', KEYS[i], ARGV[at + 3])
            score = tonumber(ARGV[1]) + tonumber(ARGV[at + 3])
        end
        redis.call('ZADD', KEYS[2], score, ARGV[at + 2])
    end
end
return 1
)lua";

/// Sets the limits; those of counters that are there change with them. KEYS: limits, index. ARGV: what counters' keys
/// begin with, and three for each budget: its name, its limit, what its counters' names begin with.
inline constexpr std::string_view open = R"lua(
for at = 2, #ARGV, 3 do
    if redis.call('HGET', KEYS[1], ARGV[at]) ~= ARGV[at + 1] then
        redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
        for _, name in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
            local key = ARGV[1] .. name
            local before = redis.call('HGET', key, 'limit')
            if before and string.sub(name, 1, string.len(ARGV[at + 2])) == ARGV[at + 2] then
                if not add(key, 'left', negated(before)) then return overflow() end
                if not add(key, 'left', ARGV[at + 1]) then return overflow() end
                redis.call('HSET', key, 'limit', ARGV[at + 1])
            end
        end
    end
end
return 1
)lua";

/// KEYS: counters. -> figures.
inline constexpr std::string_view look = "return figures(1)";

/// Who may tell an alert. KEYS: counter, records. ARGV: the rule, a ticket, the record. -> whether it is this ticket.
inline constexpr std::string_view tell = R"lua(
if redis.call('HSETNX', KEYS[1], 'told:' .. ARGV[1], ARGV[2]) == 1 then redis.call('RPUSH', KEYS[2], ARGV[3]) end
return redis.call('HGET', KEYS[1], 'told:' .. ARGV[1]) == ARGV[2] and 1 or 0
)lua";

/// All of them, made ready once.
struct Scripts {
    RedisScript reserve{std::string{redis_scripts::reserve}};
    RedisScript settle{with_prelude(redis_scripts::settle)};
    RedisScript charge{with_prelude(redis_scripts::charge)};
    RedisScript lease{with_prelude(redis_scripts::lease)};
    RedisScript create{std::string{redis_scripts::create}};
    RedisScript open{with_prelude(redis_scripts::open)};
    RedisScript look{with_prelude(redis_scripts::look)};
    RedisScript tell{std::string{redis_scripts::tell}};

private:
    [[nodiscard]] static std::string with_prelude(std::string_view script) {
        return std::string{prelude} + std::string{script};
    }
};

}  // namespace redis_scripts
}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
