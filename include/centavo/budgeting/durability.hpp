// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace centavo::inline v0 {

/// What a record that was appended survives.
enum class Durability : std::uint8_t {
    process,  ///< the end of the process, kill -9 included: it is the system's
    group,    ///< also a crash of the machine, once durable() tells so: after so many records or so long
    each      ///< also a crash of the machine, from append()'s return on
};

struct FileLedgerOptions {
    Durability durability = Durability::process;
    std::size_t group_records = 64;             ///< at Durability::group, the most that a crash may lose
    std::chrono::milliseconds group_delay{20};  ///< and the longest that a record waits
};

/// What opening a ledger found.
struct LedgerRecovery {
    std::uint64_t records = 0;
    std::uint64_t cut_at = 0;  ///< the byte at which a torn end was cut off; the file's size where none was
    std::uint64_t cut_bytes = 0;  ///< how much was cut: less than one append
};

/// How far a ledger survives a crash of the machine.
struct Durable {
    std::uint64_t record = 0;  ///< up to this number
    std::uint64_t bytes = 0;   ///< of the file
};

}  // namespace centavo::inline v0
