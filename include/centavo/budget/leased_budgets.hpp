// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/forecast.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/local_budgets.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// A part of one counter's money that a process asks for.
struct LeaseRequest {
    detail::CounterRef use;
    Usd most = {};        ///< what it would like
    Usd least = {};       ///< what it cannot do without
    Usd spent = {};       ///< of what it took before, that it has not told yet
    bool forced = false;  ///< spent already: it is taken even where it passes the limit
};

/// For each that was asked, what was lent; or the refusal of the budget with the least left, and nothing was lent.
using Loan = std::variant<std::vector<Usd>, BudgetDenial>;

/// A book that lends: all asks in one atomic step or none. What was lent counts as held until its window ends, and as
/// spent once that is told; it is never given back, since who took it may be asleep rather than dead.
///
/// lend() throws what the store throws; what was lent meanwhile, if anything, is lost until its window ends.
template <typename Candidate>
concept LeaseProvider = BudgetStore<Candidate> && requires(Candidate& book, std::span<LeaseRequest const> asks) {
    { book.lend(asks) } -> std::same_as<Loan>;
    book.call_alerts();  // those that lend() made due
};

/// How a LeasedBudgets leases.
struct LeaseOptions {
    std::int64_t slices =
        100;  ///< a lease is a limit's so-manieth part, or what a call needs if that is more
    StoreFailure when_store_fails = StoreFailure::refuse;
    /// With StoreFailure::refuse: how long money that was leased may be set aside without a word from the store.
    std::chrono::nanoseconds contact = std::chrono::seconds{10};
};

/// A LocalBudgets whose limits are slices of the budgets of a store that many processes share: a Book.
///
///     LeasedBudgets book{RedisBudgets{{.budgets = {{.name = "monthly", .limit = 20'000_usd, .period = Period::month}}}, {}}};
///
/// A call sets aside what was leased, without a word to the store; where that is not enough, the store is asked once,
/// for all budgets that the call touches. For few, large budgets: one that counts each value of a tag by itself throws
/// std::invalid_argument, and money leased is missing elsewhere. What was leased counts as held in the store until it is
/// told as spent, and never flows back: the lease of a process that is dead, or asleep, stays charged until its window
/// ends. So the law that held comes to zero is not kept, and find() and states() are the store's figures.
///
/// The records are this process's own, in its ledger; opened over one with records, what they spent in windows of now
/// is taken as leased. Where the store fails: refuse, at the latest after LeaseOptions::contact; or go on within what
/// was leased. A charge above its hold, or without one, is told to the store with the next lease, find() or record().
/// Alerts are the store's, told by the calls that ask it.
template <LeaseProvider Store, LedgerStore Ledger = MemoryLedger>
class LeasedBudgets {
public:
    explicit LeasedBudgets(Store store, LeaseOptions options = {},
                        std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>(), Clock clock = {})
        : state_{std::make_shared<State>(std::move(store), options, std::move(ledger), clock)} {}

    [[nodiscard]] Account account(Tags const& tags) { return state_->local.account(tags); }

    /// Sets need.amount aside in every budget that the account touches, or says which has not enough.
    [[nodiscard]] Reservation reserve(Account const& account, ReserveRequest need) {
        State& state = *state_;
        if (auto silent = state.confirm(need.amount)) {
            return *std::move(silent);
        }
        for (int attempt = 0;; ++attempt) {
            auto reserved = state.local.reserve(account, need);
            if (reserved || reserved.refusal().reason != DenialReason::no_money ||
                attempt == most_attempts) {
                return reserved;
            }
            if (auto refusal = state.lease(account, need.amount, reserved.refusal())) {
                return *std::move(refusal);
            }
        }
    }

    /// Charges a call that was made without a hold; it may pass a limit, which is then told.
    void record(Account const& account, IdempotencyKey const& id, Charge const& charge) {
        state_->local.record(account, id, charge);
        state_->report_overdrawn();
    }

    /// Corrects what was charged, in the windows of `at` or of now; the amount may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        state_->local.adjust(account, charge, at);
        state_->report_overdrawn();
    }

    /// What is left of the hard budgets that the account touches, leased and still to be leased: the least of them.
    /// Throws what the store throws; with StoreFailure::go_on, what is leased.
    [[nodiscard]] std::optional<Usd> left(Account const& account) { return state_->left(account); }

    /// A budget's figures in the window of now, of all processes. Throws what the store throws, as states() does.
    [[nodiscard]] std::optional<BudgetState> find(std::string_view name, std::string_view value = {}) const {
        state_->report();
        return state_->store.find(name, value);
    }
    [[nodiscard]] std::vector<BudgetState> states() const {
        state_->report();
        return state_->store.states();
    }

    [[nodiscard]] auto const& budgets() const noexcept { return state_->store.budgets(); }

    /// Visits the records of this process.
    template <std::invocable<LedgerRecord const&> Visit>
    void replay(Visit visit) const {
        state_->local.replay(std::move(visit));
    }

    void on_alert(std::function<void(Alert const&)> alert) { state_->store.on_alert(std::move(alert)); }

    /// What is leased and what of it is used, here.
    [[nodiscard]] std::vector<BudgetState> leased() const { return state_->local.states(); }

