// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/local_budgets.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The leases of a LeasedBudgets: local budgets whose limits are what the store has granted so far.
///
/// Internally synchronized; no lock is held while the store is called.
template <LeaseProvider Store, RecordSink Ledger>
class LeasedState {
public:
    LeasedState(Store store, LeaseOptions const& options, std::shared_ptr<Ledger> ledger, Clock clock)
        : store_{std::move(store)}, options_{options}, clock_{clock},
          local_{{.budgets = with_zero_limits(store_.budgets())}, std::move(ledger), clock},
          last_contact_{clock.monotonic().count()} {
        if (options.slices < 1) {
            throw std::invalid_argument("slices must be at least 1");
        }
        for (BudgetState const& state : local_.states()) {  // leased by an earlier run over the same ledger
            CounterKey const key{state.budget, state.value, state.window.begin};
            local_.grant(key, std::max(state.spent + state.held, Usd{}));
            reported_[key] = state.spent;
        }
    }

    [[nodiscard]] Store& store() noexcept { return store_; }
    [[nodiscard]] LocalBudgets<Ledger>& local() noexcept { return local_; }

    /// Reserves from what is leased, and leases more where that is not enough.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest const& request) {
        if (auto denial = check_contact(request.amount)) {
            return *std::move(denial);
        }
        for (int attempt = 0;; ++attempt) {
            auto reserved = local_.reserve(account, request);
            if (reserved || reserved.denial().reason != DenialReason::no_money || attempt == max_attempts) {
                return reserved;
            }
            if (auto denial = acquire(account, request.amount, reserved.denial())) {
                return *std::move(denial);
            }
        }
    }

    /// Reports everything spent since the last report, and leases what was spent above the leases.
    void report() {
        if (report(Scope::all)) {
            store_.raise_alerts();
        }
    }

    /// Reports the budgets whose charges exceed their leases. A failing store is ignored: the charge counts locally, and
    /// the next lease covers it.
    void report_overdrafts() {
        bool reported = false;
        try {
            reported = report(Scope::overdrafts);
        } catch (std::exception const&) {
            return;
        }
        if (reported) {
            store_.raise_alerts();
        }
    }

    /// What the hard budgets have left, leased and not yet leased: the minimum; nullopt without a hard budget.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) {
        std::optional<Usd> minimum;
        for (CounterRef const& counter :
             local_.state_->counters_of(store_.budgets(), account, clock_.now())) {
            if (counter.budget->enforcement == Enforcement::soft) {
                continue;
            }
            Usd rest = counter.budget->limit;
            if (counter.budget->period != Period::request) {
                rest = local_.find(counter.budget->name).value().remaining();
                try {
                    rest += store_.find(counter.budget->name).value().remaining();
                } catch (std::exception const&) {
                    if (options_.when_store_fails == StoreFailure::refuse) {
                        throw;
                    }
                }
            }
            minimum = minimum ? std::min(*minimum, rest) : rest;
        }
        return minimum;
    }

