// SPDX-License-Identifier: MIT
#pragma once

#include <centavo/base/clock.hpp>
#include <centavo/base/detail/algorithms.hpp>
#include <centavo/base/money.hpp>
#include <centavo/budget/account.hpp>
#include <centavo/budget/alert.hpp>
#include <centavo/budget/budget.hpp>
#include <centavo/budget/detail/alert_rules.hpp>
#include <centavo/budget/detail/counter_key.hpp>
#include <centavo/budget/detail/hourly_baseline.hpp>
#include <centavo/budget/forecast.hpp>
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

/// The counters of a book in this process's memory: what is spent and held, by budget, tag value and window.
///
/// Not synchronised: LocalBudgets holds its lock over it. It calls nobody and does no I/O; windows are worked out by
/// windows_at(), which needs no lock, and handed to roll(). Bounded: a counter whose window is over, or that never
/// counted, is dropped once nobody holds its account; a budget that counts each value of a tag by itself has at most
/// `max_values` counters, and further values share one, so that they are refused early rather than late.
class CounterTable {
public:
    static constexpr std::string_view other = "__other__";

    struct Counter {
        Window window = {Instant::min(), Instant::min()};
        Usd limit = {};
        Usd spent = {};
        Usd held = {};
        std::uint32_t open = 0;  // holds
        std::uint32_t told = 0;  // alerts, a bit a rule
        BurnRate pace = {};
    };

    /// A budget's counters for one value: that of its window of now, and of past ones with holds still open.
    struct Series {
        std::size_t budget;
        std::string value;
        Counter current = {};
        std::vector<Counter> past = {};
        std::unique_ptr<HourlyBaseline> hours = {};  // where the budget alerts of unusual ones
    };

    /// The counters of an account, found once.
    struct Touching {
        CounterTable const* table;
        std::vector<std::shared_ptr<Series>> series = {};
        std::vector<std::size_t> each_request = {};  // budgets that limit one call
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

    /// Finds or makes the counters of the budgets touched.
    [[nodiscard]] std::shared_ptr<Touching> touch(std::span<BudgetRef const> touched) {
        auto touching = std::make_shared<Touching>();
        touching->table = this;
        for (BudgetRef const& one : touched) {
            if (budgets_[one.budget].period == Period::request) {
                touching->each_request.push_back(one.budget);
            } else {
                touching->series.push_back(series_of(one.budget, one.value));
            }
        }
        return touching;
    }

    /// Whether a window of now is over at `at`.
    [[nodiscard]] bool stale(Instant at) const noexcept { return at >= next_roll_; }

    /// Every budget's window at an instant. Calls zones' rules: without a lock.
    [[nodiscard]] std::vector<Window> windows_at(Instant at) const {
        std::vector<Window> windows;
        windows.reserve(budgets_.size());
        for (Budget const& budget : budgets_) {
            windows.push_back(window_of(budget.period, at, budget.calendar));
        }
        return windows;
    }

    /// Makes these the windows of now where they are later.
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

    /// The tightest hard budget that has not `amount` left; nullopt where all have.
    [[nodiscard]] std::optional<BudgetDenial> check(Touching& touching, Usd amount) {
        Counter const* tightest = nullptr;
        Series const* of = nullptr;
        for (auto const& series : touching.series) {
            Counter const& counter = current(*series);
            bool const fits = counter.spent + counter.held + amount <= counter.limit;
            if (!fits && budgets_[series->budget].enforcement == Enforcement::hard &&
                (tightest == nullptr || counter.limit - counter.spent - counter.held <
                                            tightest->limit - tightest->spent - tightest->held)) {
                tightest = &counter;
                of = series.get();
            }
        }
        std::optional<BudgetDenial> denial;
        if (tightest != nullptr) {
            denial = BudgetDenial{.budget = budgets_[of->budget].name,
                              .value = of->value,
                              .limit = tightest->limit,
                              .spent = tightest->spent,
                              .held = tightest->held,
                              .needed = amount,
                              .window_begin = tightest->window.begin,
                              .window_end = tightest->window.end};
        }
        for (std::size_t const index : touching.each_request) {
            Budget const& budget = budgets_[index];
            if (amount > budget.limit && budget.enforcement == Enforcement::hard &&
                (!denial || budget.limit < denial->remaining())) {
                denial = BudgetDenial{.budget = budget.name, .limit = budget.limit, .needed = amount};
            }
        }
        return denial;
    }

    /// What all hard budgets that are touched have left: the least; nullopt where there is none.
    [[nodiscard]] std::optional<Usd> remaining(Touching& touching) {
        std::optional<Usd> least;
        auto const take = [&](std::size_t budget, Usd left) {
            if (budgets_[budget].enforcement == Enforcement::hard) {
                least = least ? std::min(*least, left) : left;
            }
        };
        for (auto const& series : touching.series) {
            Counter const& counter = current(*series);
            take(series->budget, counter.limit - counter.spent - counter.held);
        }
        for (std::size_t const index : touching.each_request) {
            take(index, budgets_[index].limit);
        }
        return least;
    }

    /// Sets `amount` aside in the windows of now. check() has seen that no sum overflows.
    void raise(Touching& touching, Usd amount) {
        for (auto const& series : touching.series) {
            Counter& counter = series->current;
            counter.held += amount;
            ++counter.open;
        }
    }

    /// The same in the windows of `at`, which may be over: what a ledger's hold did.
    void raise_at(Touching& touching, Instant at, Usd amount) {
        for (auto const& series : touching.series) {
            Counter& counter = counter_at(*series, at);
            counter.held += amount;
            ++counter.open;
        }
    }

