// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a cache has done so far: requests served, requests missed and why, and what was not spent. A value.
///
/// Tokens and cost are those of the calls that were not made, as stored with each response.
struct Savings {
    std::int64_t hits = 0;     ///< served from the store
    std::int64_t joined = 0;   ///< served by a concurrent call for the same key
    std::int64_t absent = 0;   ///< missed: never stored, or evicted
    std::int64_t expired = 0;  ///< missed: stored longer ago than the time to live
    std::int64_t nondeterministic =
        0;                           ///< bypassed: responses may differ, and the policy does not cache those
    std::int64_t failed_reads = 0;   ///< missed: the store could not be read
    std::int64_t failed_writes = 0;  ///< not stored: the store could not be written
    std::int64_t incomplete = 0;     ///< not stored: the response was cut or an error
    std::int64_t too_large = 0;      ///< not stored: larger than the store accepts
    Tokens input = 0;                ///< not sent
    Tokens output = 0;               ///< not generated
    Usd cost = {};                   ///< not spent

    [[nodiscard]] std::int64_t served() const noexcept { return hits + joined; }
    [[nodiscard]] std::int64_t misses() const noexcept { return absent + expired + failed_reads; }

    /// served() as a share of the lookups, from 0 to 1; 0 before the first lookup. Bypassed requests do not count.
    [[nodiscard]] double hit_rate() const noexcept;
};

/// "2 of 3 lookups served (66.7 %), $0.0085 saved, 1000 input and 600 output tokens not used".
[[nodiscard]] std::string to_string(Savings const& savings);

std::ostream& operator<<(std::ostream& out, Savings const& savings);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/cache/detail/savings.ipp>
#endif