private:
    static constexpr int max_attempts = 8;  // other threads may spend what was leased for this call

    /// Which budgets a report covers.
    enum class Scope : std::uint8_t { all, overdrafts };

    /// Whether a request whose lease failed may have been applied by the store.
    enum class Delivery : std::uint8_t { unknown, not_applied };

    [[nodiscard]] static std::vector<Budget> with_zero_limits(View<Budget> budgets) {
        std::vector<Budget> empty{budgets.begin(), budgets.end()};
        for (Budget& budget : empty) {
            if (budget.scope.each()) {
                throw std::invalid_argument("budget \"" + budget.name +
                                            "\" has a counter for each tag value and cannot be leased");
            }
            if (budget.period != Period::request) {
                budget.limit = Usd{};
            }
        }
        return empty;
    }

    [[nodiscard]] static CounterKey key_of(LeaseRequest const& request) {
        return {request.budget->name, {}, request.window.begin};
    }

    [[nodiscard]] static BudgetDenial store_failure(Usd needed, std::exception const& failure) {
        return {.needed = needed, .reason = DenialReason::store, .detail = failure.what()};
    }

    void contacted() noexcept {
        last_contact_ = clock_.monotonic().count();
        store_failed_ = false;
    }

    /// With StoreFailure::refuse, denies a reservation if the store has not been reached within max_staleness.
    [[nodiscard]] std::optional<BudgetDenial> check_contact(Usd needed) {
        if (options_.when_store_fails == StoreFailure::keep_counting || store_.budgets().empty()) {
            return std::nullopt;
        }
        auto const now = clock_.monotonic().count();
        if (!store_failed_.load(std::memory_order_relaxed) &&
            now - last_contact_.load(std::memory_order_relaxed) <= options_.max_staleness.count()) {
            return std::nullopt;
        }
        try {
            static_cast<void>(store_.find(store_.budgets()[0].name));
        } catch (std::exception const& failure) {
            store_failed_ = true;
            return store_failure(needed, failure);
        }
        last_contact_ = now;
        store_failed_ = false;
        return std::nullopt;
    }

    /// Leases what the budgets of the account lack for `amount`; nullopt if the reservation may be tried again.
    [[nodiscard]] std::optional<BudgetDenial> acquire(Account const& account, Usd amount,
                                                      BudgetDenial const& local_denial) {
        auto const counters = local_.state_->counters_of(store_.budgets(), account, clock_.now());
        bool const exceeds_request_limit = detail::any_of(counters, [&](CounterRef const& counter) {
            return counter.budget->period == Period::request && counter.budget->limit < amount &&
                   counter.budget->enforcement == Enforcement::hard;
        });
        if (exceeds_request_limit) {
            return local_denial;
        }
        std::vector<LeaseRequest> requests;
        bool lacks_money = false;
        for (CounterRef const& counter : counters) {
            if (counter.budget->period == Period::request) {
                continue;
            }
            auto const state = local_.find(counter.budget->name).value();
            LeaseRequest request{.budget = counter.budget, .window = state.window};
            if (counter.budget->enforcement == Enforcement::hard) {
                request.minimum = std::max(amount - state.remaining(), Usd{});
                if (request.minimum == Usd{}) {
                    continue;
                }
                request.preferred =
                    std::max(request.minimum, portion(counter.budget->limit, 1, options_.slices));
                lacks_money = true;
            }
            requests.push_back(request);
            add_unreported_spend(requests.back(), state);
        }
        if (!lacks_money) {  // another thread has released money since
            withdraw_report(requests, Delivery::not_applied);
            return std::nullopt;
        }
        return lease(requests, amount);
    }

    [[nodiscard]] std::optional<BudgetDenial> lease(std::vector<LeaseRequest> const& requests, Usd amount) {
        LeaseGrant grant;
        try {
            grant = store_.lease(requests);
        } catch (std::exception const& failure) {
            withdraw_report(requests, Delivery::unknown);
            store_failed_ = true;
            return store_failure(amount, failure);
        }
        contacted();
        auto* const denial = std::get_if<BudgetDenial>(&grant);
        if (denial != nullptr) {
            withdraw_report(requests, Delivery::not_applied);
            denial->needed = amount;
        } else {
            apply(requests, std::get<std::vector<Usd>>(grant));
        }
        store_.raise_alerts();
        return denial != nullptr ? std::optional{std::move(*denial)} : std::nullopt;
    }

    /// Raises the local limits by what was granted.
    void apply(std::vector<LeaseRequest> const& requests, std::vector<Usd> const& granted) {
        for (std::size_t i = 0; i < requests.size(); ++i) {
            if (requests[i].budget->enforcement == Enforcement::hard) {
                local_.grant(key_of(requests[i]), granted[i]);
            }
        }
    }

    /// Adds to a request what was spent since the last report, and marks it as reported.
    void add_unreported_spend(LeaseRequest& request, BudgetState const& state) {
        std::scoped_lock const lock{mutex_};
        Usd& reported = reported_[key_of(request)];
        request.spent = state.spent - reported;
        reported = state.spent;
        if (request.budget->enforcement == Enforcement::soft) {
            request.preferred = request.minimum = request.spent;
            request.forced = true;
        }
        std::erase_if(reported_, [&](auto const& entry) {
            return entry.first.budget == request.budget->name && entry.first.begin < request.window.begin;
        });
    }

    /// Marks the spend of requests that failed as unreported again. If the store may have applied them, that of hard
    /// budgets stays reported: reporting it twice would release money that is still leased.
    void withdraw_report(std::vector<LeaseRequest> const& requests, Delivery delivery) {
        std::scoped_lock const lock{mutex_};
        for (LeaseRequest const& request : requests) {
            if (delivery == Delivery::not_applied || request.budget->enforcement == Enforcement::soft) {
                reported_[key_of(request)] -= request.spent;
            }
        }
    }

    /// Reports to the store what was spent here, and leases what was spent above the leases. Returns whether there was
    /// anything to report.
    bool report(Scope scope) {
        std::vector<LeaseRequest> requests;
        for (Budget const& budget : store_.budgets()) {
            if (budget.period == Period::request) {
                continue;
            }
            auto const state = local_.find(budget.name).value();
            Usd const overdraft = std::max(-state.remaining(), Usd{});
            bool const hard = budget.enforcement == Enforcement::hard;
            if (scope == Scope::overdrafts && (!hard || overdraft == Usd{})) {
                continue;
            }
            LeaseRequest request{.budget = &budget, .window = state.window};
            add_unreported_spend(request, state);
            if (hard) {
                request.preferred = request.minimum = overdraft;
                request.forced = true;
            }
            if (request.spent != Usd{} || overdraft > Usd{}) {
                requests.push_back(request);
            }
        }
        if (requests.empty()) {
            return false;
        }
        try {
            apply(requests, std::get<std::vector<Usd>>(store_.lease(requests)));
        } catch (...) {
            withdraw_report(requests, Delivery::unknown);
            store_failed_ = true;
            throw;
        }
        return true;
    }

    Store store_;
    LeaseOptions const options_;
    Clock const clock_;
    LocalBudgets<Ledger> local_;
    std::atomic<std::int64_t> last_contact_;
    std::atomic<bool> store_failed_ = false;
    std::mutex mutex_;
    std::map<CounterKey, Usd> reported_ = {};  // spend that the store knows about
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
