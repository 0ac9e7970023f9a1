// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/detail/config.hpp>
#include <centavo/budget/ledger.hpp>

namespace centavo {
inline namespace CENTAVO_ABI {

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
