// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/cache/request_key.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a response consumed, and whether it is whole: only a complete response is stored.
///
/// `complete` is false by default: a response cut by a token limit, a filter or a closed connection is not what the
/// next caller requested. A value.
struct CacheFacts {
    Tokens input = 0;
    Tokens output = 0;
    Usd cost = {};
    bool complete = false;
};

/// The time to live of entries that never expire.
inline constexpr std::chrono::nanoseconds no_expiry = std::chrono::nanoseconds::max();

/// A response under its key: its body and what it consumed. Shared and immutable.
struct CacheEntry {
    RequestKey key;
    std::string body;
    CacheFacts facts = {};
    std::chrono::nanoseconds ttl = no_expiry;
};

using SharedEntry = std::shared_ptr<CacheEntry const>;

/// Why a request was not served from the cache.
enum class MissReason : std::uint8_t {
    none,              ///< it was served from the cache
    absent,            ///< never stored, or evicted
    expired,           ///< stored longer ago than its time to live
    nondeterministic,  ///< responses may differ from call to call, and the policy does not cache those
    store_failed       ///< the store could not be read
};

/// "none", "absent", "expired", "nondeterministic" or "store_failed".
[[nodiscard]] constexpr std::string_view to_string(MissReason reason) noexcept {
    switch (reason) {
    case MissReason::none: return "none";
    case MissReason::absent: return "absent";
    case MissReason::expired: return "expired";
    case MissReason::nondeterministic: return "nondeterministic";
    case MissReason::store_failed: return "store_failed";
    }
    return "";
}

/// The outcome of a lookup: an entry, or the reason why there is none.
struct LookupResult {
    SharedEntry entry;
    MissReason reason = MissReason::none;
};

/// A container of cache entries. Semantic requirements:
///
/// - find(key) returns the entry last put under key, byte for byte, or none; never an expired one or that of another
///   key;
/// - put(entry) returns whether the entry was kept; an entry that was kept may be evicted at any later time;
/// - bytes() never exceeds the capacity with which the store was constructed;
/// - after erase(key) and clear() the erased entries are not found;
/// - every member may be called concurrently; a failure throws a std::exception, which the cache counts as a miss.
template <typename Store>
concept CacheStore = requires(Store& store, Store const& constant, RequestKey const& key, SharedEntry entry) {
    { store.find(key) } -> std::same_as<LookupResult>;
    { store.put(entry) } -> std::same_as<bool>;
    {store.erase(key)};
    {store.clear()};
    { constant.bytes() } -> std::convertible_to<std::size_t>;
    { constant.size() } -> std::convertible_to<std::size_t>;
};

/// Whether the same request always gets the same response.
enum class Sampling : std::uint8_t { deterministic, random };

/// Deterministic for a temperature of 0, else random: providers take a missing temperature for 1.
[[nodiscard]] Sampling sampling_of(Request const& request);

/// What a cache does with requests whose responses may differ from call to call.
enum class Nondeterministic : std::uint8_t { bypass, cache };

/// Options of a PromptCache. A value.
struct PromptCacheOptions {
    /// Time to live; no_expiry for entries that never expire.
    std::chrono::nanoseconds ttl = std::chrono::hours{1};

    /// By default a request with a temperature above zero, or without one, is neither read nor stored.
    Nondeterministic nondeterministic = Nondeterministic::bypass;

    /// Who shares entries, where a call names no scope. The default shares none between the end users that requests
    /// name (`user`, `safety_identifier`, `metadata.user_id`); requests that name no end user share with each other.
    Scope scope = Scope::per_user();

    /// Where the responses come from; may stay empty if all requests go to one endpoint of one provider.
    Origin origin = {};
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/cache_store.ipp>
#endif
