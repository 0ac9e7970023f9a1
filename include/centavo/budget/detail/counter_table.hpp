// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/detail/owned.hpp>
#include <centavo/base/money.hpp>
#include <centavo/base/view.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/account_state.hpp>
#include <centavo/budget/detail/admission.hpp>
#include <centavo/budget/detail/alert_rules.hpp>
#include <centavo/budget/detail/burn_rate.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/hourly_baseline.hpp>
#include <centavo/budget/window.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace centavo::detail {
inline namespace CENTAVO_ABI {

/// The counters of a store in the memory of this process: what is spent and held, by budget, tag value and window.
///
/// Not synchronized. Calls no user code and performs no I/O under the caller's lock: windows_at(), which calls zone
/// functions, needs no lock, and its result is passed to roll().
///
/// Bounded: a counter whose window is over, or that never counted anything, is dropped once no account refers to it. A
/// budget with a counter for each tag value has at most `max_values` of them; further values share one, and are thus
/// denied too early rather than too late.
class CounterTable {
public:
    static constexpr std::string_view other = "__other__";

    struct Counter {
        Window window = {Instant::min(), Instant::min()};
        Usd limit = {};
        Usd spent = {};
        Usd held = {};
        Usd unwritten =
            {};  // released by dropped holds whose records are not yet written: cannot be reserved
        std::uint32_t open = 0;   // holds
        std::uint32_t fired = 0;  // alerts, one bit per rule
        BurnRate rate = {};
    };

    /// The counters of a budget for one tag value: of the current window, and of past ones with open holds.
    struct Series {
        std::size_t budget;
        std::string value;
        Counter current = {};
        std::vector<Counter> past = {};
        Owned<HourlyBaseline> hours = {};  // if the budget has anomaly alerts
    };

    /// The counters that an account counts in.
    struct AccountCounters {
        std::vector<std::shared_ptr<Series>> series = {};
        std::vector<std::size_t> per_request = {};  // budgets per request, which have no counter
    };

    CounterTable(std::vector<Budget> budgets, std::size_t max_values) : max_values_{max_values} {
        for (Budget& budget : budgets) {
            Entry entry;
            entry.rules = rules_of(budget.alerts);
            entries_.push_back(std::move(entry));
            budgets_.push_back(std::move(budget));
        }
    }

    [[nodiscard]] std::vector<Budget> const& budgets() const noexcept { return budgets_; }
    [[nodiscard]] std::vector<AlertRule> const& rules(std::size_t budget) const noexcept {
        return entries_[budget].rules;
    }

    /// Finds or creates the counters of an account's budgets.
    [[nodiscard]] AccountCounters counters_for(View<BudgetRef> budgets) {
        AccountCounters counters;
        for (BudgetRef const& ref : budgets) {
            if (budgets_[ref.budget].period == Period::request) {
                counters.per_request.push_back(ref.budget);
            } else {
                counters.series.push_back(series_of(ref.budget, ref.value));
            }
        }
        return counters;
    }

    /// Whether a current window is over at `at`.
    [[nodiscard]] bool stale(Instant at) const noexcept { return at >= next_roll_; }

    /// The window of each budget at an instant. Calls zone functions: without a lock.
    [[nodiscard]] std::vector<Window> windows_at(Instant at) const {
        std::vector<Window> windows;
        windows.reserve(budgets_.size());
        for (Budget const& budget : budgets_) {
            windows.push_back(window_of(budget.period, at, budget.calendar));
        }
        return windows;
    }

    /// Makes these the current windows where they are later.
    void roll(std::vector<Window> const& windows) {
        next_roll_ = Instant::max();
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            Window& now = entries_[i].now;
            if (now.end <= windows[i].begin || now.begin == now.end) {
                now = windows[i];
            }
            next_roll_ = std::min(next_roll_, now.end);
        }
    }

    /// The denial of the hard budget with the least left, if one lacks `amount`; nullopt if the amount is admitted.
    [[nodiscard]] std::optional<BudgetDenial> check(AccountCounters const& account, Usd amount) {
        Admission admission{amount};
        for (auto const& series : account.series) {
            Counter const& counter = current(*series);
            admission.check(budgets_[series->budget], series->value, counter.window,
                            {counter.limit, counter.spent, counter.held + counter.unwritten});
        }
        for (std::size_t const index : account.per_request) {
            admission.check(budgets_[index]);
        }
        return admission.denial();
    }

    /// What the account's hard budgets have left: the minimum; nullopt without a hard budget.
    [[nodiscard]] std::optional<Usd> remaining(AccountCounters const& account) {
        RemainingMoney remaining;
        for (auto const& series : account.series) {
            Counter const& counter = current(*series);
            remaining.add(budgets_[series->budget], counter.limit - counter.spent - counter.held);
        }
        for (std::size_t const index : account.per_request) {
            remaining.add(budgets_[index]);
        }
        return remaining.minimum();
    }

    /// Reserves `amount` in the current windows. check() has verified that no sum overflows.
    void raise(AccountCounters const& account, Usd amount) {
        for (auto const& series : account.series) {
            Counter& counter = series->current;
            counter.held += amount;
            ++counter.open;
        }
    }

    /// Reserves `amount` in the windows of `at`, which may be over: for a hold that is replayed.
    void raise_at(AccountCounters const& account, Instant at, Usd amount) {
        for (auto const& series : account.series) {
            Counter& counter = counter_at(*series, at);
            counter.held += amount;
            ++counter.open;
        }
    }

    /// Throws std::overflow_error if a charge in the windows of `at` would overflow a counter.
    void require_room(AccountCounters const& account, Instant at, Usd amount) const {
        for (auto const& series : account.series) {
            if (Counter const* const counter = find(*series, at)) {
                static_cast<void>(counter->spent + counter->held + amount);
            }
        }
    }

    /// Releases `held` and charges `amount` in the windows of `at`, in which it was reserved.
    void settle(AccountCounters const& account, Instant at, Usd held, Usd amount, Instant now) {
        for (auto const& series : account.series) {
            Counter* const counter = find(*series, at);
            if (counter == nullptr) {
                continue;
            }
            counter->rate.note(counter->window, now, counter->spent);
            counter->held -= held;
            counter->spent += amount;
            if (series->hours) {
                series->hours->note(now, amount);
            }
            if (--counter->open == 0 && counter != &series->current) {
                std::erase_if(series->past, [](Counter const& past) { return past.open == 0; });
            }
        }
    }

    /// Keeps `amount` from being reserved again in the windows of `at`, until allow() of the same amount.
    void withhold(AccountCounters const& account, Instant at, Usd amount) noexcept {
        for (auto const& series : account.series) {
            if (Counter* const counter = find(*series, at)) {
                counter->unwritten += amount;
            }
        }
    }
    void allow(AccountCounters const& account, Instant at, Usd amount) noexcept {
        for (auto const& series : account.series) {
            if (Counter* const counter = find(*series, at)) {
                counter->unwritten -= std::min(counter->unwritten, amount);
            }
        }
    }

    /// Charges `amount` in the windows of `at`. Past windows without an open hold are no longer counted.
    void charge(AccountCounters const& account, Instant at, Usd amount, Instant now) {
        for (auto const& series : account.series) {
            static_cast<void>(current(*series));
            if (Counter* const counter = find(*series, at)) {
                counter->rate.note(counter->window, now, counter->spent);
                counter->spent += amount;
                if (series->hours) {
                    series->hours->note(now, amount);
                }
            }
        }
    }

    /// Appends the alerts that fire in the windows of `at`; `denied_by` names the budget that has just denied a call.
    void collect_alerts(AccountCounters const& account, Instant at, Instant now, std::string_view denied_by,
                        std::vector<Alert>& alerts) {
        for (auto const& series : account.series) {
            Counter* const counter = find(*series, at);
            if (counter == nullptr) {
                continue;
            }
            Budget const& budget = budgets_[series->budget];
            AlertView view{
                .limit = counter->limit, .spent = counter->spent, .denied = denied_by == budget.name};
            if (!budget.alerts.forecast_percent.empty()) {
                if (auto const forecast = counter->rate.forecast(counter->window, now, counter->spent)) {
                    view.forecast = forecast->linear;
                }
            }
            for (AlertRule const& rule : fire_rules(entries_[series->budget].rules, view, counter->fired)) {
                alerts.push_back(alert_of(rule, budget, series->value, view, counter->window));
            }
            if (auto const sum = series->hours ? series->hours->fire() : std::nullopt) {
                view.forecast = *sum;
                AlertRule const rule{AlertKind::anomaly, *budget.alerts.anomaly_deviations};
                alerts.push_back(alert_of(rule, budget, series->value, view, counter->window));
            }
        }
    }

    /// Notes that an alert has fired, so that it does not fire again in its window.
    void mark_fired(std::size_t budget, std::string_view value, Instant at, std::string_view rule) {
        auto const& rules = entries_[budget].rules;
        auto const known = entries_[budget].series.find(std::string{value});
        if (known != entries_[budget].series.end() && known->second->hours && rule.starts_with("anomaly")) {
            known->second->hours->mark_fired(at);
        }
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (rules[i].name() == rule) {
                Series& series = *series_of(budget, std::string{value});
                static_cast<void>(current(series));
                if (Counter* const counter = find(series, at)) {
                    counter->fired |= std::uint32_t{1} << i;
                }
            }
        }
    }

    /// Raises the limit of one counter by a granted lease. False if the counter is not in a current window.
    bool grant(CounterKey const& key, Usd amount) {
        for (std::size_t i = 0; i < budgets_.size(); ++i) {
            if (budgets_[i].name == key.budget && entries_[i].now.begin == key.begin) {
                current(*series_of(i, key.value)).limit += amount;
                return true;
            }
        }
        return false;
    }

    /// The counter of a budget and value in the current window; null if there is none.
    [[nodiscard]] Counter const* find(std::size_t budget, std::string_view value) const {
        auto const& all = entries_[budget].series;
        auto const found = all.find(std::string{value});
        bool const now = found != all.end() && found->second->current.window == entries_[budget].now;
        return now ? &found->second->current : nullptr;
    }
    [[nodiscard]] Window window(std::size_t budget) const noexcept { return entries_[budget].now; }

    /// Calls `visit(index of the budget, value, counter)` for each counter of a current window.
    template <typename Visit>
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            for (auto const& [value, series] : entries_[i].series) {
                if (series->current.window == entries_[i].now) {
                    visit(i, value, series->current);
                }
            }
        }
    }

