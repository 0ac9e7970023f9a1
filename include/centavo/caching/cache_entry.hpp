// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/caching/request_key.hpp>
#include <centavo/models/tokens.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>

namespace centavo::inline v0 {

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
enum class Miss {
    none,              ///< it was
    absent,            ///< never stored, or evicted
    expired,           ///< stored, and past its life time
    nondeterministic,  ///< answers may differ from call to call, and the policy is not to cache those
    store_failed,      ///< the store could not be read
};

/// What a store found: an entry, or why there is none.
struct Lookup {
    SharedEntry entry;
    Miss why = Miss::none;
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
    { store.find(key) } -> std::same_as<Lookup>;
    { store.put(entry) } -> std::same_as<bool>;
    {store.erase(key)};
    {store.clear()};
    { constant.bytes() } -> std::convertible_to<std::size_t>;
    { constant.size() } -> std::convertible_to<std::size_t>;
};

}  // namespace centavo::inline v0
