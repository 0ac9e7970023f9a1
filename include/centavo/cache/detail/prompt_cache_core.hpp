// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/api/request.hpp>
#include <centavo/api/response_reader.hpp>
#include <centavo/base/money.hpp>
#include <centavo/cache/cache_result.hpp>
#include <centavo/cache/cache_store.hpp>
#include <centavo/cache/detail/single_flight.hpp>
#include <centavo/cache/request_key.hpp>
#include <centavo/cache/savings.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// A PromptCache without the type of its store. Internally synchronized; holds no lock while it calls the store.
class PromptCacheCore {
public:
    explicit PromptCacheCore(PromptCacheOptions options) : options_{std::move(options)} {
        if (options_.ttl <= std::chrono::nanoseconds::zero()) {
            throw std::invalid_argument("ttl must be positive; use no_expiry for entries that never expire");
        }
        event_stream_ = options_.origin;
        event_stream_.headers.emplace_back("accept: text/event-stream");
    }
    PromptCacheCore(PromptCacheCore const&) = delete;
    PromptCacheCore& operator=(PromptCacheCore const&) = delete;
    virtual ~PromptCacheCore() = default;

    [[nodiscard]] PromptCacheOptions const& options() const noexcept { return options_; }
    [[nodiscard]] SingleFlight& flights() noexcept { return flights_; }

    [[nodiscard]] SharedEntry get(Request const& request, Scope const& scope);
    [[nodiscard]] PutResult put(Request const& request, Scope const& scope, std::string body, Usd cost);
    [[nodiscard]] BeginResult begin(RequestKey const& key, Sampling sampling,
                                    CacheUse use = CacheUse::look_up_and_store);

    /// The stored response under a key; null on a miss.
    [[nodiscard]] SharedEntry look_up(RequestKey const& key, Sampling sampling);

    [[nodiscard]] Savings savings() const {
        std::lock_guard const lock{counting_};
        return savings_;
    }

    [[nodiscard]] SharedEntry entry_of(RequestKey const& key, std::string body,
                                       CacheFacts const& facts) const {
        body.shrink_to_fit();
        return std::make_shared<CacheEntry const>(CacheEntry{key, std::move(body), facts, options_.ttl});
    }

    /// Puts a complete entry into the store, and counts an entry that is not stored.
    [[nodiscard]] PutResult keep(SharedEntry const& entry);

    /// What a follower gets when its flight has ended; throws the leader's error.
    [[nodiscard]] BeginResult begin_result(SingleFlight::Ticket ticket, Landing landing);

private:
    [[nodiscard]] virtual LookupResult find_in_store(RequestKey const& key) = 0;
    [[nodiscard]] virtual bool put_in_store(SharedEntry const& entry) = 0;

    [[nodiscard]] bool bypasses(Sampling sampling) const noexcept {
        return sampling == Sampling::random && options_.nondeterministic == Nondeterministic::bypass;
    }

    /// The key of the simple form, which returns a body as it came: a stream's events are apart from a whole body.
    [[nodiscard]] RequestKey key_of(Request const& request, Scope const& scope) const {
        return request_key(scope, request.stream() ? event_stream_ : options_.origin, request);
    }

    [[nodiscard]] LookupResult find(RequestKey const& key);
    [[nodiscard]] CacheHit served(SharedEntry entry, CacheStatus status);

    void count(std::int64_t Savings::*counter) {
        std::lock_guard const lock{counting_};
        ++(savings_.*counter);
    }
    void count(MissReason reason);

    PromptCacheOptions options_;
    Origin event_stream_;
    SingleFlight flights_;
    mutable std::mutex counting_;
    Savings savings_;
};

/// Gives Metered the core of a cache over any store.
class PromptCacheAccess {
public:
    template <typename Cache>
    [[nodiscard]] static PromptCacheCore& core_of(Cache& cache) noexcept {
        return cache.core_;
    }
};

inline SharedEntry PromptCacheCore::get(Request const& request, Scope const& scope) {
    return look_up(key_of(request, scope), sampling_of(request));
}