    /// Throws std::overflow_error where 128 bits do not hold what a charge in the windows of `at` would come to.
    void require_room(Touching& touching, Instant at, Usd amount) const {
        for (auto const& series : touching.series) {
            if (Counter const* const counter = find(*series, at)) {
                static_cast<void>(counter->spent + counter->held + amount);
            }
        }
    }

    /// Gives `held` back and charges `amount` in the windows of `at`, in which it was set aside.
    void settle(Touching& touching, Instant at, Usd held, Usd amount, Instant now) {
        for (auto const& series : touching.series) {
            Counter* const counter = find(*series, at);
            if (counter == nullptr) {
                continue;
            }
            counter->pace.note(counter->window, now, counter->spent);
            counter->held -= held;
            counter->spent += amount;
            if (series->hours) {
                series->hours->note(now, amount);
            }
            if (--counter->open == 0 && counter != &series->current) {
                std::erase_if(series->past, [](Counter const& one) { return one.open == 0; });
            }
        }
    }

    /// Charges `amount` in the windows of `at`; those that are over and hold nothing are history.
    void charge(Touching& touching, Instant at, Usd amount, Instant now) {
        for (auto const& series : touching.series) {
            static_cast<void>(current(*series));
            if (Counter* const counter = find(*series, at)) {
                counter->pace.note(counter->window, now, counter->spent);
                counter->spent += amount;
                if (series->hours) {
                    series->hours->note(now, amount);
                }
            }
        }
    }

    /// Appends the alerts that are due in the windows of `at`; `refused` names the budget that refused just now.
    void tell(Touching& touching, Instant at, Instant now, std::string_view refused,
              std::vector<Alert>& alerts) {
        for (auto const& series : touching.series) {
            Counter* const counter = find(*series, at);
            if (counter == nullptr) {
                continue;
            }
            Budget const& budget = budgets_[series->budget];
            AlertView view{
                .limit = counter->limit, .spent = counter->spent, .refused = refused == budget.name};
            if (!budget.alerts.forecast_percent.empty()) {
                if (auto const forecast = counter->pace.forecast(counter->window, now, counter->spent)) {
                    view.forecast = forecast->linear;
                }
            }
            for (AlertRule const& rule : due_rules(entries_[series->budget].rules, view, counter->told)) {
                alerts.push_back(alert_of(rule, budget, series->value, view, counter->window));
            }
            if (auto const sum = series->hours ? series->hours->due() : std::nullopt) {
                view.forecast = *sum;
                AlertRule const rule{AlertKind::anomaly, *budget.alerts.anomaly_deviations};
                alerts.push_back(alert_of(rule, budget, series->value, view, counter->window));
            }
        }
    }

    /// Remembers that an alert was told; nothing where its counter is history.
    void told(std::size_t budget, std::string_view value, Instant at, std::string_view rule) {
        auto const& rules = entries_[budget].rules;
        auto const known = entries_[budget].series.find(std::string{value});
        if (known != entries_[budget].series.end() && known->second->hours && rule.starts_with("anomaly")) {
            known->second->hours->told(at);
        }
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (rules[i].name() == rule) {
                Series& series = *series_of(budget, std::string{value});
                static_cast<void>(current(series));
                if (Counter* const counter = find(series, at)) {
                    counter->told |= std::uint32_t{1} << i;
                }
            }
        }
    }

    /// Raises one counter's limit: a lease that was granted. False where the counter is no window of now.
    bool grant(CounterKey const& key, Usd amount) {
        for (std::size_t i = 0; i < budgets_.size(); ++i) {
            if (budgets_[i].name == key.budget && entries_[i].now.begin == key.begin) {
                current(*series_of(i, key.value)).limit += amount;
                return true;
            }
        }
        return false;
    }

    /// The counter of a budget and value in the window of now; null where there is none.
    [[nodiscard]] Counter const* find(std::size_t budget, std::string_view value) const {
        auto const& all = entries_[budget].series;
        auto const found = all.find(std::string{value});
        bool const now = found != all.end() && found->second->current.window == entries_[budget].now;
        return now ? &found->second->current : nullptr;
    }
    [[nodiscard]] Window window(std::size_t budget) const noexcept { return entries_[budget].now; }

    /// Calls `visit(budget's place, value, counter)` for every counter of a window of now.
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

    /// How many counters there are of one budget.
    [[nodiscard]] std::size_t values(std::size_t budget) const noexcept {
        return entries_[budget].series.size();
    }

private:
    struct Entry {
        Window now = {Instant::min(), Instant::min()};
        std::vector<AlertRule> rules = {};
        std::unordered_map<std::string, std::shared_ptr<Series>> series = {};
        std::vector<Series*> round = {};  // the same, to look for idle ones a few at a time
        std::size_t hand = 0;
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
            series->hours = std::make_unique<HourlyBaseline>(*deviations);
        }
        entry.round.push_back(series.get());
        entry.series.emplace(value, series);
        return series;
    }

    /// Looks at four counters in turn, so that none is looked at for ever and no call pays for all.
    void drop_idle(Entry& entry) {
        for (int looked = 0; looked < 4 && !entry.round.empty(); ++looked) {
            entry.hand = entry.hand < entry.round.size() ? entry.hand : 0;
            Series const& series = *entry.round[entry.hand];
            auto const found = entry.series.find(series.value);
            bool const over = series.current.window != entry.now;
            bool const unused = series.current.spent == Usd{} && series.current.told == 0;
            if (found->second.use_count() == 1 && series.past.empty() && series.current.open == 0 &&
                (over || unused)) {
                entry.round[entry.hand] = entry.round.back();
                entry.round.pop_back();
                entry.series.erase(found);
            } else {
                ++entry.hand;
            }
        }
    }

    /// The counter of now, which follows that of a window that is over.
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

    /// The counter of a window that may be over, made where it is not there. Calls zones' rules.
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
