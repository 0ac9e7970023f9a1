// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/counter_check.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a store does when its ledger or its database fails.
enum class StoreFailure : std::uint8_t {
    refuse,        ///< denies reservations; settling and recording throw
    keep_counting  ///< keeps counting in memory and queues the records, unbounded, until the store recovers
};

/// The options of every store.
struct BudgetStoreOptions {
    std::vector<Budget> budgets = {};
    StoreFailure when_store_fails = StoreFailure::refuse;
    std::size_t max_values = 1'000'000;  ///< counters of one budget that has a counter for each tag value
};

/// A set of budgets that reserves, settles and releases in one atomic step across all the budgets that a call touches.
/// Requirements:
///
/// - Admission: a call is admitted if and only if spent + held + amount <= limit in each hard budget that its account
///   touches (amount <= limit for a budget per request), or if it costs nothing. Either all its counters are raised or
///   none: of two callers racing for the last dollar, one is denied. Soft budgets count and never deny.
/// - With hard limits, and charges no larger than their reservations, spent + held never exceeds a limit, across all
///   threads, processes and machines that share the store, and after any of them is killed. Money that was released can
///   be reserved again once its release is written. A charge above its reservation counts in full.
/// - When all holds are settled, released or dropped, held is zero and spent is the sum of the charges.
/// - A charge counts in the windows of its reservation, no matter how late it arrives. record() and adjust() count in the
///   current windows, adjust() in those of its `at` if given. window_of() defines the windows.
/// - Idempotency: the first charge with an IdempotencyKey counts; a later one with the same key releases its hold and
///   counts nothing. An empty operation is not a key. At least the last 500,000 keys are remembered.
/// - A record is written before its money counts as spent and after it counts as held. When the store fails, reserve()
///   denies with DenialReason::store, and settle(), record() and adjust() throw with nothing changed, unless the options
///   say StoreFailure::keep_counting. The constructor of a store that cannot keep counting throws std::invalid_argument
///   for that option.
/// - A clock that is set back reads as the latest time it has shown.
/// - Alerts: the listener is called without a lock, on the thread that triggered the alert, once per counter, rule and
///   window.
/// - Accounts: that of any other store, alive or destroyed, throws std::invalid_argument, as does a negative amount
///   except in adjust().
/// - Any member may be called from any thread.
template <typename Candidate>
concept BudgetStore = requires(Candidate& store, Candidate const& constant, Account const& account,
                               Charge const& charge, std::string_view name) {
    { store.account(Tags{}) } -> std::same_as<Account>;
    { store.reserve(account, ReserveRequest{}) } -> std::same_as<Reservation>;
    store.record(account, IdempotencyKey{}, charge);
    store.adjust(account, charge, std::optional<Instant>{});
    { store.remaining(account) } -> std::same_as<std::optional<Usd>>;  // nullopt: touches no hard budget
    { constant.find(name, name) } -> std::same_as<std::optional<BudgetState>>;  // in the current window
    { constant.states() } -> std::same_as<std::vector<BudgetState>>;  // all counters of current windows
    { constant.budgets() } -> std::convertible_to<View<Budget>>;
    store.on_alert([](Alert const&) {});
};

/// A counter whose figures are not those that the records add up to.
struct CounterMismatch {
    std::string budget;
    std::string value = {};  ///< of the tag, if each value has its own counter
    Usd spent = {};          ///< by the counter
    Usd held = {};
    Usd recorded_spent = {};  ///< by the records
    Usd recorded_held = {};
};

/// Compares the counters of the windows of `now` with the records, of which it reads all. For a store that no other
/// process or thread uses meanwhile, and without values beyond max_values.
///
/// Throws what the store throws, MalformedLedger for a damaged record among it.
template <typename Store>
[[nodiscard]] std::vector<CounterMismatch>
check_counters(Store const& store,
               Instant now = Clock{}.now()) requires BudgetStore<Store> && RecordSource<Store> {
    detail::RecordSums records{store.budgets(), now};
    store.replay([&](LedgerRecord const& record) { records.add(record); });
    auto recorded = records.sums();
    std::vector<CounterMismatch> mismatches;
    auto const compare = [&](std::string_view budget, std::string const& value, Usd spent, Usd held,
                             detail::RecordSums::Sum const& sum) {
        // Redis rounds each hold up to a picodollar.
        bool const same_held = held >= sum.held && held - sum.held <= Usd::from_atto(1'000'000) * sum.open;
        if (spent != sum.spent || !same_held) {
            mismatches.push_back({std::string{budget}, value, spent, held, sum.spent, sum.held});
        }
    };
    for (BudgetState const& state : store.states()) {
        auto const sum = recorded.extract({state.budget, state.value});
        compare(state.budget, state.value, state.spent, state.held,
                sum ? sum.mapped() : detail::RecordSums::Sum{});
    }
    for (auto const& [key, sum] : recorded) {  // without a counter
        compare(key.first, key.second, Usd{}, Usd{}, sum);
    }
    return mismatches;
}

/// How LeasedBudgets leases money from its store.
struct LeaseOptions {
    std::int64_t slices = 100;  ///< a lease is 1/slices of the limit, or what the call needs if that is more
    StoreFailure when_store_fails = StoreFailure::refuse;
    /// With StoreFailure::refuse: how long leased money may be reserved without contacting the store.
    std::chrono::nanoseconds max_staleness = std::chrono::seconds{10};
};

/// A request to lease part of what one budget has left.
struct LeaseRequest {
    Budget const* budget;  ///< one of the store's budgets()
    Window window;         ///< the window to lease from
    Usd preferred = {};    ///< granted if the budget has that much left
    Usd minimum = {};      ///< the smallest grant that is useful
    Usd spent = {};        ///< spent from earlier leases and not yet reported to the store
    bool forced = false;   ///< already spent: granted even above the limit
};

/// The amounts granted, in the order of the requests; or, if nothing was granted, the denial of the budget with the
/// least left.
using LeaseGrant = std::variant<std::vector<Usd>, BudgetDenial>;

/// A BudgetStore that leases parts of its limits to other processes.
///
/// lease() grants every request or none, in one atomic step. A grant counts as held until its window ends, and as spent
/// once the holder has reported it. It is never returned: a holder that does not respond may still spend it.
///
/// lease() throws what the store throws; money granted nevertheless stays held until its window ends.
template <typename Candidate>
concept LeaseProvider = BudgetStore<Candidate> && requires(Candidate& store, View<LeaseRequest> requests) {
    { store.lease(requests) } -> std::same_as<LeaseGrant>;
    store.raise_alerts();  // those that lease() triggered
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
