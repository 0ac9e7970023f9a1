// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/tokens.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/budget_store.hpp>
#include <centavo/budget/detail/alert_rules.hpp>
#include <centavo/budget/hold.hpp>
#include <centavo/budget/ledger.hpp>
#include <centavo/budget/local_budgets.hpp>
#include <centavo/budget/record.hpp>
#include <centavo/budget/spend_report.hpp>
#include <centavo/models/model_id.hpp>
#include <centavo/pricing/cost.hpp>
#include <centavo/pricing/quote.hpp>

#include <algorithm>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace centavo {
inline namespace CENTAVO_ABI {

/// The budgets of a CostMonitor: a daily one, in UTC days, and any others by name.
struct MonitorOptions {
    std::optional<Usd> daily_budget = std::nullopt;
    std::vector<Budget> budgets = {};
    StoreFailure when_store_fails = StoreFailure::refuse;
    /// Reserved for a call whose cost is unknown. Without it such a call is denied.
    std::optional<Usd> assume_when_unpriced = std::nullopt;
};

/// How a call is reserved.
struct ReserveOptions {
    Account account = {};
    IdempotencyKey id = {};
    DisconnectBilling on_disconnect = DisconnectBilling::continues;  ///< what the provider does then
};

/// How a call without a reservation is recorded.
struct RecordOptions {
    Account account = {};
    IdempotencyKey id = {};
};

/// What a correction applies to.
struct AdjustOptions {
    Account account = {};
    std::optional<Instant> at =
        std::nullopt;  ///< corrects the windows of this instant; by default the current ones
};

/// A reservation, and the output cap to send so that the call stays within it.
struct Fitted {
    Reservation reservation;
    Tokens max_tokens = 0;  ///< per choice; 0 if the reservation was denied

    explicit operator bool() const noexcept { return static_cast<bool>(reservation); }
    [[nodiscard]] Hold* operator->() noexcept { return reservation.operator->(); }
};

/// The options of a store, which name the store's type as `Store`.
template <typename Candidate>
concept StoreDescription = BudgetStore<typename Candidate::Store>;

/// Whether there is money left, and where it went.
///
///     CostMonitor monitor{{.daily_budget = 50_usd}};
///     if (auto hold = monitor.reserve(quote)) {
///         hold->settle(call(request));
///     } else {
///         std::cerr << hold.denial().budget;
///     }
///
/// reserve() sets the worst case aside before the call and settle() replaces it by the actual cost: concurrent callers
/// never exceed a hard limit. By default everything is kept in memory, which is bounded, and ends with the process. A
/// second argument names a ledger, or the options of a store that several processes share:
///
///     CostMonitor monitor{{.daily_budget = 50_usd}, FileLedger{"spend.ledger"}};
///     CostMonitor monitor{{.daily_budget = 50_usd}, SqliteBudgetsOptions{.path = "spend.db"}};
///     CostMonitor monitor{{.daily_budget = 50_usd}, RedisBudgetsOptions{.redis = {.host = "10.0.0.7"}}};
///
/// Calls are attributed by tags:
///
///     Account const search = monitor.account({{"team", "search"}});
///     auto hold = monitor.reserve(quote, {.account = search, .id = {"op-7", 1}});
///
/// Internally synchronized; listeners are called without a lock.
template <BudgetStore Store = LocalBudgets<>>
class CostMonitor {
public:
    static constexpr std::string_view daily = "daily";  ///< the name of the daily budget

    /// Keeps counters and a report in memory. Throws std::invalid_argument for invalid budgets.
    explicit CostMonitor(MonitorOptions options, Clock clock = {}) requires
        std::constructible_from<Store, BudgetStoreOptions, std::shared_ptr<ReportLedger>, Clock>
        : CostMonitor{Store{store_options(options), std::make_shared<ReportLedger>(), clock},
                      options.assume_when_unpriced} {}

    /// Over a ledger, by value or as std::shared_ptr, or over the store that `source`, its options, describe. Throws what
    /// opening it throws.
    template <typename Source>
    CostMonitor(MonitorOptions options, Source source,
                Clock clock = {}) requires std::constructible_from<Store, BudgetStoreOptions, Source, Clock>
        : CostMonitor{Store{store_options(options), std::move(source), clock}, options.assume_when_unpriced} {
    }

    /// Over an open store. Its budget named "daily", if any, is the daily one.
    explicit CostMonitor(Store store, std::optional<Usd> assume_when_unpriced = std::nullopt)
        : store_{std::move(store)}, assume_when_unpriced_{assume_when_unpriced} {}

    /// The options of a store with the budgets of `options`.
    [[nodiscard]] static BudgetStoreOptions store_options(MonitorOptions options) {
        if (options.daily_budget) {
            options.budgets.insert(options.budgets.begin(),
                                   Budget{.name = std::string{daily}, .limit = *options.daily_budget});
        }
        return {.budgets = std::move(options.budgets), .when_store_fails = options.when_store_fails};
    }

    /// An account with these tags. Resolves once which budgets they touch.
    [[nodiscard]] Account account(Tags const& tags) { return store_.account(tags); }

    /// Reserves the worst case of a call, or returns the denial. Throws std::overflow_error.
    [[nodiscard]] Reservation reserve(Quote const& quote, ReserveOptions options = {}) {
        Account const account = with_model(options.account, quote);
        return store_.reserve(account, request_for(quote, std::move(options)));
    }

    /// The same for a call that costs at most `worst`. Throws std::invalid_argument for a negative amount.
    [[nodiscard]] Reservation reserve(Usd worst, ReserveOptions options = {}) {
        return store_.reserve(
            options.account,
            {.amount = worst, .on_disconnect = options.on_disconnect, .id = std::move(options.id)});
    }

    /// Reserves MonitorOptions::assume_when_unpriced for a call whose cost is unknown; without it, denies the call with
    /// DenialReason::unpriced.
    [[nodiscard]] Reservation reserve_unpriced(ReserveOptions options = {}) {
        if (!assume_when_unpriced_) {
            return BudgetDenial{.reason = DenialReason::unpriced};
        }
        return reserve(*assume_when_unpriced_, std::move(options));
    }

    /// What is reserved for a call whose cost is unknown; nullopt if such a call is denied.
    [[nodiscard]] std::optional<Usd> assume_when_unpriced() const noexcept { return assume_when_unpriced_; }

    /// Reserves a call with the largest output cap that the remaining money pays for; the call must be sent with this
    /// `max_tokens`. Denied only if not even one output token is affordable.
    [[nodiscard]] Fitted fit(Quote const& quote, ReserveOptions const& options = {}) {
        constexpr int max_attempts = 8;  // another caller may reserve the money in between
        Account const account = with_model(options.account, quote);
        for (int attempt = 0; attempt < max_attempts; ++attempt) {
            auto const left = store_.remaining(account);
            auto const cap =
                left && *left < quote.worst_case() ? quote.affordable_output(*left) : quote.max_output();
            if (!cap || (*cap == Tokens{0} && quote.max_output() > Tokens{0})) {
                break;
            }
            Quote const smaller = *cap < quote.max_output() ? quote.with_max_output(*cap) : quote;
            auto reserved = store_.reserve(account, request_for(smaller, options));
            if (reserved || reserved.denial().reason != DenialReason::no_money) {
                return {std::move(reserved), reserved ? *cap : Tokens{0}};
            }
        }
        auto reserved = store_.reserve(account, request_for(quote, options));
        Tokens const cap = reserved ? quote.max_output() : Tokens{0};
        return {std::move(reserved), cap};
    }

    /// Charges a call that was made without a reservation, and returns the state of the day. May exceed a limit.
    DailyState record(Cost const& cost, RecordOptions const& options = {}) {
        store_.record(with_model(options.account, cost), options.id, charge_of(cost));
        return daily_state_if_known();
    }

    /// The same for an amount. Throws std::invalid_argument for a negative one.
    DailyState record(Usd amount, CostCategory category, RecordOptions const& options = {}) {
        store_.record(options.account, options.id, {.amount = amount, .category = category});
        return daily_state_if_known();
    }

    /// Corrects earlier charges, for example by late usage or a refund: the only amount that may be negative.
    void adjust(Charge const& charge, AdjustOptions const& options = {}) {
        store_.adjust(options.account, charge, options.at);
    }

    /// The state of the daily budget. Without one throws std::logic_error, as spent(), held(), remaining() and
    /// utilization() do.
    [[nodiscard]] DailyState today() const { return state_of(daily_budget()); }
    [[nodiscard]] Usd spent() const { return daily_budget().spent; }
    [[nodiscard]] Usd held() const { return daily_budget().held; }
    [[nodiscard]] Usd remaining() const { return daily_budget().remaining(); }
    [[nodiscard]] Ratio utilization() const { return daily_budget().utilization(); }

    /// What the hard budgets of an account have left: the minimum; nullopt without a hard budget.
    [[nodiscard]] std::optional<Usd> remaining(Account const& account) { return store_.remaining(account); }

    /// The figures of a budget in its current window; nullopt for an unknown name.
    [[nodiscard]] std::optional<BudgetState> budget(std::string_view name,
                                                    std::string_view value = {}) const {
        return store_.find(name, value);
    }

    /// Sets the listener for alerts, called on the thread that triggered the alert, once per budget, threshold and window.
    void on_alert(std::function<void(Alert const&)> listener) { store_.on_alert(std::move(listener)); }

    /// The forecast for the end of a budget's current window; nullopt before an eighth of it is over. LocalBudgets
    /// computes it from memory; SqliteBudgets and RedisBudgets read all their records.
    [[nodiscard]] std::optional<Forecast> forecast(std::string_view name, std::string_view value = {}) const {
        return store_.forecast(name, value);
    }

    /// Where the money went: by model, day, category and tag. Not available over NoLedger.
    [[nodiscard]] SpendReport report() const requires requires(Store const& store) {
        store.report();
    } || RecordSource<Store> {
        if constexpr (requires { store_.report(); }) {
            return store_.report();
        } else {
            return report_of(store_);
        }
    }

    [[nodiscard]] Store const& store() const noexcept { return store_; }
    [[nodiscard]] Store& store() noexcept { return store_; }

private:
    [[nodiscard]] static ReserveRequest request_for(Quote const& quote, ReserveOptions options) {
        return {.amount = quote.worst_case(),
                .input_cost = quote.input_cost(),
                .price = quote.price(),
                .on_disconnect = options.on_disconnect,
                .id = std::move(options.id)};
    }

    /// The account, with the tag "model" if a budget counts by it.
    template <typename Priced>
    [[nodiscard]] Account with_model(Account const& account, Priced const& priced) {
        return by_model_ ? store_.account(account.tags().with({"model", std::string{priced.model().text()}}))
                         : account;
    }

    [[nodiscard]] static bool counts_by_model(Store const& store) {
        return detail::any_of(store.budgets(),
                              [](Budget const& budget) { return budget.scope.key == "model"; });
    }

    [[nodiscard]] BudgetState daily_budget() const {
        auto state = store_.find(daily, {});
        if (!state) {
            throw std::logic_error(
                "the monitor has no daily budget; set MonitorOptions::daily_budget, or use "
                "budget() for a budget by name");
        }
        return *std::move(state);
    }

    [[nodiscard]] DailyState state_of(BudgetState const& state) const {
        View<Budget> const budgets{store_.budgets()};
        auto const budget = detail::find(budgets, daily, &Budget::name);
        return {.limit = state.limit,
                .spent = state.spent,
                .remaining = state.remaining(),
                .utilization = state.utilization(),
                .alert = detail::level_of(*budget, state.spent)};
    }

    /// After a charge, which has taken effect: a store that fails now must not look as if the charge had failed.
    [[nodiscard]] DailyState daily_state_if_known() const {
        try {
            auto const state = store_.find(daily, {});
            return state ? state_of(*state) : DailyState{};
        } catch (std::exception const&) {
            return {};
        }
    }

    Store store_;
    std::optional<Usd> assume_when_unpriced_;
    bool by_model_ = counts_by_model(store_);
};

CostMonitor(MonitorOptions)->CostMonitor<LocalBudgets<>>;
CostMonitor(MonitorOptions, Clock)->CostMonitor<LocalBudgets<>>;
template <RecordSink Ledger>
CostMonitor(MonitorOptions, Ledger) -> CostMonitor<LocalBudgets<Ledger>>;
template <RecordSink Ledger>
CostMonitor(MonitorOptions, Ledger, Clock) -> CostMonitor<LocalBudgets<Ledger>>;
template <RecordSink Ledger>
CostMonitor(MonitorOptions, std::shared_ptr<Ledger>) -> CostMonitor<LocalBudgets<Ledger>>;
template <RecordSink Ledger>
CostMonitor(MonitorOptions, std::shared_ptr<Ledger>, Clock) -> CostMonitor<LocalBudgets<Ledger>>;
template <StoreDescription StoreOptions>
CostMonitor(MonitorOptions, StoreOptions) -> CostMonitor<typename StoreOptions::Store>;
template <StoreDescription StoreOptions>
CostMonitor(MonitorOptions, StoreOptions, Clock) -> CostMonitor<typename StoreOptions::Store>;

}  // namespace CENTAVO_ABI
}  // namespace centavo
