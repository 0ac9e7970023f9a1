// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/forecast.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/local_budgets.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/models/model_catalog.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/quote.hpp>

#include <algorithm>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The budgets of a monitor: the daily one, in UTC days, and any others by name.
struct MonitorOptions {
    std::optional<Usd> daily_budget = std::nullopt;
    std::vector<Budget> budgets = {};
    StoreFailure when_store_fails = StoreFailure::refuse;
    std::optional<Usd> assume_when_unpriced =
        std::nullopt;  ///< set aside for a call whose cost nobody can say;
                       ///< without it such a call is refused
};

/// How one call is reserved.
struct ReserveOptions {
    IdempotencyKey id = {};
    DisconnectBilling abort = DisconnectBilling::continues;  ///< what the provider does when the connection is closed
};

/// A reservation, and the cap to send so that the call stays within it.
struct Fitted {
    Reservation reservation;
    Tokens max_tokens = 0;  ///< of each choice; 0 where nothing was reserved

    explicit operator bool() const noexcept { return static_cast<bool>(reservation); }
    [[nodiscard]] Hold* operator->() noexcept { return reservation.operator->(); }
};

/// Is there money left, and where did it go.
///
///     CostMonitor<> monitor{{.daily_budget = 50_usd}};
///     if (auto held = monitor.reserve(quote)) { … call … held->settle(cost); } else { held.denial() … }
///
/// reserve() sets the worst case aside before the call, settle() replaces it by what the call cost: concurrent
/// callers never pass a hard limit. Over the memory's ledger unless another is named, which survives the process:
///
///     CostMonitor monitor{{.daily_budget = 50_usd}, FileLedger{"spend.ledger"}};
///     Account search = monitor.account({{"team", "search"}});
///     auto held = monitor.reserve(search, quote, {.id = {"op-7", 1}});
///
/// Internally synchronised; alerts are called without a lock.
template <BudgetStore Books = LocalBudgets<>>
class CostMonitor {
public:
    static constexpr std::string_view daily = "daily";

    /// A limit below zero or two budgets of one name throw std::invalid_argument.
    explicit CostMonitor(MonitorOptions options, Clock clock = {}) requires
        std::constructible_from<Books, BudgetStoreOptions, std::shared_ptr<MemoryLedger>, Clock>
        : CostMonitor{Books{store_options(options), std::make_shared<MemoryLedger>(), clock},
                      options.assume_when_unpriced} {}

    /// Over a ledger. Throws what opening and reading it throws.
    template <LedgerStore Ledger>
    CostMonitor(MonitorOptions options, Ledger ledger,
                Clock clock = {}) requires std::constructible_from<Books, BudgetStoreOptions, Ledger, Clock>
        : CostMonitor{Books{store_options(options), std::move(ledger), clock}, options.assume_when_unpriced} {}

    explicit CostMonitor(Books book, std::optional<Usd> assume_when_unpriced = std::nullopt)
        : book_{std::move(book)}, assume_when_unpriced_{assume_when_unpriced} {}

    /// The book's part of the options: what to make any other book of.
    [[nodiscard]] static BudgetStoreOptions store_options(MonitorOptions options) {
        if (options.daily_budget) {
            options.budgets.insert(options.budgets.begin(),
                                   Budget{.name = std::string{daily}, .limit = *options.daily_budget});
        }
        return {.budgets = std::move(options.budgets), .when_store_fails = options.when_store_fails};
    }

    /// Who spends. Worked out once, so that reserving is a matter of adding.
    [[nodiscard]] Account account(Tags const& tags) { return book_.account(tags); }

    /// Sets the worst case of a call aside, or refuses it. Overflow throws std::overflow_error.
    [[nodiscard]] Reservation reserve(Account const& account, Quote const& quote,
                                      ReserveOptions options = {}) {
        return book_.reserve(of_model(account, quote), need_of(quote, std::move(options)));
    }
    [[nodiscard]] Reservation reserve(Account const& account, Usd worst, ReserveOptions options = {}) {
        return book_.reserve(account, {.amount = worst, .abort = options.abort, .id = std::move(options.id)});
    }
    [[nodiscard]] Reservation reserve(Quote const& quote, IdempotencyKey id = {}) {
        return reserve(Account{}, quote, {.id = std::move(id)});
    }
    [[nodiscard]] Reservation reserve(Usd worst, IdempotencyKey id = {}) {
        return reserve(Account{}, worst, {.id = std::move(id)});
    }

    /// Reserves a call whose model has no price: refused (DenialReason::unpriced), or what the options assume.
    [[nodiscard]] Reservation reserve_unpriced(Account const& account, ReserveOptions options = {}) {
        if (!assume_when_unpriced_) {
            return BudgetDenial{.reason = DenialReason::unpriced};
        }
        return reserve(account, *assume_when_unpriced_, std::move(options));
    }