private:
    static constexpr int most_attempts = 8;  // another thread may take the money that was leased in between

    struct State {
        State(Store lender, LeaseOptions const& chosen, std::shared_ptr<Ledger> ledger, Clock source)
            : store{std::move(lender)}, options{chosen}, clock{source},
              local{{.budgets = without_money(store.budgets())}, std::move(ledger), source},
              heard{clock.monotonic().count()} {
            if (options.slices < 1) {
                throw std::invalid_argument("centavo: a lease is a part of a limit: at least one slice");
            }
            for (BudgetState const& used : local.states()) {  // what an earlier run of this process leased
                detail::CounterKey const key{used.budget, used.value, used.window.begin};
                local.grant(key, std::max(used.spent + used.held, Usd{}));
                told[key] = used.spent;
            }
        }

        [[nodiscard]] static std::vector<Budget> without_money(std::span<Budget const> budgets) {
            std::vector<Budget> empty{budgets.begin(), budgets.end()};
            for (Budget& budget : empty) {
                if (budget.scope.each()) {
                    throw std::invalid_argument("centavo: a budget for each value of a tag is not leased: " +
                                                budget.name);
                }
                if (budget.period != Period::request) {
                    budget.limit = Usd{};
                }
            }
            return empty;
        }

        /// Where that was named: nothing is set aside long after the store was last heard of.
        [[nodiscard]] std::optional<BudgetDenial> confirm(Usd needed) {
            if (options.when_store_fails == StoreFailure::go_on || store.budgets().empty()) {
                return std::nullopt;
            }
            auto const now = clock.monotonic().count();
            if (!silent.load(std::memory_order_relaxed) &&
                now - heard.load(std::memory_order_relaxed) <= options.contact.count()) {
                return std::nullopt;
            }
            try {
                static_cast<void>(store.find(store.budgets()[0].name));
            } catch (std::exception const& failure) {
                silent = true;
                return BudgetDenial{.needed = needed, .reason = DenialReason::store, .detail = failure.what()};
            }
            heard = now;
            silent = false;
            return std::nullopt;
        }

        /// Asks the store for what the budgets that are touched lack; nullopt where the call may try again.
        [[nodiscard]] std::optional<BudgetDenial> lease(Account const& account, Usd amount, BudgetDenial const& here) {
            auto const uses = detail::counters_of(store.budgets(), account, clock.now());
            bool const too_much = std::ranges::any_of(uses, [&](detail::CounterRef const& use) {
                return use.budget->period == Period::request && use.budget->limit < amount &&
                       use.budget->enforcement == Enforcement::hard;
            });
            if (too_much) {
                return here;
            }
            std::vector<LeaseRequest> asks;
            bool short_of_money = false;
            for (detail::CounterRef const& use : uses) {
                if (use.budget->period == Period::request) {
                    continue;
                }
                auto const used = local.find(use.budget->name).value();
                LeaseRequest ask{.use = {use.budget, {}, used.window}};
                if (use.budget->enforcement == Enforcement::hard) {
                    ask.least = std::max(amount - used.remaining(), Usd{});
                    if (ask.least == Usd{}) {
                        continue;
                    }
                    ask.most = std::max(ask.least, portion(use.budget->limit, 1, options.slices));
                    short_of_money = true;
                }
                asks.push_back(ask);
                add_report(asks.back(), used);
            }
            if (!short_of_money) {  // somebody gave money back meanwhile
                undo_report(asks, Told::nothing);
                return std::nullopt;
            }
            return ask_for(asks, amount);
        }

        [[nodiscard]] std::optional<BudgetDenial> ask_for(std::vector<LeaseRequest> const& asks, Usd amount) {
            Loan loan;
            try {
                loan = store.lend(asks);
            } catch (std::exception const& failure) {
                undo_report(asks);
                silent = true;
                return BudgetDenial{.needed = amount, .reason = DenialReason::store, .detail = failure.what()};
            }
            heard = clock.monotonic().count();
            silent = false;
            auto* const refusal = std::get_if<BudgetDenial>(&loan);
            if (refusal != nullptr) {
                undo_report(asks, Told::nothing);
                refusal->needed = amount;
            } else {
                take(asks, std::get<std::vector<Usd>>(loan));
            }
            store.call_alerts();
            return refusal != nullptr ? std::optional{*std::move(refusal)} : std::nullopt;
        }

        void take(std::vector<LeaseRequest> const& asks, std::vector<Usd> const& lent) {
            for (std::size_t i = 0; i < asks.size(); ++i) {
                if (asks[i].use.budget->enforcement == Enforcement::hard) {
                    local.grant(asks[i].use.key(), lent[i]);
                }
            }
        }

        /// Puts what was spent and not yet told into an ask.
        void add_report(LeaseRequest& ask, BudgetState const& used) {
            std::scoped_lock const lock{mutex};
            Usd& before = told[ask.use.key()];
            ask.spent = used.spent - before;
            before = used.spent;
            if (ask.use.budget->enforcement == Enforcement::soft) {
                ask.most = ask.least = ask.spent;
                ask.forced = true;
            }
            std::erase_if(told, [&](auto const& one) {
                return one.first.budget == ask.use.budget->name && one.first.begin < ask.use.window.begin;
            });
        }

        /// Whether a store that failed may have been told what it did not acknowledge.
        enum class Told : std::uint8_t { maybe, nothing };

        /// What may have been told is told again only where that errs to the side of more spent and not of less held.
        void undo_report(std::vector<LeaseRequest> const& asks, Told what = Told::maybe) {
            std::scoped_lock const lock{mutex};
            for (LeaseRequest const& ask : asks) {
                if (what == Told::nothing || ask.use.budget->enforcement == Enforcement::soft) {
                    told[ask.use.key()] -= ask.spent;
                }
            }
        }

        enum class Which : std::uint8_t { all, overdrawn };

        void report() {
            if (tell_store(Which::all)) {
                store.call_alerts();
            }
        }

        /// After a charge, which counts whether the store hears of it now or later.
        void report_overdrawn() {
            bool told_store = false;
            try {
                told_store = tell_store(Which::overdrawn);
            } catch (std::exception const&) {
                return;  // the next lease asks for what is overdrawn
            }
            if (told_store) {
                store.call_alerts();
            }
        }

        /// Tells the store what was spent here, and takes from it what was spent above the leases; whether there was
        /// anything to tell.
        bool tell_store(Which which) {
            std::vector<LeaseRequest> asks;
            for (Budget const& budget : store.budgets()) {
                if (budget.period == Period::request) {
                    continue;
                }
                auto const used = local.find(budget.name).value();
                Usd const over = std::max(-used.remaining(), Usd{});
                bool const hard = budget.enforcement == Enforcement::hard;
                if (which == Which::overdrawn && (!hard || over == Usd{})) {
                    continue;
                }
                LeaseRequest ask{.use = {&budget, {}, used.window}};
                add_report(ask, used);
                if (hard) {
                    ask.most = ask.least = over;
                    ask.forced = true;
                }
                if (ask.spent != Usd{} || over > Usd{}) {
                    asks.push_back(ask);
                }
            }
            if (asks.empty()) {
                return false;
            }
            try {
                take(asks, std::get<std::vector<Usd>>(store.lend(asks)));
            } catch (...) {
                undo_report(asks);
                silent = true;
                throw;
            }
            return true;
        }

        [[nodiscard]] std::optional<Usd> left(Account const& account) {
            std::optional<Usd> least;
            for (detail::CounterRef const& use : detail::counters_of(store.budgets(), account, clock.now())) {
                if (use.budget->enforcement == Enforcement::soft) {
                    continue;
                }
                Usd rest = use.budget->limit;
                if (use.budget->period != Period::request) {
                    rest = local.find(use.budget->name).value().remaining();
                    try {
                        rest += store.find(use.budget->name).value().remaining();
                    } catch (std::exception const&) {
                        if (options.when_store_fails == StoreFailure::refuse) {
                            throw;
                        }
                    }
                }
                least = least ? std::min(*least, rest) : rest;
            }
            return least;
        }

        Store store;
        LeaseOptions options;
        Clock clock;
        LocalBudgets<Ledger> local;
        std::atomic<std::int64_t> heard;
        std::atomic<bool> silent = false;
        std::mutex mutex;
        std::map<detail::CounterKey, Usd> told;  // what the store knows to be spent here
    };

    std::shared_ptr<State> state_;
};

}  // namespace CENTAVO_ABI
}  // namespace centavo
