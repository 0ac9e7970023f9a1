// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/cache/cache_store.hpp>
#include <centavo/cache/detail/single_flight.hpp>
#include <centavo/cache/request_key.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace centavo {
inline namespace CENTAVO_ABI {

/// How the response was obtained.
enum class CacheStatus : std::uint8_t {
    hit,     ///< from the store
    joined,  ///< from a concurrent call for the same key
    called   ///< by a call of the caller's own
};

/// "hit", "joined" or "called".
[[nodiscard]] constexpr std::string_view to_string(CacheStatus status) noexcept {
    switch (status) {
    case CacheStatus::hit: return "hit";
    case CacheStatus::joined: return "joined";
    case CacheStatus::called: return "called";
    }
    return "";
}

/// Whether PromptCache::put() stored a response, and if not, why.
enum class PutResult : std::uint8_t {
    stored,
    nondeterministic,  ///< the request has a temperature above zero or none; see PromptCacheOptions
    incomplete,  ///< not a whole response: empty, an error, or cut by a limit, a filter or a closed connection
    too_large,   ///< the store does not accept an entry of this size
    store_failed  ///< the store could not be written
};

/// "stored", "nondeterministic", "incomplete", "too_large" or "store_failed".
[[nodiscard]] constexpr std::string_view to_string(PutResult result) noexcept {
    switch (result) {
    case PutResult::stored: return "stored";
    case PutResult::nondeterministic: return "nondeterministic";
    case PutResult::incomplete: return "incomplete";
    case PutResult::too_large: return "too_large";
    case PutResult::store_failed: return "store_failed";
    }
    return "";
}

/// A response as it came from the provider, and what it consumed.
struct FetchedResponse {
    std::string body;
    CacheFacts facts;
};

/// A response, how it was obtained, and why it was not in the cache if it was called for.
struct CacheResult {
    SharedEntry entry;
    CacheStatus status = CacheStatus::called;
    MissReason reason = MissReason::none;
};

/// A cached response: from the store, or from a concurrent call that has ended.
struct CacheHit {
    SharedEntry entry;
    CacheStatus status = CacheStatus::hit;
};

/// What a call does with the cache.
enum class CacheUse : std::uint8_t {
    look_up_and_store,
    refresh,   ///< call in any case, and store the response
    no_store,  ///< look up, and do not store the response
    only       ///< look up, and never call
};

/// The obligation to call the provider and to report the result with store(), fail(), pass_on() or dismiss().
///
/// Concurrent callers of the same key wait for it. The destructor calls pass_on(), so that an early return or an
/// exception never blocks them. Move-only; must not outlive the cache. Externally synchronized.
class Leader {
public:
    Leader(Leader&& other) noexcept = default;
    Leader& operator=(Leader&& other) noexcept;
    ~Leader() { pass_on(); }

    /// Why the cache had no response.
    [[nodiscard]] MissReason reason() const noexcept { return reason_; }

    /// Stores a complete response and hands it to every follower; an incomplete one is returned to this caller only,
    /// and the followers call by themselves.
    SharedEntry store(std::string body, CacheFacts const& facts);

    /// Reports an error that every follower shall receive.
    void fail(std::exception_ptr error);

    /// The same with a std::runtime_error of this message.
    void fail(std::string const& message);

    /// Makes a follower the leader: for a refusal, a cancellation or a stop that concerns this caller only. If that
    /// leader passes on too, all other followers call by themselves.
    void pass_on() noexcept;

    /// Lets every follower call by itself, at once: for a call that failed, or a response that cannot be shared.
    void dismiss() noexcept;

private:
    friend detail::PromptCacheCore;
    friend class BeginResult;
    Leader() noexcept = default;
    Leader(detail::PromptCacheCore& cache, detail::SingleFlight::Ticket ticket, RequestKey const& key,
           MissReason reason, bool stores = true)
        : cache_{&cache}, ticket_{std::move(ticket)}, key_{key}, reason_{reason}, stores_{stores} {}

    detail::PromptCacheCore* cache_ = nullptr;
    detail::SingleFlight::Ticket ticket_;  // null without followers, and once reported
    RequestKey key_ = {};
    MissReason reason_ = MissReason::none;
    bool stores_ = false;
};

class BeginResult;

/// A place in the queue of callers that wait for a leader's call.
///
/// Wait once, by one of the three functions; waiting again throws std::logic_error. Dropped, it leaves the queue.
/// Move-only; must not outlive the cache. Externally synchronized.
class Follower {
public:
    Follower(Follower&& other) noexcept = default;
    Follower& operator=(Follower&& other) noexcept;
    ~Follower() { leave(); }

    /// Blocks until the leader's call ends, and returns its response; or this caller is the leader now, because the
    /// previous one passed on. Never returns a follower. Rethrows what the leader reported to fail().
    ///
    /// Deadlocks if the calling thread itself holds the leader of the same key.
    [[nodiscard]] BeginResult wait();

    /// The same, for at most `limit` of real time; nullopt once it has elapsed.
    [[nodiscard]] std::optional<BeginResult> wait_for(std::chrono::nanoseconds limit);

    /// Calls `callback(Follower)` when wait() on that follower will not block: at once, or on the leader's thread.
    ///
    /// The callback must not throw: the follower's wait() rethrows the leader's error, so catch it there.
    template <std::invocable<Follower> Callback>
    void then(Callback callback);

private:
    friend detail::PromptCacheCore;
    friend class BeginResult;
    Follower() noexcept = default;
    Follower(detail::PromptCacheCore& cache, detail::SingleFlight::Ticket ticket)
        : cache_{&cache}, ticket_{std::move(ticket)} {}

    [[nodiscard]] detail::SingleFlight::Ticket take_ticket();
    void then_landing(detail::LandingCallback callback);
    void leave() noexcept;

    detail::PromptCacheCore* cache_ = nullptr;
    detail::SingleFlight::Ticket ticket_;     // null once waited
    std::optional<detail::Landing> landing_;  // set for the follower that a callback receives
};

/// What PromptCache::begin() found: a stored response, a call to make, or a call to wait for.
///
///     SharedEntry entry = cache.begin(request).match([](CacheHit& hit) { return hit.entry; },
///                                                    [&](Leader& leader) { return leader.store(call(request), facts); },
///                                                    [](Follower& follower) { return follower.wait().hit()->entry; });
class [[nodiscard]] BeginResult {
public:
    BeginResult(CacheHit hit) : kind_{Kind::hit}, hit_{std::move(hit)} {}
    BeginResult(Leader leader) : kind_{Kind::leader}, leader_{std::move(leader)} {}
    BeginResult(Follower follower) : kind_{Kind::follower}, follower_{std::move(follower)} {}

    /// Each is null unless it is the one; exactly one of the three is not null.
    [[nodiscard]] CacheHit* hit() noexcept { return kind_ == Kind::hit ? &hit_ : nullptr; }
    [[nodiscard]] Leader* leader() noexcept { return kind_ == Kind::leader ? &leader_ : nullptr; }
    [[nodiscard]] Follower* follower() noexcept { return kind_ == Kind::follower ? &follower_ : nullptr; }

    /// Calls the function for the one that it is, and returns what that returns; all three return the same type.
    template <std::invocable<CacheHit&> OnHit, std::invocable<Leader&> OnLeader,
              std::invocable<Follower&> OnFollower>
    decltype(auto) match(OnHit&& on_hit, OnLeader&& on_leader, OnFollower&& on_follower) {
        if (auto* const one = hit()) {
            return std::forward<OnHit>(on_hit)(*one);
        }
        if (auto* const one = leader()) {
            return std::forward<OnLeader>(on_leader)(*one);
        }
        return std::forward<OnFollower>(on_follower)(*follower());
    }

private:
    enum class Kind : std::uint8_t { hit, leader, follower };

    Kind kind_;
    CacheHit hit_;
    Leader leader_;
    Follower follower_;
};

template <std::invocable<Follower> Callback>
void Follower::then(Callback callback) {
    // The flight holds the callback, so the callback holds it weakly.
    std::weak_ptr<detail::SingleFlight::Flight> const flight = ticket_;
    then_landing(detail::LandingCallback{
        [cache = cache_, flight, callback = std::move(callback)](detail::Landing landing) mutable {
            Follower ready{*cache, flight.lock()};
            ready.landing_ = std::move(landing);
            callback(std::move(ready));
        }});
}

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/cache_result.ipp>
#endif