private:
    struct Entry {
        Window now = {Instant::min(), Instant::min()};
        std::vector<AlertRule> rules = {};
        std::unordered_map<std::string, std::shared_ptr<Series>> series = {};
        std::vector<Series*> scan = {};  // the same, scanned for idle ones a few at a time
        std::size_t next = 0;            // to be scanned
    };

    [[nodiscard]] std::shared_ptr<Series> series_of(std::size_t budget, std::string const& value) {
        Entry& entry = entries_[budget];
        if (auto const found = entry.series.find(value); found != entry.series.end()) {
            return found->second;
        }
        drop_idle(entry);
        if (entry.series.size() >= max_values_ && value != other) {
            return series_of(budget, std::string{other});
        }
        auto series = std::make_shared<Series>(Series{budget, value});
        if (auto const deviations = budgets_[budget].alerts.anomaly_deviations) {
            series->hours = Owned<HourlyBaseline>{new HourlyBaseline{*deviations}};
        }
        entry.scan.push_back(series.get());
        entry.series.emplace(value, series);
        return series;
    }

    /// Drops idle counters. Amortized: four counters per call.
    void drop_idle(Entry& entry) {
        for (int scanned = 0; scanned < 4 && !entry.scan.empty(); ++scanned) {
            entry.next = entry.next < entry.scan.size() ? entry.next : 0;
            Series const& series = *entry.scan[entry.next];
            auto const found = entry.series.find(series.value);
            bool const over = series.current.window != entry.now;
            bool const unused = series.current.spent == Usd{} && series.current.fired == 0;
            if (found->second.use_count() == 1 && series.past.empty() && series.current.open == 0 &&
                (over || unused)) {
                entry.scan[entry.next] = entry.scan.back();
                entry.scan.pop_back();
                entry.series.erase(found);
            } else {
                ++entry.next;
            }
        }
    }

    /// The counter of the current window; a counter whose window is over is replaced.
    [[nodiscard]] Counter& current(Series& series) {
        Window const& now = entries_[series.budget].now;
        if (series.current.window.begin != now.begin || series.current.window.end != now.end) {
            if (series.current.open > 0) {
                series.past.push_back(series.current);
            }
            series.current = Counter{.window = now, .limit = budgets_[series.budget].limit};
        }
        return series.current;
    }

    [[nodiscard]] static Counter* find(Series& series, Instant at) {
        if (series.current.window.contains(at)) {
            return &series.current;
        }
        auto const found =
            detail::find_if(series.past, [&](Counter const& counter) { return counter.window.contains(at); });
        return found == series.past.end() ? nullptr : &*found;
    }

    /// The counter of the window of `at`, which may be over; created if there is none. Calls zone functions.
    [[nodiscard]] Counter& counter_at(Series& series, Instant at) {
        static_cast<void>(current(series));
        if (Counter* const found = find(series, at)) {
            return *found;
        }
        Budget const& budget = budgets_[series.budget];
        return series.past.emplace_back(
            Counter{.window = window_of(budget.period, at, budget.calendar), .limit = budget.limit});
    }

    std::vector<Budget> budgets_;
    std::vector<Entry> entries_;
    std::size_t max_values_;
    Instant next_roll_ = Instant::min();
};

}  // namespace CENTAVO_ABI
}  // namespace centavo::detail
