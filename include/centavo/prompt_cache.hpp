// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/money.hpp>
#include <centavo/cache/cache_result.hpp>
#include <centavo/cache/cache_store.hpp>
#include <centavo/cache/detail/prompt_cache_core.hpp>
#include <centavo/cache/memory_cache_store.hpp>
#include <centavo/cache/request_key.hpp>
#include <centavo/cache/savings.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <type_traits>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A call to a provider: returns a FetchedResponse.
template <typename Call>
concept ProviderCall = std::invocable<Call&> && std::same_as<std::invoke_result_t<Call&>, FetchedResponse>;

/// Responses to earlier requests, and one upstream call for concurrent requests of the same key.
///
///     PromptCache cache{{.ttl = 1h}};
///     if (auto hit = cache.get(request)) { use(hit->body); }
///     else { cache.put(request, call(request)); }
///
///     PromptCache large{{.ttl = 1h}, MemoryCacheStore{{.capacity_bytes = 256 << 20}}};     // or any CacheStore
///
/// Exact: only a request with the same key is served. A request that samples is bypassed, see PromptCacheOptions. A
/// failing store counts as a miss and never fails the caller. Internally synchronized; no lock is held while the
/// caller's code or the store runs. Must outlive every Leader and Follower that it returned.
template <CacheStore Store = MemoryCacheStore>
class PromptCache {
public:
    /// Throws std::invalid_argument if the time to live is not positive.
    explicit PromptCache(PromptCacheOptions options = {}) : core_{std::move(options), Store{}} {}

    PromptCache(PromptCacheOptions options, Store store) : core_{std::move(options), std::move(store)} {}

    /// The stored response to a request; null on a miss. Counts neither as a call nor as waiting for one.
    ///
    /// Throws MalformedJson for a request without a key, see request_key().
    [[nodiscard]] SharedEntry get(Request const& request) { return get(request, core_.options().scope); }
    [[nodiscard]] SharedEntry get(Request const& request, Scope const& scope) {
        return core_.get(request, scope);
    }

    /// Stores a provider's body, as it came, under its request; returns why if it does not.
    ///
    /// Only a complete response is stored: the body is read for that, and for the tokens that a hit saves. `cost` is
    /// what the call cost, for the savings report. Throws as get() does.
    PutResult put(Request const& request, std::string body, Usd cost = {}) {
        return put(request, core_.options().scope, std::move(body), cost);
    }
    PutResult put(Request const& request, Scope const& scope, std::string body, Usd cost = {}) {
        return core_.put(request, scope, std::move(body), cost);
    }

    /// Looks a request up, and lets one of its concurrent callers call the provider while the others wait.
    ///
    /// Never blocks except for the store's own I/O.
    [[nodiscard]] BeginResult begin(Request const& request) {
        return begin(request, core_.options().scope, core_.options().origin);
    }
    [[nodiscard]] BeginResult begin(Request const& request, Scope const& scope, Origin const& origin) {
        return begin(request_key(scope, origin, request), sampling_of(request));
    }

    /// The same with the key of request_key(), which holds the scope.
    [[nodiscard]] BeginResult begin(RequestKey const& key, Sampling sampling) {
        return core_.begin(key, sampling);
    }

    /// The response from the store, from a concurrent call, or from `call()`.
    ///
    /// What `call` throws is rethrown to this caller only: another one that waited calls then. Deadlocks if `call`
    /// requests the same key.
    template <ProviderCall Call>
    CacheResult get_or_call(Request const& request, Call call) {
        return get_or_call(request, core_.options().scope, core_.options().origin, std::move(call));
    }
    template <ProviderCall Call>
    CacheResult get_or_call(Request const& request, Scope const& scope, Origin const& origin, Call call) {
        return get_or_call(request_key(scope, origin, request), sampling_of(request), std::move(call));
    }
    template <ProviderCall Call>
    CacheResult get_or_call(RequestKey const& key, Sampling sampling, Call call);

    /// What the cache has served and saved since it was constructed.
    [[nodiscard]] Savings savings() const { return core_.savings(); }

    [[nodiscard]] PromptCacheOptions const& options() const noexcept { return core_.options(); }

    [[nodiscard]] Store& store() noexcept { return core_.store; }
    [[nodiscard]] Store const& store() const noexcept { return core_.store; }

private:
    friend class detail::PromptCacheAccess;

    struct Core final : detail::PromptCacheCore {
        Core(PromptCacheOptions options, Store from)
            : PromptCacheCore{std::move(options)}, store{std::move(from)} {}

        LookupResult find_in_store(RequestKey const& key) override { return store.find(key); }
        bool put_in_store(SharedEntry const& entry) override { return store.put(entry); }

        Store store;
    };

    Core core_;
};

PromptCache()->PromptCache<>;
PromptCache(PromptCacheOptions)->PromptCache<>;

template <CacheStore Store>
template <ProviderCall Call>
CacheResult PromptCache<Store>::get_or_call(RequestKey const& key, Sampling sampling, Call call) {
    auto begun = begin(key, sampling);
    if (auto* const follower = begun.follower()) {
        begun = follower->wait();
    }
    if (auto* const hit = begun.hit()) {
        return {std::move(hit->entry), hit->status, MissReason::none};
    }
    auto& leader = *begun.leader();
    FetchedResponse fetched = call();
    return {leader.store(std::move(fetched.body), fetched.facts), CacheStatus::called, leader.reason()};
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
