// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/ledger.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

CENTAVO_INLINE std::string to_string(LedgerCheck const& check) {
    if (check.sound()) {
        return "no damage";
    }
    auto const count = [](std::uint64_t number, std::string const& what) {
        return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
    };
    LedgerDamage const& first = check.damage.front();
    std::string const range = count(first.bytes, "byte") + " at byte " + std::to_string(first.offset);
    return (check.damage.size() == 1
                ? "damage of " + range
                : std::to_string(check.damage.size()) + " damaged ranges, the first of " + range) +
           "; " + count(check.sound_after, "sound record") +
           (check.sound_after == 1 ? " follows it" : " follow it");
}

CENTAVO_INLINE std::uint64_t MemoryLedger::append(LedgerRecord record) {
    std::scoped_lock const lock{state_->mutex};
    record.seq = state_->records.size() + 1;
    std::string bytes;
    detail::encode_record(record, bytes);
    state_->records.push_back(std::move(bytes));
    return record.seq;
}

}  // namespace CENTAVO_ABI
}  // namespace centavo
