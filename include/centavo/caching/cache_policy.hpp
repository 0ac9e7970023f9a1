// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/caching/cache_entry.hpp>
#include <centavo/chat/request.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace centavo::inline v0 {

/// Whether asking twice gives the same answer.
enum class Sampling { deterministic, random };

/// A chat request is random unless its temperature is 0: providers take an absent one for 1.
[[nodiscard]] inline Sampling sampling_of(Request const& request) {
    return request.temperature() == 0.0 ? Sampling::deterministic : Sampling::random;
}

/// What to do about requests whose answers may differ from call to call.
enum class Nondeterministic { bypass, cache };

/// What a cache is made with. A value.
struct PromptCacheOptions {
    std::chrono::nanoseconds ttl = std::chrono::hours{1};  ///< no_expiry for ever
    std::size_t capacity_bytes = std::size_t{64} << 20;
    Nondeterministic nondeterministic = Nondeterministic::bypass;
};

/// An answer as it came from the provider, to be stored and shared.
struct Fetched {
    std::string bytes;
    CacheFacts facts;
};

/// How an answer was come by.
enum class How {
    hit,     ///< from the store
    joined,  ///< from another's call that was under way
    called,  ///< by a call of one's own
};

/// An answer, how it was come by, and if by a call, why.
struct Got {
    SharedEntry value;
    How how = How::called;
    Miss why = Miss::none;
};

}  // namespace centavo::inline v0
