// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/base/clock.hpp>
#include <centavo/cache/cache_store.hpp>
#include <centavo/cache/detail/single_flight.hpp>
#include <centavo/cache/memory_cache_store.hpp>
#include <centavo/cache/request_key.hpp>
#include <centavo/cache/savings.hpp>
#include <centavo/cache/scope.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace centavo {
inline namespace CENTAVO_ABI {

/// Answers to requests asked before, and one upstream call where many ask the same at once.
///
/// Exact: only a request with the same key is answered. Bounded by bytes and by time. A failing store is a miss,
/// counted; it never fails the caller. Internally synchronised; no lock is held over the caller's code or the
/// store. Outlives the turns it gave.
///
///     PromptCache<> cache{{.ttl = 1h, .capacity_bytes = 256 << 20}};
///     auto const got = cache.get_or_call(key, sampling_of(request), [&] { return ask(request); });
template <CacheStore Store = MemoryCacheStore>
class PromptCache {
public:
    class Leader;
    class Follower;

    /// The stored answer.
    struct Hit {
        SharedEntry entry;
        CacheStatus how = CacheStatus::hit;
    };

    /// The error of the call one waited for.
    struct Failed {
        std::exception_ptr error;
    };

    /// The time limit was over before the call one waited for.
    struct TimedOut {};

    /// What to do now: use the answer of a Hit, call as the Lead, or Wait for the one who does.
    class BeginResult {
    public:
        template <typename Outcome>
        requires(!std::same_as<std::remove_cvref_t<Outcome>, BeginResult>) BeginResult(Outcome&& outcome)
            : outcome_{std::forward<Outcome>(outcome)} {}

        [[nodiscard]] Hit* hit() noexcept { return std::get_if<Hit>(&outcome_); }
        [[nodiscard]] Leader* lead() noexcept { return std::get_if<Leader>(&outcome_); }
        [[nodiscard]] Follower* wait() noexcept { return std::get_if<Follower>(&outcome_); }
        [[nodiscard]] Failed* failed() noexcept { return std::get_if<Failed>(&outcome_); }
        [[nodiscard]] bool timed_out() const noexcept { return std::holds_alternative<TimedOut>(outcome_); }

    private:
        std::variant<Hit, Leader, Follower, Failed, TimedOut> outcome_;
    };

    /// A life time of zero or less throws std::invalid_argument.
    explicit PromptCache(PromptCacheOptions options = {},
                         Clock clock = {}) requires std::constructible_from<Store, std::size_t, Clock>
        : PromptCache{options, std::in_place, options.capacity_bytes, clock} {}

    /// Over a store made of `arguments`, in place.
    template <typename... Arguments>
    PromptCache(PromptCacheOptions options, std::in_place_t, Arguments&&... arguments)
        : options_{options}, store_(std::forward<Arguments>(arguments)...) {
        if (options.ttl <= std::chrono::nanoseconds::zero()) {
            throw std::invalid_argument("centavo: a cache's life time is above zero; no_expiry is for ever");
        }
    }

    PromptCache(PromptCache const&) = delete;
    PromptCache& operator=(PromptCache const&) = delete;

    /// Asks for the answer under `key`, which must hold the scope (see request_key()).
    ///
    /// Never blocks and never throws for the store's sake. A thread that leads a key and waits for the same key
    /// waits for itself.
    [[nodiscard]] BeginResult begin(RequestKey const& key, Sampling sampling);

    /// The same of a request.
    [[nodiscard]] BeginResult begin(Request const& request, Scope const& scope, Origin const& origin) {
        return begin(request_key(scope, origin, request), sampling_of(request));
    }

    /// The answer under `key`, from the store, from a call under way, or else from `call()`, a Fetched.
    ///
    /// What `call` throws is thrown here and to all who waited for it.
    template <std::invocable Call>
    requires std::same_as<std::invoke_result_t<Call&>, FetchedResponse> CacheResult get_or_call(RequestKey const& key,
                                                                                Sampling sampling, Call call);

    template <std::invocable Call>
    requires std::same_as<std::invoke_result_t<Call&>, FetchedResponse>
        CacheResult get_or_call(Request const& request, Scope const& scope, Origin const& origin, Call call) {
        return get_or_call(request_key(scope, origin, request), sampling_of(request), std::move(call));
    }

    [[nodiscard]] Savings savings() const {
        std::lock_guard const lock{counting_};
        return savings_;
    }

    [[nodiscard]] Store& store() noexcept { return store_; }
    [[nodiscard]] Store const& store() const noexcept { return store_; }

private:
    [[nodiscard]] LookupResult find(RequestKey const& key);
    [[nodiscard]] SharedEntry keep(RequestKey const& key, std::string bytes, CacheFacts const& facts);
    [[nodiscard]] Hit answered(SharedEntry entry, CacheStatus how);
    [[nodiscard]] BeginResult turn_of(detail::SingleFlight::Ticket ticket, detail::Landing landing);

    void count(std::int64_t Savings::*counter) {
        std::lock_guard const lock{counting_};
        ++(savings_.*counter);
    }
    void count(MissReason why);

    PromptCacheOptions options_;
    Store store_;
    detail::SingleFlight flights_;
    mutable std::mutex counting_;
    Savings savings_;
};

PromptCache()->PromptCache<>;
PromptCache(PromptCacheOptions)->PromptCache<>;
PromptCache(PromptCacheOptions, Clock)->PromptCache<>;

/// The duty to call, and to say how it went: store(), fail() or pass_on(), which is what its destructor does.
///
/// Move-only. A refusal, a cancellation or a stop for money is the leader's own affair: pass_on().
template <CacheStore Store>
class PromptCache<Store>::Leader {
public:
    Leader(Leader&& other) noexcept
        : cache_{other.cache_}, ticket_{std::move(other.ticket_)}, key_{other.key_}, why_{other.why_} {}
    Leader& operator=(Leader&& other) noexcept {
        if (this != &other) {
            pass_on();
            cache_ = other.cache_;
            ticket_ = std::move(other.ticket_);
            key_ = other.key_;
            why_ = other.why_;
        }
        return *this;
    }
    ~Leader() { pass_on(); }

    /// Why the cache had no answer.
    [[nodiscard]] MissReason why() const noexcept { return why_; }

    /// Stores the answer and hands it to all who wait; an incomplete one is the leader's own, and passes on.
    SharedEntry store(std::string bytes, CacheFacts const& facts) {
        if (!ticket_) {
            return std::make_shared<CacheEntry const>(
                CacheEntry{key_, std::move(bytes), facts, cache_->options_.ttl});
        }
        auto entry = cache_->keep(key_, std::move(bytes), facts);
        auto const ticket = std::exchange(ticket_, nullptr);
        if (facts.complete) {
            cache_->flights_.land(ticket, entry);
        } else {
            cache_->flights_.pass_on(ticket);
        }
        return entry;
    }

    /// Gives the same error to all who wait.
    void fail(std::exception_ptr error) {
        if (auto const ticket = std::exchange(ticket_, nullptr)) {
            cache_->flights_.fail(ticket, std::move(error));
        }
    }
    void fail(std::string const& what) { fail(std::make_exception_ptr(std::runtime_error(what))); }

    /// Leaves the call to one who waits.
    void pass_on() noexcept {
        if (auto const ticket = std::exchange(ticket_, nullptr)) {
            cache_->flights_.pass_on(ticket);
        }
    }

private:
    friend PromptCache;
    Leader(PromptCache& cache, detail::SingleFlight::Ticket ticket, RequestKey const& key, MissReason why)
        : cache_{&cache}, ticket_{std::move(ticket)}, key_{key}, why_{why} {}

    PromptCache* cache_;
    detail::SingleFlight::Ticket ticket_;  // null where the request is not cached, and when all is said
    RequestKey key_;
    MissReason why_;
};

/// A place in the queue behind the one who calls. Move-only; dropped, it gives up its place.
template <CacheStore Store>
class PromptCache<Store>::Follower {
public:
    Follower(Follower&& other) noexcept : cache_{other.cache_}, ticket_{std::move(other.ticket_)} {}
    Follower& operator=(Follower&& other) noexcept {
        std::swap(cache_, other.cache_);
        ticket_.swap(other.ticket_);
        return *this;
    }
    ~Follower() {
        if (ticket_) {
            cache_->flights_.leave(ticket_);
        }
    }

    /// Blocks until there is an answer (Hit), an error (Failed), a call to make (Lead), or the limit is over
    /// (TimedOut). Once only. The limit is real time, whatever the cache's clock.
    [[nodiscard]] BeginResult turn(std::optional<std::chrono::nanoseconds> limit = std::nullopt) {
        auto ticket = std::exchange(ticket_, nullptr);
        auto landing = cache_->flights_.wait(ticket, limit);
        return cache_->turn_of(std::move(ticket), std::move(landing));
    }

    /// Gives the turn to `callback(Turn)` instead, on the thread of the one who calls, or at once.
    ///
    /// The callback must not throw. Once only.
    template <std::invocable<BeginResult> Callback>
    void then(Callback callback) {
        auto ticket = std::exchange(ticket_, nullptr);
        auto& flights = cache_->flights_;
        std::weak_ptr<detail::SingleFlight::Flight> const flight = ticket;  // the flight holds the callback: no cycle
        flights.then(ticket, detail::LandingCallback{[cache = cache_, flight,
                                              callback = std::move(callback)](detail::Landing landing) mutable {
                         callback(cache->turn_of(flight.lock(), std::move(landing)));
                     }});
    }

private:
    friend PromptCache;
    Follower(PromptCache& cache, detail::SingleFlight::Ticket ticket) : cache_{&cache}, ticket_{std::move(ticket)} {}

    PromptCache* cache_;
    detail::SingleFlight::Ticket ticket_;
};

template <CacheStore Store>
auto PromptCache<Store>::begin(RequestKey const& key, Sampling sampling) -> BeginResult {
    if (sampling == Sampling::random && options_.nondeterministic == Nondeterministic::bypass) {
        count(MissReason::nondeterministic);
        return Leader{*this, nullptr, key, MissReason::nondeterministic};
    }
    if (auto found = find(key); found.entry) {
        return answered(std::move(found.entry), CacheStatus::hit);
    } else {
        auto [ticket, leads] = flights_.join(key);
        if (!leads) {
            return Follower{*this, std::move(ticket)};
        }
        Leader lead{*this, std::move(ticket), key, found.why};
        // Another leader may have stored its answer between the look and the join.
        if (auto again = find(key); again.entry) {
            flights_.land(std::exchange(lead.ticket_, nullptr), again.entry);
            return answered(std::move(again.entry), CacheStatus::hit);
        }
        count(found.why);
        return lead;
    }
}

template <CacheStore Store>
template <std::invocable Call>
requires std::same_as<std::invoke_result_t<Call&>, FetchedResponse>
    CacheResult PromptCache<Store>::get_or_call(RequestKey const& key, Sampling sampling, Call call) {
    auto turn = begin(key, sampling);
    if (auto* const wait = turn.wait()) {
        turn = wait->turn();
    }
    if (auto* const hit = turn.hit()) {
        return {std::move(hit->entry), hit->how, MissReason::none};
    }
    if (auto* const failed = turn.failed()) {
        std::rethrow_exception(failed->error);
    }
    auto& lead = *turn.lead();
    try {
        FetchedResponse fetched = call();
        return {lead.store(std::move(fetched.bytes), fetched.facts), CacheStatus::called, lead.why()};
    } catch (...) {
        lead.fail(std::current_exception());
        throw;
    }
}

template <CacheStore Store>
LookupResult PromptCache<Store>::find(RequestKey const& key) {
    try {
        auto found = store_.find(key);
        if (found.entry && found.entry->key != key) {
            return {nullptr, MissReason::store_failed};
        }
        return found;
    } catch (std::exception const&) {
        return {nullptr, MissReason::store_failed};
    }
}

template <CacheStore Store>
SharedEntry PromptCache<Store>::keep(RequestKey const& key, std::string bytes, CacheFacts const& facts) {
    bytes.shrink_to_fit();
    auto entry = std::make_shared<CacheEntry const>(CacheEntry{key, std::move(bytes), facts, options_.ttl});
    if (!facts.complete) {
        count(&Savings::incomplete);
        return entry;
    }
    try {
        if (!store_.put(entry)) {
            count(&Savings::too_large);
        }
    } catch (std::exception const&) {
        count(&Savings::unwritable);
    }
    return entry;
}

template <CacheStore Store>
auto PromptCache<Store>::answered(SharedEntry entry, CacheStatus how) -> Hit {
    std::lock_guard const lock{counting_};
    ++(how == CacheStatus::hit ? savings_.hits : savings_.joined);
    savings_.input += entry->facts.input;
    savings_.output += entry->facts.output;
    savings_.dollars += entry->facts.cost;
    return {std::move(entry), how};
}

template <CacheStore Store>
auto PromptCache<Store>::turn_of(detail::SingleFlight::Ticket ticket, detail::Landing landing) -> BeginResult {
    if (landing.entry) {
        return answered(std::move(landing.entry), CacheStatus::joined);
    }
    if (landing.error) {
        return Failed{std::move(landing.error)};
    }
    if (landing.leads) {
        auto const key = ticket->key;
        count(MissReason::absent);
        return Leader{*this, std::move(ticket), key, MissReason::absent};
    }
    return TimedOut{};
}

template <CacheStore Store>
void PromptCache<Store>::count(MissReason why) {
    switch (why) {
    case MissReason::none: return;
    case MissReason::absent: return count(&Savings::absent);
    case MissReason::expired: return count(&Savings::expired);
    case MissReason::nondeterministic: return count(&Savings::nondeterministic);
    case MissReason::store_failed: return count(&Savings::unreadable);
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