inline SharedEntry PromptCacheCore::look_up(RequestKey const& key, Sampling sampling) {
    if (bypasses(sampling)) {
        count(MissReason::nondeterministic);
        return nullptr;
    }
    auto found = find(key);
    if (!found.entry) {
        count(found.reason);
        return nullptr;
    }
    return served(std::move(found.entry), CacheStatus::hit).entry;
}

inline PutResult PromptCacheCore::put(Request const& request, Scope const& scope, std::string body,
                                      Usd cost) {
    if (bypasses(sampling_of(request))) {
        return PutResult::nondeterministic;
    }
    CacheFacts facts{.cost = cost};
    try {
        auto const response = read_body({.provider = options_.origin.provider}, body);
        facts.complete = response.complete() && response.finish != FinishReason::error &&
                         (!response.text.empty() || !response.tool_calls.empty());
        if (response.usage) {
            facts.input = response.usage->input;
            facts.output = response.usage->output;
        }
    } catch (std::runtime_error const&) {
        facts.complete = false;  // not a response of a supported API
    }
    return keep(entry_of(key_of(request, scope), std::move(body), facts));
}

inline BeginResult PromptCacheCore::begin(RequestKey const& key, Sampling sampling, CacheUse use) {
    if (bypasses(sampling)) {
        count(MissReason::nondeterministic);
        return Leader{*this, nullptr, key, MissReason::nondeterministic, false};
    }
    if (use == CacheUse::refresh) {
        return Leader{*this, nullptr, key, MissReason::absent};
    }
    auto found = find(key);
    if (found.entry) {
        return served(std::move(found.entry), CacheStatus::hit);
    }
    if (use != CacheUse::look_up_and_store) {
        count(found.reason);
        return Leader{*this, nullptr, key, found.reason, false};
    }
    auto [ticket, leads] = flights_.join(key);
    if (!leads) {
        return Follower{*this, std::move(ticket)};
    }
    Leader leader{*this, std::move(ticket), key, found.reason};
    // Another leader may have stored its response between the lookup and the join.
    if (auto again = find(key); again.entry) {
        flights_.land(std::exchange(leader.ticket_, nullptr), again.entry);
        return served(std::move(again.entry), CacheStatus::hit);
    }
    count(found.reason);
    return leader;
}

inline PutResult PromptCacheCore::keep(SharedEntry const& entry) {
    if (!entry->facts.complete) {
        count(&Savings::incomplete);
        return PutResult::incomplete;
    }
    try {
        if (put_in_store(entry)) {
            return PutResult::stored;
        }
        count(&Savings::too_large);
        return PutResult::too_large;
    } catch (std::exception const&) {
        count(&Savings::failed_writes);
        return PutResult::store_failed;
    }
}

inline BeginResult PromptCacheCore::begin_result(SingleFlight::Ticket ticket, Landing landing) {
    if (landing.entry) {
        return served(std::move(landing.entry), CacheStatus::joined);
    }
    if (landing.error) {
        std::rethrow_exception(landing.error);
    }
    count(MissReason::absent);
    auto const key = ticket->key;
    return Leader{*this, landing.alone ? nullptr : std::move(ticket), key, MissReason::absent};
}

inline LookupResult PromptCacheCore::find(RequestKey const& key) {
    try {
        auto found = find_in_store(key);
        if (found.entry && found.entry->key != key) {
            return {nullptr, MissReason::store_failed};
        }
        return found;
    } catch (std::exception const&) {
        return {nullptr, MissReason::store_failed};
    }
}

inline CacheHit PromptCacheCore::served(SharedEntry entry, CacheStatus status) {
    std::lock_guard const lock{counting_};
    ++(status == CacheStatus::hit ? savings_.hits : savings_.joined);
    savings_.input += entry->facts.input;
    savings_.output += entry->facts.output;
    savings_.cost += entry->facts.cost;
    return {std::move(entry), status};
}

inline void PromptCacheCore::count(MissReason reason) {
    switch (reason) {
    case MissReason::none: return;
    case MissReason::absent: return count(&Savings::absent);
    case MissReason::expired: return count(&Savings::expired);
    case MissReason::nondeterministic: return count(&Savings::nondeterministic);
    case MissReason::store_failed: return count(&Savings::failed_reads);
    }
}

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
