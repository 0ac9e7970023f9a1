// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/money.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/window.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// What a book does when its ledger or its store cannot be written.
enum class StoreFailure : std::uint8_t {
    refuse,  ///< nothing is set aside, nothing is settled, and the caller hears of it
    keep_counting  ///< keeps counting in memory and queues the records, unbounded, until the store recovers
};

/// What every book is made of.
struct BudgetStoreOptions {
    std::vector<Budget> budgets = {};
    StoreFailure when_store_fails = StoreFailure::refuse;
    std::size_t max_values =
        1'000'000;  ///< counters of one budget that counts each value of a tag by itself
};

/// Throws std::invalid_argument unless every budget has a name of its own, a limit of 0 or more, and thresholds
/// that are percentages or a number of deviations.
void require_budgets(std::span<Budget const> budgets);

/// Throws std::invalid_argument for a budget that alerts of unusual hours: of a book that does not remember them.
void require_no_anomalies(std::span<Budget const> budgets);

/// A set of budgets that reserves, settles and releases in one atomic step over all that a call touches. Laws:
///
/// - One predicate decides: a call is admitted if and only if, in each hard budget that its account touches,
///   spent + held + amount <= limit (a budget for each request: amount <= limit). All are raised, or none. Of two
///   callers racing for the last dollar one is refused. Soft budgets count and never refuse.
/// - With hard limits, and charges no larger than what was reserved for them, spent + held never passes a limit,
///   whatever the threads, processes and machines that share the book. Charges above what was reserved count in full.
/// - When all holds are settled, released or dropped, held is zero and spent is the sum of the charges.
/// - A charge counts in the windows of its reserve, however late it comes; record() and adjust() count in those of
///   now, adjust() in those of its `at` where it has one. Windows are counter_key.hpp's.
/// - The first charge of a record id counts; a later one with the same id gives its hold back and counts nothing.
///   An empty operation is nobody's id. At least the last 500,000 ids are remembered.
/// - A record is written before its money is counted as spent, after it is counted as held. A store that fails makes
///   reserve() a denial with DenialReason::store, and settle(), record() and adjust() throw, with nothing changed,
///   unless StoreFailure::keep_counting was named. A book that cannot go on throws std::invalid_argument when it is made so.
/// - A clock that steps back reads as the latest time it showed.
/// - replay(visit) visits every record kept, as LedgerStore::replay does.
/// - Alerts are called without a lock, on the thread that caused them, once for each counter and rule.
/// - An account of another book throws std::invalid_argument, as do negative amounts but adjust()'s.
/// - All of it may be called from any thread.
template <typename Candidate>
concept BudgetStore = requires(Candidate& book, Candidate const& constant, Account const& account,
                               Charge const& charge, std::string_view name) {
    { book.account(Tags{}) } -> std::same_as<Account>;
    { book.reserve(account, ReserveRequest{}) } -> std::same_as<Reservation>;
    book.record(account, IdempotencyKey{}, charge);
    book.adjust(account, charge, std::optional<Instant>{});
    { book.remaining(account) } -> std::same_as<std::optional<Usd>>;  // nullopt: no hard budget touches it
    { constant.find(name, name) } -> std::same_as<std::optional<BudgetState>>;  // in the window of now
    { constant.states() } -> std::same_as<std::vector<BudgetState>>;  // every counter of a window of now
    { constant.budgets() } -> std::convertible_to<std::span<Budget const>>;
    constant.replay([](LedgerRecord const&) {});
    book.on_alert([](Alert const&) {});
};

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
concept LeaseProvider = BudgetStore<Candidate> &&
    requires(Candidate& store, std::span<LeaseRequest const> requests) {
    { store.lease(requests) } -> std::same_as<LeaseGrant>;
    store.raise_alerts();  // those that lease() triggered
};

}  // namespace CENTAVO_ABI
}  // namespace centavo

#ifndef CENTAVO_COMPILED
#include <centavo/budget/detail/budget_store.ipp>
#endif
