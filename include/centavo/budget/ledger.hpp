// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/budget/detail/record_codec.hpp>
#include <centavo/budget/record.hpp>

#include <algorithm>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace centavo {
inline namespace CENTAVO_ABI {

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

/// Where a book writes down what it does. Laws:
///
/// - append(record) either keeps the record for good and returns its number, or throws a std::exception and keeps
///   nothing of it; numbers grow, from 1 on, and the record's own is ignored;
/// - replay(visit) calls `visit(record)` for every record kept, its number in it, in the order of the numbers; any
///   number of times the same;
/// - both may be called from any thread.
template <typename Store>
concept LedgerStore = requires(Store& store, Store const& constant, LedgerRecord const& record) {
    { store.append(record) } -> std::same_as<std::uint64_t>;
    constant.replay([](LedgerRecord const&) {});
};

/// A ledger that lives as long as the process, and grows with every call. Internally synchronised.
class MemoryLedger {
public:
    std::uint64_t append(LedgerRecord record);

    /// Visits the records there were when it was called; `visit` may append.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        std::size_t const size = [this] {
            std::scoped_lock const lock{mutex_};
            return records_.size();
        }();
        detail::RecordReader reader;
        for (std::size_t i = 0; i < size; ++i) {
            std::string const* bytes = nullptr;
            {
                std::scoped_lock const lock{mutex_};
                bytes = &records_[i];  // a deque that only grows at its end moves nothing
            }
            LedgerRecord const record = reader.read(*bytes);
            visit(record);
        }
    }

private:
    mutable std::mutex mutex_;
    std::deque<std::string> records_;
};
static_assert(LedgerStore<MemoryLedger>);

/// Keeps nothing: for budgets whose figures may end with the process.
class NoLedger {
public:
    std::uint64_t append(LedgerRecord const&) { return 0; }

    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit) const {}
};
static_assert(LedgerStore<NoLedger>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/ledger.ipp>
#endif
