// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/cache/request_key.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What an answer took, and whether it is one: only a complete answer is ever stored.
///
/// `complete` is false until somebody says otherwise: an answer cut by a cap, a filter or a closed connection is
/// not what the next caller asked for. A value.
struct CacheFacts {
    Tokens input = 0;
    Tokens output = 0;
    Usd cost = {};
    bool complete = false;
};

/// A life time that does not end.
inline constexpr std::chrono::nanoseconds no_expiry = std::chrono::nanoseconds::max();

/// An answer under its key: its bytes and what it took. Shared as a constant, never changed.
struct CacheEntry {
    RequestKey key;
    std::string bytes;
    CacheFacts facts = {};
    std::chrono::nanoseconds ttl = no_expiry;
};

using SharedEntry = std::shared_ptr<CacheEntry const>;

/// Why a request was not answered by the cache.
enum class MissReason {
    none,              ///< it was
    absent,            ///< never stored, or evicted
    expired,           ///< stored, and past its life time
    nondeterministic,  ///< answers may differ from call to call, and the policy is not to cache those
    store_failed,      ///< the store could not be read
};

/// What a store found: an entry, or why there is none.
struct LookupResult {
    SharedEntry entry;
    MissReason why = MissReason::none;
};

/// A place for cache entries. Laws:
///
/// - find(key) returns the entry last put under key, byte for byte, or none; never an expired one, never another's;
/// - put(entry) returns whether it is kept; an entry kept may be evicted at any later moment;
/// - bytes() never exceeds the capacity that the store was given;
/// - erase(key) and clear() leave nothing to be found;
/// - every call may come from any thread at any moment; whatever fails throws a std::exception, and the cache takes
///   it for a miss.
template <typename Store>
concept CacheStore = requires(Store& store, Store const& constant, RequestKey const& key, SharedEntry entry) {
    { store.find(key) } -> std::same_as<LookupResult>;
    { store.put(entry) } -> std::same_as<bool>;
    {store.erase(key)};
    {store.clear()};
    { constant.bytes() } -> std::convertible_to<std::size_t>;
    { constant.size() } -> std::convertible_to<std::size_t>;
};

/// Whether asking twice gives the same answer.
enum class Sampling { deterministic, random };

/// A chat request is random unless its temperature is 0: providers take an absent one for 1.
[[nodiscard]] Sampling sampling_of(Request const& request);

/// What to do about requests whose answers may differ from call to call.
enum class Nondeterministic { bypass, cache };

/// What a cache is made with. A value.
struct PromptCacheOptions {
    std::chrono::nanoseconds ttl = std::chrono::hours{1};  ///< no_expiry for ever
    std::size_t capacity_bytes = std::size_t{64} << 20;
    Nondeterministic nondeterministic = Nondeterministic::bypass;
};

/// An answer as it came from the provider, to be stored and shared.
struct FetchedResponse {
    std::string bytes;
    CacheFacts facts;
};

/// How an answer was come by.
enum class CacheStatus {
    hit,     ///< from the store
    joined,  ///< from another's call that was under way
    called,  ///< by a call of one's own
};

/// An answer, how it was come by, and if by a call, why.
struct CacheResult {
    SharedEntry value;
    CacheStatus how = CacheStatus::called;
    MissReason why = MissReason::none;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/cache_store.ipp>
#endif
