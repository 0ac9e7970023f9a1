// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/pricing/price.hpp>
#include <centavo/pricing/usage.hpp>

#include <concepts>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace centavo::inline v0 {

/// What makes a charge count once: an operation, and which attempt at it. A retry is another attempt and is billed.
struct RecordId {
    std::string operation = {};  ///< empty: the charge is its own operation
    int attempt = 1;

    friend auto operator<=>(RecordId const&, RecordId const&) = default;
};

/// A charge, as it is written down.
struct LedgerRecord {
    RecordId id;
    Instant at;  ///< when the money was set aside: the charge belongs to that moment's windows
    Usd amount;
    std::string model = {};
    CostCategory category = CostCategory::other;
    UsageQuality quality = UsageQuality::reported;
};

/// Where charges are written down. Laws:
///
/// - append(record) either keeps the record for good or throws a std::exception and keeps nothing of it;
/// - replay(visit) visits every record kept, in the order of its append; any number of times the same;
/// - both may be called from any thread.
template <typename Store>
concept LedgerStore = requires(Store& store, Store const& constant, LedgerRecord const& record) {
    store.append(record);
    constant.replay([](LedgerRecord const&) {});
};

/// A ledger that lives as long as the process. Internally synchronised.
class MemoryLedger {
public:
    void append(LedgerRecord const& record) {
        std::scoped_lock const lock{mutex_};
        records_.push_back(record);
    }

    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        std::vector<LedgerRecord> copy;
        {
            std::scoped_lock const lock{mutex_};
            copy = records_;
        }
        for (LedgerRecord const& record : copy) {
            visit(record);
        }
    }

private:
    mutable std::mutex mutex_;
    std::vector<LedgerRecord> records_;
};
static_assert(LedgerStore<MemoryLedger>);

}  // namespace centavo::inline v0
