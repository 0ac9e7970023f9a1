// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/owned.hpp>
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
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What an appended record survives.
enum class Durability : std::uint8_t {
    process,  ///< the end of the process, kill -9 included
    group,    ///< also a crash of the machine, once durable() covers it: after a number of records or a delay
    each      ///< also a crash of the machine, as soon as append() returns
};

/// What opening a damaged ledger does.
enum class DamagedLedger : std::uint8_t {
    refuse,     ///< throws MalformedLedger and leaves the file unchanged
    keep_sound  ///< keeps the sound records, and the damaged file beside the ledger, as PATH.damaged
};

struct FileLedgerOptions {
    Durability durability = Durability::process;
    std::size_t group_records = 64;  ///< with Durability::group, the most records that a crash may lose
    std::chrono::milliseconds group_delay{20};  ///< and the longest that a record waits
    DamagedLedger when_damaged = DamagedLedger::refuse;
};

/// What opening a ledger found.
struct LedgerRecovery {
    std::uint64_t records = 0;
    std::uint64_t cut_at = 0;     ///< where a torn end was cut off; the size of the file if there was none
    std::uint64_t cut_bytes = 0;  ///< how much was cut: less than one record
};

/// A range of a ledger file that holds no sound record.
struct LedgerDamage {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;

    friend bool operator==(LedgerDamage const&, LedgerDamage const&) = default;
};

/// What reading a whole ledger file found.
struct LedgerCheck {
    std::uint64_t records = 0;  ///< sound ones
    std::uint64_t bytes = 0;    ///< of the file
    /// Of a last record whose append was not finished, and which was therefore not acknowledged.
    std::uint64_t torn_bytes = 0;
    std::vector<LedgerDamage> damage = {};
    std::uint64_t sound_after = 0;  ///< sound records after the first damage

    [[nodiscard]] bool sound() const noexcept { return damage.empty(); }
};

/// The damage in a sentence: "3 damaged ranges, the first of 512 bytes at byte 1024; 17 sound records follow it".
[[nodiscard]] std::string to_string(LedgerCheck const& check);

/// How much of a ledger survives a crash of the machine.
struct Durable {
    std::uint64_t record = 0;  ///< up to the record with this number
    std::uint64_t bytes = 0;   ///< of the file
};

/// Takes the records of a store. append(record) either keeps what it needs of the record and returns its number, or
/// throws a std::exception and keeps nothing; it may be called from any thread.
template <typename Sink>
concept RecordSink = requires(Sink& sink, LedgerRecord const& record) {
    { sink.append(record) } -> std::same_as<std::uint64_t>;
};

/// Keeps every record of a store. Requirements:
///
/// - append(record) returns the number of the record: numbers start at 1 and increase; record.seq is ignored.
/// - replay(visit) calls `visit(record)` for each record kept, in the order of their numbers, as often as it is called.
/// - Both may be called from any thread.
template <typename Store>
concept LedgerStore = RecordSink<Store> && RecordSource<Store>;

/// A ledger in memory. Grows with every call and ends with the process. Internally synchronized; move-only.
class MemoryLedger {
public:
    std::uint64_t append(LedgerRecord record);

    /// Visits the records that existed when it was called; `visit` may append.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        State& state = *state_;
        std::size_t const size = [&state] {
            std::scoped_lock const lock{state.mutex};
            return state.records.size();
        }();
        detail::RecordReader reader;
        for (std::size_t i = 0; i < size; ++i) {
            std::string const* bytes = nullptr;
            {
                std::scoped_lock const lock{state.mutex};
                bytes = &state.records[i];  // stable: a deque does not move elements when it grows at its end
            }
            LedgerRecord const record = reader.read(*bytes);
            visit(record);
        }
    }

private:
    struct State {
        std::mutex mutex;
        std::deque<std::string> records;
    };

    detail::Owned<State> state_{new State};
};
static_assert(LedgerStore<MemoryLedger>);

/// Keeps nothing: only the counters are kept, until the process ends.
class NoLedger {
public:
    std::uint64_t append(LedgerRecord const&) { return 0; }
};
static_assert(RecordSink<NoLedger>);

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/ledger.ipp>
#endif