    /// As reserve(), but where the money left does not pay for the whole cap, for the largest one that it pays for:
    /// the call is to be sent with `max_tokens`. Refused only where not even one token of output can be paid.
    [[nodiscard]] Fitted fit(Account const& account, Quote const& quote, ReserveOptions const& options = {}) {
        Account const spender = of_model(account, quote);
        for (int attempt = 0; attempt < 8; ++attempt) {  // somebody else may take the money in between
            auto const left = book_.remaining(spender);
            auto const cap = left && *left < quote.worst_case() ? quote.affordable_output(*left) : quote.max_output();
            if (!cap || (*cap == Tokens{0} && quote.max_output() > Tokens{0})) {
                break;
            }
            Quote const smaller = *cap < quote.max_output() ? quote.with_max_output(*cap) : quote;
            auto reserved = book_.reserve(spender, need_of(smaller, options));
            if (reserved || reserved.denial().reason != DenialReason::no_money) {
                return {std::move(reserved), *cap};
            }
        }
        auto reserved = book_.reserve(spender, need_of(quote, options));
        Tokens const cap = reserved ? quote.max_output() : Tokens{0};
        return {std::move(reserved), cap};
    }

    /// Charges a call that was made without a reservation; it may pass a limit.
    void record(Account const& account, Cost const& cost, IdempotencyKey const& id = {}) {
        book_.record(of_model(account, cost), id, charge_of(cost));
    }
    void record(Cost const& cost, IdempotencyKey const& id = {}) { record(Account{}, cost, id); }
    void record(Usd amount, CostCategory category, IdempotencyKey const& id = {}) {
        book_.record(Account{}, id, {.amount = amount, .category = category});
    }

    /// Corrects what was charged: usage that came late, a refund. The one amount that may be negative.
    void adjust(Account const& account, Charge const& charge, std::optional<Instant> at = {}) {
        book_.adjust(account, charge, at);
    }

    /// A budget in the window of now; nullopt for a name it does not have.
    [[nodiscard]] std::optional<BudgetState> budget(std::string_view name,
                                                    std::string_view value = {}) const {
        return book_.find(name, value);
    }

    /// What the hard budgets that an account touches have left; nullopt where none does.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) { return book_.remaining(account); }

    /// The daily budget's figures today. Without one: what std::optional::value() throws.
    [[nodiscard]] Usd spent() const { return book_.find(daily, {}).value().spent; }
    [[nodiscard]] Usd held() const { return book_.find(daily, {}).value().held; }
    [[nodiscard]] Usd remaining() const { return book_.find(daily, {}).value().remaining(); }
    [[nodiscard]] Ratio utilization() const { return book_.find(daily, {}).value().utilization(); }

    /// Calls `alert` from now on for every alert, on the thread that caused it: once for each budget, kind and window.
    void on_alert(std::function<void(Alert const&)> alert) { book_.on_alert(std::move(alert)); }

    /// What a budget's window of now will come to at its end; nullopt before an eighth of it is over. Of books that
    /// tell it: LocalBudgets from memory, SqliteBudgets and RedisBudgets by reading all their records.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        return book_.forecast(name, value);
    }

    /// What was spent by category since the ledger began.
    [[nodiscard]] CostTotals totals() const {
        CostTotals totals;
        book_.replay([&](LedgerRecord const& record) {
            if (record.spends()) {
                totals.add(record.category, record.amount);
            }
        });
        return totals;
    }

    /// Where the money went since the ledger began: by model, tag, day and category.
    [[nodiscard]] Spending spending() const {
        Spending spending;
        book_.replay([&](LedgerRecord const& record) { spending.add(record); });
        return spending;
    }

    [[nodiscard]] Books const& store() const noexcept { return book_; }
    [[nodiscard]] Books& store() noexcept { return book_; }

private:
    [[nodiscard]] static ReserveRequest need_of(Quote const& quote, ReserveOptions options) {
        return {.amount = quote.worst_case(),
                .input_cost = quote.input_cost(),
                .price = quote.price(),
                .abort = options.abort,
                .id = std::move(options.id)};
    }

    /// Where a budget counts by the tag "model", the account with the model's name.
    template <typename Priced>
    [[nodiscard]] Account of_model(Account const& account, Priced const& priced) {
        return by_model_ ? book_.account(account.tags().with({"model", priced.model().text()})) : account;
    }

    [[nodiscard]] static bool counts_by_model(Books const& book) {
        return detail::any_of(book.budgets(),
                              [](Budget const& budget) { return budget.scope.key == "model"; });
    }

    Books book_;
    std::optional<Usd> assume_when_unpriced_;
    bool by_model_ = counts_by_model(book_);
};

template <LedgerStore Ledger>
CostMonitor(MonitorOptions, Ledger) -> CostMonitor<LocalBudgets<Ledger>>;
template <LedgerStore Ledger>
CostMonitor(MonitorOptions, Ledger, Clock) -> CostMonitor<LocalBudgets<Ledger>>;
CostMonitor(MonitorOptions)->CostMonitor<LocalBudgets<>>;
CostMonitor(MonitorOptions, Clock)->CostMonitor<LocalBudgets<>>;

}  // namespace CENTAVO_ABI
}  // namespace centavo
