// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/cache/cache_store.hpp>

#include <cstdint>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a cache has done so far: what it answered, what it did not and why, and what was not spent. A value.
///
/// Tokens and dollars are those of the calls that were not made, as each call's facts gave them when it was stored.
struct Savings {
    std::int64_t hits = 0;     ///< answered from the store
    std::int64_t joined = 0;   ///< answered by another's call that was under way
    std::int64_t absent = 0;   ///< missed: never stored, or evicted
    std::int64_t expired = 0;  ///< missed: past its life time
    std::int64_t nondeterministic =
        0;                        ///< passed by: answers may differ, and the policy is not to cache those
    std::int64_t unreadable = 0;  ///< missed: the store could not be read
    std::int64_t unwritable = 0;  ///< not stored: the store could not be written
    std::int64_t incomplete = 0;  ///< not stored: the answer was cut
    std::int64_t too_large = 0;   ///< not stored: the store has no room for such an answer
    Tokens input = 0;             ///< not sent
    Tokens output = 0;            ///< not generated
    Usd dollars = {};             ///< not spent

    [[nodiscard]] std::int64_t answered() const noexcept { return hits + joined; }
    [[nodiscard]] std::int64_t misses() const noexcept { return absent + expired + unreadable; }

    /// The answered share of the requests that were looked up; 0 before the first. Those passed by do not count.
    [[nodiscard]] double hit_rate() const noexcept;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/savings.ipp>
#endif
